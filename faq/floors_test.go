package faq_test

import (
	"encoding/json"
	"math"
	"os"
	"testing"
	"time"

	"guanjia/faq"
)

// asked is the moment at which the labelled questions are put.
func asked() time.Time { return time.Date(2026, 11, 24, 10, 0, 0, 0, time.FixedZone("CST", 8*60*60)) }

// floor is a figure below which the FAQ may not fall; the rate must be at most
// 1-atLeast where fewer is better.
type floor struct {
	name    string
	got     faq.Tally
	atLeast float64
	fewer   bool
}

func evaluate(tb testing.TB, file string) *faq.Report {
	tb.Helper()
	return faq.Eval(tb.Context(), builtin(tb).Decide, labelsIn(tb, file), asked())
}

func labelsIn(tb testing.TB, file string) []faq.Label {
	tb.Helper()
	f, err := os.Open(file)
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // only read
	labels, err := faq.ReadLabels(f, file)
	if err != nil {
		tb.Fatal(err)
	}
	return labels
}

func checkFloors(t *testing.T, rep *faq.Report, floors []floor) {
	t.Helper()
	for _, f := range floors {
		rate := f.got.Rate()
		if f.fewer {
			rate = 1 - rate
			if f.got.All == 0 {
				rate = math.NaN()
			}
		}
		if f.got.All == 0 || rate < f.atLeast {
			t.Errorf("%s: %v, must not be below %.2f", f.name, f.got, f.atLeast)
		}
	}
	if t.Failed() {
		for _, m := range rep.Misses {
			t.Logf("line %d, %s: %s is %q, not %q", m.Line, m.Question, m.What, m.Got, m.Want)
		}
	}
}

func TestTheRegressionQuestionsStayAboveTheirFloors(t *testing.T) {
	rep := evaluate(t, "testdata/regression.jsonl")
	checkFloors(t, rep, []floor{
		{"entry first", rep.Top1, 0.96, false},
		{"entry among three", rep.Top3, 0.99, false},
		{"sure answers out of scope", rep.FalseAnswers, 0.95, true},
		{"incident recall", rep.IncidentRecall, 0.97, false},
		{"incident precision", rep.IncidentPrecision, 0.95, false},
		{"incident class", rep.IncidentClass, 0.97, false},
		{"urgency precision", rep.UrgencyPrecision, 0.95, false},
		{"urgency recall", rep.UrgencyRecall, 0.97, false},
		{"faults taken for incidents", rep.FaultsAsIncidents, 1, true},
		{"English", rep.Languages["en"], 0.9, false},
		{"Chinese", rep.Languages["zh"], 0.95, false},
	})
}

func TestTheQuestionsOfAStrangerStayAboveTheirFloors(t *testing.T) {
	rep := evaluate(t, "testdata/fresh.jsonl")
	checkFloors(t, rep, []floor{
		{"entry first", rep.Top1, 0.95, false},
		{"entry among three", rep.Top3, 0.99, false},
		{"sure answers out of scope", rep.FalseAnswers, 0.95, true},
		{"incident recall", rep.IncidentRecall, 0.97, false},
		{"incident precision", rep.IncidentPrecision, 0.95, false},
		{"urgency precision", rep.UrgencyPrecision, 0.95, false},
		{"urgency recall", rep.UrgencyRecall, 0.97, false},
		{"faults taken for incidents", rep.FaultsAsIncidents, 1, true},
	})
}

func TestAReportBesideAQuestionIsAReport(t *testing.T) {
	for question, want := range map[string]string{
		"我们中勒索了！数据还能恢复吗":                                         faq.ActionEscalate,
		"数据还能恢复吗？我们的服务器刚被勒索病毒加密了。":                               faq.ActionEscalate,
		"We have been hit by ransomware! Can data be recovered?": faq.ActionEscalate,
		"如果我们中勒索了。数据还能恢复吗":                                       faq.ActionAnswer,
		"我们去年中勒索了。数据还能恢复吗":                                       faq.ActionAnswer,
		"被勒索加密的数据能恢复吗":                                           faq.ActionAnswer,
	} {
		if d := builtin(t).Decide(t.Context(), faq.Question{Text: question, Now: asked()}); d.Action != want {
			t.Errorf("%s: %s %s, want %s", question, d.Action, d.FAQID, want)
		}
	}
}

func TestAQuestionInTwoPartsIsAnsweredInItsOrder(t *testing.T) {
	d := builtin(t).Decide(t.Context(), faq.Question{Text: "专业版怎么绑定服务器，绑错了可以解绑吗", Now: asked()})
	if d.Action != faq.ActionAnswer || d.FAQID != "bind-servers" || len(d.Also) != 1 || d.Also[0] != "unbind-server" {
		t.Errorf("%s %s %v", d.Action, d.FAQID, d.Also)
	}
}

func TestTheSameQuestionGivesTheSameBytes(t *testing.T) {
	first, second := builtin(t), retrained(t)
	for _, text := range []string{"你们上门吗", "被勒索了怎么办，数据还能恢复吗", "买了16天又中毒了 still covered?", "我想问问那个"} {
		want, err := json.Marshal(first.Decide(t.Context(), faq.Question{Text: text, Now: asked()}))
		if err != nil {
			t.Fatal(err)
		}
		for i := range 1000 {
			e := first
			if i%2 == 1 {
				e = second
			}
			got, err := json.Marshal(e.Decide(t.Context(), faq.Question{Text: text, Now: asked()}))
			if err != nil {
				t.Fatal(err)
			}
			if string(got) != string(want) {
				t.Fatalf("%q, time %d:\n%s\nbefore:\n%s", text, i, got, want)
			}
		}
	}
	a1, c1 := first.Thresholds()
	a2, c2 := second.Thresholds()
	if a1 != a2 || c1 != c2 || first.Hash() != second.Hash() {
		t.Errorf("two engines of one FAQ differ: %v %v %s, %v %v %s", a1, c1, first.Hash(), a2, c2, second.Hash())
	}
}
