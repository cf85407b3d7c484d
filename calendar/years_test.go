package calendar_test

import (
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"guanjia/calendar"
)

func day(tb testing.TB, c *calendar.Calendar, iso string) calendar.Day {
	tb.Helper()
	t := at(tb, c, iso+" 00:00")
	return c.Days(t, t)[0]
}

func holidays(tb testing.TB, c *calendar.Calendar, year string) []string {
	tb.Helper()
	var got []string
	for d := range c.EachDay(at(tb, c, year+"-01-01 00:00"), at(tb, c, year+"-12-31 00:00")) {
		if d.Kind == calendar.KindHoliday {
			got = append(got, d.Date[5:])
		}
	}
	return got
}

// The lunar dates are those of the Hong Kong Observatory's conversion tables.
func TestLaterYearsFollowTheMoonAndTheSun(t *testing.T) {
	c := newCalendar(t, nil)
	for year, want := range map[string][]string{
		"2028": {"01-01", "01-25", "01-26", "01-27", "01-28", "04-04", "05-01", "05-02", "05-28", "10-01", "10-02", "10-03"}, // Mid-Autumn is 3 October
		"2029": {"01-01", "02-12", "02-13", "02-14", "02-15", "04-04", "05-01", "05-02", "06-16", "09-22", "10-01", "10-02", "10-03"},
		"2033": {"01-01", "01-30", "01-31", "02-01", "02-02", "04-04", "05-01", "05-02", "06-01", "09-08", "10-01", "10-02", "10-03"}, // the leap month that many tables got wrong
	} {
		if diff := cmp.Diff(want, holidays(t, c, year)); diff != "" {
			t.Errorf("%s: %s", year, diff)
		}
	}
}

func TestEveryFarYearHasItsStatutoryDays(t *testing.T) {
	c := newCalendar(t, nil)
	for _, year := range []string{"1900", "2000", "2100", "2500", "5000", "9999"} {
		if n := len(holidays(t, c, year)); n < 10 || n > 13 {
			t.Errorf("%s has %d holidays", year, n)
		}
	}
	if w := c.Next(time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)); w.Opens.IsZero() {
		t.Error("the year 1 never opens")
	}
	if w := c.Next(time.Date(12000, 1, 1, 0, 0, 0, 0, time.UTC)); w.Opens.IsZero() {
		t.Error("the year 12000 never opens")
	}
}

func TestCoveredYearsAreThoseWithASchedule(t *testing.T) {
	if first, last := calendar.CoveredYears(); first > 2019 || last != 2026 {
		t.Errorf("covered %d to %d", first, last)
	}
}

func TestAnImportedScheduleSettlesItsYear(t *testing.T) {
	dates := map[string]calendar.DateSpec{"2027-10-07": {Kind: calendar.SpecOff}, "2027-09-26": {Kind: calendar.SpecWork}}
	c := newCalendar(t, dates)
	if d := day(t, c, "2027-10-07"); d.Provisional || d.Kind != calendar.KindOff {
		t.Errorf("a decided day of an open year: %+v", d)
	}
	now := at(t, c, "2026-11-23 09:00")
	if got := c.Provisional(now, 365); !cmp.Equal(got, []int{2027}) {
		t.Errorf("two days do not make a schedule: %v", got)
	}
	for _, md := range holidays(t, c, "2027") {
		dates["2027-"+md] = calendar.DateSpec{Kind: calendar.SpecOff}
	}
	c = newCalendar(t, dates)
	if got := c.Provisional(now, 365); got != nil {
		t.Errorf("still provisional after the import: %v", got)
	}
	if d := day(t, c, "2027-03-10"); d.Provisional {
		t.Errorf("an ordinary day of the imported year: %+v", d)
	}
	if got := c.Provisional(now, 800); !cmp.Equal(got, []int{2028, 2029}) {
		t.Errorf("later years: %v", got)
	}
}

func TestConfigurationWinsOverTheSchedule(t *testing.T) {
	ten := []string{"10:00-12:00"}
	for _, tc := range []struct {
		name, date string
		spec       calendar.DateSpec
		kind       calendar.Kind
		open       []string
	}{
		{"a holiday that is worked", "2026-10-01", calendar.DateSpec{Kind: calendar.SpecWork}, calendar.KindWork, week().Mon},
		{"a holiday with hours of its own", "2026-10-01", calendar.DateSpec{Open: ten}, calendar.KindWork, ten},
		{"a holiday said to be off", "2026-10-01", calendar.DateSpec{Kind: calendar.SpecOff}, calendar.KindHoliday, []string{}},
		{"a make-up day that is off after all", "2026-10-10", calendar.DateSpec{Kind: calendar.SpecOff}, calendar.KindOff, []string{}},
		{"a make-up day with hours of its own", "2026-10-10", calendar.DateSpec{Open: ten}, calendar.KindMakeup, ten},
		{"a make-up day said to be worked", "2026-10-10", calendar.DateSpec{Kind: calendar.SpecWork}, calendar.KindMakeup, week().Mon},
		{"an empty list", "2026-11-24", calendar.DateSpec{Open: []string{}}, calendar.KindOff, []string{}},
		{"hours to midnight", "2026-11-24", calendar.DateSpec{Open: []string{"20:00-24:00", "8:00-9:00"}}, calendar.KindWork, []string{"08:00-09:00", "20:00-24:00"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := newCalendar(t, map[string]calendar.DateSpec{tc.date: tc.spec})
			want := calendar.Day{Date: tc.date, Kind: tc.kind, Open: tc.open}
			if diff := cmp.Diff(want, day(t, c, tc.date)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestMakeUpDayKeepsItsWeekdaysOwnHours(t *testing.T) {
	w := week()
	w.Sat = []string{"10:00-11:00"}
	c, err := calendar.New(calendar.Config{Timezone: "Asia/Shanghai", Week: w})
	if err != nil {
		t.Fatal(err)
	}
	if got := day(t, c, "2026-10-10"); !cmp.Equal(got.Open, w.Sat) || got.Kind != calendar.KindMakeup {
		t.Errorf("make-up Saturday: %+v", got)
	}
	if got := day(t, c, "2026-10-03"); len(got.Open) != 0 || got.Kind != calendar.KindHoliday {
		t.Errorf("a Saturday within the holiday: %+v", got)
	}
}

func TestYearsCanBeAskedFromManyGoroutines(t *testing.T) {
	a, b := newCalendar(t, nil), newCalendar(t, nil)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for y := range 40 {
				at := time.Date(2020+(y+i*5)%40, 10, 2, 4, 0, 0, 0, time.UTC)
				if a.OpenAt(at) || b.OpenAt(at) {
					t.Errorf("open on National Day %v", at)
				}
			}
		})
	}
	wg.Wait()
}
