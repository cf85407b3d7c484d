package faq

// reports reports whether an incident is told of.
func (j *judgement) reports() bool {
	p := j.mass(labelIncident)
	switch j.report {
	case reportStrong:
		return p > 0.15
	case reportWeak:
		return p > 0.5
	case reportAbout:
		return p > 0.9
	default:
		return p > 0.8 && !j.faulty()
	}
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

// incidentClass joins the words' class and the model's.
func (j *judgement) incidentClass() string {
	best, top := "", float32(-1)
	for i, c := range classes() {
		s := j.mass(labelIncident, c)
		if j.class[i] > 0 {
			s += 0.25 + 0.05*float32(len(j.class)-i)
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
	case j.anywhere(moodUp):
		h, _ := j.find(moodUp, 0, n)
		d.Reasons, d.Urgency = append(d.Reasons, "紧急："+j.words(h)), 0.95
	}
	d.Urgent = d.Urgency >= 0.5
}
