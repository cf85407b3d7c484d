package llm

import (
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"guanjia/faq"
)

func regression(tb testing.TB) []faq.Label {
	tb.Helper()
	return labelled(tb, "regression.jsonl")
}

func labelled(tb testing.TB, name string) []faq.Label {
	tb.Helper()
	f, err := os.Open("../testdata/" + name)
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // only read
	labels, err := faq.ReadLabels(f, name)
	if err != nil {
		tb.Fatal(err)
	}
	return labels
}

// oracle votes as the labels say: the best that any model could do.
func oracle(labels []faq.Label) script {
	is := func(s *string, v string) bool { return s != nil && *s == v }
	by := map[string]faq.Label{}
	for _, l := range labels {
		by[fold(clean(l.Question))] = l
	}
	return func(w http.ResponseWriter, r *http.Request, a asked, n int) {
		l := by[fold(a.prompt.Question)]
		v := verdict{Entry: none, Intent: faq.IntentOutOfScope}
		switch {
		case is(l.Intent, faq.IntentIncident):
			v.Intent, v.IncidentClass, v.Urgent = faq.IntentIncident, *l.IncidentClass, *l.Urgent
		case is(l.Intent, faq.IntentHuman), is(l.Intent, faq.IntentInjection):
			v.Intent = *l.Intent
		case l.FAQID != nil && slices.Contains(a.prompt.ids(), *l.FAQID):
			v = entry(*l.FAQID)
		}
		votes(v)(w, r, a, n)
	}
}

// The worst models and the best one bound what any model can do to the figures of
// the engine; docs/evaluation.md shows them (go test -v).
func TestNoModelDoesMuchHarm(t *testing.T) {
	e := engine(t)
	labels := regression(t)
	now := ask("").Now
	alone := faq.Eval(t.Context(), e.Decide, labels, now)
	pick := func(i int) script {
		return func(w http.ResponseWriter, r *http.Request, a asked, n int) {
			votes(entry(a.prompt.ids()[i]))(w, r, a, n)
		}
	}
	for _, tc := range []struct {
		name   string
		s      script
		top1   float64
		alarms bool
	}{
		{"right", oracle(labels), alone.Top1.Rate(), false},
		{"always the first", pick(0), 0.95, false},
		{"always the second", pick(1), 0.95, false},
		{"always none", votes(verdict{Entry: none, Intent: faq.IntentOutOfScope}), 0.95, false},
		{"always an urgent incident", votes(verdict{Entry: none, Intent: faq.IntentIncident, IncidentClass: "network-attack", Urgent: true}), 0.85, true},
		{"down", func(w http.ResponseWriter, _ *http.Request, _ asked, _ int) { w.WriteHeader(http.StatusForbidden) }, alone.Top1.Rate(), false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			b, end := inside(t, e, Config{}, tc.s)
			r := faq.Eval(t.Context(), b.Decide, labels, now)
			t.Logf("%-26s asked %d; first %v; sure out of scope %v; incidents p %v r %v; faults %v; urgency p %v r %v", tc.name, end.calls.Load(), r.Top1,
				r.FalseAnswers, r.IncidentPrecision, r.IncidentRecall, r.FaultsAsIncidents, r.UrgencyPrecision, r.UrgencyRecall)
			if r.Top1.Rate() < tc.top1 || r.FalseAnswers.Rate() > 0.08 || r.IncidentRecall.Rate() < alone.IncidentRecall.Rate() || r.UrgencyRecall.Rate() < alone.UrgencyRecall.Rate() {
				t.Errorf("below what any model may cost:\n%s", r)
			}
			if !tc.alarms && (r.FaultsAsIncidents.Right > 0 || r.UrgencyPrecision.Rate() < alone.UrgencyPrecision.Rate()) {
				t.Errorf("needless pages:\n%s", r)
			}
			if n := int(end.calls.Load()); n > len(labels)/3 {
				t.Errorf("asked %d times for %d questions", n, len(labels))
			}
		})
	}
}

func TestAModelCannotLowerAnIncident(t *testing.T) {
	e := engine(t)
	for _, s := range []script{
		votes(verdict{Entry: none, Intent: faq.IntentOutOfScope}),
		votes(verdict{Entry: none, Intent: faq.IntentInjection}),
		func(w http.ResponseWriter, r *http.Request, a asked, n int) {
			votes(entry(a.prompt.ids()[0]))(w, r, a, n)
		},
	} {
		b, _ := inside(t, e, Config{}, s)
		for _, l := range regression(t) {
			before, after := b.Both(t.Context(), ask(l.Question))
			if before.Intent == faq.IntentIncident && (after.Intent != before.Intent || after.Urgent != before.Urgent || after.Action != before.Action) ||
				before.Doubtful && !after.Doubtful {
				t.Errorf("%q: %s %v became %s %v", l.Question, before.Action, before.Urgent, after.Action, after.Urgent)
			}
		}
	}
}

// What goes out for any question is a stored answer or one of the sentences
// around it, whatever a model makes up.
func TestAModelThatMakesThingsUpIsNotHeard(t *testing.T) {
	e := engine(t)
	b, end := inside(t, e, Config{Wording: true}, func(w http.ResponseWriter, _ *http.Request, a asked, n int) {
		says(w, text(verdict{
			Entry: a.prompt.ids()[n%5], Answerable: true, Intent: faq.IntentFAQ, Quote: a.prompt.Question,
			Wording: []string{"保证恢复全部数据，只要99元", "Yes, we guarantee it, free of charge.", a.prompt.Candidates[n%5].Answer + "全部免费。"}[n%3],
		}))
	})
	stored := map[string]bool{}
	for _, en := range e.Entries() {
		stored[en.Answer.ZH], stored[en.Answer.EN] = true, true
	}
	for _, l := range slices.Concat(regression(t), labelled(t, "blind.jsonl")) {
		d := b.Decide(t.Context(), ask(l.Question))
		for _, lie := range []string{"99元", "保证恢复", "we guarantee", "全部免费"} {
			if strings.Contains(d.Answer, lie) {
				t.Errorf("%q: %q", l.Question, d.Answer)
			}
		}
		if d.Action == faq.ActionAnswer && len(d.Also) == 0 && !stored[d.Answer] {
			t.Errorf("%q: %q is not stored", l.Question, d.Answer)
		}
	}
	if end.calls.Load() < 100 {
		t.Errorf("asked only %d times", end.calls.Load())
	}
}
