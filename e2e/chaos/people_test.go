package chaos_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"guanjia/dingsim"
)

// people are those who talk to the bot while things break.
type people struct {
	w      *world
	guests atomic.Int64
	names  atomic.Int64 // of groups
	seats  sync.WaitGroup
	home   context.CancelFunc // ends what experts do
	plans  plans
	mu     sync.Mutex
	errs   []error
}

func newPeople(w *world) *people {
	return &people{w: w, plans: plans{steps: map[string]int{}, taken: map[string]taken{}, marks: map[string]bool{}}}
}

// guest is somebody who has said nothing yet.
func (p *people) guest() string { return fmt.Sprintf("guest%03d", p.guests.Add(1)) }

func (p *people) failed(err error) {
	if err != nil {
		p.mu.Lock()
		p.errs = append(p.errs, err)
		p.mu.Unlock()
	}
}

// shuffled is a deck in a random order.
func shuffled(r *rand.Rand) []card {
	cards := deck()
	r.Shuffle(len(cards), func(i, j int) { cards[i], cards[j] = cards[j], cards[i] })
	return cards
}

// ask lets n people at a time ask, each a question every so often.
func (p *people) ask(ctx context.Context, n int, every time.Duration) {
	for i := range n {
		r := built.chance(fmt.Sprintf("asker %d", i))
		p.seats.Go(func() {
			for ctx.Err() == nil {
				p.askOneByOne(ctx, r, p.guest(), every)
			}
		})
	}
}

func (p *people) askOneByOne(ctx context.Context, r *rand.Rand, guest string, every time.Duration) {
	for _, c := range shuffled(r) {
		if !pause(ctx, between(r, 0, 2*every)) {
			return
		}
		_, err := p.w.book.say(p.w.sim, said{kind: kindQuestion, where: guest, order: guest, want: c.id}, c.question,
			dingsim.Say{From: guest, WebhookExpiresIn: expiry(r)})
		p.failed(err)
	}
}

// expiry makes one reply address in twenty too short-lived.
func expiry(r *rand.Rand) string {
	if r.IntN(20) == 0 {
		return "1ms"
	}
	return ""
}

// chatInGroups lets two people each @ the bot in n groups at a time. A group is
// answered ten times a minute.
func (p *people) chatInGroups(ctx context.Context, n int) {
	for i := range n {
		r := built.chance(fmt.Sprintf("group %d", i))
		p.seats.Go(func() {
			for ctx.Err() == nil {
				p.chatInGroup(ctx, r)
			}
		})
	}
}

func (p *people) chatInGroup(ctx context.Context, r *rand.Rand) {
	two := []string{p.guest(), p.guest()}
	group, err := p.w.sim.CreateGroup(fmt.Sprintf("群%d", p.names.Add(1)), two)
	p.failed(err)
	for _, c := range shuffled(r)[:12] {
		if !pause(ctx, between(r, time.Second, 9*time.Second)) {
			return
		}
		from := two[r.IntN(2)]
		_, err := p.w.book.say(p.w.sim, said{kind: kindQuestion, where: group, order: group + from, want: c.id}, c.question,
			dingsim.Say{From: from, Group: group})
		p.failed(err)
	}
}

// insist says something until a frame of it was acknowledged, as somebody would
// who sees that nothing happens.
func (p *people) insist(ctx context.Context, s said, from, text string) {
	for ctx.Err() == nil {
		id, err := p.w.book.say(p.w.sim, s, text, dingsim.Say{From: from})
		p.failed(err)
		if err != nil || eventually(ctx, 4*time.Second, func() bool { return !p.w.book.ackedBy(id).IsZero() }) {
			return
		}
	}
}

// needHelp lets n people at a time be in trouble, one after the other.
func (p *people) needHelp(ctx context.Context, n int) {
	for i := range n {
		r := built.chance(fmt.Sprintf("victim %d", i))
		p.seats.Go(func() {
			for pause(ctx, between(r, 0, 2*time.Second)) {
				p.needHelpOnce(ctx, r)
			}
		})
	}
}

// needHelpOnce reports something urgent; when somebody takes it, it goes on with
// words that are passed on, and the holder closes it.
func (p *people) needHelpOnce(ctx context.Context, r *rand.Rand) {
	guest, step := p.guest(), []int{1, 1, 1, 1, 1, 1, 2, 3, 0, 0}[r.IntN(10)]
	p.plans.set(guest, step)
	text := fmt.Sprintf("我们被勒索了，所有文件都打不开！我是%s", guest)
	if _, err := p.w.book.say(p.w.sim, said{kind: kindUrgent, where: guest, want: guest}, text, dingsim.Say{From: guest}); err != nil || step == 0 {
		p.failed(err)
		return
	}
	limit := time.Duration(step)*p.w.clocks.ackWithin + 15*time.Second
	var by taken
	if !eventually(ctx, limit, func() bool { by = p.plans.takenOf(guest); return by.id != "" }) {
		return // the frame was lost, or everything takes long: this guest says no more
	}
	if p.tell(ctx, r, guest, by.member) {
		p.insist(ctx, said{kind: kindClose, where: guest, want: by.id}, by.member, "结束 "+by.id)
	}
}

// tell says a few things that are passed on, and waits for them to arrive: nobody
// ends a conversation in the middle of a word.
func (p *people) tell(ctx context.Context, r *rand.Rand, guest, holder string) bool {
	var ids, marks []string
	for range 3 + r.IntN(10) {
		if !pause(ctx, between(r, 0, 600*time.Millisecond)) {
			return false
		}
		mark := p.w.book.mark("w")
		id, err := p.w.book.say(p.w.sim, said{kind: kindRelayed, where: holder, order: guest, want: mark},
			"补充情况 "+mark, dingsim.Say{From: guest})
		p.failed(err)
		ids, marks = append(ids, id), append(marks, mark)
	}
	eventually(ctx, 15*time.Second, func() bool {
		for i, id := range ids {
			if !p.w.book.ackedBy(id).IsZero() && !p.plans.sawMark(marks[i]) {
				return false
			}
		}
		return true
	})
	return pause(ctx, 500*time.Millisecond)
}

// experts lets the experts work until goHome.
func (p *people) experts(ctx context.Context) {
	ctx, p.home = context.WithCancel(ctx)
	p.answerPages(ctx)
}

// goHome ends everything that people do.
func (p *people) goHome() {
	p.home()
	p.seats.Wait()
}
