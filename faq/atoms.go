package faq

import (
	"unicode"
	"unicode/utf8"
)

// atom is the smallest piece of normalized text that means something: a Han
// character, a Latin word, a number, or the end of a clause.
type atom struct {
	hash       uint64 // of the character, the word's stem or the number
	start, end int    // bytes of the normalized text
	sound      uint32 // pronunciation of a Han atom
	r          rune   // the character of a Han atom, the sign of a stop
	kind       atomKind
}

type atomKind uint8

const (
	atomHan atomKind = iota
	atomWord
	atomNumber
	atomStop
)

// atomize cuts normalized text into atoms, appended to dst.
func (t *pinyinTable) atomize(text string, dst []atom) []atom {
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case r == ' ':
			i += size
		case isStop(r):
			dst = append(dst, atom{hash: uint64(r), start: i, end: i + size, r: r, kind: atomStop}) //nolint:gosec // runes are not negative
			i += size
		case r >= firstHan && r <= lastHan || unicode.Is(unicode.Han, r):
			dst = append(dst, atom{hash: hashRune(r), start: i, end: i + size, sound: t.sound(r), r: r, kind: atomHan})
			i += size
		default:
			end := wordEnd(text, i+size, unicode.IsDigit(r))
			dst = append(dst, wordAtom(text, i, end, unicode.IsDigit(r)))
			i = end
		}
	}
	return dst
}

// wordEnd is where a run of letters, or of digits, ends.
func wordEnd(text string, i int, digits bool) int {
	for i < len(text) {
		r, size := utf8.DecodeRuneInString(text[i:])
		if r == ' ' || isStop(r) || unicode.Is(unicode.Han, r) || unicode.IsDigit(r) != digits {
			break
		}
		i += size
	}
	return i
}

func wordAtom(text string, start, end int, digits bool) atom {
	if digits {
		return atom{hash: hashString(saltNumber, text[start:end]), start: start, end: end, kind: atomNumber}
	}
	return atom{hash: hashString(saltStem, stem(text[start:end])), start: start, end: end, kind: atomWord}
}

// Features are 64-bit FNV-1a hashes; salts keep their kinds apart.
const (
	fnvOffset = 14695981039346656037
	fnvPrime  = 1099511628211

	saltNumber = iota
	saltStem
	saltHan
	saltPair
	saltNext
	saltPiece
	saltGroup
	saltSyllables
)

func hashString(salt uint64, s string) uint64 {
	h := (fnvOffset ^ salt) * fnvPrime
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * fnvPrime
	}
	return h
}

func hashRune(r rune) uint64 { return mix(saltHan, uint64(r)) } //nolint:gosec // runes are not negative

// mix joins two hashes into one of another kind.
func mix(a, b uint64) uint64 {
	h := (fnvOffset ^ a) * fnvPrime
	h = (h ^ (b & 0xffffffff)) * fnvPrime
	h = (h ^ (b >> 32)) * fnvPrime
	return h ^ h>>29
}

// stem cuts the commonest English endings, so that attack, attacks, attacked and
// attacking are one word. It allocates nothing.
func stem(w string) string {
	if len(w) <= 3 || w[0] >= utf8.RuneSelf {
		return w
	}
	w = cutPlural(w)
	for _, end := range [...]string{"ing", "ed"} {
		if n := len(w) - len(end); n >= 3 && w[n:] == end && hasVowel(w[:n]) {
			w = w[:n]
			if c := w[n-1]; n >= 4 && c == w[n-2] && c != 's' && c != 'l' {
				w = w[:n-1]
			}
			break
		}
	}
	if n := len(w) - 1; n >= 4 && w[n] == 'e' {
		return w[:n]
	}
	return w
}

func cutPlural(w string) string {
	n := len(w)
	if w[n-1] != 's' {
		return w
	}
	switch w[n-2:] {
	case "ss", "us", "is", "as", "os":
		return w
	case "es":
		switch w[n-4 : n-2] {
		case "sh", "ch", "ss", "zz":
			return w[:n-2]
		}
	}
	return w[:n-1]
}

func hasVowel(s string) bool {
	for i := range len(s) {
		switch s[i] {
		case 'a', 'e', 'i', 'o', 'u', 'y':
			return true
		}
	}
	return false
}
