package handlers_test

import (
	"strings"
	"testing"
	"time"
)

func TestManagersHearOfAClockThatJumpsOnceADay(t *testing.T) {
	o := newOffice(t)
	back := o.handler.ClockStepped("bot-1", -time.Hour, o.now).Say
	forward := o.handler.ClockStepped("bot-2", 40*time.Second, o.now.Add(time.Minute)).Say
	if len(back) != 1 || len(forward) != 1 || back[0].ID != forward[0].ID || back[0].To != "user:staff005" {
		t.Fatalf("%+v %+v", back, forward)
	}
	for text, words := range map[string][]string{
		back[0].Text: {"bot-1", "拨慢了 1h0m0s"}, forward[0].Text: {"bot-2", "拨快了 40s"},
	} {
		for _, w := range words {
			if !strings.Contains(text, w) {
				t.Errorf("%q says nothing of %q", text, w)
			}
		}
	}
	if next := o.handler.ClockStepped("bot-1", time.Hour, o.now.Add(24*time.Hour)).Say; next[0].ID == back[0].ID {
		t.Error("not told the day after")
	}
}
