package faq

import (
	"cmp"
	"context"
	"slices"
	"time"
)

// Asked is a question that had no answer, or whose answer did not help.
type Asked struct {
	Text string
	At   time.Time
	// Unhelpful is set when there was an answer, and it did not help.
	Unhelpful bool
}

// Gap is a question that people ask and the FAQ does not answer.
type Gap struct {
	// Question is how it was put first.
	Question string `json:"question"`
	// Count is how often it was asked, in this or nearly these words; Unhelpful how
	// often of these an answer did not help.
	Count     int       `json:"count"`
	Unhelpful int       `json:"unhelpful"`
	Last      time.Time `json:"last"`
	// Nearest is the entry that comes closest, with its score.
	Nearest string  `json:"nearest"`
	Score   float64 `json:"score"`
}

// sameAt is from which likeness (cosine of their features) two questions are
// counted as one.
const sameAt = 0.6

// Gaps gathers questions into those that are nearly the same, most frequent
// first. The same questions give the same gaps, in whatever order they came.
func (e *Engine) Gaps(ctx context.Context, asked []Asked, now time.Time) []Gap {
	asked = slices.Clone(asked)
	slices.SortStableFunc(asked, func(a, b Asked) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Text, b.Text)) })
	var gaps []Gap
	var keys []vector
	for _, a := range asked {
		p := e.vectorOf(a.Text)
		i := slices.IndexFunc(keys, func(k vector) bool { return k.cosine(p) >= sameAt })
		if i < 0 {
			i, keys, gaps = len(gaps), append(keys, p), append(gaps, Gap{Question: a.Text})
		}
		gaps[i].Count++
		gaps[i].Last = a.At
		if a.Unhelpful {
			gaps[i].Unhelpful++
		}
	}
	for i, g := range gaps {
		if c := e.Decide(ctx, Question{Text: g.Question, Now: now}).Candidates; len(c) > 0 {
			gaps[i].Nearest, gaps[i].Score = c[0].ID, c[0].Score
		}
	}
	slices.SortStableFunc(gaps, func(a, b Gap) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), b.Last.Compare(a.Last), cmp.Compare(a.Question, b.Question))
	})
	return gaps
}
