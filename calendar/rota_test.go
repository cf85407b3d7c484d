package calendar_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"guanjia/calendar"
)

func TestOnDutyFollowsTheTurnsAndOverrides(t *testing.T) {
	c := newCalendar(t, nil)
	r, err := calendar.NewRota(calendar.OnCall{
		Rotations: []calendar.Rotation{{Name: "primary", Members: []string{"li", "wang"}, Period: 24 * time.Hour, Start: "2026-11-23T09:00"}},
		Overrides: []calendar.Override{{Rotation: "primary", Member: "zhao", From: "2026-11-25T18:00", To: "2026-11-26T09:00"}},
	}, c.Location())
	if err != nil {
		t.Fatal(err)
	}
	for when, want := range map[string]string{
		"2026-11-23 09:00": "li", "2026-11-24 08:59": "li", "2026-11-24 09:00": "wang", "2026-11-23 08:59": "wang",
		"2026-11-22 08:00": "li", "2026-11-25 17:59": "li", "2026-11-25 18:00": "zhao", "2026-11-26 09:00": "wang",
	} {
		if got := r.OnDuty("primary", at(t, c, when)); got != want {
			t.Errorf("%s: %q, want %q", when, got, want)
		}
	}
	if got := r.OnDuty("nobody", at(t, c, "2026-11-23 09:00")); got != "" {
		t.Errorf("unknown rotation has %q", got)
	}
	var turns []string
	for _, turn := range r.Turns("primary", at(t, c, "2026-11-25 00:00"), at(t, c, "2026-11-27 00:00")) {
		turns = append(turns, turn.Member+" "+turn.From.Format("02T15"))
	}
	if want := []string{"wang 25T00", "li 25T09", "zhao 25T18", "wang 26T09"}; !cmp.Equal(turns, want) {
		t.Errorf("turns %v, want %v", turns, want)
	}
}

func TestLaterOverrideWins(t *testing.T) {
	c := newCalendar(t, nil)
	r, err := calendar.NewRota(calendar.OnCall{}, c.Location())
	if err != nil {
		t.Fatal(err)
	}
	r = r.WithOverrides([]calendar.Override{
		{Rotation: "primary", Member: "li", From: "2026-11-25T18:00", To: "2026-11-26T09:00"},
		{Rotation: "primary", Member: "wang", From: "2026-11-25T20:00", To: "2026-11-25T22:00"},
	}, c.Location())
	if got := r.OnDuty("primary", at(t, c, "2026-11-25 21:00")); got != "wang" {
		t.Errorf("on duty %q", got)
	}
}

func TestScheduleFilesAreRead(t *testing.T) {
	data, err := os.ReadFile("testdata/holidays/2026.json")
	if err != nil {
		t.Fatal(err)
	}
	dates, err := calendar.ParseSchedule(data)
	if err != nil || dates["2026-01-01"].Kind != calendar.SpecOff || dates["2026-10-10"].Kind != calendar.SpecWork {
		t.Fatalf("%v %v", dates, err)
	}
	ics := "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20261101T000000Z\r\nDTSTART;VALUE=DATE:20270206\r\nDTEND;VALUE=DATE:20270208\r\nSUMMARY:春节 休\r\nEND:VEVENT\r\n" +
		"BEGIN:VEVENT\r\nUID:2\r\nDTSTAMP:20261101T000000Z\r\nDTSTART;VALUE=DATE:20270214\r\nSUMMARY:春节 补班\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
	dates, err = calendar.ParseSchedule([]byte(ics))
	want := map[string]calendar.DateSpec{"2027-02-06": {Kind: "off"}, "2027-02-07": {Kind: "off"}, "2027-02-14": {Kind: "work"}}
	if diff := cmp.Diff(want, dates); diff != "" || err != nil {
		t.Error(diff, err)
	}
	if got := calendar.RenderDates(want); !strings.Contains(got, `    "2027-02-14": work`) {
		t.Error(got)
	}
}

func FuzzParseSchedule(f *testing.F) {
	f.Add([]byte(`{"days":[{"date":"2027-01-01","isOffDay":true}]}`))
	f.Add([]byte("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20270206\nSUMMARY:休\nEND:VEVENT\nEND:VCALENDAR"))
	f.Fuzz(func(t *testing.T, data []byte) {
		dates, err := calendar.ParseSchedule(data)
		if err == nil && len(dates) == 0 {
			t.Error("read nothing and said nothing")
		}
	})
}

func FuzzIntervals(f *testing.F) {
	f.Add("09:00-12:00")
	f.Fuzz(func(t *testing.T, s string) {
		if calendar.ParseIntervals([]string{s}) == nil && calendar.ParseIntervals([]string{s, s}) == nil {
			t.Errorf("%q overlaps itself unnoticed", s)
		}
	})
}
