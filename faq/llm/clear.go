package llm

import "guanjia/faq"

// The engine is very sure of an answer whose score stands this part of the way
// between its threshold and 1, and this far above the next entry. Measured:
// docs/evaluation.md.
const (
	sureHeight = 0.3
	sureLead   = 0.2
)

// clear reports whether a decision needs no model, because none could better it:
//
//   - an urgent incident: nothing may lower it, and at 2 a.m. nobody waits for a
//     model before the expert is called;
//   - a greeting, the wish for a person, an order to the bot: there is nothing to
//     choose, and the last must not even reach a model;
//   - a text without words;
//   - what no entry can answer by a rule's own words, such as prices;
//   - an answer of which the engine is very sure.
func (b *Brain) clear(e faq.Decision) bool {
	switch {
	case e.Urgent, e.Intent == faq.IntentGreeting, e.Intent == faq.IntentInjection, len(e.Candidates) == 0:
		return true
	case e.Intent == faq.IntentHuman:
		return !e.Doubtful // then it may be an emergency
	case e.Action == faq.ActionHandOff:
		return len(e.Reasons) > 0 && !e.Doubtful
	case e.Action == faq.ActionAnswer:
		return len(e.Also) > 0 || b.sure(e)
	}
	return false
}

func (b *Brain) sure(e faq.Decision) bool {
	answer, _ := b.engine.Thresholds()
	next := 0.0
	for _, c := range e.Candidates {
		if c.ID != e.FAQID {
			next = max(next, c.Score)
		}
	}
	return e.Score >= answer+sureHeight*(1-answer) && e.Score-next >= sureLead
}
