package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/rs/zerolog"

	"guanjia/bot"
	"guanjia/handlers"
	"guanjia/scheduler"
	"guanjia/store/storetest"
)

// mostCases is how many open cases there are in the end. `make bench-report`
// asks for a million; that takes minutes and gigabytes, and is no gate.
func mostCases() int {
	if n, err := strconv.Atoi(os.Getenv("GUANJIA_BENCH_CASES")); err == nil {
		return n
	}
	return 1000
}

// manyCases is a bot that is not running, on a Redis full of open cases.
type manyCases struct {
	*service
	srv     *storetest.Server
	pattern *pattern
	open    int
	next    int     // number of the next deadline that no phase has used
	size    float64 // bytes of Redis of a case of the last fill
	address string  // the simulator's
	binary  string
}

// BenchmarkCases measures, with more and more open cases of four deadlines each
// in one Redis: how late the state of a case is changed at 500 deadlines a
// second, how long it takes when many are due in the same instant, how much
// Redis a case takes, and how much memory the program. The baseline is a bare
// claim loop on the same sorted set, which takes what is due away and does
// nothing.
func BenchmarkCases(b *testing.B) {
	m := newManyCases(b)
	for n := min(1000, mostCases()); n <= mostCases(); n *= 10 {
		b.Run(fmt.Sprintf("open=%d", n), func(b *testing.B) {
			m.fill(b, n)
			lags, bare, drained, bareDrained := []float64{}, []float64{}, []float64{}, []float64{}
			for b.Loop() {
				lag, took := m.steady(b), m.burst(b)
				lags, drained = append(lags, lag), append(drained, took)
				lag, took = m.bareSteady(b), m.bareBurst(b)
				bare, bareDrained = append(bare, lag), append(bareDrained, took)
			}
			b.ReportMetric(median(lags), "ms-p99-lag")
			b.ReportMetric(median(bare), "ms-p99-lag-bare")
			b.ReportMetric(median(drained), "s/drain")
			b.ReportMetric(median(bareDrained), "s/drain-bare")
			b.ReportMetric(m.resident(b), "MB-resident")
			b.ReportMetric(m.size, "B/case")
		})
	}
}

func median(values []float64) float64 {
	slices.Sort(values)
	return values[len(values)/2]
}

func newManyCases(b *testing.B) *manyCases {
	b.Helper()
	_, address := simulate(b)
	cfg, err := (&demoCommand{}).configuration(&environment{}, address)
	if err != nil {
		b.Fatal(err)
	}
	// As at a customer's, not as for a visitor of the demo.
	cfg.Service.FirstContactWithin, cfg.Service.AcceptWithin, cfg.Channel.Driver = 30*time.Minute, 15*time.Minute, "manual"
	m := &manyCases{srv: storetest.Start(b), address: address, binary: filepath.Join(b.TempDir(), "guanjia")}
	if out, err := exec.CommandContext(b.Context(), "go", "build", "-o", m.binary, ".").CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	cfg.Redis.URL = m.srv.URL
	if m.service, err = newService(zerolog.Nop().WithContext(b.Context()), cfg); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = m.listener.Close(); m.store.Close() })
	collectSeldom() // as the program does
	m.pattern = openCase(b, m.service, m.srv)
	m.open = 1
	return m
}

// fill opens cases until there are n. The file is written anew behind it, and
// then kept as a bot wants it.
func (m *manyCases) fill(b *testing.B, n int) {
	b.Helper()
	if n <= m.open {
		return
	}
	m.unsay(b)
	c, ctx := m.srv.Client(), b.Context()
	c.ConfigSet(ctx, "appendonly", "no")
	before := usedMemory(b, m.srv)
	m.pattern.copies(b, m.srv, m.open, n)
	m.size = (usedMemory(b, m.srv) - before) / float64(n-m.open)
	m.open, m.next = n, m.open // cases of which no deadline was fired yet: at the third, people are called
	c.ConfigSet(ctx, "appendfsync", "always")
	c.ConfigSet(ctx, "appendonly", "yes")
	for tick := time.Tick(50 * time.Millisecond); ; <-tick {
		info, err := c.InfoMap(ctx, "persistence").Result()
		if err != nil {
			b.Fatal(err)
		}
		if p := info["Persistence"]; p["aof_enabled"] == "1" && p["aof_rewrite_in_progress"] == "0" && p["aof_rewrite_scheduled"] == "0" {
			_ = exec.CommandContext(ctx, "sync").Run() // else the disk is busy with gigabytes for a while
			settle(b)
			return
		}
	}
}

// settle waits, for two minutes at most, until the disk does what it is asked at
// once: a hundred small writes in a row are on it in a fifth of a second.
func settle(b *testing.B) {
	b.Helper()
	f, err := os.CreateTemp(b.TempDir(), "disk")
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // of no use any more
	for end := time.Now().Add(2 * time.Minute); time.Now().Before(end); scheduler.Pause(b.Context(), time.Second) {
		began := time.Now()
		for range 100 {
			_, err = f.Write(make([]byte, 4096))
			if err == nil {
				err = f.Sync()
			}
			if err != nil {
				b.Fatal(err)
			}
		}
		if time.Since(began) < 200*time.Millisecond {
			return
		}
	}
	b.Log("the disk does not come to rest")
}

// phase is how many deadlines one measurement fires.
func (m *manyCases) phase(most int) int { return min(most, m.open/2) }

// take gives n deadlines, no two of one case at a time, due when at says.
func (m *manyCases) take(n int, at func(i int) time.Time) []scheduler.Deadline {
	ds := make([]scheduler.Deadline, n)
	for i := range ds {
		g := m.next + i
		ds[i] = m.pattern.deadline(g%m.open, g%m.open+g/m.open, at(i))
	}
	m.next = (m.next + n) % (4 * m.open)
	return ds
}

// Deadlines at 500 a second, and as many as possible in the same instant.
const (
	steadyEvery = 2 * time.Millisecond
	steadyMost  = 5000
	burstMost   = 10_000
)

func (m *manyCases) steady(b *testing.B) (p99 float64) {
	b.Helper()
	n, t0 := m.phase(steadyMost), time.Now().Add(2*time.Second)
	plan(b.Context(), b, m.service, m.take(n, func(i int) time.Time { return t0.Add(time.Duration(i) * steadyEvery) }))
	lags := m.fireAll(b, n)
	return ms(lags[len(lags)*99/100])
}

func (m *manyCases) burst(b *testing.B) (seconds float64) {
	b.Helper()
	n, t0 := m.phase(burstMost), time.Now().Add(2*time.Second)
	plan(b.Context(), b, m.service, m.take(n, func(int) time.Time { return t0 }))
	lags := m.fireAll(b, n)
	return lags[len(lags)-1].Seconds()
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// fireAll lets the scheduler fire the next n deadlines, through the handlers, and
// gives sorted how late each one's change was committed.
func (m *manyCases) fireAll(b *testing.B, n int) []time.Duration {
	b.Helper()
	w := &stopwatch{Committer: m.store, left: n, done: make(chan struct{})}
	turn(b, scheduler.New(m.store, handlers.NewDeadlines(m.handler, w), scheduler.Config{}), w.done)
	slices.Sort(w.lags)
	if w.lags[0] < 0 {
		b.Errorf("fired %v early", -w.lags[0])
	}
	return w.lags
}

// turn runs a loop until done.
func turn(b *testing.B, l interface {
	Run(ctx context.Context) error
}, done <-chan struct{},
) {
	b.Helper()
	ctx, stop := context.WithTimeout(zerolog.Nop().WithContext(b.Context()), 2*time.Minute)
	defer stop()
	var loop sync.WaitGroup
	loop.Go(func() { _ = l.Run(ctx) })
	select {
	case <-done:
	case <-ctx.Done():
		b.Fatal("not all deadlines were fired")
	}
	stop()
	loop.Wait()
}

// stopwatch notes how late each deadline's change was committed.
type stopwatch struct {
	bot.Committer

	mu   sync.Mutex
	lags []time.Duration
	left int
	done chan struct{}
}

// Commit commits, and takes the time.
func (w *stopwatch) Commit(ctx context.Context, c bot.Change) error {
	err := w.Committer.Commit(ctx, c)
	if err == nil {
		w.took(c.Done.Deadline.Due)
	}
	return err
}

func (w *stopwatch) took(due time.Time) {
	lag := time.Since(due)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.lags = append(w.lags, lag)
	if w.left--; w.left == 0 {
		close(w.done)
	}
}

func (m *manyCases) bareSteady(b *testing.B) (p99 float64) {
	b.Helper()
	t0 := time.Now().Add(2 * time.Second)
	lags := m.bare(b, m.phase(steadyMost), func(i int) time.Time { return t0.Add(time.Duration(i) * steadyEvery) })
	return ms(lags[len(lags)*99/100])
}

func (m *manyCases) bareBurst(b *testing.B) (seconds float64) {
	b.Helper()
	t0 := time.Now().Add(2 * time.Second)
	lags := m.bare(b, m.phase(burstMost), func(int) time.Time { return t0 })
	return lags[len(lags)-1].Seconds()
}

// bare is the least that can be done: a claim moves the score, and a second
// command takes the member away.
func (m *manyCases) bare(b *testing.B, n int, at func(i int) time.Time) []time.Duration {
	b.Helper()
	const key = "{guanjia}:due:tm"
	c := redis.NewClient(&redis.Options{Addr: m.srv.Addr})
	defer c.Close() //nolint:errcheck // everything was answered
	due := map[string]time.Time{}
	_, err := c.Pipelined(b.Context(), func(p redis.Pipeliner) error {
		for i := range n {
			id := "bare|" + strconv.Itoa(i)
			due[id] = at(i)
			p.ZAdd(b.Context(), key, redis.Z{Score: float64(at(i).UnixMicro()), Member: id})
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	claim := redis.NewScript(`local ids = redis.call('ZRANGE', KEYS[1], '-inf', ARGV[1], 'BYSCORE', 'LIMIT', 0, ARGV[3])
for _, id in ipairs(ids) do redis.call('ZADD', KEYS[1], 'XX', ARGV[2], id) end
local next = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
ids[#ids+1] = next[2]
return ids`)
	w := &stopwatch{left: n, done: make(chan struct{})}
	turn(b, &scheduler.Loop[string]{
		Name: "bare", Workers: 16,
		Claim: func(ctx context.Context, now time.Time, n int) ([]string, time.Time, error) {
			ids, err := claim.Run(ctx, c, []string{key}, now.UnixMicro(), now.Add(10*time.Second).UnixMicro(), n).StringSlice()
			if err != nil {
				return nil, time.Time{}, err
			}
			score, err := strconv.ParseFloat(ids[len(ids)-1], 64)
			return ids[:len(ids)-1], time.UnixMicro(int64(score)), err
		},
		Do: func(ctx context.Context, id string) {
			at, ours := due[id] // the program leaves some of its own there
			if ours && c.ZRem(ctx, key, id).Err() == nil {
				w.took(at)
			}
		},
	}, w.done)
	slices.Sort(w.lags)
	return w.lags
}

// resident is the most memory of the real program on this Redis, while it fires
// 500 deadlines a second and says what follows from them.
func (m *manyCases) resident(b *testing.B) float64 {
	b.Helper()
	n, t0 := m.phase(steadyMost), time.Now().Add(3*time.Second)
	plan(b.Context(), b, m.service, m.take(n, func(i int) time.Time { return t0.Add(time.Duration(i) * steadyEvery) }))
	port := 20_000 + os.Getpid()%20_000
	file := filepath.Join(b.TempDir(), "guanjia.yaml")
	text := fmt.Sprintf("dingtalk: {client_id: %s, client_secret: %s, api_host: %q, oapi_host: %q}\nredis: {url: %q}\nhttp: {listen: \"127.0.0.1:%d\"}\nlog: {level: warn}\n",
		demoID, demoSecret, m.address, m.address, m.srv.URL, port)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		b.Fatal(err)
	}
	cmd := exec.CommandContext(b.Context(), m.binary, "serve", "--config", file)
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	for tick, tries := time.Tick(20*time.Millisecond), 0; !isReady(b, port); <-tick {
		if tries++; tries > 3000 {
			b.Fatal("the program does not become ready")
		}
	}
	most, c, end := 0.0, m.srv.Client(), t0.Add(time.Duration(n)*steadyEvery)
	for range time.Tick(100 * time.Millisecond) {
		most = max(most, residentMB(b, cmd.Process.Pid))
		now := time.Now()
		late, err := c.ZCount(b.Context(), "{guanjia}:due:tm", "-inf", strconv.FormatInt(now.UnixMicro(), 10)).Result()
		if err != nil || now.After(end.Add(2*time.Minute)) {
			b.Fatalf("%d deadlines are late, %v", late, err)
		}
		if now.After(end.Add(time.Second)) && late == 0 {
			break
		}
	}
	_ = cmd.Process.Signal(os.Interrupt)
	_ = cmd.Wait()
	return most
}

// unsay forgets what the measurements gave the bot to say, what is remembered of
// their commits for a quarter of an hour, and what they planned, which would come due
// in the middle of the next ones: none of it is of a case.
func (m *manyCases) unsay(b *testing.B) {
	b.Helper()
	c, ctx := m.srv.Client(), b.Context()
	soon := time.Now().Add(time.Hour).UnixMicro()
	if err := c.ZRemRangeByScore(ctx, "{guanjia}:due:tm", "-inf", strconv.FormatInt(soon, 10)).Err(); err != nil {
		b.Fatal(err)
	}
	for _, lane := range [...]string{"0", "1"} {
		for _, to := range c.ZRange(ctx, "{guanjia}:due:out:"+lane, 0, -1).Val() {
			c.Del(ctx, "{guanjia}:ob:"+lane+":"+to)
		}
		c.Del(ctx, "{guanjia}:due:out:"+lane, "{guanjia}:try:out:"+lane)
	}
	for _, passing := range [...]string{"{guanjia}:op:*", "{guanjia}:said:*"} {
		for each := c.Scan(ctx, 0, passing, 1000).Iterator(); each.Next(ctx); {
			c.Del(ctx, each.Val())
		}
	}
}
