package chaos_test

import (
	"context"
	"testing"
	"time"
)

// TestALongOutageOfRedisRepeatsNothing takes Redis away for longer than a lease
// while answers are on their way: nobody dies, so nothing may be said twice.
func TestALongOutageOfRedisRepeatsNothing(t *testing.T) {
	built.side(t)
	w, redis := calm(t, 2)
	s := newScene(t, w)
	rounds := 1
	if built.length > 0 {
		rounds = 4
	}
	talking, hush := context.WithCancel(t.Context())
	defer hush()
	s.p.ask(talking, 20, time.Second)
	s.p.needHelp(talking, 2)
	r := built.chance("outage")
	for range rounds {
		for _, b := range w.bots {
			b.wire.setSlow(time.Second, built.chance("slow "+b.name))
		}
		pause(talking, 3*time.Second)
		w.book.happened(killedRedis, 0)
		redis.kill()
		pause(talking, 1500*time.Millisecond)
		for _, b := range w.bots {
			b.wire.setSlow(0, nil)
		}
		pause(talking, between(r, 10*time.Second, 13*time.Second))
		if err := redis.start(t.Context()); err != nil {
			t.Fatal(err)
		}
		pause(talking, 3*time.Second)
	}
	hush()
	s.end("Redis away for longer than a lease", w.awaitReady(t.Context()))
}
