package faq

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// collisions finds variants that the trained matcher itself takes for another
// entry's, and those that fire no concept.
func (l *linter) collisions(ctx context.Context) {
	w := new(workspace)
	for _, a := range l.file.asked {
		own, known := l.byID[a.owner]
		if !known {
			continue
		}
		r := l.read(w, a.text)
		if !r.meansSomething() {
			l.find(a.at, a.owner, a.text, fmt.Sprintf("%q of entry %q fires no concept", a.text, a.owner),
				"add its words to a concept, or take it out if they say nothing")
		}
		j := l.judge(w, r, Question{Text: a.text, Now: time.Time{}})
		if d := l.Decide(ctx, Question{Text: a.text}); d.FAQID == a.owner || slices.Contains(d.Also, a.owner) {
			continue // a rule sets it right
		}
		if j.best != own {
			other := l.file.Entries[j.best].ID
			l.collide(a, fmt.Sprintf("%q of entry %q is nearest to entry %q", a.text, a.owner, other),
				"move it there, or tell the two apart by a concept")
		}
	}
}

// meansSomething reports whether a phrase of the FAQ's own lexicons stands in
// the text, or a count of days.
func (r *reading) meansSomething() bool {
	return r.elapsed.days >= 0 || slices.ContainsFunc(r.hits, func(h hit) bool {
		f := r.group(h).family
		return f == familyConcept || f == familyIncident || f == familyIntent
	})
}

// duplicate is the cosine from which two questions are one.
const duplicate = 0.97

// duplicates finds questions that are nearly the same and belong to different
// entries, or to an entry and to none.
func (l *linter) duplicates() {
	var vectors []vector
	posts := map[uint64][]int{}
	sum := map[int]float32{}
	for i, a := range l.file.asked {
		v := l.vectorOf(a.text)
		clear(sum)
		for _, f := range v {
			for _, n := range posts[f.hash] {
				sum[n] += float32(f.weight * vectors[n].weight(f.hash))
			}
			posts[f.hash] = append(posts[f.hash], i)
		}
		vectors = append(vectors, v)
		best := -1
		for n, s := range sum {
			if b := l.file.asked[n]; s >= duplicate && b.owner != a.owner && (best < 0 || n < best) {
				best = n
			}
		}
		if best >= 0 {
			b := l.file.asked[best]
			l.collide(a, fmt.Sprintf("%q of %s says the same as %q of %s, at %s", a.text, ownerName(a), b.text, ownerName(b), b.at),
				"leave one of them")
		}
	}
}
