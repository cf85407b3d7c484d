package chaos_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// pageAfterStep is how late a page may be because its clock went back and its
// holder is dead: a lease of 10 s, and 2 s. slowedDown is what stepBusy adds to that.
const (
	pageAfterStep = 12 * time.Second
	slowedDown    = 3 * time.Second
)

// jump puts the clocks of some replicas forward or back, and after a while right again.
type jump struct {
	who  []int
	by   time.Duration
	stay time.Duration
}

// jumps are in a random order, first of both replicas, as when they run on one
// machine: then nothing excuses what is said twice. After that they are of one.
func jumps(r *rand.Rand) []jump {
	var both, one []jump
	for _, by := range []time.Duration{time.Hour, -time.Hour, 40 * time.Second, -40 * time.Second} {
		both = append(both, jump{[]int{0, 1}, by, between(r, time.Second, 4*time.Second)})
		one = append(one, jump{[]int{r.IntN(2)}, by, between(r, time.Second, 4*time.Second)})
	}
	for _, js := range [][]jump{both, one} {
		r.Shuffle(len(js), func(i, j int) { js[i], js[j] = js[j], js[i] })
	}
	return append(both, one...)
}

// TestTheWallClockMayJump puts clocks forward and back by forty seconds and by an
// hour. What was to happen happens, and nothing waits until a clock has caught up
// with what it showed before. The short form has no minutes to build a standard
// library; it tells whether this release of Go still can be made to jump.
func TestTheWallClockMayJump(t *testing.T) {
	built.side(t)
	dir := t.TempDir()
	overlay, err := steppable(dir)
	if err != nil {
		t.Fatal(err)
	}
	if built.length == 0 {
		return
	}
	binary, err := buildSteppable(dir, overlay)
	if err != nil {
		t.Fatal(err)
	}
	w, _ := calm(t, 2, func(w *world) { w.binary, w.steppable, w.clocks = binary, true, quickClocks() })
	s := newScene(t, w)
	talking, hush := context.WithCancel(t.Context())
	defer hush()
	s.p.ask(talking, 12, time.Second)
	s.p.needHelp(talking, 4)
	s.p.buy(talking, 4*time.Second)
	pause(talking, 3*time.Second)
	r := built.chance("clocks")
	for _, j := range jumps(r) {
		err := w.stepBusy(talking, j.who, j.by)
		pause(talking, j.stay)
		err = errors.Join(err, w.stepBusy(talking, j.who, -j.by))
		pause(talking, between(r, 500*time.Millisecond, 1500*time.Millisecond))
		if err != nil {
			t.Fatal(err)
		}
	}
	// Whoever holds a page dies, and then its lease is over in an hour.
	late, err := s.killTheHolder(talking, func() error { return w.step([]int{0, 1}, -time.Hour) })
	if err = errors.Join(err, w.step([]int{0, 1}, time.Hour)); err != nil {
		t.Fatal(err)
	}
	hush()
	e := s.end("The wall clock jumps by 40 s and by an hour", w.awaitReady(t.Context()))
	t.Logf("page after the death of its holder, when the clocks went back: %s", late)
	if late > pageAfterStep {
		t.Errorf("a page came %s after the death of its holder, want at most %s", late, pageAfterStep)
	}
	if late := slices.Max(newJudge(e).rule(w.clocks.validity).pageDelays); late > pageAfterStep+slowedDown {
		t.Errorf("a page came %s after its message, want at most %s", late, pageAfterStep+slowedDown)
	}
}
