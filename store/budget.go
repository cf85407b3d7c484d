package store

import (
	"context"
	"fmt"
	"time"
)

// Allow tells how long to wait before one more call of a bucket that allows n
// calls in any span of per; zero means that the call is counted and may be made.
// The budget is shared by all replicas.
func (s *Store) Allow(ctx context.Context, bucket string, n int, per time.Duration, now time.Time) (time.Duration, error) {
	us, err := s.evaluate(ctx, false, allowScript, []string{s.keys.bucket(bucket)},
		[]any{micros(now), per.Microseconds(), max(1, n), seconds(2*per + time.Second)}).Int64()
	if err != nil {
		return 0, fmt.Errorf("ask budget %s: %w", bucket, err)
	}
	return time.Duration(us) * time.Microsecond, nil
}

// Pace tells how long to wait before one more call of a bucket whose calls are a
// step apart, with up to burst of them at once after a pause; zero means that the
// call is counted and may be made. Callers may ask the same bucket for different
// bursts: those with more go first.
func (s *Store) Pace(ctx context.Context, bucket string, step time.Duration, burst int, now time.Time) (time.Duration, error) {
	burst = max(1, burst)
	us, err := s.evaluate(ctx, false, paceScript, []string{s.keys.pace(bucket)},
		[]any{micros(now), step.Microseconds(), burst, seconds(2*step*time.Duration(burst) + time.Second)}).Int64()
	if err != nil {
		return 0, fmt.Errorf("ask pace of %s: %w", bucket, err)
	}
	return time.Duration(us) * time.Microsecond, nil
}
