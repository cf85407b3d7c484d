package faq

import "time"

// injects reports whether the words try to command the bot.
func (j *judgement) injects() bool {
	_, said := j.intent(groupInjection)
	return said && j.mass(labelIntent, groupInjection) > 0.2 || j.mass(labelIntent, groupInjection) > 0.6
}

// wantsPerson reports whether a person is asked for, or the service is complained
// of. The word alone is not enough where an entry fits: 周末有人工吗.
func (j *judgement) wantsPerson() bool {
	_, said := j.intent(groupHuman)
	p := j.mass(labelIntent, groupHuman, groupComplaint)
	return said && (p > 0.2 || float64(j.scores[j.best]) < j.e.answerAt) || p > 0.5
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

// correct lets the days since the purchase choose between the two entries about
// the validity, which differ in nothing else.
func (j *judgement) correct() {
	within, okW := j.e.byID[entryRecurrence]
	beyond, okB := j.e.byID[entryExpired]
	if !okW || !okB {
		return
	}
	days, given := j.days()
	if days < 0 {
		return
	}
	sure, best := max(j.scores[within], j.scores[beyond]), j.scores[argmax(j.scores)]
	if given && sure > 0.15 && sure > best-0.2 {
		sure = max(sure, best, float32(j.e.answerAt)+0.05)
	}
	if days > validityDays {
		within, beyond = beyond, within
	}
	j.scores[within], j.scores[beyond] = sure, min(j.scores[beyond], sure-0.05)
}

// days are those since the purchase: what the words say, else what is known, if
// they speak of another incident.
func (j *judgement) days() (days int, given bool) {
	switch {
	case j.elapsed.days >= 0:
		return j.elapsed.days, j.elapsed.given
	case j.elapsed.bought.said() && !j.q.Now.IsZero():
		_, month, number := j.q.Now.In(beijing()).Date()
		return j.elapsed.bought.until(day{int(month), number}), true
	case j.q.PurchasedAt.IsZero() || j.q.Now.Before(j.q.PurchasedAt) || j.anywhere(moodHowLong):
		return -1, false
	case j.report == reportNone && !j.anywhere(moodAgain):
		return -1, false
	}
	return civilDays(j.q.PurchasedAt, j.q.Now), false
}

// civilDays counts the midnights between two moments, Beijing time (Civil Code,
// art. 201: the starting day does not count).
func civilDays(from, to time.Time) int {
	midnights := func(t time.Time) int64 { return (t.In(beijing()).Unix() + 8*60*60) / (24 * 60 * 60) }
	return int(midnights(to) - midnights(from))
}

func beijing() *time.Location { return time.FixedZone("CST", 8*60*60) }
