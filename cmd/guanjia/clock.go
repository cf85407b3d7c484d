package main

import (
	"context"
	"os"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"guanjia/scheduler"
	"guanjia/store"
)

const (
	// lookAtClock is how often it is looked whether somebody put the clock forward or
	// back.
	lookAtClock = time.Second / 4
	// tellIn is how long it may take to tell the managers, recallIn to put right what a
	// clock left behind (a million deadlines: some seconds), and recallAgain is the pause
	// before that is tried again.
	tellIn      = 5 * time.Second
	recallIn    = time.Minute
	recallAgain = time.Second
)

// keepTime looks for steps of the wall clock until ctx ends, and puts right what
// one that goes back leaves behind: without that, work that was claimed before
// would lie until the new clock has caught up with the old one.
func (s *service) keepTime(ctx context.Context) error {
	var mending sync.WaitGroup
	defer mending.Wait()
	mending.Go(func() { s.recall(ctx) }) // it may have been put back while nobody ran
	tick := time.NewTicker(lookAtClock)
	defer tick.Stop()
	for last := time.Now(); ; {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		now := time.Now()
		by := scheduler.Step(last, now, now.Sub(last))
		last = now
		if by.Abs() < scheduler.StepNoticed {
			continue
		}
		s.metrics.stepped(by)
		zerolog.Ctx(ctx).Error().Dur("by", by).Msg("the wall clock was put forward or back, deadlines go by it")
		mending.Go(func() { s.tellStep(ctx, by, now) })
		if by < 0 {
			mending.Go(func() { s.recall(ctx) })
		}
	}
}

// tellStep tells the managers, once a day.
func (s *service) tellStep(ctx context.Context, by time.Duration, now time.Time) {
	ctx, cancel := context.WithTimeout(ctx, tellIn)
	defer cancel()
	host, _ := os.Hostname() // better without than not at all
	if err := s.store.Commit(ctx, s.handler.ClockStepped(host, by, now)); err != nil && ctx.Err() == nil {
		zerolog.Ctx(ctx).Warn().Err(err).Msg("cannot tell the managers about the clock")
	}
}

// recall puts work right, however long the store is away.
func (s *service) recall(ctx context.Context) {
	var held []store.Held
	var moved, released int
	s.untilDone(ctx, func(ctx context.Context) (err error) {
		held, moved, err = s.store.Recall(ctx, time.Now())
		return err
	})
	if len(held) > 0 && scheduler.Pause(ctx, s.store.Lease()) {
		s.untilDone(ctx, func(ctx context.Context) error {
			n, err := s.store.Release(ctx, held, time.Now())
			released += n
			return err
		})
	}
	if moved+released > 0 {
		zerolog.Ctx(ctx).Warn().Int("deadlines", moved).Int("released", released).Msg("work waited for a clock that was ahead, it waits no longer")
	}
}

// untilDone tries again until it works, or ctx ends.
func (*service) untilDone(ctx context.Context, do func(context.Context) error) {
	for {
		trying, cancel := context.WithTimeout(ctx, recallIn)
		err := do(trying)
		cancel()
		if err == nil || !scheduler.Pause(ctx, recallAgain) {
			return
		}
		zerolog.Ctx(ctx).Debug().Err(err).Msg("cannot put right what a clock left behind, will be tried again")
	}
}
