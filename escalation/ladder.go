package escalation

import (
	"time"

	"guanjia/bot"
)

// Moment is when something happens, as far as it matters here.
type Moment struct {
	Now time.Time
	// Open is set in business hours; Opens is the next opening after Now.
	Open  bool
	Opens time.Time
}

// OnCall finds the people whom a list names (rotation:NAME, role:NAME,
// member:KEY) at a time: nobody twice, and nobody is an answer, too.
type OnCall func(names []string, now time.Time) []bot.Member

// New is what an escalation begins with.
type New struct {
	ID      string
	Kind    Kind
	Subject string
	Asker   Asker
}

// Begin opens an escalation. What is urgent starts the ladder at any hour; a
// request is told to the desk, which is told at its opening when it is closed
// (contract §5).
func Begin(n New, plan Config, people OnCall, m Moment) (*Escalation, Effects) {
	e := &Escalation{
		ID: n.ID, Kind: n.Kind, Subject: n.Subject, Asker: n.Asker, OpenedAt: m.Now, Plan: plan,
	}
	var f Effects
	f.log("opened", "bot", "")
	switch {
	case e.Urgent():
		e.start(&f, WhyStep, people, m)
	case m.Open:
		e.desk(&f, WhyDesk, people, m)
	default:
		e.wait(&f, StateWaiting, m)
		f.asker(AskerNotice{What: WhatDeferred, At: m.Opens})
	}
	return e, f
}

// wait lets it lie until the desk opens.
func (e *Escalation) wait(f *Effects, s State, m Moment) {
	e.State = s
	due := m.Opens
	if !due.After(m.Now) { // a calendar without any opening
		due = m.Now.Add(24 * time.Hour)
	}
	e.arm(f, KindClimb, &e.Climb, due)
}

// desk tells the people before the ladder; where there are none, the ladder
// itself is called.
func (e *Escalation) desk(f *Effects, why Why, people OnCall, m Moment) {
	to := people([]string{"role:" + string(bot.RolePresales)}, m.Now)
	if len(to) == 0 {
		e.start(f, why, people, m)
		return
	}
	e.State, e.Round, e.Step = StateDesk, 0, 0
	e.arm(f, KindClimb, &e.Climb, m.Now.Add(e.firstWait()))
	e.page(f, Page{To: to, Via: []bot.Via{bot.ViaChat}, Why: why}, m.Now)
	f.asker(AskerNotice{What: WhatDesk})
}

// start calls the ladder from its first step.
func (e *Escalation) start(f *Effects, why Why, people OnCall, m Moment) {
	e.Round, e.Step = 1, 0
	e.climb(f, why, "", people, m)
}

// climb calls the next step that has anybody in it. After the last step the
// ladder runs again, as often as the plan says; then nobody is left to call but
// the catch-all.
func (e *Escalation) climb(f *Effects, why Why, by string, people OnCall, m Moment) {
	first := len(e.Calls) == 0
	for empty := 0; empty < max(1, len(e.Plan.Ladder)); empty++ {
		if !e.advance() {
			break
		}
		step := e.Plan.Ladder[e.Step-1]
		to := people(step.Notify, m.Now)
		if len(to) == 0 {
			f.log("skipped", "bot", "")
			continue
		}
		e.State = StateCalling
		e.arm(f, KindClimb, &e.Climb, m.Now.Add(step.AckWithin))
		e.page(f, Page{To: to, Via: step.Via, Why: why, By: by}, m.Now)
		what := WhatNext
		if first {
			what = WhatCalling
		}
		f.asker(AskerNotice{What: what})
		return
	}
	e.exhaust(f, people, m)
}

// advance moves to the next step, of the next round after the last one; it
// reports whether there is one.
func (e *Escalation) advance() bool {
	if len(e.Plan.Ladder) == 0 {
		return false
	}
	if e.Step < len(e.Plan.Ladder) {
		e.Step++
		return true
	}
	if e.Round > e.Plan.Repeat {
		return false
	}
	e.Round++
	e.Step = 1
	return true
}

// exhaust tells the catch-all, once and by every route of the last step, that
// nobody took it. It stays open, and comes up again at the next opening: it
// never ends silently.
func (e *Escalation) exhaust(f *Effects, people OnCall, m Moment) {
	e.wait(f, StateExhausted, m)
	via := []bot.Via{bot.ViaChat}
	if n := len(e.Plan.Ladder); n > 0 {
		via = e.Plan.Ladder[n-1].Via
	}
	if to := people(e.Plan.CatchAll, m.Now); len(to) > 0 {
		e.page(f, Page{To: to, Via: via, Why: WhyCatchAll}, m.Now)
	}
	f.log("exhausted", "bot", "")
	f.asker(AskerNotice{What: WhatExhausted, At: m.Opens})
}
