package calendar_test

import (
	"errors"
	"testing"
	"time"

	"guanjia/calendar"
)

func TestTimesOfASwap(t *testing.T) {
	c := newCalendar(t, nil)
	for _, tc := range []struct {
		name, now, text, from, to string
		err                       error
	}{
		{name: "as in the contract", now: "2026-11-23 10:00", text: "11-25T18:00 11-26T09:00", from: "2026-11-25 18:00", to: "2026-11-26 09:00"},
		{name: "with years", now: "2026-11-23 10:00", text: "2026-11-25T18:00 2026-11-26T09:00", from: "2026-11-25 18:00", to: "2026-11-26 09:00"},
		{name: "with spaces", now: "2026-11-23 10:00", text: " 11-25 18:00  11-26 9:00 ", from: "2026-11-25 18:00", to: "2026-11-26 09:00"},
		{name: "as people write", now: "2026-11-23 10:00", text: "11月25日18:00 到 11/26 09:00", from: "2026-11-25 18:00", to: "2026-11-26 09:00"},
		{name: "full width", now: "2026-11-23 10:00", text: "１１－２５Ｔ１８：００　１１－２６Ｔ０９：００", from: "2026-11-25 18:00", to: "2026-11-26 09:00"},
		{name: "to the end of the day", now: "2026-11-23 10:00", text: "11-25T18:00 11-25T24:00", from: "2026-11-25 18:00", to: "2026-11-26 00:00"},
		{name: "over New Year", now: "2026-11-23 10:00", text: "12-30T09:00 01-02T09:00", from: "2026-12-30 09:00", to: "2027-01-02 09:00"},
		{name: "next year's", now: "2026-11-23 10:00", text: "08-01T09:00 08-02T09:00", from: "2027-08-01 09:00", to: "2027-08-02 09:00"},
		{name: "begun a moment ago", now: "2026-11-25 18:01", text: "11-25T18:00 11-26T09:00", from: "2026-11-25 18:01", to: "2026-11-26 09:00"},
		{name: "begun this minute", now: "2026-11-25 18:00", text: "11-25T18:00 11-26T09:00", from: "2026-11-25 18:00", to: "2026-11-26 09:00"},
		{name: "begun weeks ago", now: "2026-11-25 18:01", text: "11-01T18:00 11-26T09:00", from: "2026-11-25 18:01", to: "2026-11-26 09:00"},
		{name: "begun last year", now: "2027-01-01 10:00", text: "12-31T18:00 01-02T09:00", from: "2027-01-01 10:00", to: "2027-01-02 09:00"},
		{name: "a past year", now: "2026-11-25 18:01", text: "2025-01-01T00:00 2026-11-26T09:00", from: "2026-11-25 18:01", to: "2026-11-26 09:00"},
		{name: "a year at the end only", now: "2026-11-23 10:00", text: "11-25T18:00 2028-01-01T09:00", from: "2026-11-25 18:00", to: "2028-01-01 09:00"},
		{name: "a year at the beginning only", now: "2026-11-23 10:00", text: "2027-12-25T18:00 01-01T09:00", from: "2027-12-25 18:00", to: "2028-01-01 09:00"},
		{name: "a leap day", now: "2026-11-23 10:00", text: "02-29T09:00 03-01T09:00", err: calendar.ErrSwapOrder},
		{name: "a leap day with its year", now: "2026-11-23 10:00", text: "2028-02-29T09:00 03-01T09:00", from: "2028-02-29 09:00", to: "2028-03-01 09:00"},
		{name: "mixed up", now: "2026-11-23 10:00", text: "11-26T09:00 11-25T18:00", err: calendar.ErrSwapOrder},
		{name: "mixed up, with years", now: "2026-11-23 10:00", text: "2026-11-26T09:00 2026-11-25T18:00", err: calendar.ErrSwapOrder},
		{name: "over", now: "2026-11-27 10:00", text: "2026-11-25T18:00 2026-11-26T09:00", err: calendar.ErrSwapOver},
		{name: "no such day", now: "2026-11-23 10:00", text: "11-31T18:00 12-01T09:00", err: calendar.ErrSwapForm},
		{name: "no such month", now: "2026-11-23 10:00", text: "13-01T18:00 13-02T09:00", err: calendar.ErrSwapForm},
		{name: "no such minute", now: "2026-11-23 10:00", text: "11-25T18:60 11-26T09:00", err: calendar.ErrSwapForm},
		{name: "no such hour", now: "2026-11-23 10:00", text: "11-25T24:01 11-26T09:00", err: calendar.ErrSwapForm},
		{name: "one time", now: "2026-11-23 10:00", text: "11-25T18:00", err: calendar.ErrSwapForm},
		{name: "three times", now: "2026-11-23 10:00", text: "11-25T18:00 11-26T09:00 11-27T09:00", err: calendar.ErrSwapForm},
		{name: "other words", now: "2026-11-23 10:00", text: "11-25T18:00 11-26T09:00 谢谢", err: calendar.ErrSwapForm},
		{name: "nothing", now: "2026-11-23 10:00", err: calendar.ErrSwapForm},
	} {
		t.Run(tc.name, func(t *testing.T) {
			from, to, err := calendar.ParseSwap(tc.text, at(t, c, tc.now), c.Location())
			if !errors.Is(err, tc.err) {
				t.Fatalf("%v, want %v", err, tc.err)
			}
			if err == nil && (!from.Equal(at(t, c, tc.from)) || !to.Equal(at(t, c, tc.to))) {
				t.Errorf("%v to %v, want %s to %s", from, to, tc.from, tc.to)
			}
		})
	}
}

func FuzzParseSwap(f *testing.F) {
	f.Add("11-25T18:00 11-26T09:00", int64(1795400000))
	f.Add("2026年11月25日 18:00 至 11-26 09:00", int64(1795400000))
	f.Add("0000-00-00T00:00 99-99T99:99", int64(0))
	loc := time.FixedZone("CST", 8*60*60)
	f.Fuzz(func(t *testing.T, text string, unix int64) {
		now := time.Unix(unix%253402300800, 0)
		from, to, err := calendar.ParseSwap(text, now, loc)
		if err == nil && (from.Before(now) || !from.Before(to)) {
			t.Errorf("%q at %v: %v to %v", text, now, from, to)
		}
	})
}
