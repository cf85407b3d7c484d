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
	case e.resting(m):
		e.rest(&f, m)
	default:
		e.desk(&f, WhyDesk, people, m)
	}
	return e, f
}

// rest leaves it for the opening, at which the desk is told.
func (e *Escalation) rest(f *Effects, m Moment) {
	e.wait(f, StateWaiting, m)
	f.asker(AskerNotice{What: WhatDeferred, At: m.Opens})
}

// longestWait is how long one that is open may lie at most without anybody
// being called, however long the service is closed: an urgent one that nobody
// took is called for again, and a calendar may have no opening at all.
const longestWait = 24 * time.Hour

// wait lets it lie until the next opening.
func (e *Escalation) wait(f *Effects, s State, m Moment) {
	e.State = s
	due, latest := m.Opens, m.Now.Add(longestWait)
	if !due.After(m.Now) || s == StateExhausted && e.Urgent() && due.After(latest) {
		due = latest
	}
	e.arm(f, KindClimb, &e.Climb, due)
}

// desk tells the people before the ladder: presales, else those of the first
// step, by chat. If they stay silent, the ladder starts with step 1.
func (e *Escalation) desk(f *Effects, why Why, people OnCall, m Moment) {
	to := people([]string{"role:" + string(bot.RolePresales)}, m.Now)
	for i := 0; len(to) == 0 && i < len(e.Plan.Ladder); i++ {
		to = people(e.Plan.Ladder[i].Notify, m.Now)
	}
	if len(to) == 0 {
		e.start(f, why, people, m)
		return
	}
	e.State, e.Round, e.Step = StateDesk, 0, 0
	e.await(f, KindClimb, &e.Climb, m.Now, e.firstWait())
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
	what := WhatNext
	switch {
	case len(e.Calls) == 0:
		what = WhatCalling
	case why == WhyAgain:
		what = WhatAgain
	}
	step, to := e.next(f, people, m)
	if len(to) == 0 {
		e.exhaust(f, people, m)
		return
	}
	e.State = StateCalling
	e.await(f, KindClimb, &e.Climb, m.Now, step.AckWithin)
	e.page(f, Page{To: to, Via: step.Via, Why: why, Round: e.Round, Step: e.Step, By: by}, m.Now)
	f.asker(AskerNotice{What: what})
}

// next moves to the next step that has anybody in it beside the holder. Nobody
// means that the ladder is at its end, or that none of its steps has anybody.
func (e *Escalation) next(f *Effects, people OnCall, m Moment) (Step, []bot.Member) {
	for range e.Plan.Ladder {
		if !e.advance() {
			break
		}
		step := e.Plan.Ladder[e.Step-1]
		if to := e.others(people(step.Notify, m.Now)); len(to) > 0 {
			return step, to
		}
		f.log("skipped", "bot", "")
	}
	return Step{}, nil
}

// others leaves out its holder.
func (e *Escalation) others(members []bot.Member) []bot.Member {
	var out []bot.Member
	for _, m := range members {
		if m.Key != e.Holder {
			out = append(out, m)
		}
	}
	return out
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
// nobody took it. It stays open and can be taken. It never ends silently: at
// the next opening (what is urgent: after a day at the latest) people are called
// again, because then others are on duty; sooner would only ring, by the same
// routes, for those who have just been called Repeat+1 times in vain.
func (e *Escalation) exhaust(f *Effects, people OnCall, m Moment) {
	e.wait(f, StateExhausted, m)
	e.catchAll(f, people, m)
	f.log("exhausted", "bot", "")
	f.asker(AskerNotice{What: WhatExhausted, At: m.Opens})
}

func (e *Escalation) catchAll(f *Effects, people OnCall, m Moment) {
	via := []bot.Via{bot.ViaChat}
	if n := len(e.Plan.Ladder); n > 0 {
		via = e.Plan.Ladder[n-1].Via
	}
	if to := e.others(people(e.Plan.CatchAll, m.Now)); len(to) > 0 {
		e.page(f, Page{To: to, Via: via, Why: WhyCatchAll}, m.Now)
	}
}
