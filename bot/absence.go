package bot

import (
	"context"
	"sync"
	"time"

	"guanjia/scheduler"
)

const (
	// absentFor is how long the store must have been away for leases to matter,
	// and settleFor how long afterwards nothing is claimed: first, every replica
	// writes down what it said meanwhile.
	absentFor = time.Second
	settleFor = recordIn
)

// absence is when the store could not be reached. The leases of what was being
// said run out in it, and whoever claims first when it is back must not be
// somebody who does not know that it was said. A clock that jumps is the same.
type absence struct {
	mu      sync.Mutex
	since   time.Time // zero: the store is there
	settled time.Time // until when nothing is claimed
	looked  time.Time // when somebody last looked for work
}

// stepped notes a clock that was put forward: all leases seem to have run out, and
// what is being said right now would be said twice.
func (a *absence) stepped(by time.Duration, now time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if by >= scheduler.StepNoticed {
		a.settled = now.Add(settleFor)
	}
}

// step is by how much the clock was put forward since it was last asked.
func (a *absence) step(now time.Time) time.Duration {
	a.mu.Lock()
	defer a.mu.Unlock()
	before := a.looked
	a.looked = now
	if before.IsZero() {
		return 0
	}
	return scheduler.Step(before, now, now.Sub(before))
}

// failed notes that the store could not be reached.
func (a *absence) failed(now time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.since.IsZero() {
		a.since = now
	}
}

// suspected reports whether the store was away when it was last asked for anything.
func (a *absence) suspected() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return !a.since.IsZero()
}

// back notes that the store answered, and returns when work may be claimed.
func (a *absence) back(now time.Time) time.Time {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.since.IsZero() && now.Sub(a.since) >= absentFor {
		a.settled = now.Add(settleFor)
	}
	a.since = time.Time{}
	return a.settled
}

// claimUpTo makes the claim of a loop that sends what is at least as important.
func (s *Sender) claimUpTo(least Priority) func(context.Context, time.Time, int) ([]Parcel, time.Time, error) {
	return func(ctx context.Context, now time.Time, n int) ([]Parcel, time.Time, error) {
		return s.claim(ctx, now, n, least)
	}
}

// claim leases what waits to be sent. After an absence of the store it only asks
// whether it is there, and then lets those write who have something to record.
func (s *Sender) claim(ctx context.Context, now time.Time, n int, least Priority) (ps []Parcel, next time.Time, err error) {
	s.absence.stepped(s.absence.step(now), now)
	if s.absence.suspected() {
		n = 0
	} else if settled := s.absence.back(now); settled.After(now) {
		return nil, settled, nil
	}
	ps, next, err = s.outbox.ClaimParcels(ctx, now, n, least)
	switch {
	case err != nil:
		s.absence.failed(now)
	case n == 0:
		next = s.absence.back(time.Now())
	}
	return ps, next, err
}

// reachable asks whether the store answers; it changes nothing.
func (s *Sender) reachable(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, recordIn)
	defer cancel()
	_, _, err := s.outbox.ClaimParcels(ctx, time.Now(), 0, PriorityNormal)
	return err == nil
}
