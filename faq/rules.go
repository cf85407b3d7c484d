package faq

// injects reports whether the words try to command the bot.
func (j *judgement) injects() bool {
	_, said := j.intent(groupInjection)
	return said && j.mass(labelIntent, groupInjection) > 0.2 || j.mass(labelIntent, groupInjection) > 0.6
}

// wantsPerson reports whether a person is asked for, or the service is complained
// of.
func (j *judgement) wantsPerson() bool {
	_, said := j.intent(groupHuman)
	p := j.mass(labelIntent, groupHuman, groupComplaint)
	return said && p > 0.2 || p > 0.5
}

// greets decides a greeting: nothing is asked, so the commonest questions are
// offered.
func (j *judgement) greets(d *Decision) bool {
	p := j.mass(labelIntent, groupGreeting, groupThanks)
	if p < 0.5 {
		return false
	}
	d.Action, d.Intent = ActionClarify, IntentGreeting
	d.Thanks = j.mass(labelIntent, groupThanks) > p/2
	return true
}

// validityDays is how long the service is valid (FAQ, section 3).
const validityDays = 15

// correct lets the rules that know better change the scores.
func (j *judgement) correct() {
	a, okA := j.e.byID[entryRecurrence]
	b, okB := j.e.byID[entryExpired]
	if okA && okB && j.elapsed.days >= 0 {
		sure := max(j.scores[a], j.scores[b])
		if j.elapsed.given && sure > 0.25 {
			sure = max(sure, float32(j.e.answerAt)+0.05)
		}
		if j.elapsed.days > validityDays {
			j.scores[b], j.scores[a] = sure, min(j.scores[a], sure-0.05)
		} else {
			j.scores[a], j.scores[b] = sure, min(j.scores[b], sure-0.05)
		}
	}
}
