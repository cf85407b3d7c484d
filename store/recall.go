package store

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"guanjia/bot"
)

const (
	// soon is the Wait of what is due when it is set: not at a time of the calendar.
	soon = time.Microsecond
	// clocksDiffer is how much later than by this clock another replica may set a time.
	clocksDiffer = time.Second
	// longestRetry is the longest pause before a deadline is fired again.
	longestRetry = time.Minute
	// lookAhead is how far ahead deadlines are looked for that wait for too long: the
	// time zone by which a machine may begin in the wrong place, and an hour.
	lookAhead = 9 * time.Hour
	// rewindAtOnce is how many deadlines are looked at in one go.
	rewindAtOnce = 500
)

// Held is work that somebody holds, or that waits for its next try, for longer
// than this clock allows.
type Held struct{ work work }

// Recall puts right what a clock that was put back leaves behind: work that could
// be claimed only when the new clock has caught up with the old one, and deadlines
// that would wait for longer than they were to. Each replica does so at its start
// and when it sees its clock go back; twice is the same as once.
//
// It returns what may be in somebody's hands, in the other replica's for example:
// whatever of it is unchanged after a lease is in nobody's, and can be released.
func (s *Store) Recall(ctx context.Context, now time.Time) (held []Held, moved int, err error) {
	lanes := []lane{s.keys.mail()}
	for _, p := range priorities() {
		lanes = append(lanes, s.keys.out(p))
	}
	for _, l := range lanes {
		latest := now.Add(s.cfg.Lease + clocksDiffer)
		found, err := s.eval(ctx, recallScript, []string{l.due, l.tries}, micros(now), micros(latest)).StringSlice()
		if err != nil {
			return nil, 0, fmt.Errorf("recall work: %w", err)
		}
		for ; len(found) > 1; found = found[2:] {
			if fence, err := strconv.ParseFloat(found[1], 64); err == nil {
				held = append(held, Held{work{l, found[0], int64(fence), found[0]}})
			}
		}
	}
	if moved, err = s.rewind(ctx, now); err != nil {
		return nil, 0, fmt.Errorf("recall deadlines: %w", err)
	}
	return held, moved, nil
}

// rewind puts back the deadlines that would wait for too long.
func (s *Store) rewind(ctx context.Context, now time.Time) (moved int, err error) {
	l, from, skip := s.keys.deadlines(), "("+strconv.FormatInt(micros(now), 10), 0
	for {
		got, err := s.eval(ctx, rewindScript, []string{l.due, l.tries}, micros(now), micros(now.Add(s.cfg.Lease+longestRetry)),
			from, micros(now.Add(lookAhead)), skip, rewindAtOnce, s.keys.bodies()).StringSlice()
		if err != nil {
			return moved, err
		}
		// The script's own numbers.
		seen, _ := strconv.Atoi(got[0])
		some, _ := strconv.Atoi(got[1])
		left, _ := strconv.Atoi(got[3])
		moved += some
		switch {
		case seen < rewindAtOnce:
			return moved, nil
		case got[2] == from:
			skip += left
		default:
			from, skip = got[2], left
		}
	}
}

// Release lets what is still as Recall found it be claimed at now, and tells how
// much that is.
func (s *Store) Release(ctx context.Context, held []Held, now time.Time) (released int, err error) {
	for _, h := range held {
		switch err := s.release(ctx, h.work, now); {
		case err == nil:
			released++
		case !errors.Is(err, bot.ErrFenced):
			return released, fmt.Errorf("release work: %w", err)
		}
	}
	return released, nil
}

// Lease is how long claimed work is held.
func (s *Store) Lease() time.Duration { return s.cfg.Lease }
