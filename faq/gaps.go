package faq

import (
	"cmp"
	"context"
	"slices"
	"strings"
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

// sameAt is from which share of common pairs of characters two questions are
// counted as one.
const sameAt = 0.5

// Gaps gathers questions into those that are nearly the same, most frequent
// first. The same questions give the same gaps, in whatever order they came.
func (e *Engine) Gaps(ctx context.Context, asked []Asked, now time.Time) []Gap {
	asked = slices.Clone(asked)
	slices.SortStableFunc(asked, func(a, b Asked) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Text, b.Text)) })
	var gaps []Gap
	var keys []pairs
	for _, a := range asked {
		p := pairsOf(e.normal.normalize(a.Text))
		i := slices.IndexFunc(keys, func(k pairs) bool { return k.like(p) >= sameAt })
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

// pairs counts the neighbouring characters of a text.
type pairs map[string]int

func pairsOf(text string) pairs {
	rs := []rune(" " + strings.TrimRight(text, " ?。,!") + " ")
	out := pairs{}
	for i := range len(rs) - 1 {
		out[string(rs[i:i+2])]++
	}
	return out
}

// like is the share of pairs that two texts have in common (Dice), 0 to 1.
func (p pairs) like(q pairs) float64 {
	both, all := 0, 0
	for k, n := range p {
		both += min(n, q[k])
		all += n
	}
	for _, n := range q {
		all += n
	}
	if all == 0 {
		return 0
	}
	return 2 * float64(both) / float64(all)
}
