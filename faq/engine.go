package faq

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
)

// Engine decides questions. It is immutable and safe for concurrent use; the
// same FAQ gives the same scores on every run.
type Engine struct {
	file       *File
	tokens     *tokenizer
	rules      *rules
	model      *model
	answerAt   float64
	clarifyAt  float64
	hash       string
	entryIndex map[string]int
}

// New trains an engine and, where the configuration says 0, calibrates its
// thresholds by cross-validation over the FAQ itself.
func New(f *File, cfg Config) (*Engine, error) {
	raw, err := json.Marshal(f)
	if err != nil {
		return nil, fmt.Errorf("hash the FAQ: %w", err)
	}
	sum := sha256.Sum256(raw)
	e := &Engine{
		file: f, tokens: &tokenizer{newLexicon(f.Concepts)}, rules: newRules(f),
		hash: hex.EncodeToString(sum[:8]), entryIndex: map[string]int{},
		answerAt: cfg.AnswerAt, clarifyAt: cfg.ClarifyAt,
	}
	for i, entry := range f.Entries {
		e.entryIndex[entry.ID] = i
	}
	examples := e.examples()
	e.model = train(examples, len(f.Entries)+1)
	if e.answerAt == 0 || e.clarifyAt == 0 {
		answer, clarify := calibrate(examples, len(f.Entries)+1)
		e.answerAt, e.clarifyAt = cmp.Or(e.answerAt, answer), cmp.Or(e.clarifyAt, clarify)
	}
	e.clarifyAt = min(e.clarifyAt, e.answerAt)
	return e, nil
}

// examples are the labelled questions of the FAQ: titles and variants by entry,
// and the negatives as the class after the last entry.
func (e *Engine) examples() []example {
	var out []example
	add := func(text string, class int) {
		out = append(out, example{e.tokens.tokens(normalize(text)), class})
	}
	for i, entry := range e.file.Entries {
		for _, v := range append(entry.Variants.All(), entry.Title.ZH, entry.Title.EN) {
			add(v, i)
		}
	}
	for _, v := range slices.Concat(e.file.Negatives.Near, e.file.Negatives.Far) {
		add(v, len(e.file.Entries))
	}
	return out
}

// Calibration (measured on public FAQs, see docs/evaluation.md): a sure answer is
// allowed to 5 in 100 negatives, and an offer takes in 95 of 100 right matches.
const (
	folds          = 5
	falseAnswers   = 0.05
	missedByOffers = 0.05
)

// calibrate finds the thresholds by cross-validation: every question is scored
// by a model that has not seen it.
func calibrate(examples []example, classes int) (answer, clarify float64) {
	var wrong, right []float64
	for fold := range folds {
		var seen, held []example
		for i, ex := range examples {
			if i%folds == fold {
				held = append(held, ex)
			} else {
				seen = append(seen, ex)
			}
		}
		m := train(seen, classes)
		for _, ex := range held {
			s := m.scores(ex.features)
			best := argmax(s)
			if best == ex.class {
				right = append(right, s[best])
			} else {
				wrong = append(wrong, s[best])
			}
		}
	}
	return quantile(wrong, 1-falseAnswers, 0.5), quantile(right, missedByOffers, 0.25)
}

func argmax(s []float64) int {
	best := 0
	for i, v := range s {
		if v > s[best] {
			best = i
		}
	}
	return best
}

func quantile(s []float64, q, fallback float64) float64 {
	if len(s) < 5 {
		return fallback
	}
	slices.Sort(s)
	return s[min(len(s)-1, int(q*float64(len(s))))]
}

// Answer is the stored answer of an entry in a language ("zh" or "en").
func (e *Engine) Answer(id, lang string) (string, bool) {
	i, ok := e.entryIndex[id]
	if !ok {
		return "", false
	}
	return e.file.Entries[i].Answer.In(lang), true
}

// Title is the question that an entry answers, or the id of an unknown entry.
func (e *Engine) Title(id, lang string) string {
	i, ok := e.entryIndex[id]
	if !ok {
		return id
	}
	return e.file.Entries[i].Title.In(lang)
}

// ClassTitle is the name of an incident class.
func (e *Engine) ClassTitle(class, lang string) string {
	c, ok := e.file.Incidents[class]
	if !ok {
		return class
	}
	return c.Title.In(lang)
}

// Hash names the FAQ that the engine was made from.
func (e *Engine) Hash() string { return e.hash }

// Thresholds are the scores from which a question is answered and offered.
func (e *Engine) Thresholds() (answer, clarify float64) { return e.answerAt, e.clarifyAt }

// Decide decides a question; ctx is not used here, but a language model on top
// of the engine needs it.
func (e *Engine) Decide(_ context.Context, q Question) Decision { return e.decide(q) }

// Size is how many entries the FAQ has.
func (e *Engine) Size() int { return len(e.file.Entries) }
