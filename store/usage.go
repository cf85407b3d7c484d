package store

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

const (
	// keepUsage is how long a month's counters are kept, from their last change.
	keepUsage = 100 * 24 * time.Hour
	// usageEvery is how long a count may wait to be written.
	usageEvery = time.Second
)

// tally is what was counted and is not yet written, by key.
type tally struct {
	mu     sync.Mutex
	counts map[string]int64
	timer  *time.Timer
	write  func() // what the timer does
	err    error
	closed bool
}

// AddUsage counts metered calls of a month ("2026-11"). Counts are written
// together, a second later: no send waits for its count, and a crash loses a
// second's. The error is that of the last write.
func (s *Store) AddUsage(ctx context.Context, kind, month string, n int64) error {
	s.tally.mu.Lock()
	defer s.tally.mu.Unlock()
	if s.tally.closed {
		return errors.New("count usage: the store is closed")
	}
	s.countLater(context.WithoutCancel(ctx), map[string]int64{s.keys.usage(kind, month): n})
	return s.tally.err
}

// countLater needs the lock.
func (s *Store) countLater(ctx context.Context, more map[string]int64) {
	if s.tally.counts == nil {
		s.tally.counts = map[string]int64{}
	}
	for key, n := range more {
		s.tally.counts[key] += n
	}
	if s.tally.timer == nil && !s.tally.closed {
		s.tally.write = func() { s.writeUsage(ctx) }
		s.tally.timer = time.AfterFunc(usageEvery, s.tally.write)
	}
}

// writeUsage writes what was counted; what cannot be written is kept for the
// next time.
func (s *Store) writeUsage(ctx context.Context) {
	s.tally.mu.Lock()
	counts := s.tally.counts
	s.tally.counts, s.tally.timer = nil, nil
	s.tally.mu.Unlock()
	if len(counts) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	_, err := s.client.TxPipelined(ctx, func(p redis.Pipeliner) error {
		for key, n := range counts {
			p.IncrBy(ctx, key, n)
			p.Expire(ctx, key, keepUsage)
		}
		return nil
	})
	s.tally.mu.Lock()
	defer s.tally.mu.Unlock()
	s.tally.err = nil
	if err != nil {
		s.tally.err = fmt.Errorf("count usage: %w", err)
		s.countLater(context.WithoutCancel(ctx), counts)
	}
}

// stopTally writes what is left.
func (s *Store) stopTally() {
	s.tally.mu.Lock()
	s.tally.closed = true
	waits := s.tally.timer != nil && s.tally.timer.Stop()
	s.tally.mu.Unlock()
	if waits {
		s.tally.write()
	}
}

// Usage is how many metered calls of a kind a month has seen, other processes'
// last second left out.
func (s *Store) Usage(ctx context.Context, kind, month string) (int64, error) {
	key := s.keys.usage(kind, month)
	s.tally.mu.Lock()
	waiting := maps.Clone(s.tally.counts)
	s.tally.mu.Unlock()
	n, err := s.client.Get(ctx, key).Int64()
	return n + waiting[key], wrap(err, "read usage of "+kind)
}
