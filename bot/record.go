package bot

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"guanjia/scheduler"
)

const (
	// recordFor is how long a delivery is tried to be recorded, absences of the
	// store not counted. Until it is, another replica would say the message again
	// when its lease ends.
	recordFor = time.Minute
	// recordEvery is the pause between two tries, and recordIn what each may take.
	recordEvery = 200 * time.Millisecond
	recordIn    = 2 * time.Second
	// mostSaid bounds what is remembered of an outage of the store.
	mostSaid = 10_000
)

// said is what was said and could not be recorded yet, by the first message's id:
// what this process claims again it does not say again.
type said struct {
	mu   sync.Mutex
	done map[string]unrecorded
}

// unrecorded is the end of so many messages that were sent as one.
type unrecorded struct {
	Delivery
	count int
}

func (s *said) find(id string) (unrecorded, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, ok := s.done[id]
	return u, ok
}

// keep remembers a delivery, and tells whether it was remembered already.
func (s *said) keep(ds []Delivery) (before bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.done == nil || len(s.done) >= mostSaid {
		s.done = map[string]unrecorded{}
	}
	_, before = s.done[ds[0].ID]
	s.done[ds[0].ID] = unrecorded{ds[0], len(ds)}
	return before
}

func (s *said) forget(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.done, id)
}

// record takes what was said out of the outbox, and returns what waits behind it.
// It keeps trying while the store is away: what was said must not be said again
// because nobody could write it down.
func (s *Sender) record(ctx context.Context, p Parcel, ds []Delivery) *Parcel {
	log := zerolog.Ctx(ctx)
	for began := time.Now(); ; scheduler.Pause(ctx, recordEvery) {
		writing, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordIn)
		next, err := s.outbox.Delivered(writing, p, ds, time.Now(), !s.stopping.Load())
		cancel()
		if err == nil {
			s.said.forget(ds[0].ID)
			return next
		}
		before := s.said.keep(ds)
		if !errors.Is(err, ErrFenced) {
			s.absence.failed(time.Now()) // all who could claim may be waiting here
		}
		switch {
		case errors.Is(err, ErrFenced): // recorded after all, or claimed anew
			log.Info().Msg("lost the lease on a message that was sent")
			return nil
		case before && time.Since(began) < recordEvery: // an earlier claim still tries
			return nil
		case ctx.Err() != nil || time.Since(began) > recordFor && s.reachable(ctx):
			log.Warn().Err(err).Bool("may_repeat", ds[0].OK).Msg("cannot record a delivery, it may be repeated")
			return nil
		}
	}
}
