package chaos_test

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"time"

	"guanjia/dingsim"
)

// plans are which step of the ladder takes whose call, and who took it.
type plans struct {
	mu    sync.Mutex
	steps map[string]int // guest or company -> step; 0: nobody
	taken map[string]taken
	marks map[string]bool // words that were passed on
}

type taken struct{ id, member string }

func (p *plans) set(who string, step int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.steps[who] = step
}

func (p *plans) step(who string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.steps[who]
}

// claim notes that a member was asked to take it; false: they do already.
func (p *plans) claim(id, member string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, ok := p.taken["?"+id+member]; ok {
		return false
	}
	p.taken["?"+id+member] = taken{}
	return true
}

func (p *plans) sawMark(mark string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.marks[mark]
}

func (p *plans) see(marks []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, m := range marks {
		p.marks[m] = true
	}
}

func (p *plans) took(who string, t taken) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.taken[who] = t
}

func (p *plans) takenOf(who string) taken {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.taken[who]
}

// The words by which a page, and what it is about, are known.
var (
	pageWords    = regexp.MustCompile(`紧急求助 (E\d+)(?: · (C\d+))?`)
	guestWords   = regexp.MustCompile(`我是(guest\d+)`)
	companyWords = regexp.MustCompile(`公司p\d+`)
	callWords    = regexp.MustCompile(`已联系 (C\d+)`)
	takenWords   = regexp.MustCompile(`已经接手（(E\d+)）`)
	closedWords  = regexp.MustCompile(`已经结束了这次服务（(E\d+)）`)
)

// steps are who is called, in order.
func steps() []string { return []string{expertLi, expertWang, managerZhou} }

// answerPages lets the experts read what they are sent and do what was planned,
// until ctx ends.
func (p *people) answerPages(ctx context.Context) {
	p.seats.Go(func() {
		r, since := built.chance("experts"), int64(0)
		for pause(ctx, 50*time.Millisecond) {
			for _, rec := range p.w.sim.Messages(since) {
				since = rec.Seq
				wait := between(r, 100*time.Millisecond, 1500*time.Millisecond)
				p.read(ctx, rec, wait)
			}
		}
	})
}

func (p *people) read(ctx context.Context, rec dingsim.Record, wait time.Duration) {
	page := pageWords.FindStringSubmatch(rec.Text)
	p.plans.see(markWords.FindAllString(rec.Text, -1))
	switch {
	case rec.Group != "":
	case page != nil:
		p.readPage(ctx, rec, page[1], wait)
	case rec.To == expertLi && callWords.MatchString(rec.Text):
		p.readPurchase(ctx, rec, wait)
	case strings.HasPrefix(rec.To, "guest"):
		if m := takenWords.FindStringSubmatch(rec.Text); m != nil {
			p.plans.took(rec.To, taken{m[1], p.plans.takenOf(m[1]).member})
		}
	}
}

// readPage takes a call, when the plan says that it is this member's turn.
func (p *people) readPage(ctx context.Context, rec dingsim.Record, id string, wait time.Duration) {
	who := companyWords.FindString(rec.Text)
	asker := ""
	if m := guestWords.FindStringSubmatch(rec.Text); m != nil {
		who, asker = m[1], m[1]
	}
	step := p.plans.step(who)
	if who == "" || step == 0 || steps()[step-1] != rec.To || !p.plans.claim(id, rec.To) {
		return
	}
	p.seats.Go(func() {
		if !pause(ctx, wait) {
			return
		}
		p.plans.took(id, taken{id, rec.To})
		s := said{kind: kindTake, where: asker, want: id}
		if asker == "" {
			s.kind = kindOther
		}
		p.insist(ctx, s, rec.To, "接单 "+id)
	})
}

// readPurchase makes the first telephone call, when the plan says so.
func (p *people) readPurchase(ctx context.Context, rec dingsim.Record, wait time.Duration) {
	company, id := companyWords.FindString(rec.Text), callWords.FindStringSubmatch(rec.Text)[1]
	if company == "" || p.plans.step("call "+company) == 0 || !p.plans.claim(id, rec.To) {
		return
	}
	p.seats.Go(func() {
		if pause(ctx, wait) {
			p.insist(ctx, said{kind: kindOther, want: id}, rec.To, fmt.Sprintf("已联系 %s", id))
		}
	})
}
