package main

import (
	"context"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"

	"guanjia/bot"
	"guanjia/scheduler"
	"guanjia/store"
	"guanjia/store/storetest"
)

// workers is how many timers are fired at a time, on either side.
const workers = 50

// timers is how many are fired in one round.
func timers(b *testing.B) int { return max(min(b.N, 20_000), 500) }

// BenchmarkFired fires timers that change a document: the bot's scheduler and one
// commit, against an asynq server whose handler does an HSET; in turns, on two
// servers that flush every write.
func BenchmarkFired(b *testing.B) {
	n := timers(b)
	var ours, theirs float64
	rounds := 0.0
	for range 3 {
		ours += firedOurs(b, n, 1)
		theirs += firedAsynq(b, n)
		rounds++
	}
	b.ReportMetric(ours/rounds, "fired/s")
	b.ReportMetric(theirs/rounds, "asynq-fired/s")
	b.ReportMetric(ours/theirs, "of_asynq")
}

// changing fires a deadline by writing a document of 300 bytes.
type changing struct {
	store *store.Store
	left  atomic.Int64
	done  chan struct{}
}

// Fire implements scheduler.Handler.
func (h *changing) Fire(ctx context.Context, c scheduler.Claimed, now time.Time) error {
	return h.fire(ctx, h.store, c, now)
}

func (h *changing) fire(ctx context.Context, st *store.Store, c scheduler.Claimed, now time.Time) error {
	err := st.Commit(ctx, bot.Change{
		Now: now, Put: []bot.Doc{{DocRef: bot.DocRef{Kind: "case", ID: c.Subject}, Body: body()}}, Done: bot.Claim{Deadline: &c},
	})
	if err == nil && h.left.Add(-1) == 0 {
		close(h.done)
	}
	return err
}

func body() []byte {
	text := make([]byte, 300)
	for i := range text {
		text[i] = 'x'
	}
	return []byte(`"` + string(text) + `"`)
}

func firedOurs(b *testing.B, n, replicas int) float64 {
	b.Helper()
	url := storetest.Start(b, "--appendfsync", "always").URL
	st := opened(b, url)
	now := time.Now()
	for i := 0; i < n; i += 500 {
		c := bot.Change{Now: now}
		for j := i; j < min(n, i+500); j++ {
			id := strconv.Itoa(j)
			c.Set = append(c.Set, scheduler.Deadline{ID: "case.x|" + id, Kind: "case.x", Subject: id, Due: now})
		}
		if err := st.Commit(b.Context(), c); err != nil {
			b.Fatal(err)
		}
	}
	h := &changing{store: st, done: make(chan struct{})}
	h.left.Store(int64(n))
	ctx, stop := context.WithCancel(b.Context())
	defer stop()
	var loops sync.WaitGroup
	began := time.Now()
	loops.Go(func() { _ = scheduler.New(st, h, scheduler.Config{Workers: workers}).Run(ctx) })
	for range replicas - 1 {
		other := &replica{opened(b, url), h}
		loops.Go(func() { _ = scheduler.New(other.store, other, scheduler.Config{Workers: workers}).Run(ctx) })
	}
	<-h.done
	took := time.Since(began)
	stop()
	loops.Wait()
	return float64(n) / took.Seconds()
}

// replica fires with a store of its own and counts with the first.
type replica struct {
	store *store.Store
	first *changing
}

// Fire implements scheduler.Handler.
func (r *replica) Fire(ctx context.Context, c scheduler.Claimed, now time.Time) error {
	return r.first.fire(ctx, r.store, c, now)
}

func opened(b *testing.B, url string) *store.Store {
	b.Helper()
	st, err := store.Open(b.Context(), store.Config{URL: url})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(st.Close)
	return st
}

// BenchmarkReplicas is the same with several schedulers on one Redis.
func BenchmarkReplicas(b *testing.B) {
	for replicas := 1; replicas <= 4; replicas++ {
		b.Run("replicas="+strconv.Itoa(replicas), func(b *testing.B) {
			var all []float64
			for range 3 {
				all = append(all, firedOurs(b, timers(b), replicas))
			}
			slices.Sort(all)
			b.ReportMetric(all[1], "fired/s")
		})
	}
}

func firedAsynq(b *testing.B, n int) float64 {
	b.Helper()
	addr := storetest.Start(b, "--appendfsync", "always").Addr
	c := redis.NewClient(&redis.Options{Addr: addr})
	defer c.Close()
	opt := asynq.RedisClientOpt{Addr: addr}
	queue := asynq.NewClient(opt)
	defer queue.Close()
	enqueue(b, queue, n)
	var left atomic.Int64
	left.Store(int64(n))
	done := make(chan struct{})
	srv := asynq.NewServer(opt, asynq.Config{Concurrency: workers, LogLevel: asynq.FatalLevel, DelayedTaskCheckInterval: 200 * time.Millisecond})
	began := time.Now()
	err := srv.Start(asynq.HandlerFunc(func(ctx context.Context, t *asynq.Task) error {
		err := c.HSet(ctx, "doc:"+string(t.Payload()), "v", 1, "b", body()).Err()
		if err == nil && left.Add(-1) == 0 {
			close(done)
		}
		return err
	}))
	if err != nil {
		b.Fatal(err)
	}
	<-done
	took := time.Since(began)
	srv.Shutdown()
	return float64(n) / took.Seconds()
}

// enqueue adds tasks that are due, from several callers.
func enqueue(b *testing.B, queue *asynq.Client, n int) {
	b.Helper()
	failed := make(chan error, workers)
	var next atomic.Int64
	for range workers {
		go func() {
			for i := next.Add(1); i <= int64(n); i = next.Add(1) {
				if _, err := queue.Enqueue(asynq.NewTask("x", []byte(strconv.FormatInt(i, 10)))); err != nil {
					failed <- err
					return
				}
			}
			failed <- nil
		}()
	}
	for range workers {
		if err := <-failed; err != nil {
			b.Fatal(err)
		}
	}
}
