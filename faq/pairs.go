package faq

import (
	"slices"
	"strings"
)

// A phrase in two halves, "忽略|无视 … 规则|指令": one of the words on the left, and
// behind it in the same clause, with little between them, one of those on the
// right: up to six characters or words, or with two dots (‥) up to two.
const (
	wideSign, wideGap     = "…", 6
	narrowSign, narrowGap = "‥", 2
	orSign                = "|"
)

// pairs finds phrases in two halves. It is immutable once built.
type pairs struct {
	halves *lexicon // ends: 2n for a left half of phrase n, 2n+1 for a right one
	groups []int32  // by phrase: the group it belongs to
	gaps   []int    // by phrase: atoms between its halves
}

func newPairs(n *normalizer, py *pinyinTable) *pairs {
	return &pairs{halves: &lexicon{steps: map[step]int32{}, ends: make([][]int32, 1), n: n, py: py}}
}

// add puts a phrase in if it has two halves, and reports whether it has.
func (p *pairs) add(group int32, phrase string) bool {
	gap := wideGap
	left, right, ok := strings.Cut(phrase, wideSign)
	if !ok {
		gap = narrowGap
		if left, right, ok = strings.Cut(phrase, narrowSign); !ok {
			return false
		}
	}
	id := int32(2 * len(p.groups)) //nolint:gosec // a few thousand phrases
	p.groups, p.gaps = append(p.groups, group), append(p.gaps, gap)
	var atoms []atom
	for side, words := range [...]string{left, right} {
		for word := range strings.SplitSeq(words, orSign) {
			if atoms = p.halves.py.atomize(p.halves.n.normalize(word), atoms[:0]); len(atoms) > 0 {
				// attack|attacks have one stem, which counts once.
				node, half := p.halves.insert(atoms), id+int32(side) //nolint:gosec // 0 or 1
				if !slices.Contains(p.halves.ends[node], half) {
					p.halves.ends[node] = append(p.halves.ends[node], half)
				}
			}
		}
	}
	return true
}

// scan appends the phrases in atoms to dst. They may overlap with any other: each
// half means little by itself.
func (p *pairs) scan(atoms []atom, dst []hit) []hit {
	for i := range atoms {
		node := int32(0)
		for j := i; j < len(atoms); j++ {
			next, ok := p.halves.steps[step{node, atoms[j].hash}]
			if !ok {
				break
			}
			node = next
			for _, half := range p.halves.ends[node] {
				if half%2 != 0 {
					continue
				}
				if to := p.right(atoms, j+1, half+1); to > 0 {
					dst = append(dst, hit{group: p.groups[half/2], from: i, to: to})
				}
			}
		}
	}
	return dst
}

// right is the atom after the right half of a phrase, looked for from an atom on;
// 0 if it is not there.
func (p *pairs) right(atoms []atom, from int, half int32) int {
	for i := from; i < min(len(atoms), from+p.gaps[half/2]+1) && atoms[i].kind != atomStop; i++ {
		node := int32(0)
		for j := i; j < len(atoms); j++ {
			next, ok := p.halves.steps[step{node, atoms[j].hash}]
			if !ok {
				break
			}
			node = next
			if slices.Contains(p.halves.ends[node], half) {
				return j + 1
			}
		}
	}
	return 0
}
