package store

import (
	"context"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"
)

// Allow tells how long to wait before one more call of a bucket that allows
// burst calls at once and refills in per; zero means that the call is counted
// and may be made. The budget is shared by all replicas.
func (s *Store) Allow(ctx context.Context, bucket string, burst int, per time.Duration, now time.Time) (time.Duration, error) {
	burst = max(1, burst)
	step := max(time.Microsecond, per/time.Duration(burst))
	keep := seconds(2*per + time.Second)
	us, err := allowScript.Run(ctx, s.client, []string{s.keys.bucket(bucket)}, micros(now), step.Microseconds(), burst, keep).Int64()
	if err != nil {
		return 0, fmt.Errorf("ask budget %s: %w", bucket, err)
	}
	return time.Duration(us) * time.Microsecond, nil
}

// keepUsage is how long a month's counters are kept, from their last change.
const keepUsage = 100 * 24 * time.Hour

// AddUsage counts metered calls of a month ("2026-11").
func (s *Store) AddUsage(ctx context.Context, kind, month string, n int64) error {
	key := s.keys.usage(kind, month)
	_, err := s.client.Pipelined(ctx, func(p redis.Pipeliner) error {
		p.IncrBy(ctx, key, n)
		p.Expire(ctx, key, keepUsage)
		return nil
	})
	return wrap(err, "count usage of "+kind)
}

// Usage is how many metered calls of a kind a month has seen.
func (s *Store) Usage(ctx context.Context, kind, month string) (int64, error) {
	n, err := s.client.Get(ctx, s.keys.usage(kind, month)).Int64()
	return n, wrap(err, "read usage of "+kind)
}
