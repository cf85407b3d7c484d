package faq

import "slices"

// sound is a phrase of Han characters under its pronunciation.
type sound struct {
	node  int32
	atoms []atom
}

// Homophones are looked for in phrases of so many characters. One of two of which
// the second only says that it is done, as 偷了, would stand in 钟头了.
const (
	minSound = 2
	maxSound = 5
)

func (l *lexicon) addSound(atoms []atom, node int32) {
	if len(atoms) < minSound || len(atoms) > maxSound || len(atoms) == minSound && atoms[1].r == '了' || slices.ContainsFunc(atoms, func(a atom) bool { return a.kind != atomHan }) {
		return
	}
	key := l.py.key(atoms)
	if !slices.ContainsFunc(l.sounds[key], func(s sound) bool { return s.node == node }) {
		l.sounds[key] = append(l.sounds[key], sound{node, slices.Clone(atoms)})
	}
}

// scanSound finds a phrase written with one wrong character of the same sound.
func (l *lexicon) scanSound(atoms []atom, i int, taken *[families]int, dst []hit) []hit {
	for size := maxSound; size >= minSound; size-- {
		if i+size > len(atoms) {
			continue
		}
		window := atoms[i : i+size]
		if slices.ContainsFunc(window, func(a atom) bool { return a.kind != atomHan }) {
			continue
		}
		for _, s := range l.sounds[l.py.key(window)] {
			if window[0].r == 0 || differing(window, s.atoms) == 1 {
				dst = l.guess(s.node, i, i+size, taken, dst)
			}
		}
	}
	return dst
}

func differing(a, b []atom) int {
	n := 0
	for i := range a {
		if a[i].hash != b[i].hash {
			n++
		}
	}
	return n
}

// guess adds the groups of a phrase that stands there in another spelling.
func (l *lexicon) guess(node int32, from, to int, taken *[families]int, dst []hit) []hit {
	for _, g := range l.ends[node] {
		f := l.groups[g].family
		if (f == familyConcept || f == familyIncident) && taken[f] <= from {
			dst = append(dst, hit{group: g, from: from, to: to, guess: true})
			taken[f] = to
		}
	}
	return dst
}

// minSlip is how long an English word must be to be recognised with one letter
// wrong, missing, doubled or swapped.
const minSlip = 6

// addNear remembers a word with each of its letters left out.
func (l *lexicon) addNear(word string, atoms []atom, node int32) {
	if len(atoms) != 1 || atoms[0].kind != atomWord || len(word) < minSlip {
		return
	}
	for cut := -1; cut < len(word); cut++ {
		if key := hashWithout(word, cut); l.near[key] == 0 {
			l.near[key] = node
		}
	}
}

func (l *lexicon) scanNear(text string, atoms []atom, i int, known func(atom) bool, taken *[families]int, dst []hit) []hit {
	a := atoms[i]
	if a.kind != atomWord || a.end-a.start < minSlip || known(a) {
		return dst
	}
	word := text[a.start:a.end]
	for cut := -1; cut < len(word); cut++ {
		if node, ok := l.near[hashWithout(word, cut)]; ok {
			return l.guess(node, i, i+1, taken, dst)
		}
	}
	return dst
}

// hashWithout hashes a word without one of its bytes, -1 for all of it.
func hashWithout(w string, cut int) uint64 {
	h := uint64(fnvOffset)
	for i := range len(w) {
		if i != cut {
			h = (h ^ uint64(w[i])) * fnvPrime
		}
	}
	return h
}
