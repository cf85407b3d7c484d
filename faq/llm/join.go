package llm

import (
	"slices"
	"strings"
	"unicode"

	"guanjia/faq"
)

// entryNonSecurity is the entry for faults; its intent is one of its own.
const entryNonSecurity = "non-security"

// The urgencies that a verdict gives. Up to calm the person said that there is no
// hurry, and a person outweighs a model.
const (
	urgencyNow   = 0.8
	urgencyDoubt = 0.45
	urgencyLater = 0.25
	calm         = 0.1
)

// join makes one decision of the engine's and a verdict:
//
//	engine         model: an entry         model: none         model: an incident
//	answer         same: answer            clarify             answer; if urgent, in doubt
//	               other: clarify, both
//	clarify        answer                  hand over           report or escalate
//	hand over      answer                  hand over           report or escalate
//	refuse         clarify                 refuse              report or escalate
//	report         report                  report              if urgent, escalate
//
// What is never asked is not here: see clear. Nothing lowers an incident. A model
// alone calls no expert where the engine's words have found a fault or a question:
// the doubt asks the person, who answers in seconds.
func (b *Brain) join(d faq.Decision, v verdict) faq.Decision {
	j := copied(d)
	var changed bool
	switch {
	case v.Intent == faq.IntentIncident:
		changed = alarm(&j, v)
	case d.Intent == faq.IntentIncident, d.Intent == faq.IntentHuman:
	case v.Entry != none:
		changed = choose(&j, v.Entry)
	default:
		changed = decline(&j, v)
	}
	wording, worded := b.wording(v, j)
	if !changed && !worded {
		return d
	}
	j.Reasons = because(j.Reasons, v)
	b.word(&j)
	if worded {
		j.Answer = wording
	}
	return j
}

// because adds the words in which the model saw it. Their letters were checked to
// be the person's own; signs were not, and are left out.
func because(reasons []string, v verdict) []string {
	const shown = 40
	quote := []rune(strings.Join(strings.FieldsFunc(v.Quote, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }), " "))
	return append(reasons, "模型 model："+string(quote[:min(len(quote), shown)]))
}

// alarm takes up that a model sees an incident. It only ever raises.
func alarm(d *faq.Decision, v verdict) bool {
	switch {
	case d.Intent == faq.IntentIncident && !v.Urgent:
		return false
	case d.Intent == faq.IntentIncident && d.Urgency <= calm, d.Action == faq.ActionAnswer:
		if d.Doubtful || !v.Urgent {
			return false
		}
		d.Doubtful, d.Urgency = true, max(d.Urgency, urgencyDoubt)
		return true
	case d.Doubtful && !v.Urgent:
		return false
	}
	if d.Intent != faq.IntentIncident {
		d.Intent, d.IncidentClass, d.FAQID, d.Also = faq.IntentIncident, v.IncidentClass, "", nil
	}
	d.Doubtful = false
	d.Action, d.Urgent, d.Urgency = faq.ActionReport, v.Urgent, max(d.Urgency, urgencyLater)
	if v.Urgent {
		d.Action, d.Urgency = faq.ActionEscalate, max(d.Urgency, urgencyNow)
	}
	return true
}

// choose takes up that a model finds an entry to answer the question.
func choose(d *faq.Decision, id string) bool {
	switch d.Action {
	case faq.ActionAnswer:
		if id == d.FAQID || slices.Contains(d.Also, id) {
			return false
		}
		offer(d, d.FAQID, id)
	case faq.ActionRefuse:
		offer(d, id)
	default:
		first(d, id)
		d.Action, d.Score = faq.ActionAnswer, d.Candidates[0].Score
		intend(d)
	}
	return true
}

// decline takes up that a model finds no entry to answer the question.
func decline(d *faq.Decision, v verdict) bool {
	switch {
	case d.Action == faq.ActionAnswer:
		offer(d, d.FAQID)
	case v.Intent == faq.IntentHuman:
		d.Action, d.Intent, d.FAQID = faq.ActionHandOff, faq.IntentHuman, ""
	case d.Action == faq.ActionClarify && v.Intent == faq.IntentInjection:
		d.Action, d.Intent, d.FAQID = faq.ActionRefuse, faq.IntentInjection, ""
	case d.Action == faq.ActionClarify:
		d.Action, d.Intent, d.FAQID = faq.ActionHandOff, faq.IntentOutOfScope, ""
	default:
		return false
	}
	return true
}

// offer lets the person choose, these entries first.
func offer(d *faq.Decision, ids ...string) {
	for _, id := range slices.Backward(ids) {
		first(d, id)
	}
	d.Action, d.Also = faq.ActionClarify, nil
	d.Score = d.Candidates[0].Score
	intend(d)
}

// first moves a candidate to the front.
func first(d *faq.Decision, id string) {
	i := slices.IndexFunc(d.Candidates, func(c faq.Candidate) bool { return c.ID == id })
	if i > 0 {
		c := d.Candidates[i]
		d.Candidates = slices.Insert(slices.Delete(d.Candidates, i, i+1), 0, c)
	}
	d.FAQID = id
}

func intend(d *faq.Decision) {
	d.Intent = faq.IntentFAQ
	if d.FAQID == entryNonSecurity {
		d.Intent = faq.IntentNonSecurity
	}
}
