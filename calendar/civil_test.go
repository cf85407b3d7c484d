package calendar_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"guanjia/calendar"
)

func TestPeriodsEndAsTheServiceCounts(t *testing.T) {
	c := newCalendar(t, nil)
	const day = 24 * time.Hour
	for _, tc := range []struct {
		start  string
		d      time.Duration
		civil  bool
		end    string
		zh, en string
	}{
		{"2026-07-01 10:30", 15 * day, true, "2026-07-17 00:00", "7月16日24:00", "16 Jul 24:00"},
		{"2026-07-01 00:00", 15 * day, true, "2026-07-17 00:00", "7月16日24:00", "16 Jul 24:00"},
		{"2026-07-01 23:59", 5 * day, true, "2026-07-07 00:00", "7月6日24:00", "6 Jul 24:00"},
		{"2026-12-20 10:30", 15 * day, true, "2027-01-05 00:00", "1月4日24:00", "4 Jan 24:00"},
		{"2028-02-27 10:30", 2 * day, true, "2028-03-01 00:00", "2月29日24:00", "29 Feb 24:00"},
		{"2026-12-30 10:30", 1 * day, true, "2027-01-01 00:00", "12月31日24:00", "31 Dec 24:00"},
		{"2026-07-01 10:30", 15 * day, false, "2026-07-16 10:30", "7月16日 10:30", "16 Jul 10:30"},
		{"2026-07-01 10:30", 36 * time.Hour, true, "2026-07-02 22:30", "7月2日 22:30", "2 Jul 22:30"},
	} {
		got := c.End(at(t, c, tc.start), tc.d, tc.civil)
		if want := at(t, c, tc.end); !got.Equal(want) {
			t.Errorf("%s + %v (civil %v) ends %v, want %v", tc.start, tc.d, tc.civil, got, want)
		}
		if zh, en := c.FormatEnd(got, "zh"), c.FormatEnd(got, "en"); zh != tc.zh || en != tc.en {
			t.Errorf("%v is written %q and %q", got, zh, en)
		}
	}
}

func TestAPeriodBoughtAbroadIsCountedInBeijing(t *testing.T) {
	c := newCalendar(t, nil)
	start := time.Date(2026, 6, 30, 16, 30, 0, 0, time.UTC) // 1 July 00:30 in Beijing
	if got, want := c.CivilEnd(start, 15), at(t, c, "2026-07-17 00:00"); !got.Equal(want) {
		t.Errorf("ends %v, want %v", got, want)
	}
}

func TestACivilPeriodIsNeverShorterThanItsDays(t *testing.T) {
	for _, zone := range []string{"Asia/Shanghai", "America/Sao_Paulo", "America/New_York"} {
		loc, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		base := time.Date(2015, 1, 1, 0, 0, 0, 0, time.UTC)
		rapid.Check(t, func(t *rapid.T) {
			start := base.Add(time.Duration(rapid.IntRange(0, 12*365*24*60).Draw(t, "minute")) * time.Minute).In(loc)
			days := rapid.IntRange(1, 60).Draw(t, "days")
			end := calendar.CivilEnd(start, days, loc)
			length := end.Sub(start)
			if low, high := time.Duration(days*24-1)*time.Hour, time.Duration(days*24+25)*time.Hour; length < low || length > high {
				t.Fatalf("%v + %d days = %v", start, days, end)
			}
			if before := end.Add(-time.Nanosecond).In(loc); end.In(loc).Day() == before.Day() {
				t.Fatalf("%v is no end of a day", end)
			}
		})
	}
}

func TestClosingsAtMidnightAreTwentyFour(t *testing.T) {
	c := newCalendar(t, nil)
	midnight, noon := at(t, c, "2026-11-25 00:00"), at(t, c, "2026-11-24 12:00")
	for _, tc := range []struct{ got, want string }{
		{c.FormatClosing(midnight, "zh"), "11月24日（周二）24:00"},
		{c.FormatClosing(midnight, "en"), "Tue 24 Nov 24:00"},
		{c.FormatClosing(noon, "zh"), "11月24日（周二）12:00"},
		{c.FormatOpening(midnight, "zh"), "11月25日（周三）00:00"},
		{c.FormatOpening(noon.UTC(), "en"), "Tue 24 Nov 12:00"},
		{c.FormatOpening(time.Time{}, "zh") + c.FormatClosing(time.Time{}, "zh") + c.FormatEnd(time.Time{}, "zh"), ""},
		{c.Describe("en"), "Mon–Fri 09:00–12:00, 13:00–18:00 (China time, statutory holidays excluded)"},
	} {
		if tc.got != tc.want {
			t.Errorf("%q, want %q", tc.got, tc.want)
		}
	}
}
