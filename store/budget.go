package store

import (
	"context"
	"fmt"
	"time"
)

// Allow tells how long to wait before one more call of a bucket that allows
// burst calls at once and refills in per; zero means that the call is counted
// and may be made. The budget is shared by all replicas.
func (s *Store) Allow(ctx context.Context, bucket string, burst int, per time.Duration, now time.Time) (time.Duration, error) {
	burst = max(1, burst)
	step := max(time.Microsecond, per/time.Duration(burst))
	keep := seconds(2*per + time.Second)
	us, err := s.evaluate(ctx, false, allowScript, []string{s.keys.bucket(bucket)}, []any{micros(now), step.Microseconds(), burst, keep}).Int64()
	if err != nil {
		return 0, fmt.Errorf("ask budget %s: %w", bucket, err)
	}
	return time.Duration(us) * time.Microsecond, nil
}
