package dingtalk

import (
	"context"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// localLimiter stands in for the shared budget when the store cannot be asked.
type localLimiter struct {
	mu      sync.Mutex
	buckets map[string]*rate.Limiter
}

func newLocalLimiter() *localLimiter { return &localLimiter{buckets: map[string]*rate.Limiter{}} }

// Allow is the Limiter of this process alone.
func (l *localLimiter) Allow(_ context.Context, bucket string, burst int, per time.Duration, now time.Time) (time.Duration, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	b, ok := l.buckets[bucket]
	if !ok {
		if len(l.buckets) > 4096 { // groups come and go; losing a bucket only loses its memory
			clear(l.buckets)
		}
		b = rate.NewLimiter(rate.Every(per/time.Duration(burst)), burst)
		l.buckets[bucket] = b
	}
	r := b.ReserveN(now, 1)
	wait := r.DelayFrom(now)
	if wait > 0 {
		r.CancelAt(now)
	}
	return wait, nil
}

// admit waits until a call to the path is within the configured rate. The
// platform counts whatever second it likes: a bucket that holds b and refills by
// r a second lets b-1+r through in one, so the two together make the rate.
func (a *API) admit(ctx context.Context, path string) error {
	qps := max(1, a.cfg.QPS)
	burst := max(1, qps/6)
	refill := time.Second/time.Duration(qps-burst+1) + time.Microsecond // rounded up
	return a.await(ctx, "api:"+path, burst, time.Duration(burst)*refill)
}

// admitGroup waits until a webhook reply to a group is within the platform's 20
// a minute. The bucket holds half and refills in a minute, so that no minute
// sees more than 20.
func (a *API) admitGroup(ctx context.Context, group string) error {
	return a.await(ctx, "group:"+group, 10, time.Minute)
}

func (a *API) await(ctx context.Context, bucket string, burst int, per time.Duration) error {
	for {
		wait := a.ask(ctx, bucket, burst, per)
		if wait <= 0 {
			return nil
		}
		if dl, ok := ctx.Deadline(); ok && time.Until(dl) < wait+callWithin/2 {
			return &failure{verdict: verdictThrottled, err: errOwnLimit{bucket: bucket, wait: wait}}
		}
		pause(ctx, wait)
		if ctx.Err() != nil {
			return &failure{verdict: verdictThrottled, err: ctx.Err()}
		}
	}
}

func (a *API) ask(ctx context.Context, bucket string, burst int, per time.Duration) time.Duration {
	if a.limit != nil {
		if wait, err := a.limit.Allow(ctx, bucket, burst, per, time.Now()); err == nil {
			return wait
		}
	}
	wait, _ := a.local.Allow(ctx, bucket, burst, per, time.Now()) // never fails
	return wait
}

// errOwnLimit says that our own budget, not the platform, asks to wait.
type errOwnLimit struct {
	bucket string
	wait   time.Duration
}

// Error names the bucket.
func (e errOwnLimit) Error() string { return "own limit for " + e.bucket + ": wait " + e.wait.String() }
