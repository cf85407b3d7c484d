package calendar_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"guanjia/calendar"
)

func week() calendar.Week {
	d := []string{"09:00-12:00", "13:00-18:00"}
	return calendar.Week{Mon: d, Tue: d, Wed: d, Thu: d, Fri: d}
}

func newCalendar(tb testing.TB, dates map[string]calendar.DateSpec) *calendar.Calendar {
	tb.Helper()
	c, err := calendar.New(calendar.Config{Timezone: "Asia/Shanghai", Week: week(), Dates: dates})
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

func at(tb testing.TB, c *calendar.Calendar, local string) time.Time {
	tb.Helper()
	t, err := time.ParseInLocation("2006-01-02 15:04", local, c.Location())
	if err != nil {
		tb.Fatal(err)
	}
	return t
}

func TestEveryScheduledDayIsAsTheStateCouncilSaid(t *testing.T) {
	c := newCalendar(t, nil)
	files, err := filepath.Glob("testdata/holidays/*.json")
	if err != nil || len(files) != 8 {
		t.Fatalf("schedules: %v %v", files, err)
	}
	special := map[string]calendar.Kind{}
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		var file struct {
			Days []struct {
				Date string
				Off  bool `json:"isOffDay"`
			}
		}
		if err := json.Unmarshal(data, &file); err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Days {
			special[d.Date] = calendar.KindMakeup
			if d.Off {
				special[d.Date] = calendar.KindHoliday
			}
		}
	}
	days := c.Days(at(t, c, "2019-01-01 00:00"), at(t, c, "2026-12-31 00:00"))
	if len(days) != 2922 {
		t.Fatalf("%d days, want 2922", len(days))
	}
	for _, d := range days {
		want, ok := special[d.Date]
		if !ok {
			day, _ := time.Parse(time.DateOnly, d.Date)
			want = calendar.KindWork
			if wd := day.Weekday(); wd == time.Saturday || wd == time.Sunday {
				want = calendar.KindOff
			}
		}
		if works(d.Kind) != works(want) || d.Provisional {
			t.Errorf("%s: %s (provisional %v), want %s", d.Date, d.Kind, d.Provisional, want)
		}
		// The sources differ in whether a weekend inside a holiday is part of it.
		if listed := ok && d.Date != "2020-02-03"; listed && d.Kind != want {
			t.Errorf("%s: %s, want %s", d.Date, d.Kind, want)
		}
		if open := len(d.Open) > 0; open != works(want) {
			t.Errorf("%s %s: open %v", d.Date, d.Kind, d.Open)
		}
	}
}

func works(k calendar.Kind) bool { return k == calendar.KindWork || k == calendar.KindMakeup }

func TestYearWithoutScheduleKeepsTheStatutoryDays(t *testing.T) {
	c := newCalendar(t, nil)
	var got []string
	for _, d := range c.Days(at(t, c, "2027-01-01 00:00"), at(t, c, "2027-12-31 00:00")) {
		if !d.Provisional {
			t.Fatalf("%s is not provisional", d.Date)
		}
		if d.Kind == calendar.KindHoliday {
			got = append(got, d.Date)
		}
	}
	// Lunar New Year 2027 is 6 February, Qingming 5 April, Dragon Boat 9 June,
	// Mid-Autumn 15 September (Hong Kong Observatory's tables).
	want := []string{
		"2027-01-01", "2027-02-05", "2027-02-06", "2027-02-07", "2027-02-08", "2027-04-05",
		"2027-05-01", "2027-05-02", "2027-06-09", "2027-09-15", "2027-10-01", "2027-10-02", "2027-10-03",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if years := c.Provisional(at(t, c, "2026-11-23 09:00"), 90); !cmp.Equal(years, []int{2027}) {
		t.Errorf("provisional years %v", years)
	}
}

func TestNextOpening(t *testing.T) {
	for _, tc := range []struct {
		name, at, opens, closes string
		open                    bool
		dates                   map[string]calendar.DateSpec
	}{
		{name: "in the morning", at: "2026-11-23 10:00", open: true, opens: "2026-11-23 13:00", closes: "2026-11-23 12:00"},
		{name: "at lunch", at: "2026-11-23 12:00", opens: "2026-11-23 13:00", closes: "2026-11-23 18:00"},
		{name: "at the opening minute", at: "2026-11-23 09:00", open: true, opens: "2026-11-23 13:00", closes: "2026-11-23 12:00"},
		{name: "in the evening", at: "2026-11-23 18:00", opens: "2026-11-24 09:00", closes: "2026-11-24 12:00"},
		{name: "on Friday night", at: "2026-11-27 23:00", opens: "2026-11-30 09:00", closes: "2026-11-30 12:00"},
		{name: "over the National Day week", at: "2026-09-30 19:00", opens: "2026-10-08 09:00", closes: "2026-10-08 12:00"},
		{name: "a make-up Saturday", at: "2026-10-10 08:00", opens: "2026-10-10 09:00", closes: "2026-10-10 12:00"},
		{
			name: "a date with its own hours", at: "2026-11-23 11:00", open: true, opens: "2026-11-24 09:00", closes: "2026-11-23 12:00",
			dates: map[string]calendar.DateSpec{"2026-11-23": {Open: []string{"10:00-12:00"}}},
		},
		{
			name: "a date that is off", at: "2026-11-23 10:00", opens: "2026-11-24 09:00", closes: "2026-11-24 12:00",
			dates: map[string]calendar.DateSpec{"2026-11-23": {Kind: calendar.SpecOff}},
		},
		{
			name: "a Sunday that is work has Monday's hours", at: "2026-11-29 12:30", opens: "2026-11-29 13:00", closes: "2026-11-29 18:00",
			dates: map[string]calendar.DateSpec{"2026-11-29": {Kind: calendar.SpecWork}},
		},
		{
			name: "two days joined at midnight", at: "2026-11-28 23:00", open: true, opens: "2026-11-30 09:00", closes: "2026-11-29 06:00",
			dates: map[string]calendar.DateSpec{"2026-11-28": {Open: []string{"20:00-24:00"}}, "2026-11-29": {Open: []string{"00:00-06:00"}}},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := newCalendar(t, tc.dates)
			got := c.Next(at(t, c, tc.at))
			want := calendar.Window{At: at(t, c, tc.at), Open: tc.open, Opens: at(t, c, tc.opens), Closes: at(t, c, tc.closes)}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestNextIsTheFirstOpeningAfterNow(t *testing.T) {
	c := newCalendar(t, nil)
	base := at(t, c, "2019-01-01 00:00")
	rapid.Check(t, func(t *rapid.T) {
		now := base.Add(time.Duration(rapid.IntRange(0, 8*365*24*60).Draw(t, "minute")) * time.Minute)
		w := c.Next(now)
		if w.Open != c.OpenAt(now) || !w.Opens.After(now) || !w.Closes.After(now) {
			t.Fatalf("%v: %+v", now, w)
		}
		if !c.OpenAt(w.Opens) || c.OpenAt(w.Opens.Add(-time.Minute)) {
			t.Fatalf("%v does not open at %v", now, w.Opens)
		}
		if c.OpenAt(w.Closes) && !w.Closes.Equal(w.Opens) {
			t.Fatalf("%v is still open at %v", now, w.Closes)
		}
		for m := now.Add(time.Minute); !w.Open && m.Before(w.Opens); m = m.Add(17 * time.Minute) {
			if c.OpenAt(m) {
				t.Fatalf("%v opens earlier than %v: %v", now, w.Opens, m)
			}
		}
	})
}

func TestSwitchByHand(t *testing.T) {
	c := newCalendar(t, nil)
	night, noon := at(t, c, "2026-11-23 23:00"), at(t, c, "2026-11-23 10:00")
	if !c.With(calendar.Open).OpenAt(night) || c.With(calendar.Closed).OpenAt(noon) || !c.With(calendar.Auto).OpenAt(noon) {
		t.Error("the switch does not win over the calendar")
	}
	if w := c.With(calendar.Closed).Next(noon); w.Opens.IsZero() {
		t.Error("a closed desk names no opening")
	}
}

func TestCivilCounting(t *testing.T) {
	c := newCalendar(t, nil)
	end := c.CivilEnd(at(t, c, "2026-07-01 10:30"), 15)
	if want := at(t, c, "2026-07-17 00:00"); !end.Equal(want) {
		t.Errorf("bought on 1 July: ends %v, want %v", end, want)
	}
	if got := c.FormatEnd(end, "zh"); got != "7月16日24:00" {
		t.Errorf("end is written %q", got)
	}
	if got := c.FormatEnd(at(t, c, "2026-07-16 10:30"), "zh"); got != "7月16日 10:30" {
		t.Errorf("end is written %q", got)
	}
}

func TestOpeningsAreWrittenInBothLanguages(t *testing.T) {
	c := newCalendar(t, nil)
	when := at(t, c, "2026-11-24 09:00")
	if got := c.FormatOpening(when, "zh"); got != "11月24日（周二）09:00" {
		t.Error(got)
	}
	if got := c.FormatOpening(when, "en"); got != "Tue 24 Nov 09:00" {
		t.Error(got)
	}
	if got := c.Describe("zh"); got != "周一至周五 09:00–12:00、13:00–18:00（法定节假日除外）" {
		t.Error(got)
	}
}

func TestBadHoursAreNamed(t *testing.T) {
	for _, tc := range []struct{ cfg, want string }{
		{"25:00-26:00", "not a span"}, {"12:00-09:00", "ends before"}, {"09:00–12:00", "not a span"}, {"", "not a span"},
	} {
		cfg := calendar.Config{Timezone: "Asia/Shanghai", Week: calendar.Week{Mon: []string{tc.cfg}}}
		if _, err := calendar.New(cfg); err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%q: %v", tc.cfg, err)
		}
	}
	if err := calendar.ParseIntervals([]string{"09:00-12:00", "11:00-13:00"}); err == nil {
		t.Error("overlap was accepted")
	}
}

func BenchmarkNext(b *testing.B) {
	c := newCalendar(b, nil)
	now := at(b, c, "2026-09-30 19:00")
	for b.Loop() {
		c.Next(now)
	}
}
