package chaos_test

import (
	"context"
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

func TestNothingIsLostInAStormWhenEveryWriteIsSynced(t *testing.T) {
	s := storm{
		title: "Storm, appendfsync always", fsync: "always", length: built.long(10*time.Second, 1), replicas: 3,
		askers: 30, groups: 6, victims: 4, askEvery: 1800 * time.Millisecond, killing: 3 * time.Second, pauses: 30 * time.Second, powerCuts: true,
	}
	if built.length == 0 {
		s.replicas, s.askers, s.askEvery, s.killing, s.pauses = 2, 15, time.Second, 1500*time.Millisecond, 6*time.Second
	}
	s.run(t)
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
	began := time.Now()
	p, x := newPeople(w), &weather{w: w, redis: redis, powerOK: s.powerCuts, pauses: s.pauses, every: s.killing}
	p.experts(ctx)
	talking, hush := context.WithTimeout(ctx, s.length)
	defer hush()
	p.ask(talking, s.askers, s.askEvery)
	p.chatInGroups(talking, s.groups)
	p.needHelp(talking, s.victims)
	p.buy(talking, 5*time.Second)
	x.blow(talking)
	<-talking.Done()
	if err := x.clear(ctx); err != nil {
		t.Fatal(err)
	}
	w.settle(ctx)
	p.goHome()
	took := time.Since(began)
	errorLines, err := w.quit()
	if err != nil {
		t.Error(err)
	}
	for _, err := range append(p.errs, x.errs...) {
		t.Error(err)
	}
	e := w.evidence()
	if err := w.keep(s.fsync, e); err != nil {
		t.Error(err)
	}
	f := newJudge(e).rule(w.clocks.validity)
	t.Log("\n" + table(s.title, took, e, f, errorLines))
	f.check(t, e.kills())
}

// settle waits until nothing is owed any more, or nothing more can come.
func (w *world) settle(ctx context.Context) {
	eventually(ctx, w.clocks.validity+4*w.clocks.ackWithin+20*time.Second, func() bool {
		f := newJudge(w.evidence()).rule(w.clocks.validity)
		return len(f.lost)+len(f.unattended) == 0 || !pause(ctx, time.Second)
	})
	pause(ctx, time.Second) // for what is said too much
}

// fewKills is below how many kills the doubled are not counted against them: one
// death repeats whatever its process was just sending, which is one on average.
const fewKills = 20

// check holds the figures against the numbers to reach.
func (f figures) check(t *testing.T, kills int) {
	t.Helper()
	for _, l := range f.lost {
		t.Errorf("lost: %s", l)
	}
	for _, l := range f.unattended {
		t.Errorf("nobody took it, and the catch-all was not told: %s", l)
	}
	for _, l := range f.disorder {
		t.Errorf("out of order: %s", l)
	}
	for _, l := range f.doubled {
		t.Logf("doubled: %s", l)
	}
	for _, l := range f.repeated {
		t.Errorf("doubled, and nobody died: %s", l)
	}
	if kills >= fewKills && len(f.doubled) > kills {
		t.Errorf("%d things were said twice, more than one for each of %d kills", len(f.doubled), kills)
	}
}
