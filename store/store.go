package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/redis/go-redis/v9"
)

// Config says where the state is kept, and how it is held.
type Config struct {
	// URL is redis://, rediss://, redis+sentinel://h1,h2/MASTER/0 or
	// redis+cluster://h1,h2 (rediss+… with TLS); "" starts a private child;
	// "memory" keeps nothing.
	URL string
	// Data is the folder of the private child's append-only file.
	Data string
	// Join lets a second program use the private child of a bot that runs on the
	// same Data, instead of being refused.
	Join bool
	// WaitReplicas is how many replicas must have a write before it counts.
	WaitReplicas int
	// Tag is the hash tag of every key; empty means guanjia.
	Tag string
	// Lease is how long claimed work is held; zero means 10 s. A replica that dies
	// is missed for that long at most.
	Lease time.Duration
}

// Store keeps the state. It is safe for concurrent use.
type Store struct {
	cfg    Config
	keys   keys
	client redis.UniversalClient
	batch  *batcher
	stop   []func()
	wakers wakers
	tally  tally
}

// Open makes a store. It does not fail because Redis is away: that shows in
// Ping, and ends by itself. A private child or the embedded store is started
// here and stopped by Close; ctx bounds their start alone.
func Open(ctx context.Context, cfg Config) (*Store, error) {
	if cfg.Lease == 0 {
		cfg.Lease = 10 * time.Second
	}
	keys, err := newKeys(cfg.Tag)
	if err != nil {
		return nil, err
	}
	s := &Store{cfg: cfg, keys: keys}
	switch cfg.URL {
	case "memory":
		err = s.openMemory(ctx)
	case "":
		err = s.openChild(ctx)
	default:
		s.client, err = connect(cfg.URL)
	}
	if err != nil {
		s.Close()
		return nil, err
	}
	s.batch = newBatcher(ctx, s.client, cfg.WaitReplicas)
	return s, nil
}

// Close ends the connections, and what Open started. It must not be used any more.
func (s *Store) Close() {
	if s.batch != nil {
		s.stopTally()
		s.batch.stop()
	}
	if s.client != nil {
		_ = s.client.Close() // nothing to do about it
	}
	for _, stop := range slices.Backward(s.stop) {
		stop()
	}
	s.stop = nil
}

// Durable reports whether anything is kept beyond the end of the program.
func (s *Store) Durable() bool { return s.cfg.URL != "memory" }

// Ping reports whether Redis answers and takes writes: one that is read-only, or
// whose disk is full, answers too.
func (s *Store) Ping(ctx context.Context) error {
	if err := s.client.Set(ctx, s.keys.alive(), "1", time.Minute).Err(); err != nil {
		return fmt.Errorf("redis does not take writes: %w", err)
	}
	return nil
}
