package faq

import "slices"

// The probabilities of all incident classes together from which a question is a
// report, by what its words say of themselves. Measured by cross-validation over
// the FAQ: docs/evaluation.md.
const (
	reportIfStrong    = 0.2
	reportIfHurried   = 0.1  // it happened, help is wanted now, but words of a fault are there, too
	reportIfAsked     = 0.55 // it happened, but something is asked about it
	reportIfWeak      = 0.45
	reportIfNone      = 0.4
	reportIfLikeliest = 0.25 // something happened, and it is likelier than anything else
	reportIfNoneAsked = 0.6  // something is asked, and no word of an incident in it
	clearly           = 1.5  // so many times likelier than anything else
	reportIfFaulty    = 0.7  // words of a fault, and none of an incident
	reportIfAbout     = 0.8
	reportIfElsewhere = 0.85 // somebody else's, and no report of the asker's own
)

// The concepts that rules refer to; an FAQ need not have them.
const (
	conceptUnauthorized = "unauthorized"
	conceptExtortion    = "extortion"
)

// reports reports whether an incident is told of.
func (j *judgement) reports() bool {
	p := j.mass(labelIncident)
	switch {
	case j.anywhere(moodThirdParty) && !j.current:
		return p > reportIfElsewhere
	case j.report == reportStrong && j.asked && !j.wantsHelp(0, len(j.atoms)) && !j.anywhere(moodDown):
		return p > reportIfAsked && (j.current || p > reportIfAbout) || j.reportsApart()
	case j.report == reportStrong && j.current && !j.asked && j.hurries():
		return p > reportIfHurried || !j.faulty()
	case j.report == reportStrong:
		return p > reportIfStrong
	case j.report == reportWeak:
		return p > reportIfWeak
	case j.report == reportAbout:
		return p > reportIfAbout
	case j.faulty():
		return p > reportIfFaulty || j.alien() && p > reportIfLikeliest && j.likeliest(p)
	case j.asked && !j.wantsHelp(0, len(j.atoms)):
		return p > reportIfNoneAsked
	default:
		return p > reportIfNone || j.told() && p > reportIfLikeliest && j.likeliest(p)
	}
}

// told reports whether something is told of: it happened, it goes on, or it is the
// asker's own.
func (j *judgement) told() bool {
	return j.happenedIn(0, len(j.atoms)) || j.anywhere(moodOurs)
}

// likeliest reports whether an incident is clearly likelier than any other kind of
// question.
func (j *judgement) likeliest(p float32) bool {
	other := j.mass(labelNear) + j.mass(labelFar)
	for i, l := range j.e.labels {
		if l.kind == labelEntry || l.kind == labelIntent {
			other = max(other, j.p[i])
		}
	}
	return p > clearly*other
}

// alien reports whether somebody who may not, or who wants money, is spoken of.
func (j *judgement) alien() bool {
	for _, h := range j.hits {
		if g := j.group(h); g.family == familyConcept && (g.name == conceptUnauthorized || g.name == conceptExtortion) {
			return true
		}
	}
	return false
}

// reportsApart reports whether one of the sentences, taken alone, tells of an
// incident that is going on: 我们中勒索了！数据还能恢复吗.
func (j *judgement) reportsApart() bool {
	if j.apart == "" {
		return false
	}
	alone := j.e.judge(new(workspace), j.e.read(new(workspace), j.apart), Question{Text: j.apart, Now: j.q.Now})
	return alone.mass(labelIncident) > reportIfAsked
}

// faulty reports whether a fault without an attacker is spoken of: 网站挂了, but not
// 网站被挂了黑链.
func (j *judgement) faulty() bool {
	return j.report < reportStrong && j.anywhere(moodOwnDoing) || slices.ContainsFunc(j.hits, func(h hit) bool {
		g := j.group(h)
		return g.family == familyIntent && g.name == groupNonSecurity && !slices.ContainsFunc(j.hits, func(around hit) bool {
			return j.group(around).family == familyIncident && around.from <= h.from && h.to <= around.to
		})
	})
}

// incident fills in a report.
func (j *judgement) incident(d *Decision) {
	d.Intent, d.IncidentClass = IntentIncident, j.incidentClass()
	d.Score = float64(max(j.mass(labelIncident), 0.5))
	j.urgency(d)
	d.Action = ActionReport
	if d.Urgent {
		d.Action = ActionEscalate
	}
}

// incidentClass joins the words' class and the model's: a word of a class that
// tells that it happened counts for a quarter of certainty, the more the earlier
// its class wins.
func (j *judgement) incidentClass() string {
	best, top, all := "", float32(-1), max(j.mass(labelIncident), 1e-6)
	class := j.class
	if last := len(class) - 1; j.attacked && class == [4]int{} {
		class[last] = int(reportStrong)
	}
	for i, c := range classes() {
		s := j.mass(labelIncident, c) / all
		if class[i] > 0 {
			s += float32(0.08*float32(class[i])) + float32(0.02*float32(len(j.class)-i))
		}
		if s > top {
			best, top = c, s
		}
	}
	return best
}

// urgency judges a report: one of now and of the asker's own is urgent.
func (j *judgement) urgency(d *Decision) {
	d.Urgency = 0.8
	for _, h := range j.hits {
		if j.group(h).family == familyIncident {
			d.Reasons = append(d.Reasons, j.words(h))
		}
	}
	n := len(j.atoms)
	switch {
	case j.anywhere(moodDown):
		h, _ := j.find(moodDown, 0, n)
		d.Reasons, d.Urgency = append(d.Reasons, "不急："+j.words(h)), 0.1
	case !j.current && (j.report == reportStrong || j.over()):
		d.Urgency = 0.25
	default:
		if h, ok := j.hurry(); ok {
			d.Reasons, d.Urgency = append(d.Reasons, "紧急："+j.words(h)), 0.95
		}
	}
	d.Urgent = d.Urgency >= 0.5
}

// doubt marks what may be an emergency though it was not taken for one: a fault or
// a call for people in a hurry, or a question about an incident of the asker's
// own that seems to be going on.
func (j *judgement) doubt(d *Decision) {
	if d.Urgent || d.Intent == IntentGreeting || d.Intent == IntentInjection || j.anywhere(moodDown) {
		return
	}
	word, hurry := j.hurry()
	hurry = hurry && !j.anywhere(moodHypothetical) && !j.anywhere(moodWanted) && !j.anywhere(moodPast)
	switch {
	case d.Intent == IntentIncident:
		d.Doubtful = hurry && j.report == reportStrong
	case j.report == reportStrong && j.current && j.mass(labelIncident) > reportIfStrong:
		d.Doubtful = true
	default:
		d.Doubtful = hurry && (d.Intent == IntentNonSecurity && d.Action == ActionAnswer || d.Intent == IntentHuman)
	}
	if d.Doubtful {
		d.Urgency = max(d.Urgency, 0.45)
		if hurry {
			d.Reasons = append(d.Reasons, "或许紧急："+j.words(word))
		}
	}
}
