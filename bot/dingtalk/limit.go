package dingtalk

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"
)

const (
	// qpsSpan is the span that sees at most qps calls: a second, and what a call
	// may be longer under way than one after it, for the platform counts arrivals.
	qpsSpan = 1100 * time.Millisecond
	// groupSpan and groupReplies are the platform's 20 a minute, in the same way.
	groupSpan    = 61 * time.Second
	groupReplies = 20
)

// localLimiter stands in for the shared budget when the store cannot be asked,
// and knows which calls the platform has just refused.
type localLimiter struct {
	mu      sync.Mutex
	calls   map[string][]time.Time // of each bucket, the last ones, oldest first
	free    map[string]time.Time   // when the next call of a paced bucket is due
	refused map[string]time.Time   // until when a bucket rests
}

func newLocalLimiter() *localLimiter {
	return &localLimiter{calls: map[string][]time.Time{}, free: map[string]time.Time{}, refused: map[string]time.Time{}}
}

// Allow is the Limiter of this process alone.
func (l *localLimiter) Allow(_ context.Context, bucket string, n int, per time.Duration, now time.Time) (time.Duration, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.calls) > 4096 { // groups come and go; losing a bucket only loses its memory
		clear(l.calls)
	}
	calls := l.calls[bucket]
	if over := len(calls) - n; over >= 0 {
		if wait := calls[over].Add(per).Sub(now); wait > 0 {
			return wait, nil
		}
		calls = calls[over+1:]
	}
	l.calls[bucket] = append(calls, now)
	return 0, nil
}

// Pace is the Limiter of this process alone.
func (l *localLimiter) Pace(_ context.Context, bucket string, step time.Duration, burst int, now time.Time) (time.Duration, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	free := l.free[bucket]
	if free.Before(now) {
		free = now
	}
	if wait := free.Sub(now) - step*time.Duration(burst-1); wait > 0 {
		return wait, nil
	}
	l.free[bucket] = free.Add(step)
	return 0, nil
}

// rest keeps this process from calling an API that the platform has just
// throttled: what is refused counts there as well, and holds everybody up.
func (l *localLimiter) rest(bucket string, until time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.refused[bucket] = until
}

func (l *localLimiter) resting(bucket string, now time.Time) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.refused[bucket].Sub(now)
}

// urgent marks the calls of a page: they go before all others that wait for the
// same API.
func urgent(ctx context.Context) context.Context { return context.WithValue(ctx, urgentKey{}, true) }

type urgentKey struct{}

// admit waits until a call to the path is within the configured rate. Calls are
// spread over the second: a burst that arrives late would meet the next one. One
// is left to pages, so that however many wait, the next turn is a page's.
func (a *API) admit(ctx context.Context, path string) error {
	qps, burst := max(1, a.cfg.QPS), 1
	if qps > 2 {
		burst = max(2, qps/6)
	}
	// A span sees the burst, and then one call a step.
	step := qpsSpan/time.Duration(qps-burst+1) + time.Microsecond // rounded up
	if burst > 1 && ctx.Value(urgentKey{}) == nil {
		burst--
	}
	bucket := "api:" + path
	return a.await(ctx, bucket, func(l Limiter) (time.Duration, error) { return l.Pace(ctx, bucket, step, burst, time.Now()) })
}

// admitGroup waits until a webhook reply to a group is within the platform's 20
// a minute.
func (a *API) admitGroup(ctx context.Context, group string) error {
	bucket := "group:" + group
	return a.await(ctx, bucket, func(l Limiter) (time.Duration, error) {
		return l.Allow(ctx, bucket, groupReplies, groupSpan, time.Now())
	})
}

// limited makes a call of an API within its rate.
func (a *API) limited(ctx context.Context, path string, r request) error {
	if err := a.admit(ctx, path); err != nil {
		return err
	}
	err := a.call(ctx, r)
	if f, ok := errors.AsType[*failure](err); ok && f.overQPS() {
		a.local.rest("api:"+path, time.Now().Add(qpsSpan))
	}
	return err
}

// overQPS reports whether the platform refused a call for the rate of all calls
// of that API; other throttles concern one group or one person.
func (f *failure) overQPS() bool {
	switch f.code {
	case "90018", "90002", "90019", "1111":
		return true
	}
	return f.status == http.StatusTooManyRequests || strings.Contains(strings.ToLower(f.code), "qpslimit")
}

func (a *API) await(ctx context.Context, bucket string, ask func(Limiter) (time.Duration, error)) error {
	for {
		wait := a.local.resting(bucket, time.Now())
		if wait <= 0 {
			wait = a.ask(ask)
		}
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

func (a *API) ask(ask func(Limiter) (time.Duration, error)) time.Duration {
	if a.limit != nil {
		if wait, err := ask(a.limit); err == nil {
			return wait
		}
	}
	wait, _ := ask(a.local) // never fails
	return wait
}

// errOwnLimit says that our own budget, not the platform, asks to wait.
type errOwnLimit struct {
	bucket string
	wait   time.Duration
}

// Error names the bucket.
func (e errOwnLimit) Error() string { return "own limit for " + e.bucket + ": wait " + e.wait.String() }
