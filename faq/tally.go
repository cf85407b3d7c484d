package faq

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// Tally counts right answers.
type Tally struct{ Right, All int }

func (t *Tally) add(right bool) {
	t.All++
	if right {
		t.Right++
	}
}

// Rate is the share of right ones, 1 of none.
func (t Tally) Rate() float64 {
	if t.All == 0 {
		return 1
	}
	return float64(t.Right) / float64(t.All)
}

// String is the share and the counts behind it.
func (t Tally) String() string { return fmt.Sprintf("%.3f (%d/%d)", t.Rate(), t.Right, t.All) }

// Confusion is how often one label was taken for another.
type Confusion struct {
	Want, Got string
	Count     int
}

// Miss is a question that was decided otherwise than its label says.
type Miss struct {
	Line           int
	Question, What string
	Want, Got      string
	Decision       Decision
}

// Report is the result of an evaluation.
type Report struct {
	Questions Tally            // every judged key right
	Fields    map[string]Tally // by key: action, faq_id, intent, incident_class, urgent
	Labels    map[string]Tally // by entry, incident class or intent
	Languages map[string]Tally // top choice by lang

	Top1, Top3        Tally // entry questions: the first, one of the first three candidates
	FalseAnswers      Tally // out-of-scope questions that got a sure answer
	IncidentPrecision Tally // of what was taken for an incident
	IncidentRecall    Tally // of what is one
	IncidentClass     Tally // of what is one and was found
	FaultsAsIncidents Tally // of faults without an attacker
	UrgencyPrecision  Tally // of what was taken for urgent
	UrgencyRecall     Tally // of what is urgent

	Confusions    []Confusion // the commonest first
	Misses        []Miss
	P50, P95, Max time.Duration

	confused map[[2]string]int
	took     []time.Duration
}

func newReport() *Report {
	return &Report{Fields: map[string]Tally{}, Labels: map[string]Tally{}, Languages: map[string]Tally{}, confused: map[[2]string]int{}}
}

// Accuracy is the share of questions of which every judged key is right.
func (r *Report) Accuracy() float64 { return r.Questions.Rate() }

func (r *Report) add(l Label, d Decision, took time.Duration) {
	r.took = append(r.took, took)
	right := true
	judge := func(key string, want *string, got string) {
		if want == nil {
			return
		}
		ok := *want == got
		right = right && ok
		count(r.Fields, key, ok)
		if !ok {
			r.Misses = append(r.Misses, Miss{l.line, l.Question, key, *want, got, d})
		}
	}
	judge("action", l.Action, d.Action)
	judge("faq_id", l.FAQID, d.FAQID)
	judge("intent", l.Intent, d.Intent)
	judge("incident_class", l.IncidentClass, d.IncidentClass)
	if l.Urgent != nil {
		want := fmt.Sprint(*l.Urgent)
		judge("urgent", &want, fmt.Sprint(d.Urgent))
	}
	r.Questions.add(right)
	r.addTop(l, d)
	r.addTriage(l, d)
}

func count(m map[string]Tally, key string, right bool) {
	t := m[key]
	t.add(right)
	m[key] = t
}

// addTop counts whether the right label came first.
func (r *Report) addTop(l Label, d Decision) {
	want, got := l.name(), d.name()
	if want == "" {
		return
	}
	count(r.Labels, want, want == got)
	if l.Lang != nil {
		count(r.Languages, *l.Lang, want == got)
	}
	if want != got {
		r.confused[[2]string{want, got}]++
	}
	if l.FAQID == nil || *l.FAQID == "" {
		return
	}
	r.Top1.add(want == got)
	top := d.Candidates[:min(offered, len(d.Candidates))]
	r.Top3.add(want == got || slices.ContainsFunc(top, func(c Candidate) bool { return c.ID == want }))
}

// name is what a label is about: its entry, class or intent.
func (l Label) name() string {
	for _, s := range []*string{l.FAQID, l.IncidentClass, l.Intent} {
		if s != nil && *s != "" {
			return *s
		}
	}
	return ""
}

// name is what a decision is about, as a label would say it: a candidate counts
// when nothing surer was said.
func (d Decision) name() string {
	return cmp.Or(d.IncidentClass, d.FAQID, d.Intent)
}

func (r *Report) addTriage(l Label, d Decision) {
	if l.Intent != nil {
		incident := *l.Intent == IntentIncident
		if d.Intent == IntentIncident {
			r.IncidentPrecision.add(incident)
		}
		switch *l.Intent {
		case IntentIncident:
			r.IncidentRecall.add(d.Intent == IntentIncident)
			if l.IncidentClass != nil && d.Intent == IntentIncident {
				r.IncidentClass.add(*l.IncidentClass == d.IncidentClass)
			}
		case IntentNonSecurity:
			r.FaultsAsIncidents.add(d.Intent == IntentIncident)
		case IntentOutOfScope, IntentInjection:
			r.FalseAnswers.add(d.Action == ActionAnswer)
		}
	}
	if l.Urgent != nil {
		if d.Urgent {
			r.UrgencyPrecision.add(*l.Urgent)
		}
		if *l.Urgent {
			r.UrgencyRecall.add(d.Urgent)
		}
	}
}

func (r *Report) finish() {
	for pair, n := range r.confused {
		r.Confusions = append(r.Confusions, Confusion{pair[0], pair[1], n})
	}
	slices.SortFunc(r.Confusions, func(a, b Confusion) int {
		return cmp.Or(b.Count-a.Count, cmp.Compare(a.Want, b.Want), cmp.Compare(a.Got, b.Got))
	})
	slices.Sort(r.took)
	if n := len(r.took); n > 0 {
		r.P50, r.P95, r.Max = r.took[n/2], r.took[n*95/100], r.took[n-1]
	}
}
