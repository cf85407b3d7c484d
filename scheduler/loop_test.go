package scheduler_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"guanjia/scheduler"
)

// queue hands out deadlines once each, when they are due.
type queue struct {
	mu     sync.Mutex
	due    []scheduler.Deadline
	buried []string
	fail   error

	postponed int
}

func (q *queue) ClaimDeadlines(_ context.Context, now time.Time, n int) (cs []scheduler.Claimed, next time.Time, err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.fail != nil {
		return nil, time.Time{}, q.fail
	}
	var rest []scheduler.Deadline
	for _, d := range q.due {
		switch {
		case d.Due.After(now) || len(cs) == n:
			rest = append(rest, d)
			if next.IsZero() || d.Due.Before(next) {
				next = d.Due
			}
		default:
			cs = append(cs, scheduler.Claimed{Deadline: d, Attempt: d.Run + 1})
		}
	}
	q.due = rest
	return cs, next, nil
}

func (q *queue) ReleaseDeadline(_ context.Context, c scheduler.Claimed, at time.Time) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	c.Due, c.Run = at, c.Run+1
	q.due = append(q.due, c.Deadline)
	return nil
}

func (q *queue) PostponeDeadline(_ context.Context, c scheduler.Claimed, at time.Time) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.postponed++
	c.Due = at
	q.due = append(q.due, c.Deadline)
	return nil
}

func (q *queue) BuryDeadline(_ context.Context, c scheduler.Claimed, _ time.Time, _ string) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.buried = append(q.buried, c.ID)
	return nil
}

type fire func(context.Context, scheduler.Claimed, time.Time) error

func (f fire) Fire(ctx context.Context, c scheduler.Claimed, now time.Time) error {
	return f(ctx, c, now)
}

func run(t *testing.T, q *queue, f fire, cfg scheduler.Config, d time.Duration) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- scheduler.New(q, f, cfg).Run(ctx) }()
	time.Sleep(d)
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestDeadlinesFireWhenDueAndNotBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		q := &queue{}
		for _, after := range []time.Duration{0, time.Second, 2 * time.Hour} {
			q.due = append(q.due, scheduler.Deadline{ID: after.String(), Due: start.Add(after)})
		}
		var mu sync.Mutex
		fired := map[string]time.Duration{}
		run(t, q, func(_ context.Context, c scheduler.Claimed, now time.Time) error {
			mu.Lock()
			defer mu.Unlock()
			fired[c.ID] = now.Sub(c.Due)
			return nil
		}, scheduler.Config{}, 3*time.Hour)
		if len(fired) != 3 {
			t.Fatalf("fired %v", fired)
		}
		for id, lag := range fired {
			if lag < 0 || lag > 300*time.Millisecond {
				t.Errorf("%s fired %v after it was due", id, lag)
			}
		}
	})
}

func TestFailedDeadlineIsTriedAgainAndThenBuried(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := &queue{due: []scheduler.Deadline{{ID: "a", Due: time.Now()}, {ID: "b", Due: time.Now()}}}
		tries := 0
		run(t, q, func(_ context.Context, c scheduler.Claimed, _ time.Time) error {
			if c.ID == "b" {
				panic("b is poison")
			}
			if tries++; tries < 3 {
				return errors.New("not now")
			}
			return nil
		}, scheduler.Config{MaxAttempts: 4, Workers: 1}, time.Hour)
		if tries != 3 || len(q.buried) != 1 || q.buried[0] != "b" {
			t.Errorf("tries %d, buried %v", tries, q.buried)
		}
	})
}

// What waits for another service holds up nothing else, and waits its turn.
func TestSlowCallersHoldUpNothingElse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, start := &queue{}, time.Now()
		for i := range 5 {
			q.due = append(q.due, scheduler.Deadline{ID: fmt.Sprint("room", i), Kind: "room", Due: start})
		}
		q.due = append(q.due, scheduler.Deadline{ID: "page", Kind: "page", Due: start})
		var mu sync.Mutex
		calling, most, ended := 0, 0, map[string]time.Duration{}
		run(t, q, func(_ context.Context, c scheduler.Claimed, _ time.Time) error {
			mu.Lock()
			defer mu.Unlock()
			if c.Attempt != 1 {
				t.Errorf("%s: claim %d counts", c.ID, c.Attempt)
			}
			if c.Kind == "room" {
				calling++
				most = max(most, calling)
				mu.Unlock()
				time.Sleep(3 * time.Second)
				mu.Lock()
				calling--
			}
			ended[c.ID] = time.Since(start)
			return nil
		}, scheduler.Config{CallsOut: func(kind string) bool { return kind == "room" }, Callers: 2}, time.Minute)
		if len(ended) != 6 || most != 2 || ended["page"] > 0 || q.postponed == 0 {
			t.Errorf("ended %v, at most %d at once, put off %d times", ended, most, q.postponed)
		}
		for id, at := range ended {
			if at > 12*time.Second {
				t.Errorf("%s ended after %v", id, at)
			}
		}
	})
}

func TestALoopHasNoMoreWorkersThanItMay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		left, working, most, mu := 100, 0, 0, sync.Mutex{}
		l := &scheduler.Loop[int]{Name: "few", Workers: 3, Claim: func(_ context.Context, _ time.Time, n int) (work []int, _ time.Time, _ error) {
			for ; n > 0 && left > 0; n, left = n-1, left-1 {
				work = append(work, left)
			}
			return work, time.Time{}, nil
		}, Do: func(context.Context, int) {
			mu.Lock()
			working++
			most = max(most, working)
			mu.Unlock()
			time.Sleep(time.Second)
			mu.Lock()
			defer mu.Unlock()
			working--
		}}
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Minute, cancel)
		if err := l.Run(ctx); err != nil || most != 3 || working != 0 || left != 0 {
			t.Errorf("%v, at most %d at once, %d at the end, %d never claimed", err, most, working, left)
		}
	})
}

func TestADeadlineOfANewerVersionIsLeftToIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := &queue{due: []scheduler.Deadline{{ID: "a", Due: time.Now()}}}
		run(t, q, func(context.Context, scheduler.Claimed, time.Time) error {
			return fmt.Errorf("read case C1: %w", scheduler.ErrNewer)
		}, scheduler.Config{MaxAttempts: 2}, time.Hour)
		if len(q.buried) != 0 || len(q.due) != 1 {
			t.Errorf("buried %v, waiting %v", q.buried, q.due)
		}
	})
}

func TestThoseWhoFightOverADocumentComeByTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		if err := scheduler.Yield(t.Context(), 1); err != nil || time.Since(began) != 0 {
			t.Errorf("the first conflict waited %v, %v", time.Since(began), err)
		}
		for try := 2; try < 100; try++ {
			began := time.Now()
			if err := scheduler.Yield(t.Context(), try); err != nil || time.Since(began) > 40*time.Millisecond {
				t.Errorf("try %d waited %v, %v", try, time.Since(began), err)
			}
		}
		over, cancel := context.WithCancel(t.Context())
		cancel()
		if scheduler.Yield(over, 5) == nil {
			t.Error("it goes on after its end")
		}
	})
}

func TestShutdownWaitsForWorkInFlight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := &queue{due: []scheduler.Deadline{{ID: "a", Due: time.Now()}}}
		finished := false
		run(t, q, func(ctx context.Context, _ scheduler.Claimed, _ time.Time) error {
			select {
			case <-time.After(5 * time.Second):
				finished = true
			case <-ctx.Done():
			}
			return nil
		}, scheduler.Config{}, time.Second)
		if !finished {
			t.Error("the work was cut off")
		}
	})
}

func TestBackoffDoublesUpToItsLimit(t *testing.T) {
	for attempt, want := range map[int]time.Duration{0: time.Second, 1: time.Second, 2: 2 * time.Second, 5: 16 * time.Second, 9: time.Minute, 1000: time.Minute} {
		if got := scheduler.Backoff(attempt, time.Second, time.Minute); got != want {
			t.Errorf("attempt %d waits %v, want %v", attempt, got, want)
		}
	}
}

// idle is a loop that never has anything to claim.
func idle(hands int, do func(ctx context.Context, work int)) *scheduler.Loop[int] {
	nothing := func(context.Context, time.Time, int) ([]int, time.Time, error) { return nil, time.Time{}, nil }
	return &scheduler.Loop[int]{Name: "idle", Claim: nothing, Do: do, Workers: 1, Hands: hands}
}

func TestWorkIsHandedToALoopThatRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var done []int
		l := idle(2, func(ctx context.Context, work int) {
			time.Sleep(time.Second)
			mu.Lock()
			defer mu.Unlock()
			if ctx.Err() == nil {
				done = append(done, work)
			}
		})
		if _, ok := l.Reserve(); ok {
			t.Error("it takes work before it runs")
		}
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- l.Run(ctx) }()
		synctest.Wait()
		one, _ := l.Reserve()
		two, ok := l.Reserve()
		if _, third := l.Reserve(); !ok || third {
			t.Fatalf("of two hands: the second %v, a third %v", ok, third)
		}
		one(nil) // there was nothing to do after all
		three, ok := l.Reserve()
		if !ok {
			t.Fatal("a hand that was let go is not free")
		}
		for i, give := range []func(*int){two, three} {
			give(&i)
		}
		cancel()
		synctest.Wait()
		if _, ok := l.Reserve(); ok {
			t.Error("it takes work after its end")
		}
		if err := <-ended; err != nil || len(done) != 2 {
			t.Errorf("%v, done at its end: %v", err, done)
		}
	})
}
