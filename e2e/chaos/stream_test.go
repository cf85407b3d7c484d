package chaos_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"guanjia/dingsim"
)

// calm is a world in which nothing dies.
func calm(t *testing.T, replicas int, arrange ...func(*world)) (*world, *redisServer) {
	t.Helper()
	redis, err := newRedis(t.TempDir(), "always")
	if err != nil {
		t.Fatal(err)
	}
	if err := redis.start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { redis.kill() })
	w := newWorld(t, "redis://"+redis.addr()+"/0", 0)
	for _, f := range arrange {
		f(w)
	}
	if err := w.start(t.Context(), replicas); err != nil {
		t.Fatal(err)
	}
	return w, redis
}

// TestScheduledDisconnectsLoseNoFrame has the platform take a connection away
// every four seconds while twenty messages come in a second: each of them must
// be acknowledged, for the platform says none of them twice.
func TestScheduledDisconnectsLoseNoFrame(t *testing.T) {
	built.side(t)
	w, _ := calm(t, 1)
	const every = "4s"
	people := 20
	if built.length == 0 {
		people = 10
	}
	if err := w.sim.SetFaults(fmt.Sprintf(`{"disconnect_every":%q}`, every)); err != nil {
		t.Fatal(err)
	}
	s := newScene(t, w)
	talking, hush := context.WithTimeout(t.Context(), built.long(9*time.Second, 0.1))
	defer hush()
	s.p.ask(talking, people, time.Second)
	<-talking.Done()
	e := s.end(fmt.Sprintf("A connection is taken away every %s, %d messages/s", every, people), w.heal())
	for outcome, n := range e.pushes {
		if outcome != "acked" {
			t.Errorf("%d frames were %s", n, outcome)
		}
	}
}

// TestABurstOfFramesIsAcknowledgedInTime has hundreds of messages said at once, and
// five thousand in the long form. That takes a figure, of the program as people run it:
// the race detector makes it ten times as slow.
func TestABurstOfFramesIsAcknowledgedInTime(t *testing.T) {
	built.side(t)
	const within = 3 * time.Second
	frames, binary := 300, built.binary
	if built.length > 0 {
		frames, binary = 5000, buildPlain(t)
	}
	w, _ := calm(t, 2, func(w *world) { w.binary = binary })
	s := newScene(t, w)
	cards := deck()
	for i := range frames {
		c, guest := cards[i/crowd], fmt.Sprintf("guest%03d", 1+i%crowd)
		if _, err := w.book.say(w.sim, said{kind: kindQuestion, where: guest, order: guest, want: c.id}, c.question, dingsim.Say{From: guest}); err != nil {
			t.Fatal(err)
		}
	}
	eventually(t.Context(), 20*time.Second, func() bool { return len(w.sim.Acks(0)) >= frames })
	var took []time.Duration
	for _, a := range w.sim.Acks(0) {
		if a.Outcome != "acked" || a.Code != 200 {
			t.Errorf("a frame was %s with code %d", a.Outcome, a.Code)
		}
		took = append(took, time.Duration(a.LatencyMS)*time.Millisecond)
	}
	if len(took) != frames || slices.Max(took) >= within {
		t.Errorf("%d of %d frames ended, the slowest after %s; want less than %s", len(took), frames, slices.Max(took), within)
	}
	t.Logf("burst of %d frames, acknowledged: median / 99 %% / longest %s", frames, spread(took))
	if built.length > 0 { // answering takes its time
		s.end(fmt.Sprintf("Burst of %d frames", frames), nil)
	}
}

// buildPlain builds the program under test without the race detector.
func buildPlain(t *testing.T) string {
	t.Helper()
	if given := os.Getenv("CHAOS_BINARY"); given != "" {
		return given
	}
	file := filepath.Join(t.TempDir(), "guanjia")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", file, "guanjia/cmd/guanjia").CombinedOutput(); err != nil {
		t.Fatalf("build guanjia: %v\n%s", err, out)
	}
	return file
}
