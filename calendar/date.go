package calendar

import (
	"cmp"
	"fmt"
	"time"
)

// date is a civil date, without time of day or zone.
type date struct {
	year  int
	month time.Month
	day   int
}

// dateOf is the date that t's own zone shows.
func dateOf(t time.Time) date {
	y, m, d := t.Date()
	return date{y, m, d}
}

// parseDate reads "2027-02-10".
func parseDate(iso string) (date, error) {
	t, err := time.Parse(time.DateOnly, iso)
	if err != nil {
		return date{}, fmt.Errorf("%q is not a date; write it like 2027-02-10", iso)
	}
	return dateOf(t), nil
}

func (d date) utc() time.Time { return time.Date(d.year, d.month, d.day, 0, 0, 0, 0, time.UTC) }

func (d date) add(days int) date { return dateOf(d.utc().AddDate(0, 0, days)) }

func (d date) weekday() time.Weekday { return d.utc().Weekday() }

// String is the ISO date.
func (d date) String() string { return d.utc().Format(time.DateOnly) }

func (d date) compare(e date) int {
	return cmp.Or(cmp.Compare(d.year, e.year), cmp.Compare(d.month, e.month), cmp.Compare(d.day, e.day))
}

// at is the moment when a clock in loc first shows a minute of the date, counted
// from its 00:00; 24:00 is its end. Where the clock jumps over the minute, it is
// the jump.
func (d date) at(minute int, loc *time.Location) time.Time {
	t := time.Date(d.year, d.month, d.day, 0, minute, 0, 0, loc)
	want := time.Date(d.year, d.month, d.day, 0, minute, 0, 0, time.UTC)
	start, end := t.ZoneBounds()
	_, offset := t.Zone()
	switch shown := t.Add(seconds(offset)); shown.Compare(want) {
	case 1:
		return start
	case -1:
		return end
	}
	if start.IsZero() {
		return t
	}
	// The clock may have shown the same before it was put back.
	_, before := start.Add(-1).Zone()
	if first := t.Add(seconds(offset - before)); first.Before(start) {
		return first
	}
	return t
}

func seconds(n int) time.Duration { return time.Duration(n) * time.Second }
