package calendar

import (
	"encoding/json"
	"fmt"
	"iter"
	"time"
)

// Window is what is known about a moment.
type Window struct {
	At   time.Time `json:"at"`
	Open bool      `json:"open"`
	// Opens is the next moment at which the desk opens, always after At. It is
	// zero when there is none.
	Opens time.Time `json:"opens"`
	// Closes is the end of the span that is open at At, or else of the next one.
	// It is zero when there is none, and while the desk is open by hand.
	Closes time.Time `json:"closes"`
}

// MarshalJSON writes times as RFC 3339, and a zero time as null.
func (w Window) MarshalJSON() ([]byte, error) {
	type window struct {
		At     string  `json:"at"`
		Open   bool    `json:"open"`
		Opens  *string `json:"opens"`
		Closes *string `json:"closes"`
	}
	data, err := json.Marshal(window{w.At.Format(time.RFC3339), w.Open, rfc3339(w.Opens), rfc3339(w.Closes)})
	if err != nil {
		return nil, fmt.Errorf("write a window: %w", err)
	}
	return data, nil
}

func rfc3339(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	return new(t.Format(time.RFC3339))
}

// Next tells whether the desk is open at t, when it opens next, and when that,
// or the present span, ends. Times are in the calendar's zone.
func (c *Calendar) Next(t time.Time) Window {
	w := c.next(t)
	switch c.force {
	case Open:
		w.Open, w.Closes = true, time.Time{}
	case Closed:
		if w.Open {
			w.Open, w.Closes = false, c.next(w.Opens).Closes
		}
	case Auto:
	}
	return w
}

// next is Next without the switch.
func (c *Calendar) next(t time.Time) Window {
	w := Window{At: t.In(c.loc)}
	for s := range c.spansFrom(t) {
		if !s.opens.After(t) {
			w.Open, w.Closes = true, s.closes
			continue
		}
		w.Opens = s.opens
		if !w.Open {
			w.Closes = s.closes
		}
		break
	}
	return w
}

// OpenAt reports whether the desk is open at t.
func (c *Calendar) OpenAt(t time.Time) bool {
	switch c.force {
	case Open:
		return true
	case Closed:
		return false
	case Auto:
	}
	for s := range c.spansFrom(t) {
		return !s.opens.After(t)
	}
	return false
}

type span struct{ opens, closes time.Time }

// spansFrom gives the open spans that end after t, in order. Spans that touch,
// also at midnight, are one.
func (c *Calendar) spansFrom(t time.Time) iter.Seq[span] {
	return func(yield func(span) bool) {
		var pending span
		for d, open := range c.openFrom(dateOf(t.In(c.loc))) {
			for _, iv := range open {
				s := span{d.at(iv.from, c.loc), d.at(iv.to, c.loc)}
				if s.opens.Equal(s.closes) {
					continue // the clock jumped over it
				}
				if s.opens.Equal(pending.closes) {
					pending.closes = s.closes
					continue
				}
				if pending.closes.After(t) && !yield(pending) {
					return
				}
				pending = s
			}
		}
		if pending.closes.After(t) {
			yield(pending)
		}
	}
}

// searchDays bounds how far ahead an opening is looked for, besides the dates of
// the configuration. It is far more than any run of holidays.
const searchDays = 400

// openFrom gives the days with intervals, from a date on.
func (c *Calendar) openFrom(first date) iter.Seq2[date, []interval] {
	return func(yield func(date, []interval) bool) {
		d := first
		for range searchDays {
			if open := c.open(d); len(open) > 0 && !yield(d, open) {
				return
			}
			d = d.add(1)
		}
		for _, e := range c.extra {
			if e.compare(d) >= 0 && !yield(e, c.dates[e]) {
				return
			}
		}
	}
}
