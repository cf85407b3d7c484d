package dingtalk

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// admitted lets n callers through at once and gives when each may call, in order.
func admitted(t *testing.T, n int, admit func(context.Context) error) (at []time.Time) {
	t.Helper()
	var mu sync.Mutex
	var calls sync.WaitGroup
	for range n {
		calls.Go(func() {
			if err := admit(t.Context()); err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			at = append(at, time.Now())
		})
	}
	calls.Wait()
	return at
}

// busiest is the most calls that any span of the length saw.
func busiest(at []time.Time, span time.Duration) (most int) {
	first := 0
	for i := range at {
		for at[i].Sub(at[first]) >= span {
			first++
		}
		most = max(most, i-first+1)
	}
	return most
}

func TestNoSecondSeesMoreCallsThanConfigured(t *testing.T) {
	for _, qps := range []int{1, 2, 7, 18, 60} {
		t.Run(fmt.Sprint(qps), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a := NewAPI(Config{QPS: qps}, nil, nil)
				start := time.Now()
				at := admitted(t, 10*qps, func(ctx context.Context) error { return a.admit(ctx, "/x") })
				if most := busiest(at, qpsSpan); most > qps {
					t.Errorf("%d calls in a second", most)
				}
				if took := time.Since(start); took > 13*time.Second {
					t.Errorf("%d calls took %v", 10*qps, took)
				}
			})
		})
	}
}

func TestNoMinuteSeesMoreThanTwentyRepliesToAGroup(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := NewAPI(Config{QPS: 18}, nil, nil)
		at := admitted(t, 100, func(ctx context.Context) error { return a.admitGroup(ctx, "g") })
		if most := busiest(at, time.Minute); most > 20 {
			t.Errorf("%d replies in a minute", most)
		}
		if took := at[99].Sub(at[0]); took > 5*time.Minute {
			t.Errorf("100 replies took %v, the platform takes 20 a minute", took)
		}
	})
}

func TestCallsAreSpreadOverTheSecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := NewAPI(Config{QPS: 18}, nil, nil)
		at := admitted(t, 100, func(ctx context.Context) error { return a.admit(ctx, "/x") })
		if most := busiest(at, 200*time.Millisecond); most > 5 {
			t.Errorf("%d calls in a fifth of a second; those that are late meet the next ones", most)
		}
	})
}

func TestAPageGoesBeforeAllThatWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := NewAPI(Config{QPS: 18}, nil, nil)
		var calls sync.WaitGroup
		for range 500 {
			calls.Go(func() { _ = a.admit(t.Context(), "/x") })
		}
		time.Sleep(5 * time.Second)
		start := time.Now()
		if admitted(t, 3, func(ctx context.Context) error { return a.admit(urgent(ctx), "/x") }); time.Since(start) > 2*qpsSpan {
			t.Errorf("three pages waited %v", time.Since(start))
		}
		calls.Wait()
	})
}

func TestAnAPIThatIsThrottledIsLeftAloneForAMoment(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := NewAPI(Config{QPS: 18}, nil, nil)
		a.local.rest("api:/x", time.Now().Add(qpsSpan))
		start := time.Now()
		if err := a.admit(t.Context(), "/y"); err != nil || time.Since(start) != 0 {
			t.Errorf("another one waited %v, %v", time.Since(start), err)
		}
		if err := a.admit(urgent(t.Context()), "/x"); err != nil || time.Since(start) != qpsSpan {
			t.Errorf("it waited %v, %v", time.Since(start), err)
		}
	})
}

func TestPathsAndGroupsHaveRatesOfTheirOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := NewAPI(Config{QPS: 1}, nil, nil)
		start := time.Now()
		for i := range 50 {
			if err := errors.Join(a.admit(t.Context(), fmt.Sprint(i)), a.admitGroup(t.Context(), fmt.Sprint(i))); err != nil {
				t.Error(err)
			}
		}
		if time.Since(start) != 0 {
			t.Errorf("they waited for each other, %v", time.Since(start))
		}
	})
}

func TestACallThatWouldWaitTooLongComesBackLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := NewAPI(Config{QPS: 18}, nil, nil)
		ctx, cancel := context.WithTimeout(t.Context(), 7*time.Second)
		defer cancel()
		var err error
		for range groupReplies + 1 {
			err = a.admitGroup(ctx, "g")
		}
		f, ok := errors.AsType[*failure](err)
		own, _ := errors.AsType[errOwnLimit](err)
		if !ok || f.verdict != verdictThrottled || own.wait <= 0 || own.wait > groupSpan || ctx.Err() != nil {
			t.Errorf("%v", err)
		}
	})
}

func TestConnectingIsTriedMoreAndMoreSlowly(t *testing.T) {
	for failures, least := range map[int]time.Duration{
		1: time.Second, 2: 2 * time.Second, 3: 4 * time.Second, 5: 16 * time.Second, 6: 30 * time.Second, 7: 30 * time.Second, 1 << 40: 30 * time.Second,
	} {
		for range 100 {
			if got := retryDial(failures); got < least || got > least+least/5 {
				t.Errorf("after %d failures: %v", failures, got)
			}
		}
	}
}
