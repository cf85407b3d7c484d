package chaos_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"syscall"
	"time"
)

// weather breaks things.
type weather struct {
	w       *world
	redis   *redisServer
	powerOK bool          // acknowledged data must survive a power cut
	pauses  time.Duration // how long a process is stopped at most
	every   time.Duration // how often a process is killed, about
	going   sync.WaitGroup
	mu      sync.Mutex
	errs    []error
}

func (x *weather) failed(err error) {
	if err != nil {
		x.mu.Lock()
		x.errs = append(x.errs, err)
		x.mu.Unlock()
	}
}

// blow breaks processes and the platform, side by side, until ctx ends.
func (x *weather) blow(ctx context.Context) {
	x.going.Go(func() {
		r := built.chance("processes")
		for pause(ctx, between(r, x.every/2, x.every*3/2)) {
			x.breakProcess(ctx, r)
		}
	})
	x.going.Go(func() {
		r := built.chance("platform")
		for pause(ctx, between(r, x.every/4, x.every*3/4)) {
			x.breakPlatform(ctx, r)
		}
	})
}

// breakProcess kills, stops or cuts off one thing.
func (x *weather) breakProcess(ctx context.Context, r *rand.Rand) {
	bot := x.w.bots[r.IntN(len(x.w.bots))]
	wait := between(r, 50*time.Millisecond, 1500*time.Millisecond)
	switch n := r.IntN(100); {
	case n < 52:
		x.killReplica(ctx, bot, wait)
	case n < 66:
		x.killRedis(ctx, wait)
	case n < 76:
		x.cutPower(ctx, wait)
	case n < 90:
		x.storm(ctx, 1+r.IntN(20))
	default:
		x.stop(ctx, bot, between(r, x.pauses/6, x.pauses))
	}
}

func (x *weather) killReplica(ctx context.Context, bot *replica, wait time.Duration) {
	if !bot.running() {
		return
	}
	x.w.book.happened(killedReplica, bot.pid())
	bot.kill()
	x.going.Go(func() {
		pause(ctx, wait)
		x.failed(bot.start())
	})
}

func (x *weather) killRedis(ctx context.Context, wait time.Duration) {
	x.w.book.happened(killedRedis, 0)
	x.redis.kill()
	pause(ctx, wait)
	x.startRedis(ctx)
}

func (x *weather) cutPower(ctx context.Context, wait time.Duration) {
	if !x.powerOK {
		return
	}
	x.w.book.happened(cutPower, 0)
	_, err := x.redis.powerCut()
	x.failed(err)
	pause(ctx, wait)
	x.startRedis(ctx)
}

func (x *weather) startRedis(ctx context.Context) {
	x.failed(x.redis.start(context.WithoutCancel(ctx)))
	x.w.book.happened(startedRedis, 0)
}

// storm cuts all connections to Redis again and again.
func (x *weather) storm(ctx context.Context, times int) {
	x.w.book.happened("storm of cut Redis connections", 0)
	for range times {
		x.redis.cutConnections()
		if !pause(ctx, 25*time.Millisecond) {
			return
		}
	}
}

func (x *weather) stop(ctx context.Context, bot *replica, d time.Duration) {
	if !bot.signal(syscall.SIGSTOP) {
		return
	}
	x.w.book.happened(pausedReplica, bot.pid())
	x.going.Go(func() {
		pause(ctx, d)
		pid := bot.pid()
		if bot.signal(syscall.SIGCONT) {
			x.w.book.happened(resumedReplica, pid)
		}
	})
}

// fault is something that the platform does wrong.
type fault struct{ name, on, off string }

func platformFaults(r *rand.Rand) []fault {
	return []fault{
		{"disconnect frames", `{"disconnect_every":"700ms"}`, `{"disconnect_every":""}`},
		{"zombie connections", `{"zombie":true}`, `{"zombie":false}`},
		{"dropped frames", `{"drop_frames":true}`, `{"drop_frames":false}`},
		{"repeated frames", `{"duplicate":true}`, `{"duplicate":false}`},
		{"redelivered frames", `{"redeliver_after":"300ms"}`, `{"redeliver_after":""}`},
		{"slow OpenAPI", fmt.Sprintf(`{"delay":"%dms"}`, 50+r.IntN(1500)), `{"delay":""}`},
		{"throttled OpenAPI", `{"qps":2}`, `{"qps":0}`},
		{"refused webhooks", `{"webhook_errcode":300001}`, `{"webhook_errcode":0}`},
		{"webhook errors after success", `{"fail_after_success":"/robot/sendBySession"}`, `{"fail_after_success":""}`},
		{"OpenAPI errors after success", `{"fail_after_success":"/v1.0/"}`, `{"fail_after_success":""}`},
		{"no connections given", `{"open_status":503}`, `{"open_status":0}`},
		{"tokens refused", `{"refuse_token":true}`, `{"refuse_token":false}`},
	}
}

// breakPlatform lets the platform do something wrong for a moment.
func (x *weather) breakPlatform(ctx context.Context, r *rand.Rand) {
	all, length := platformFaults(r), between(r, 300*time.Millisecond, 3*time.Second)
	i := r.IntN(len(all) + 1)
	if i == len(all) {
		x.tarry(ctx, r, length)
		return
	}
	f := all[i]
	x.w.book.happened(f.name, 0)
	x.failed(x.w.sim.SetFaults(f.on))
	pause(ctx, length)
	x.failed(x.w.sim.SetFaults(f.off))
}

// tarry lets sends take longer than anybody waits: some before they take effect,
// some after.
func (x *weather) tarry(ctx context.Context, r *rand.Rand, length time.Duration) {
	x.w.book.happened("sends slower than anybody waits", 0)
	for i, b := range x.w.bots {
		b.wire.setSlow(7*time.Second, built.chance(fmt.Sprintf("tarry %d %d", i, r.Uint64())))
	}
	pause(ctx, length)
	for _, b := range x.w.bots {
		b.wire.setSlow(0, nil)
	}
}

// clear waits for what is under way, and mends everything.
func (x *weather) clear(ctx context.Context) error {
	x.going.Wait()
	if err := x.w.heal(); err != nil {
		return err
	}
	if x.redis.ask("PING") != "+PONG" {
		x.redis.kill()
		if err := x.redis.start(ctx); err != nil {
			return err
		}
	}
	for _, b := range x.w.bots {
		b.signal(syscall.SIGCONT)
		if !b.running() {
			if err := b.start(); err != nil {
				return err
			}
		}
	}
	return x.w.awaitReady(ctx)
}
