package main

import (
	"encoding/json"
	"testing"
	"time"

	"guanjia/bot"
	"guanjia/console"
)

func TestWordsOfACaseAreFoundWhereverTheyStand(t *testing.T) {
	for body, want := range map[string]string{
		`{"id":"C1","order_id":"o-1","product":"emergency","company":"某电商","contacts":[`:                 "o-1\n某电商",
		`{"company":"A","zzz":{"company":"not this"},"list":[{"order_id":"nor this"}],"order_id":"o-2"}`: "A\no-2",
		`{"company":7}`: "", `[]`: "", ``: "", `{"company":"A"`: "A", `{"id":"C1"}`: "", `null`: "",
	} {
		if got := wordsIn(json.RawMessage(body)); got != want {
			t.Errorf("%s: %q, want %q", body, got, want)
		}
	}
}

func TestForecastGoesOnAtTheMonthsPace(t *testing.T) {
	begins := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	ends := begins.AddDate(0, 1, 0)
	at := func(days float64) time.Time { return begins.Add(time.Duration(days * 24 * float64(time.Hour))) }
	for name, x := range map[string]struct {
		used, limit int64
		now         time.Time
		forecast    int64
		out         time.Time
	}{
		"half way":        {1000, 5000, at(15), 2000, time.Time{}},
		"too fast":        {3000, 5000, at(15), 6000, at(25)},
		"used up":         {6000, 5000, at(15), 12000, at(15)},
		"the first hour":  {10, 5000, at(0.04), 300, time.Time{}},
		"nothing":         {0, 5000, at(20), 0, time.Time{}},
		"without a limit": {900, 0, at(10), 2700, time.Time{}},
	} {
		got := forecast(console.Used{Used: x.used, Limit: x.limit}, begins, x.now, ends)
		if got.Forecast != x.forecast || !got.Out.Equal(x.out) {
			t.Errorf("%s: %d, out %v; want %d, %v", name, got.Forecast, got.Out, x.forecast, x.out)
		}
	}
}

func TestReasonsNameTheClassApart(t *testing.T) {
	l := callLine(bot.Entry{Kind: "reason", Text: "C4 某公司；有害程序事件；勒索"})
	if l.Class != "harmful-program" || l.Text != "C4 某公司 · 勒索" {
		t.Errorf("%+v", l)
	}
	if l := callLine(bot.Entry{Kind: "asked", Text: "有害程序事件"}); l.Class != "" || l.Text != "有害程序事件" {
		t.Errorf("%+v", l)
	}
}

func TestTimelineIsTakenApartForAnotherLanguage(t *testing.T) {
	for _, x := range []struct {
		entry bot.Entry
		want  console.Line
	}{
		{bot.Entry{Kind: "reported", By: "陈晓", Text: "I1 上报：有害程序事件"}, console.Line{Kind: "reported", By: "陈晓", Of: "I1", Class: "harmful-program"}},
		{bot.Entry{Kind: "purchased", By: "webhook", Text: "下单：应急响应服务"}, console.Line{Kind: "purchased", By: "bot"}},
		{bot.Entry{Kind: "update", By: "李工", Text: "I1 进展：已隔离"}, console.Line{Kind: "update", By: "李工", Of: "I1", Text: "已隔离"}},
	} {
		if got := caseLine(x.entry); got != x.want {
			t.Errorf("%+v, want %+v", got, x.want)
		}
	}
}

func TestListsArePagedWithinTheirBounds(t *testing.T) {
	ids := []string{"C3", "C2", "C1"}
	for from, want := range map[int]int{0: 2, 2: 1, 3: 0, 500: 0} {
		if got := pageOf(ids, console.Query{From: from, Size: 2}); len(got) != want {
			t.Errorf("from %d: %v", from, got)
		}
	}
}
