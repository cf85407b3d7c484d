package faq

import "slices"

// family is a set of groups in which one place of the text belongs to one phrase:
// the longest from the left. Phrases of different families may overlap.
type family uint8

const (
	familyConcept family = iota
	familyIncident
	familyMood
	familyForm
	familyIntent
	families
)

// lexicon finds the phrases of named groups in atoms. It is immutable.
type lexicon struct {
	groups []lexGroup
	steps  map[step]int32 // edges of the trie
	ends   [][]int32      // by node: the groups of the phrase that ends there
	sounds map[uint64][]sound
	near   map[uint64]int32 // words with a letter left out → node
	pairs  *pairs
	n      *normalizer
	py     *pinyinTable
}

type lexGroup struct {
	family family
	name   string
	hash   uint64
}

type step struct {
	node int32
	atom uint64
}

// hit is a phrase found in the text.
type hit struct {
	group    int32 // into lexicon.groups
	from, to int   // atoms
	guess    bool  // spelt differently: a homophone or a slip of the finger
}

func newLexicon(n *normalizer, py *pinyinTable) *lexicon {
	return &lexicon{steps: map[step]int32{}, ends: make([][]int32, 1), sounds: map[uint64][]sound{}, near: map[uint64]int32{}, pairs: newPairs(n, py), n: n, py: py}
}

// add puts a group's phrases in.
func (l *lexicon) add(f family, name string, phrases []string) {
	id := int32(len(l.groups)) //nolint:gosec // a few hundred groups
	l.groups = append(l.groups, lexGroup{f, name, hashString(saltGroup+uint64(f)<<8, name)})
	var atoms []atom
	for _, p := range phrases {
		if l.pairs.add(id, p) {
			continue
		}
		text := l.n.normalize(p)
		atoms = l.py.atomize(text, atoms[:0])
		if len(atoms) == 0 {
			continue
		}
		node := l.insert(atoms)
		if !slices.Contains(l.ends[node], id) { // attack, attacks and attacked have one stem
			l.ends[node] = append(l.ends[node], id)
		}
		if f == familyConcept || f == familyIncident {
			l.addSound(atoms, node)
			l.addNear(text, atoms, node)
		}
	}
}

func (l *lexicon) insert(atoms []atom) int32 {
	var node int32
	for _, a := range atoms {
		next, ok := l.steps[step{node, a.hash}]
		if !ok {
			next = int32(len(l.ends)) //nolint:gosec // bounded by the FAQ's size
			l.ends = append(l.ends, nil)
			l.steps[step{node, a.hash}] = next
		}
		node = next
	}
	return node
}

// scan appends the phrases in atoms to dst, family by family from left to right
// without overlaps, then those in two halves.
func (l *lexicon) scan(text string, atoms []atom, known func(atom) bool, dst []hit) []hit {
	var taken [families]int
	for i := range atoms {
		if atoms[i].kind == atomStop {
			continue
		}
		dst = l.scanAt(atoms, i, &taken, dst)
		dst = l.scanSound(atoms, i, &taken, dst)
		dst = l.scanNear(text, atoms, i, known, &taken, dst)
	}
	return l.pairs.scan(atoms, dst)
}

// scanAt finds the longest phrase of each family that begins at an atom.
func (l *lexicon) scanAt(atoms []atom, i int, taken *[families]int, dst []hit) []hit {
	var best [families]int32
	var end [families]int
	node := int32(0)
	for j := i; j < len(atoms); j++ {
		next, ok := l.steps[step{node, atoms[j].hash}]
		if !ok {
			break
		}
		node = next
		for _, g := range l.ends[node] {
			if f := l.groups[g].family; taken[f] <= i {
				best[f], end[f] = node, j+1
			}
		}
	}
	for f := range families {
		if end[f] == 0 {
			continue
		}
		for _, g := range l.ends[best[f]] {
			if l.groups[g].family == f {
				dst = append(dst, hit{group: g, from: i, to: end[f]})
			}
		}
		taken[f] = end[f]
	}
	return dst
}
