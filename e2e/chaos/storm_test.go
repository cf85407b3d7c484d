package chaos_test

import (
	"context"
	"errors"
	"testing"
	"time"
)

// storm is one run of the whole.
type storm struct {
	title             string
	fsync             string
	length            time.Duration
	replicas          int
	askers, groups    int
	victims           int
	askEvery, killing time.Duration
	pauses            time.Duration
	powerCuts         bool
}

// TestNothingIsLostInAStorm plays both storms in the long form, and in the short
// one the one that the seed chooses.
func TestNothingIsLostInAStorm(t *testing.T) {
	built.side(t)
	synced := storm{
		title: "Storm, appendfsync always", fsync: "always", length: built.long(9*time.Second, 1), replicas: 3,
		askers: 36, groups: 6, victims: 4, askEvery: 1800 * time.Millisecond, killing: 2200 * time.Millisecond, pauses: 30 * time.Second, powerCuts: true,
	}
	// With everysec a power cut loses a second, and nothing can be promised of it.
	everySecond := storm{
		title: "Storm without power cuts, appendfsync everysec", fsync: "everysec", length: built.long(9*time.Second, 0.2), replicas: 2,
		askers: 30, groups: 4, victims: 4, askEvery: 1800 * time.Millisecond, killing: 3 * time.Second, pauses: 30 * time.Second,
	}
	if built.length > 0 || built.seed%2 == 0 {
		t.Run("always", synced.inShort().run)
	}
	if built.length > 0 || built.seed%2 == 1 {
		t.Run("everysec", everySecond.inShort().run)
	}
}

// inShort is what fits into the tests of every day.
func (s storm) inShort() storm {
	if built.length == 0 {
		s.replicas, s.askers, s.groups, s.victims, s.askEvery, s.killing, s.pauses = 2, 12, 2, 2, time.Second, 1500*time.Millisecond, 6*time.Second
	}
	return s
}

func (s storm) run(t *testing.T) {
	t.Helper()
	ctx := t.Context()
	redis, err := newRedis(t.TempDir(), s.fsync)
	if err != nil {
		t.Fatal(err)
	}
	if err := redis.start(ctx); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { redis.kill() })
	w := newWorld(t, "redis://"+redis.addr()+"/0", 0)
	if err := w.start(ctx, s.replicas); err != nil {
		t.Fatal(err)
	}
	sc := newScene(t, w)
	x := &weather{w: w, redis: redis, powerOK: s.powerCuts, pauses: s.pauses, every: s.killing}
	talking, hush := context.WithTimeout(ctx, s.length)
	defer hush()
	sc.p.ask(talking, s.askers, s.askEvery)
	sc.p.chatInGroups(talking, s.groups)
	sc.p.needHelp(talking, s.victims)
	sc.p.buy(talking, 5*time.Second)
	x.blow(talking)
	<-talking.Done()
	err = x.clear(ctx)
	sc.end(s.title, errors.Join(append(x.errs, err)...))
}
