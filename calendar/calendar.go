package calendar

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

// Calendar answers when the desk is open. It is immutable and safe for
// concurrent use.
type Calendar struct {
	loc   *time.Location
	week  [7][]interval
	dates map[date]special
	table *days
	force Manual
}

// special is a date that the configuration overrides.
type special struct {
	kind string // SpecOff, SpecWork or ""
	open []interval
}

// Manual overrides the calendar by hand, until it is put back to Auto.
type Manual int

// The positions of the switch.
const (
	Auto   Manual = iota // the calendar decides
	Open                 // open at any hour
	Closed               // closed at any hour
)

// Kind is what a day is.
type Kind string

// The kinds of day (contract §1).
const (
	KindWork    Kind = "work"
	KindOff     Kind = "off"
	KindMakeup  Kind = "makeup"
	KindHoliday Kind = "holiday"
)

// Day is one day of the calendar.
type Day struct {
	Date string   `json:"date"` // ISO
	Kind Kind     `json:"kind"`
	Open []string `json:"open"` // "09:00-12:00"
	// Provisional is set when the year's schedule is not published yet.
	Provisional bool `json:"provisional"`
}

// Window is what is known about a moment.
type Window struct {
	At   time.Time `json:"at"`
	Open bool      `json:"open"`
	// Opens is the next moment at which the desk opens, always after At.
	Opens time.Time `json:"opens"`
	// Closes is the end of the span that is open at At, or else of the next one.
	Closes time.Time `json:"closes"`
}

// New makes a calendar. Its error names every value that is wrong.
func New(cfg Config) (*Calendar, error) {
	loc, err := time.LoadLocation(cfg.Timezone)
	if err != nil {
		return nil, fmt.Errorf("hours.timezone: %q is not a time zone; use a name such as Asia/Shanghai", cfg.Timezone)
	}
	c := &Calendar{loc: loc, dates: map[date]special{}, table: builtin()}
	for wd := range c.week {
		if c.week[wd], err = parseIntervals(cfg.Week.Day(time.Weekday(wd))); err != nil {
			return nil, fmt.Errorf("hours.week: %w", err)
		}
	}
	for _, iso := range slices.Sorted(maps.Keys(cfg.Dates)) {
		at, err := time.Parse(time.DateOnly, iso)
		if err != nil {
			return nil, fmt.Errorf("hours.dates.%s: not a date; write it like 2027-02-10", iso)
		}
		spec := cfg.Dates[iso]
		open, err := parseIntervals(spec.Open)
		if err != nil {
			return nil, fmt.Errorf("hours.dates.%s: %w", iso, err)
		}
		c.dates[dateOf(at)] = special{spec.Kind, open}
	}
	return c, nil
}

// Location is the calendar's time zone.
func (c *Calendar) Location() *time.Location { return c.loc }

// With is the same calendar with the switch put by hand.
func (c *Calendar) With(m Manual) *Calendar {
	forced := *c
	forced.force = m
	return &forced
}

// day resolves a date: the configuration wins over the schedule, the schedule
// over the week.
func (c *Calendar) day(d date) (Kind, []interval) {
	usual := c.week[d.weekday()]
	if s, ok := c.dates[d]; ok {
		switch {
		case s.kind == SpecOff:
			return c.offKind(d), nil
		case s.kind == SpecWork:
			return c.workKind(d), c.workday(d)
		case len(s.open) == 0:
			return c.offKind(d), nil
		}
		return c.workKind(d), s.open
	}
	switch {
	case c.table.makeup[d]:
		return KindMakeup, c.workday(d)
	case c.table.holiday[d]:
		return KindHoliday, nil
	case len(usual) == 0:
		return KindOff, nil
	}
	return KindWork, usual
}

// workday is the weekday's intervals if it has any, else Monday's.
func (c *Calendar) workday(d date) []interval {
	if own := c.week[d.weekday()]; len(own) > 0 {
		return own
	}
	return c.week[time.Monday]
}

func (c *Calendar) workKind(d date) Kind {
	if c.table.makeup[d] {
		return KindMakeup
	}
	return KindWork
}

func (c *Calendar) offKind(d date) Kind {
	if c.table.holiday[d] {
		return KindHoliday
	}
	return KindOff
}

// Days lists the days from one ISO date to another, both included.
func (c *Calendar) Days(from, to time.Time) []Day {
	var out []Day
	for d, last := dateOf(from), dateOf(to).String(); d.String() <= last; d = d.add(1) {
		out = append(out, c.describe(d))
	}
	return out
}

func (c *Calendar) describe(d date) Day {
	kind, open := c.day(d)
	info := Day{Date: d.String(), Kind: kind, Open: []string{}, Provisional: c.provisional(d.year)}
	for _, iv := range open {
		info.Open = append(info.Open, iv.String())
	}
	return info
}

func (c *Calendar) provisional(year int) bool { return !c.table.scheduled[year] }

// Provisional lists the years, from now's to the one ahead days later, whose
// holiday schedule is not known.
func (c *Calendar) Provisional(now time.Time, ahead int) []int {
	var years []int
	last := now.In(c.loc).AddDate(0, 0, ahead).Year()
	for y := now.In(c.loc).Year(); y <= last; y++ {
		if c.provisional(y) {
			years = append(years, y)
		}
	}
	return years
}
