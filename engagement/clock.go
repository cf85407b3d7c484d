package engagement

import (
	"slices"
	"time"
)

// Clock is a period that runs to an end, with reminders before it. Staff are
// told at the exact time; customers never in the quiet hours.
type Clock struct {
	End time.Time `json:"end,omitzero"`
	// PausedAt is set while it stands still; Paused is how long it did so before.
	PausedAt time.Time     `json:"paused_at,omitzero"`
	Paused   time.Duration `json:"paused,omitempty"`
	// Since is when it was started or moved the last time.
	Since time.Time `json:"since,omitzero"`
	// Staff and Customers are the exact times up to which each has been told; zero
	// as long as nothing was said since Since.
	Staff     time.Time `json:"staff,omitzero"`
	Customers time.Time `json:"customers,omitzero"`
}

// point is a moment at which somebody is told something of a clock.
type point struct {
	exact, at time.Time
	before    time.Duration // zero: the end
	customer  bool
}

func (p point) end() bool { return p.before == 0 }

// start begins the period. What lies in the past is left out.
func (k *Clock) start(end, now time.Time) {
	*k = Clock{End: end, Since: now}
}

// move puts the end elsewhere: what lies ahead now is said, once more if need be.
func (k *Clock) move(end, now time.Time) {
	if !k.PausedAt.IsZero() {
		now = k.PausedAt // until it goes on, time stands still
	}
	k.End, k.Since, k.Staff, k.Customers = end, now, time.Time{}, time.Time{}
}

// resume lets the period go on: everything that remains shifts by the pause.
func (k *Clock) resume(now time.Time) {
	p := max(0, now.Sub(k.PausedAt))
	k.End = k.End.Add(p)
	// What was said up to the pause lies before now; only customers can have been
	// told ahead of the time.
	k.Staff, k.Customers = time.Time{}, k.Customers.Add(p)
	k.Since, k.PausedAt, k.Paused = now, time.Time{}, k.Paused+p
	switch {
	case p > 0 && !k.Customers.Before(k.End): // they were told of an end that is none any more
		k.Customers = k.End.Add(-1)
	case !k.Customers.After(now):
		k.Customers = time.Time{}
	}
}

// over reports whether the period has ended, or has not begun.
func (k *Clock) over(now time.Time) bool {
	return k.End.IsZero() || (k.PausedAt.IsZero() && !now.Before(k.End))
}

// pending lists what is still to be told, in the order of time.
func (k *Clock) pending(remind []time.Duration, q quiet, now time.Time) []point {
	if k.End.IsZero() || !k.PausedAt.IsZero() {
		return nil
	}
	befores := append(slices.Clone(remind), 0)
	slices.SortFunc(befores, func(a, b time.Duration) int { return int(min(1, max(-1, b-a))) })
	var out []point
	var said time.Time // when customers are told the one before: what moves keeps its order
	for _, before := range slices.Compact(befores) {
		if before > 0 && !now.Before(k.End) {
			continue // too late to remind of anything
		}
		x := k.End.In(now.Location()).Add(-before)
		if x.After(later(k.Staff, k.Since)) {
			out = append(out, point{x, x, before, false})
		}
		if at, ok := k.customerAt(x, said, before == 0, q, now); ok && x.After(later(k.Customers, k.Since)) {
			out, said = append(out, point{x, at, before, true}), at
		}
	}
	slices.SortStableFunc(out, func(a, b point) int { return a.at.Compare(b.at) })
	return out
}

// customerAt is when customers are told what is due at x, and not before said. A
// reminder whose time was past when the clock was started or moved is left out;
// the end never is.
func (k *Clock) customerAt(x, said time.Time, end bool, q quiet, now time.Time) (at time.Time, ok bool) {
	at = q.before(x)
	if !at.After(k.Since) {
		at = q.after(k.Since.In(now.Location())) // at once, in the minute before quiet begins
		if !end {
			return at, false
		}
	}
	if at = later(at, said); !at.After(now) { // late, after an outage: not in the night
		at = q.after(now)
	}
	return at, end || at.Before(k.End)
}

// due takes what is to be told at now, and the time of the next one (zero: none).
// Of reminders that come together, after an outage or before quiet hours, the last
// is told: all would say the same.
func (k *Clock) due(remind []time.Duration, q quiet, now time.Time) (told []point, next time.Time) {
	for _, p := range k.pending(remind, q, now) {
		if p.at.After(now) {
			if next.IsZero() {
				next = p.at
			}
			continue
		}
		told = append(slices.DeleteFunc(told, func(q point) bool { return q.customer == p.customer && !q.end() && !p.end() }), p)
		if p.customer {
			k.Customers = later(k.Customers, p.exact)
		} else {
			k.Staff = later(k.Staff, p.exact)
		}
	}
	return told, next
}

// next is when something is to be told next (zero: never).
func (k *Clock) next(remind []time.Duration, q quiet, now time.Time) time.Time {
	if ps := k.pending(remind, q, now); len(ps) > 0 {
		return ps[0].at
	}
	return time.Time{}
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
