package faq

import "slices"

// maxFollowUp is how many atoms a question has at most that leans on the one
// before it.
const maxFollowUp = 12

// elsewhere is the probability that a short question is about something else
// altogether, from which it does not lean on the one before it.
const elsewhere = 0.65

// leans reports whether a question says too little by itself and goes on with the
// last topic: 那多久, what else. 多少钱 and 股票怎么样 say enough, however short.
func (j *judgement) leans() bool {
	if _, known := j.e.byID[j.q.Topic]; !known || len(j.atoms) > maxFollowUp || float64(j.scores[j.best]) >= j.e.answerAt || j.buys() {
		return false
	}
	_, said := j.intent(groupFollowUp)
	outside := j.mass(labelFar) + j.mass(labelNear)
	return said || outside < likely || outside < elsewhere && len(j.atoms) <= maxFollowUp/2
}

// followUp decides a question that leans on the last topic: both are read as one.
func (j *judgement) followUp(d *Decision) {
	topic := j.e.byID[j.q.Topic]
	entry := &j.e.file.Entries[topic]
	alone := slices.Clone(j.scores)
	w := new(workspace)
	both := j.e.judge(w, j.e.read(w, entry.Title.In(d.Lang)+"。"+j.q.Text), Question{Text: j.q.Text, Now: j.q.Now, PurchasedAt: j.q.PurchasedAt})
	for i := range both.scores {
		both.scores[i] = (both.scores[i] + alone[i]) / 2
	}
	both.best = argmax(both.scores)
	d.Intent, d.Action = IntentFAQ, ActionAnswer
	d.Reasons = append(d.Reasons, "接上文 follows "+entry.ID)
	d.FAQID, d.Score = j.e.file.Entries[both.best].ID, float64(both.scores[both.best])
	d.Candidates = both.candidates(d.Lang)
	if both.best == topic && !j.asks(0, len(j.atoms)) || j.wantsMore() {
		j.related(d, topic)
	}
}

// wantsMore reports whether something besides the last answer is wanted.
func (j *judgement) wantsMore() bool {
	for _, a := range j.atoms {
		switch {
		case a.r == '别' || a.r == '其' || a.r == '还':
			return true
		case a.kind == atomWord && (j.text[a.start:a.end] == "else" || j.text[a.start:a.end] == "more" || j.text[a.start:a.end] == "other"):
			return true
		}
	}
	return false
}

// related offers what is close to the last topic, which was answered already.
func (j *judgement) related(d *Decision, topic int) {
	d.Action = ActionClarify
	entry := &j.e.file.Entries[topic]
	var list []Candidate
	for _, id := range entry.Confusable {
		list = append(list, Candidate{id, d.scoreOf(id), j.e.Title(id, d.Lang)})
	}
	for _, c := range d.Candidates {
		if c.ID != entry.ID && !slices.Contains(entry.Confusable, c.ID) {
			list = append(list, c)
		}
	}
	d.Candidates = list[:min(shown, len(list))]
	if len(list) > 0 {
		d.FAQID = list[0].ID
	}
}

func (d *Decision) scoreOf(id string) float64 {
	for _, c := range d.Candidates {
		if c.ID == id {
			return c.Score
		}
	}
	return 0
}
