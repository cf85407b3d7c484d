package faq

import (
	"context"
	"slices"
)

// Decide decides a question. It never fails: of what it does not understand it
// says so. It is safe for concurrent use. The context is for deciders that ask
// somebody else, such as a language model; an engine only computes.
func (e *Engine) Decide(_ context.Context, q Question) Decision {
	w, ok := e.scratch.Get().(*workspace)
	if !ok {
		w = new(workspace)
	}
	defer e.scratch.Put(w)
	d := Decision{Question: q.Text, Source: sourceFAQ, Lang: language(q.Text), Candidates: []Candidate{}, Reasons: []string{}}
	r := e.read(w, q.Text)
	if len(r.atoms) == 0 || !slices.ContainsFunc(r.atoms, func(a atom) bool { return a.kind == atomHan || a.kind == atomWord }) {
		d.Action, d.Intent = ActionRefuse, IntentOutOfScope
		d.Reasons = append(d.Reasons, "没有文字 no words")
	} else {
		j := e.judge(w, r, q)
		j.decide(&d)
	}
	d.Score, d.Urgency = round(d.Score), round(d.Urgency)
	e.word(&d)
	return d
}

// judgement is what is known of a question when it is decided.
type judgement struct {
	e *Engine
	q Question
	*reading
	p      []float32 // probability by class
	scores []float32 // by entry
	best   int       // entry
}

// judge scores the classes and lets the rules correct the entries' scores.
func (e *Engine) judge(w *workspace, r *reading, q Question) *judgement {
	w.features = merge(r.collect(w.features[:0]))
	w.vector = e.model.space.vector(w.features, w.vector[:0])
	if len(w.p) != len(e.labels) {
		w.cos, w.p = make([]float32, len(e.labels)), make([]float32, len(e.labels))
	}
	e.model.cosines(w.vector, w.cos)
	e.model.probabilities(w.vector, w.cos, w.p)
	for i := range e.file.Entries {
		w.cos[i] = score(w.cos[i], w.p[i])
	}
	j := &judgement{e: e, q: q, reading: r, p: w.p, scores: w.cos[:len(e.file.Entries)]}
	j.correct()
	j.best = argmax(j.scores)
	return j
}

func argmax(s []float32) int {
	best := 0
	for i, v := range s {
		if v > s[best] {
			best = i
		}
	}
	return best
}

// mass is the probability of all classes of a kind.
func (j *judgement) mass(kind labelKind, ids ...string) float32 {
	var sum float32
	from := len(j.e.file.Entries) // the entries come first, and may be thousands
	if kind == labelEntry {
		from = 0
	}
	for i, l := range j.e.labels[from:] {
		if l.kind == kind && (len(ids) == 0 || slices.Contains(ids, l.id)) {
			sum += j.p[from+i]
		}
	}
	return sum
}

// decide chooses the action.
func (j *judgement) decide(d *Decision) {
	d.Candidates = j.candidates(d.Lang)
	d.Score = float64(j.scores[j.best])
	switch {
	case j.injects():
		d.Action, d.Intent = ActionRefuse, IntentInjection
		j.because(d, groupInjection)
	case j.reports():
		j.incident(d)
	case j.wantsPerson():
		d.Action, d.Intent = ActionHandOff, IntentHuman
		j.because(d, groupHuman, groupComplaint)
	case j.greets(d):
	case j.leans():
		j.followUp(d)
	default:
		j.match(d)
	}
	j.doubt(d)
}

// because names the words of intents that decided.
func (j *judgement) because(d *Decision, ids ...string) {
	for _, id := range ids {
		if h, ok := j.intent(id); ok {
			d.Reasons = append(d.Reasons, j.words(h))
		}
	}
}

// match decides by the entry that scores best.
func (j *judgement) match(d *Decision) {
	best := j.scores[j.best]
	d.FAQID = j.e.file.Entries[j.best].ID
	switch {
	case j.buys():
		d.Action, d.Intent, d.FAQID = ActionHandOff, IntentOutOfScope, ""
		j.because(d, groupBuyer)
		return
	case float64(best) >= j.e.answerAt:
		d.Action, d.Intent = ActionAnswer, IntentFAQ
	case float64(best) >= j.e.clarifyAt || j.fits() > likely:
		d.Action, d.Intent = ActionClarify, IntentFAQ
	default:
		j.outside(d)
		return
	}
	if d.FAQID == entryNonSecurity {
		d.Intent = IntentNonSecurity
		return
	}
	j.several(d)
}

// outside is for what no entry answers: a person is needed for questions of the
// field, the rest is refused.
func (j *judgement) outside(d *Decision) {
	d.Intent, d.FAQID, d.Action = IntentOutOfScope, "", ActionHandOff
	if j.mass(labelFar) > j.mass(labelNear) {
		d.Action = ActionRefuse
	}
}

// fits is the probability that some entry fits: what is asked about incidents is
// among them.
func (j *judgement) fits() float32 {
	p := j.mass(labelEntry)
	if j.report == reportAbout && j.asked {
		p += j.mass(labelIncident)
	}
	return p
}

// likely is the probability of all entries together from which some are offered,
// though none stands out.
const likely = 0.5

// surelyFar is the probability from which a question is of another field, whatever
// word of money is in it: the fee for a train ticket.
const surelyFar = 0.7

// buys reports whether prices, papers or promises are asked for, of which the FAQ
// has no fact. A word of money alone is not enough where an entry fits.
func (j *judgement) buys() bool {
	_, said := j.intent(groupBuyer)
	p := j.mass(labelIntent, groupBuyer)
	return said && j.mass(labelFar) < surelyFar && (p+j.mass(labelNear) > 0.1 || float64(j.scores[j.best]) < j.e.answerAt) || p > 0.6
}

// candidates are the best entries, ties by id.
func (j *judgement) candidates(lang string) []Candidate {
	n := min(shown, len(j.scores))
	list := make([]Candidate, 0, n)
	for len(list) < n {
		best := -1
		for i, s := range j.scores {
			if (best < 0 || s > j.scores[best]) && !slices.ContainsFunc(list, func(c Candidate) bool { return c.ID == j.e.file.Entries[i].ID }) {
				best = i
			}
		}
		entry := &j.e.file.Entries[best]
		list = append(list, Candidate{entry.ID, round(float64(j.scores[best])), entry.Title.In(lang)})
	}
	return list
}
