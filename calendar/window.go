package calendar

import "time"

// searchDays bounds how far ahead an opening is looked for; a desk that does
// not open for over a year has no next opening.
const searchDays = 400

// Next tells whether the desk is open at t, when it opens next, and when that,
// or the present span, ends. A desk that never opens has zero times.
func (c *Calendar) Next(t time.Time) Window {
	w := Window{At: t}
	switch c.force {
	case Open:
		w.Open = true
	case Closed, Auto:
	}
	spans := c.spansFrom(t)
	for span := range spans {
		switch {
		case !t.Before(span.opens) && t.Before(span.closes):
			if c.force != Closed {
				w.Open = true
			}
			w.Closes = span.closes
		case span.opens.After(t) && w.Opens.IsZero():
			w.Opens = span.opens
			if !w.Open || w.Closes.IsZero() {
				w.Closes = span.closes
			}
			return w
		}
	}
	return w
}

// OpenAt reports whether the desk is open at t.
func (c *Calendar) OpenAt(t time.Time) bool { return c.Next(t).Open }

type span struct{ opens, closes time.Time }

// spansFrom yields the open spans that end after t, in order. Spans that touch
// at midnight are one.
func (c *Calendar) spansFrom(t time.Time) func(func(span) bool) {
	return func(yield func(span) bool) {
		var pending span
		for i := -1; i < searchDays; i++ {
			d := dateOf(t.In(c.loc)).add(i)
			_, open := c.day(d)
			for _, iv := range open {
				s := span{d.at(iv.from, c.loc), d.at(iv.to, c.loc)}
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
