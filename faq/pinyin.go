package faq

import "strings"

// pinyinTable tells the toneless pronunciation of Han characters, with the
// sounds that many people do not tell apart (zh and z, ng and n) made one. It is
// immutable.
type pinyinTable struct {
	sounds    []uint32          // by rune from firstHan, 0 unknown
	syllables map[string]uint32 // toneless, as typed: zhuang
}

func newPinyinTable() *pinyinTable {
	t := &pinyinTable{sounds: make([]uint32, lastHan-firstHan+1), syllables: make(map[string]uint32, 450)}
	var id uint32
	letters := -1
	for i, r := range syllables {
		switch {
		case r < firstHan && letters < 0:
			letters = i
		case r >= firstHan && letters >= 0:
			s := syllables[letters:i]
			id = uint32(hashString(saltSyllables, merged(s))) | 1 //nolint:gosec // cut on purpose
			t.syllables[s] = id
			letters = -1
		}
		if r >= firstHan {
			t.sounds[r-firstHan] = id
		}
	}
	return t
}

// merged makes one of the sounds that many people do not tell apart.
func merged(s string) string {
	if len(s) > 2 && s[1] == 'h' {
		s = s[:1] + s[2:]
	}
	if strings.HasSuffix(s, "ng") {
		s = s[:len(s)-1]
	}
	return s
}

// sound is the pronunciation of a rune, 0 for none.
func (t *pinyinTable) sound(r rune) uint32 {
	if r < firstHan || r > lastHan {
		return 0
	}
	return t.sounds[r-firstHan]
}

// key hashes the pronunciation of a phrase.
func (t *pinyinTable) key(atoms []atom) uint64 {
	h := uint64(fnvOffset)
	for _, a := range atoms {
		h = (h ^ uint64(a.sound)) * fnvPrime
	}
	return h
}

// Text without Han characters counts as pinyin from so many syllables, when the
// words that are pinyin make up so much of its letters.
const (
	minSyllables = 3
	pinyinShare  = 0.75
)

// spell turns text that was typed in pinyin into atoms of sound, appended to dst;
// it gives nothing for other text.
func (t *pinyinTable) spell(text string, atoms, dst []atom) []atom {
	letters, spelt, from := 0, 0, len(dst)
	for _, a := range atoms {
		switch a.kind {
		case atomNumber, atomStop:
		case atomHan:
			return dst[:from]
		case atomWord:
			letters += a.end - a.start
			before := len(dst)
			if dst = t.split(text[a.start:a.end], a, dst); len(dst) > before {
				spelt += a.end - a.start
				continue
			}
		}
		dst = append(dst, a)
	}
	if n := len(dst) - from; n < minSyllables || float64(spelt) < pinyinShare*float64(letters) {
		return dst[:from]
	}
	return dst
}

// split cuts a word into syllables, the longest first; nothing if it is no pinyin.
func (t *pinyinTable) split(w string, a atom, dst []atom) []atom {
	if w == "" {
		return dst
	}
	for size := min(6, len(w)); size > 0; size-- {
		id, ok := t.syllables[w[:size]]
		if !ok {
			continue
		}
		next := append(dst, atom{kind: atomHan, sound: id, start: a.start, end: a.end})
		if size == len(w) {
			return next
		}
		if rest := t.split(w[size:], a, next); len(rest) > len(next) {
			return rest
		}
	}
	return dst
}
