package faq

import (
	"slices"
	"sync"
)

// Calibration, measured on public FAQs (docs/evaluation.md): a sure answer is
// allowed to 15 in 100 of the held-out questions that must not be answered (they
// are harder than what strangers ask), and an offer takes in 95 of
// 100 right matches. A large FAQ is held out once instead of five times.
const (
	folds          = 5
	manyExamples   = 4000
	falseAnswers   = 0.15
	missedByOffers = 0.05
)

// outcome is how one held-out question was matched.
type outcome struct {
	class, best int     // best: the entry that scored best
	score       float32 // of the best entry
	ruled       bool    // a rule decides before the match does
}

// crossValidate scores every question by a model that has not seen it.
func (e *Engine) crossValidate(examples []example) []outcome {
	n := folds
	if len(examples) > manyExamples {
		n = 1
	}
	parts := make([][]outcome, n)
	var wg sync.WaitGroup
	for fold := range n {
		wg.Go(func() { parts[fold] = e.holdOut(examples, fold) })
	}
	wg.Wait()
	return slices.Concat(parts...)
}

func (e *Engine) holdOut(examples []example, fold int) []outcome {
	var seen, held []example
	for _, ex := range examples {
		if ex.key()%folds == uint64(fold) { //nolint:gosec // 0 to 4
			held = append(held, ex)
		} else {
			seen = append(seen, ex)
		}
	}
	m := train(seen, len(e.file.Entries), len(e.labels))
	out := make([]outcome, 0, len(held))
	var v []cell
	cos, p := make([]float32, m.classes), make([]float32, m.classes)
	for _, ex := range held {
		v = m.space.vector(ex.features, v[:0])
		m.cosines(v, cos)
		m.probabilities(v, cos, p)
		best, top := 0, float32(-1)
		for c := range e.file.Entries {
			if s := score(cos[c], p[c]); s > top {
				best, top = c, s
			}
		}
		out = append(out, outcome{ex.class, best, top, ex.ruled})
	}
	return out
}

// calibrate finds the thresholds. What must not be answered are the negatives
// and the wrongly matched variants; where a rule decides first, the match does
// not matter.
func (e *Engine) calibrate(examples []example) (answer, clarify float64) {
	var wrong, right []float32
	for _, o := range e.crossValidate(examples) {
		switch kind := e.labels[o.class].kind; {
		case o.ruled:
		case o.class == o.best:
			right = append(right, o.score)
		case kind == labelEntry || kind == labelNear || kind == labelFar:
			wrong = append(wrong, o.score)
		}
	}
	return round(float64(quantile(wrong, 1-falseAnswers, 0.5))), round(float64(quantile(right, missedByOffers, 0.25)))
}

// quantile sorts the values; too few of them tell nothing.
func quantile(s []float32, q float64, fallback float32) float32 {
	if len(s) < 5 {
		return fallback
	}
	slices.Sort(s)
	return s[min(len(s)-1, int(q*float64(len(s))))]
}
