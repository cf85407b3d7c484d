package calendar

import (
	"iter"
	"maps"
	"slices"
	"time"
)

// Calendar answers when the desk is open. It is immutable and safe for
// concurrent use.
type Calendar struct {
	loc  *time.Location
	week [7][]interval
	// dates are those that the configuration overrides; no interval is off.
	dates map[date][]interval
	// extra lists, in order, those of dates that have intervals.
	extra []date
	// decided are the years of which dates has every statutory day.
	decided map[int]bool
	years   *years
	force   Manual
}

// Kind is what a day is.
type Kind string

// The kinds of day (contract §1).
const (
	KindWork    Kind = "work"    // open as its weekday is, or as hours.dates says
	KindOff     Kind = "off"     // closed
	KindMakeup  Kind = "makeup"  // open, in exchange for a day off (调休上班)
	KindHoliday Kind = "holiday" // closed, on whatever weekday
)

// Day is one day of the calendar.
type Day struct {
	Date string   `json:"date"` // ISO
	Kind Kind     `json:"kind"`
	Open []string `json:"open"` // "09:00-12:00"
	// Provisional is set when the year's schedule is not published yet, and
	// hours.dates does not decide the day either.
	Provisional bool `json:"provisional"`
}

// New makes a calendar. Its error names every value that is wrong, as
// [Config.Validate] does.
func New(cfg Config) (*Calendar, error) {
	c, ps := compile(cfg)
	if err := ps.err(); err != nil {
		return nil, err
	}
	return c, nil
}

// index computes what follows from dates.
func (c *Calendar) index() {
	c.decided = map[int]bool{}
	for _, d := range slices.SortedFunc(maps.Keys(c.dates), date.compare) {
		if len(c.dates[d]) > 0 {
			c.extra = append(c.extra, d)
		}
		if _, asked := c.decided[d.year]; !asked {
			c.decided[d.year] = c.decides(d.year)
		}
	}
}

// decides tells whether the configuration has every statutory day of a year, as
// it does once the year's schedule was imported.
func (c *Calendar) decides(year int) bool {
	return !slices.ContainsFunc(statutory(year), func(d date) bool {
		_, ok := c.dates[d]
		return !ok
	})
}

// Location is the calendar's time zone.
func (c *Calendar) Location() *time.Location { return c.loc }

// open gives the intervals of a date: the configuration wins over the schedule,
// the schedule over the week.
func (c *Calendar) open(d date) []interval {
	if own, ok := c.dates[d]; ok {
		return own
	}
	switch c.years.get(d.year).on(d) {
	case holiday:
		return nil
	case makeup:
		return c.workday(d)
	case plain:
	}
	return c.week[d.weekday()]
}

// workday is the weekday's intervals if it has any, else Monday's.
func (c *Calendar) workday(d date) []interval {
	if own := c.week[d.weekday()]; len(own) > 0 {
		return own
	}
	return c.week[time.Monday]
}

// kind names a date by the schedule and by whether it is open at all.
func (c *Calendar) kind(d date, open bool) Kind {
	_, overridden := c.dates[d]
	switch m := c.years.get(d.year).on(d); {
	case m == makeup && (open || !overridden):
		return KindMakeup
	case m == holiday && !open:
		return KindHoliday
	case open:
		return KindWork
	}
	return KindOff
}

// Days lists the days from one date to another, both included: the dates that
// from and to show in their own zones.
func (c *Calendar) Days(from, to time.Time) []Day { return slices.Collect(c.EachDay(from, to)) }

// EachDay gives the days of [Calendar.Days] one at a time.
func (c *Calendar) EachDay(from, to time.Time) iter.Seq[Day] {
	return func(yield func(Day) bool) {
		for d, last := dateOf(from), dateOf(to); d.compare(last) <= 0; d = d.add(1) {
			if !yield(c.describe(d)) {
				return
			}
		}
	}
}

func (c *Calendar) describe(d date) Day {
	open := c.open(d)
	_, overridden := c.dates[d]
	day := Day{
		Date: d.String(), Kind: c.kind(d, len(open) > 0), Open: make([]string, len(open)),
		Provisional: !overridden && c.provisional(d.year),
	}
	for i, iv := range open {
		day.Open[i] = iv.String()
	}
	return day
}

func (c *Calendar) provisional(year int) bool {
	return !c.decided[year] && !c.years.get(year).scheduled
}

// Provisional lists the years, from now's to the one ahead days later, whose
// holiday schedule is neither built in nor decided in hours.dates.
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
