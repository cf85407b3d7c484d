package faq

import "slices"

// reading is what the phrases of a question say, before any entry is looked at.
type reading struct {
	text  string
	atoms []atom
	hits  []hit
	lex   *lexicon

	ends     []int // by clause: the atom after its last one
	class    [4]int
	attacked bool // words tell of an attack, whatever its class
	elapsed  elapsed
	asked    bool // it is a question: a form of asking, or a question mark
	report   reportKind
	current  bool // the report is of now, and of the asker's own
	// apart is such a report that is a sentence of its own, in which nothing is
	// asked: what is asked beside it does not make it a question. Empty for none.
	apart string
}

// reportKind says what the incident words of a question are there for.
type reportKind uint8

const (
	reportNone   reportKind = iota // there are none
	reportAbout                    // they are asked about, supposed or denied
	reportWeak                     // named without a sign that it happened
	reportStrong                   // it happened
)

// group is the group of a hit.
func (r *reading) group(h hit) lexGroup { return r.lex.groups[h.group] }

// words are the words of a hit as they stand in the normalized text.
func (r *reading) words(h hit) string { return r.text[r.atoms[h.from].start:r.atoms[h.to-1].end] }

// clauses notes where the clauses end.
func (r *reading) clauses(ends []int) {
	for i, a := range r.atoms {
		if a.kind == atomStop {
			ends = append(ends, i)
		}
	}
	r.ends = append(ends, len(r.atoms))
}

// clause is the range of atoms of the clause that an atom stands in.
func (r *reading) clause(atom int) (from, to int) {
	for _, end := range r.ends {
		if atom < end {
			return from, end
		}
		from = end + 1
	}
	return from, len(r.atoms)
}

// mood reports whether a mood is set between two atoms.
func (r *reading) mood(m mood, from, to int) bool {
	_, ok := r.find(m, from, to)
	return ok
}

// find is the first hit of a mood between two atoms.
func (r *reading) find(m mood, from, to int) (hit, bool) {
	for _, h := range r.hits {
		if h.from >= from && h.to <= to {
			if g := r.group(h); (g.family == familyMood || g.family == familyForm) && g.name == string(m) {
				return h, true
			}
		}
	}
	return hit{}, false
}

// anywhere reports whether a mood is set at all.
func (r *reading) anywhere(m mood) bool { return r.mood(m, 0, len(r.atoms)) }

// intent is the first hit of an intent's words.
func (r *reading) intent(id string) (hit, bool) {
	for _, h := range r.hits {
		if g := r.group(h); g.family == familyIntent && g.name == id {
			return h, true
		}
	}
	return hit{}, false
}

// inside reports whether a hit lies within a phrase of one of these moods: 怎么 in
// 怎么办 is no question.
func (r *reading) inside(h hit, ms ...mood) bool {
	for _, other := range r.hits {
		g := r.group(other)
		if g.family != familyMood || other.from > h.from || other.to < h.to {
			continue
		}
		for _, m := range ms {
			if g.name == string(m) {
				return true
			}
		}
	}
	return false
}

// asks reports whether something is asked between two atoms.
func (r *reading) asks(from, to int) bool {
	if to < len(r.atoms) && r.atoms[to].r == '?' {
		return true
	}
	for _, h := range r.hits {
		if h.from < from || h.to > to {
			continue
		}
		g := r.group(h)
		if g.family == familyForm && g.name != string(moodAgain) && !r.relative(h) && !r.inside(h, moodUp, moodPlea, moodDown, moodPlain) {
			return true
		}
	}
	return r.endsAsking(from, to)
}

// maxOpening is how many words stand at most before the English word that makes
// its clause a question.
const maxOpening = 2

// relative reports whether a single English word of asking joins clauses or only
// helps a verb: the page that we did not write, a note which says.
func (r *reading) relative(h hit) bool {
	if h.to-h.from > 1 || r.atoms[h.from].kind != atomWord {
		return false
	}
	from, to := r.clause(h.from)
	return h.from-from > maxOpening && (to == len(r.atoms) || r.atoms[to].r != '?')
}

// endsAsking reports whether a clause leaves the choice, as 管不管, or ends with a
// negation that does: 修好不.
func (r *reading) endsAsking(from, to int) bool {
	for i := from + 1; i < to; i++ {
		if i+1 < to && r.atoms[i].r == '不' && r.atoms[i-1].kind == atomHan && r.atoms[i-1].hash == r.atoms[i+1].hash {
			return true
		}
		if (i+1 == to || r.atoms[i+1].kind == atomStop) && r.atoms[i-1].kind == atomHan {
			switch r.atoms[i].r {
			case '不', '否', '伐', '没':
				return true
			}
		}
	}
	return false
}

// dropPlain takes out the words that only look like those of an incident: 感冒病毒.
func (r *reading) dropPlain() {
	r.hits = slices.DeleteFunc(r.hits, func(h hit) bool {
		f := r.group(h).family
		return (f == familyIncident || f == familyConcept) && r.inside(h, moodPlain)
	})
}

// ruled reports whether the words of an intent say what to do, whatever entry
// matches.
func (r *reading) ruled() bool {
	for _, id := range [...]string{groupBuyer, groupInjection, groupHuman, groupComplaint} {
		if _, ok := r.intent(id); ok {
			return true
		}
	}
	return false
}
