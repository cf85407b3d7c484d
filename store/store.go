package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"guanjia/bot"
)

// Config says where the state is kept, and how it is held.
type Config struct {
	// URL is redis://, rediss://, redis+sentinel://h1,h2/MASTER/0 or
	// redis+cluster://h1,h2 (and their TLS forms); "" starts a private child;
	// "memory" keeps nothing.
	URL string
	// Data is the folder of the private child's append-only file.
	Data string
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
	stop   []func()

	mu     sync.Mutex
	wakers wakers
}

type wakers struct{ mail, deadline, outgoing func() }

// Open makes a store. It does not fail because Redis is away: that shows in
// Ping, and ends by itself. A private child or the embedded store is started
// here and stopped by Close.
func Open(ctx context.Context, cfg Config) (*Store, error) {
	if cfg.Lease == 0 {
		cfg.Lease = 10 * time.Second
	}
	s := &Store{cfg: cfg, keys: newKeys(cfg.Tag)}
	var err error
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
	return s, nil
}

// Close ends the connections, and what Open started.
func (s *Store) Close() {
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

// Ping reports whether Redis answers and takes writes.
func (s *Store) Ping(ctx context.Context) error {
	if err := s.client.Ping(ctx).Err(); err != nil {
		return fmt.Errorf("redis does not answer: %w", err)
	}
	return nil
}

// OnWork sets who is told at once of work that this process added, instead of
// finding it at the next look. The functions must not block; nil is allowed.
func (s *Store) OnWork(mail, deadline, outgoing func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.wakers = wakers{mail, deadline, outgoing}
}

func (s *Store) wake(c bot.Change) {
	if len(c.Say) > 0 {
		s.poke(func(w wakers) func() { return w.outgoing })
	}
	if len(c.Set) > 0 {
		s.onDeadline()
	}
}

func (s *Store) onMail()     { s.poke(func(w wakers) func() { return w.mail }) }
func (s *Store) onDeadline() { s.poke(func(w wakers) func() { return w.deadline }) }

func (s *Store) poke(which func(wakers) func()) {
	s.mu.Lock()
	f := which(s.wakers)
	s.mu.Unlock()
	if f != nil {
		f()
	}
}

// Load reads documents in one round trip, in the order asked for; one that does
// not exist has version 0.
func (s *Store) Load(ctx context.Context, refs ...bot.DocRef) ([]bot.Doc, error) {
	cmds := make([]*redis.SliceCmd, len(refs))
	_, err := s.client.Pipelined(ctx, func(p redis.Pipeliner) error {
		for i, r := range refs {
			cmds[i] = p.HMGet(ctx, s.keys.doc(r), "v", "b")
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("load documents: %w", err)
	}
	docs := make([]bot.Doc, len(refs))
	for i, c := range cmds {
		docs[i].DocRef = refs[i]
		var row struct {
			Version int64  `redis:"v"`
			Body    string `redis:"b"`
		}
		if err := c.Scan(&row); err != nil {
			return nil, fmt.Errorf("read document %s %s: %w", refs[i].Kind, refs[i].ID, err)
		}
		docs[i].Version, docs[i].Body = row.Version, []byte(row.Body)
	}
	return docs, nil
}

// Index lists members of an index by score, lowest first, at most limit.
func (s *Store) Index(ctx context.Context, name string, lowest, highest float64, limit int) ([]string, error) {
	members, err := s.client.ZRangeArgs(ctx, redis.ZRangeArgs{
		Key: s.keys.index(name), Start: lowest, Stop: highest, ByScore: true, Count: int64(limit),
	}).Result()
	if err != nil {
		return nil, fmt.Errorf("read index %s: %w", name, err)
	}
	return members, nil
}

// NextID gives the next number of a kind, from 1. Numbers are never given twice;
// gaps are possible.
func (s *Store) NextID(ctx context.Context, kind string) (int64, error) {
	n, err := s.client.Incr(ctx, s.keys.sequence(kind)).Result()
	if err != nil {
		return 0, fmt.Errorf("next number of %s: %w", kind, err)
	}
	return n, nil
}

// Allow tells how long to wait before one more call of a bucket that allows
// burst calls at once and refills in per; zero means that the call is counted
// and may be made. The budget is shared by all replicas.
func (s *Store) Allow(ctx context.Context, bucket string, burst int, per time.Duration, now time.Time) (time.Duration, error) {
	step := per / time.Duration(max(1, burst))
	keep := int((2*per + time.Second).Seconds())
	us, err := allowScript.Run(ctx, s.client, []string{s.keys.bucket(bucket)}, micros(now), step.Microseconds(), burst, keep).Int64()
	if err != nil {
		return 0, fmt.Errorf("ask budget %s: %w", bucket, err)
	}
	return time.Duration(us) * time.Microsecond, nil
}

// AddUsage counts metered calls of a month ("2026-11").
func (s *Store) AddUsage(ctx context.Context, kind, month string, n int64) error {
	key := s.keys.usage(kind, month)
	_, err := s.client.Pipelined(ctx, func(p redis.Pipeliner) error {
		p.IncrBy(ctx, key, n)
		p.Expire(ctx, key, 100*24*time.Hour)
		return nil
	})
	if err != nil {
		return fmt.Errorf("count usage: %w", err)
	}
	return nil
}

// Usage is how many metered calls of a kind a month has seen.
func (s *Store) Usage(ctx context.Context, kind, month string) (int64, error) {
	n, err := s.client.Get(ctx, s.keys.usage(kind, month)).Int64()
	if errors.Is(err, redis.Nil) {
		return 0, nil
	}
	return n, err
}
