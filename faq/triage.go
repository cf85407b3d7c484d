package faq

// The probabilities of all incident classes together from which a question is a
// report, by what its words say of themselves. Measured by cross-validation over
// the FAQ: docs/evaluation.md.
const (
	reportIfStrong    = 0.2
	reportIfAsked     = 0.55 // it happened, but something is asked about it
	reportIfWeak      = 0.45
	reportIfNone      = 0.4
	reportIfFaulty    = 0.7 // words of a fault, and none of an incident
	reportIfAbout     = 0.8
	reportIfElsewhere = 0.85 // somebody else's, and no report of the asker's own
)

// reports reports whether an incident is told of.
func (j *judgement) reports() bool {
	p := j.mass(labelIncident)
	switch {
	case j.anywhere(moodThirdParty) && !j.current:
		return p > reportIfElsewhere
	case j.report == reportStrong && j.asked && !j.wantsHelp(0, len(j.atoms)):
		return p > reportIfAsked || j.reportsApart()
	case j.report == reportStrong:
		return p > reportIfStrong
	case j.report == reportWeak:
		return p > reportIfWeak
	case j.report == reportAbout:
		return p > reportIfAbout
	case j.faulty():
		return p > reportIfFaulty
	default:
		return p > reportIfNone
	}
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

// faulty reports whether a fault without an attacker is spoken of.
func (j *judgement) faulty() bool {
	_, said := j.intent(groupNonSecurity)
	return said
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

// incidentClass joins the words' class and the model's: a word of a class counts
// for a fifth of certainty, the more the earlier its class wins.
func (j *judgement) incidentClass() string {
	best, top, all := "", float32(-1), max(j.mass(labelIncident), 1e-6)
	for i, c := range classes() {
		s := j.mass(labelIncident, c) / all
		if j.class[i] > 0 {
			s += 0.2 + float32(0.02*float32(len(j.class)-i))
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
	case j.report == reportStrong && !j.current:
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
	hurry = hurry && !j.anywhere(moodHypothetical) && !j.anywhere(moodPast)
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
