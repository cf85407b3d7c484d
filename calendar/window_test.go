package calendar_test

import (
	"encoding/json"
	"testing"
	"time"

	"pgregory.net/rapid"

	"guanjia/calendar"
)

// zoned makes a calendar that is open at awkward hours in another time zone.
func zoned(tb testing.TB, zone string) *calendar.Calendar {
	tb.Helper()
	d := []string{"00:00-01:30", "02:30-03:00", "09:00-17:00", "23:15-24:00"}
	c, err := calendar.New(calendar.Config{
		Timezone: zone,
		Week:     calendar.Week{Mon: d, Tue: d, Wed: d, Thu: d, Fri: d, Sat: d, Sun: d},
	})
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

// Clocks that jump at two, at midnight, by half an hour, and over a whole day.
func TestNextAgreesWithOpenAtInEveryZone(t *testing.T) {
	for zone, first := range map[string]string{
		"America/New_York": "2026-03-06", "America/Sao_Paulo": "2018-11-02", "Australia/Lord_Howe": "2024-04-05",
		"Asia/Beirut": "2022-03-25", "America/St_Johns": "2006-10-27", "Pacific/Apia": "2011-12-28", "Asia/Shanghai": "1991-09-13",
	} {
		t.Run(zone, func(t *testing.T) {
			c := zoned(t, zone)
			from := at(t, c, first+" 12:00")
			open := c.OpenAt(from)
			w := c.Next(from)
			for now := from; now.Before(from.Add(5 * 24 * time.Hour)); now = now.Add(time.Minute) {
				is := c.OpenAt(now)
				switch {
				case is && !open && !now.Equal(w.Opens):
					t.Fatalf("opened at %v, was announced for %v", now, w.Opens)
				case !is && !open && now.Equal(w.Opens):
					t.Fatalf("did not open at %v, as was announced", now)
				case !is && open && !now.Equal(w.Closes):
					t.Fatalf("closed at %v, was announced for %v", now, w.Closes)
				}
				if open = is; c.Next(now).Open != is {
					t.Fatalf("Next and OpenAt differ at %v", now)
				}
				w = c.Next(now)
				if !w.Opens.After(now) || !w.Closes.After(now) {
					t.Fatalf("%v: %+v is not ahead", now, w)
				}
			}
		})
	}
}

func TestHoursWhereTheClockIsChanged(t *testing.T) {
	for _, tc := range []struct {
		name, zone, hours, from, opens, closes string
	}{
		{"begin in the hour that is left out", "America/New_York", "02:30-05:00", "2026-03-08T05:00:00Z", "2026-03-08T07:00:00Z", "2026-03-08T09:00:00Z"},
		{"end in the hour that is left out", "Europe/Berlin", "01:00-02:30", "2026-03-29T00:00:00+01:00", "2026-03-29T00:00:00Z", "2026-03-29T01:00:00Z"},
		{"lie in the hour that is left out", "Europe/Berlin", "02:10-02:50", "2026-03-29T00:00:00+01:00", "2026-03-30T00:10:00Z", "2026-03-30T00:50:00Z"},
		{"end in the hour that comes twice", "America/New_York", "00:00-01:30", "2026-10-31T12:00:00Z", "2026-11-01T04:00:00Z", "2026-11-01T05:30:00Z"},
		{"end in the hour that comes twice, in the east", "Europe/Berlin", "00:00-02:30", "2026-10-24T12:00:00Z", "2026-10-24T22:00:00Z", "2026-10-25T00:30:00Z"},
		{"end in the half hour that comes twice", "Australia/Lord_Howe", "00:00-01:45", "2024-04-06T12:00:00Z", "2024-04-06T13:00:00Z", "2024-04-06T14:45:00Z"},
		{"span both passings", "Europe/Berlin", "01:00-04:00", "2026-10-24T12:00:00Z", "2026-10-24T23:00:00Z", "2026-10-25T03:00:00Z"},
		{"begin at a midnight that is left out", "Asia/Beirut", "00:00-02:00", "2022-03-26T12:00:00Z", "2022-03-26T22:00:00Z", "2022-03-26T23:00:00Z"},
		{"end at a midnight that comes twice", "America/St_Johns", "20:00-24:00", "2006-10-28T12:00:00Z", "2006-10-28T22:30:00Z", "2006-10-29T02:30:00Z"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			d := []string{tc.hours}
			c, err := calendar.New(calendar.Config{Timezone: tc.zone, Week: calendar.Week{Mon: d, Tue: d, Wed: d, Thu: d, Fri: d, Sat: d, Sun: d}})
			if err != nil {
				t.Fatal(err)
			}
			from, err := time.Parse(time.RFC3339, tc.from)
			if err != nil {
				t.Fatal(err)
			}
			w := c.Next(from)
			if got := w.Opens.UTC().Format(time.RFC3339); got != tc.opens {
				t.Errorf("opens %s, want %s", got, tc.opens)
			}
			if got := w.Closes.UTC().Format(time.RFC3339); got != tc.closes {
				t.Errorf("closes %s, want %s", got, tc.closes)
			}
		})
	}
}

func TestNextHoldsUntilItsFirstChange(t *testing.T) {
	c := newCalendar(t, map[string]calendar.DateSpec{
		"2026-12-01": {Open: []string{"20:00-24:00"}}, "2026-12-02": {Open: []string{"00:00-06:00"}},
		"2027-01-01": {Kind: calendar.SpecWork}, "2026-12-04": {Kind: calendar.SpecOff},
	})
	base := at(t, c, "2026-11-20 00:00")
	rapid.Check(t, func(t *rapid.T) {
		now := base.Add(time.Duration(rapid.Int64Range(0, int64(60*24*time.Hour)).Draw(t, "after")))
		w := c.Next(now)
		change := w.Opens
		if w.Open {
			change = w.Closes
		}
		later := now.Add(time.Duration(rapid.Int64Range(0, int64(change.Sub(now))-1).Draw(t, "later")))
		v := c.Next(later)
		if v.Open != w.Open || !v.Opens.Equal(w.Opens) || !v.Closes.Equal(w.Closes) {
			t.Fatalf("%v says %+v, %v says %+v", now, w, later, v)
		}
		if c.OpenAt(change) == w.Open {
			t.Fatalf("nothing changes at %v", change)
		}
	})
}

func TestWindowIsWrittenAsTheContractSays(t *testing.T) {
	full := []string{"09:00-12:00"}
	never := calendar.Config{Timezone: "Asia/Shanghai"}
	once := calendar.Config{Timezone: "Asia/Shanghai", Dates: map[string]calendar.DateSpec{"2031-06-02": {Open: full}}}
	for _, tc := range []struct {
		name string
		cfg  calendar.Config
		want string
	}{
		{"usual", calendar.Config{Timezone: "Asia/Shanghai", Week: week()}, `{"at":"2026-11-23T23:00:00+08:00","open":false,"opens":"2026-11-24T09:00:00+08:00","closes":"2026-11-24T12:00:00+08:00"}`},
		{"a desk that never opens", never, `{"at":"2026-11-23T23:00:00+08:00","open":false,"opens":null,"closes":null}`},
		{"a desk that opens once, years later", once, `{"at":"2026-11-23T23:00:00+08:00","open":false,"opens":"2031-06-02T09:00:00+08:00","closes":"2031-06-02T12:00:00+08:00"}`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c, err := calendar.New(tc.cfg)
			if err != nil {
				t.Fatal(err)
			}
			got, err := json.Marshal(c.Next(time.Date(2026, 11, 23, 15, 0, 0, 5, time.UTC)))
			if err != nil || string(got) != tc.want {
				t.Errorf("%s %v\nwant %s", got, err, tc.want)
			}
		})
	}
}

func TestSwitchByHandKeepsTheCalendarsOpening(t *testing.T) {
	c := newCalendar(t, nil)
	morning, night := at(t, c, "2026-11-23 10:00"), at(t, c, "2026-11-23 23:00")
	next := at(t, c, "2026-11-24 09:00")
	closed := c.With(calendar.Closed).Next(morning)
	if closed.Open || !closed.Opens.Equal(at(t, c, "2026-11-23 13:00")) || !closed.Closes.Equal(at(t, c, "2026-11-23 18:00")) {
		t.Errorf("closed by hand: %+v", closed)
	}
	for _, now := range []time.Time{morning, night} {
		if w := c.With(calendar.Open).Next(now); !w.Open || !w.Closes.IsZero() {
			t.Errorf("open by hand, until nobody knows when: %+v", w)
		}
	}
	if w := c.With(calendar.Open).Next(night); !w.Opens.Equal(next) {
		t.Errorf("open by hand: %+v", w)
	}
	if w := c.With(calendar.Open).With(calendar.Auto).Next(night); w.Open || !w.Opens.Equal(next) {
		t.Errorf("back to automatic: %+v", w)
	}
}

func TestWordsOfTheSwitch(t *testing.T) {
	for word, want := range map[string]calendar.Manual{
		"开": calendar.Open, "关": calendar.Closed, "自动": calendar.Auto, "open": calendar.Open, "closed": calendar.Closed, "auto": calendar.Auto,
	} {
		got, ok := calendar.ParseManual(word)
		again, _ := calendar.ParseManual(got.String())
		if !ok || got != want || again != want {
			t.Errorf("%s: %v %v %v", word, got, ok, again)
		}
	}
	if _, ok := calendar.ParseManual("什么"); ok {
		t.Error("an unknown word was taken")
	}
}
