package engagement

import (
	"fmt"
	"strings"
	"time"
)

// quiet is the span of the day in which customers are left alone, in minutes
// after midnight; it may cross midnight. Equal ends mean none.
type quiet struct{ from, to int }

// quietOf reads "22:00-08:00". What is not a span means none: the configuration
// was checked, and a frozen one must not stop a clock.
func quietOf(s string) quiet {
	var h1, m1, h2, m2 int
	if n, err := fmt.Sscanf(strings.ReplaceAll(s, " ", ""), "%d:%d-%d:%d", &h1, &m1, &h2, &m2); err != nil || n != 4 {
		return quiet{}
	}
	return quiet{(h1*60 + m1) % (24 * 60), (h2*60 + m2) % (24 * 60)}
}

// span is the quiet span that t lies in.
func (q quiet) span(t time.Time) (from, to time.Time, ok bool) {
	if q.from == q.to {
		return from, to, false
	}
	y, m, d := t.Date()
	for _, back := range [...]int{-1, 0, 1} {
		from = time.Date(y, m, d+back, 0, q.from, 0, 0, t.Location())
		to = time.Date(y, m, d+back, 0, q.to, 0, 0, t.Location())
		if q.to < q.from {
			to = time.Date(y, m, d+back+1, 0, q.to, 0, 0, t.Location())
		}
		if !t.Before(from) && t.Before(to) {
			return from, to, true
		}
	}
	return from, to, false
}

// before is the moment to tell a customer what is due at t: t, or the minute
// before quiet begins.
func (q quiet) before(t time.Time) time.Time {
	if from, _, ok := q.span(t); ok {
		return from.Add(-time.Minute)
	}
	return t
}

// after is the first moment from t on at which a customer may be told.
func (q quiet) after(t time.Time) time.Time {
	if _, to, ok := q.span(t); ok {
		return to
	}
	return t
}
