package chaos_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"guanjia/dingsim"
)

// pageAfterDeath is how late a page may be by the death of a replica: its lease
// of 10 s, and 2 s (contract §5).
const pageAfterDeath = 12 * time.Second

// TestAPageOutlivesTheReplicaThatHeldIt kills replicas with a page in their
// hands: claimed, on its way, and not yet at the platform.
func TestAPageOutlivesTheReplicaThatHeldIt(t *testing.T) {
	built.side(t)
	w, _ := calm(t, 2)
	s := newScene(t, w)
	rounds := 1
	if built.length > 0 {
		rounds = 5
	}
	var late []time.Duration
	for range rounds {
		d, err := s.killTheHolder(t.Context(), func() error { return nil })
		if err != nil {
			t.Fatal(err)
		}
		late = append(late, d)
		if d > pageAfterDeath {
			t.Errorf("a page came %s after the death of its replica, want at most %s", d, pageAfterDeath)
		}
	}
	t.Logf("page after the death of the replica that held it: median / 99 %% / longest %s", spread(late))
	s.end("A page outlives the replica that held it", nil)
}

// killTheHolder lets somebody need help, kills whoever is about to page, does what
// comes then, and tells how long after the death the page came.
func (s *scene) killTheHolder(ctx context.Context, then func() error) (time.Duration, error) {
	guest := s.p.guest()
	s.p.plans.set(guest, 1)
	held := s.w.holdPages(guest)
	text := "我们被勒索了，所有文件都打不开！我是" + guest
	if _, err := s.w.book.say(s.w.sim, said{kind: kindUrgent, where: guest, want: guest}, text, dingsim.Say{From: guest}); err != nil {
		return 0, err
	}
	var holder *replica
	select {
	case holder = <-held:
	case <-time.After(3 * pageAfterDeath):
		return 0, errors.New("nobody was about to page")
	}
	for _, b := range s.w.bots {
		b.wire.setHold(nil)
	}
	s.w.book.happened(killedReplica, holder.pid())
	died := time.Now()
	holder.kill()
	if err := then(); err != nil {
		return 0, err
	}
	paged := func(r dingsim.Record) bool { return r.To == expertLi && strings.Contains(r.Text, guest) }
	ctx, cancel := context.WithTimeout(ctx, 3*pageAfterDeath)
	defer cancel()
	err := s.w.sim.WaitFor(ctx, 0, paged)
	took := time.Since(died)
	if err != nil {
		return took, err
	}
	if err := holder.start(); err != nil {
		return took, err
	}
	return took, s.w.awaitReady(ctx)
}

// holdPages holds the first page with a guest's words back for ever, and tells
// who was about to send it.
func (w *world) holdPages(guest string) <-chan *replica {
	held := make(chan *replica, 1)
	var once sync.Once
	for _, b := range w.bots { // each calls the platform through a wire of its own
		b.wire.setHold(func(body string, _ int) bool {
			mine := false
			if strings.Contains(body, guest) && strings.Contains(body, "接单") {
				once.Do(func() { mine = true; held <- b })
			}
			return mine
		})
	}
	return held
}
