package faq_test

import (
	"slices"
	"testing"
	"time"

	"guanjia/faq"
)

func TestGapsAreTheMostFrequentFirst(t *testing.T) {
	e := builtin(t)
	day := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	asked := []faq.Asked{
		{Text: "有没有手机客户端", At: day},
		{Text: "支持哪些国家", At: day.Add(time.Hour)},
		{Text: "你们有没有手机客户端？", At: day.Add(2 * time.Hour)},
		{Text: "有没有手机客户端呀", At: day.Add(3 * time.Hour), Unhelpful: true},
	}
	gaps := e.Gaps(t.Context(), asked, day)
	if len(gaps) != 2 || gaps[0].Count != 3 || gaps[0].Unhelpful != 1 || gaps[0].Question != "有没有手机客户端" || !gaps[0].Last.Equal(day.Add(3*time.Hour)) || gaps[0].Nearest == "" {
		t.Errorf("%+v", gaps)
	}
	slices.Reverse(asked)
	if again := e.Gaps(t.Context(), asked, day); !slices.Equal(gaps, again) {
		t.Errorf("in another order: %+v", again)
	}
}
