package escalation

import (
	"time"

	"guanjia/bot"
)

// Due does what a deadline is for. One of an old run, or of an escalation that
// moved on, has no effect.
func (e *Escalation) Due(kind string, run int, people OnCall, m Moment) Effects {
	var f Effects
	switch {
	case kind == KindClimb && run == e.Climb.Run:
		e.Climb = clock{}
		e.notTaken(&f, people, m)
	case kind == KindProgress && run == e.Progress.Run:
		e.Progress = clock{}
		e.silent(&f, people, m)
	case kind == KindOffer && run == e.Offer.Run:
		e.Offer = clock{}
		e.Offered = nil
		f.tell([]string{e.Holder}, WhatKept, "")
		f.log("kept", "bot", "")
	}
	return f
}

// notTaken is for what nobody took in time.
func (e *Escalation) notTaken(f *Effects, people OnCall, m Moment) {
	switch e.State {
	case StateWaiting, StateExhausted:
		e.desk(f, WhyOpening, people, m)
	case StateDesk:
		e.start(f, WhyStep, people, m)
	case StateCalling:
		e.climb(f, WhyStep, "", people, m)
	case StateHeld, StateClosed:
	}
}

// silent is for a holder of whom nothing was heard: they are asked, and if they
// do not answer, the ladder starts again (contract §5).
func (e *Escalation) silent(f *Effects, people OnCall, m Moment) {
	if e.State != StateHeld {
		return
	}
	if due := e.LastWord.Add(e.Plan.ProgressWithin); e.AskedAt.IsZero() && m.Now.Before(due) {
		e.arm(f, KindProgress, &e.Progress, due) // they spoke meanwhile
		return
	}
	if e.AskedAt.IsZero() {
		e.AskedAt = m.Now
		e.arm(f, KindProgress, &e.Progress, m.Now.Add(e.firstWait()))
		e.page(f, Page{To: []bot.Member{{Key: e.Holder, Name: e.HolderName}}, Via: []bot.Via{bot.ViaChat}, Why: WhyProgress}, m.Now)
		return
	}
	f.log("released", e.HolderName, "")
	f.tell([]string{e.Holder}, WhatReleased, "")
	e.release(f)
	e.start(f, WhyAgain, people, m)
}

// release takes it from its holder.
func (e *Escalation) release(f *Effects) {
	e.Holder, e.HolderName, e.HeldAt, e.AskedAt = "", "", time.Time{}, time.Time{}
	e.disarm(f, KindProgress, &e.Progress)
	e.withdraw(f)
}

// withdraw takes an offer back.
func (e *Escalation) withdraw(f *Effects) {
	e.disarm(f, KindOffer, &e.Offer)
	e.Offered = nil
}

// Spoke notes a sign of life of the holder. The clock is not set anew for every
// word: when it is due, it looks at when the last one was.
func (e *Escalation) Spoke(now time.Time) {
	e.LastWord, e.AskedAt = now, time.Time{}
}

// Add is for further words of the asker. What was not urgent may become so, and
// what nobody took is called again; those who were called hear of it.
func (e *Escalation) Add(urgent bool, people OnCall, m Moment) Effects {
	var f Effects
	switch {
	case urgent && (e.State == StateWaiting || e.State == StateDesk || e.State == StateExhausted):
		if e.Kind == KindRequest {
			e.Kind = KindUrgent
		}
		e.start(&f, WhyStep, people, m)
	case e.State == StateHeld:
		f.tell([]string{e.Holder}, WhatAdded, "")
	case e.State == StateDesk || e.State == StateCalling:
		f.tell(e.current(), WhatAdded, "")
	}
	return f
}

// Delivered notes what became of a call. When none of the latest step reached
// anybody, the next one is called at once.
func (e *Escalation) Delivered(member string, via bot.Via, run int, o Outcome, why string, people OnCall, m Moment) Effects {
	var f Effects
	reached, mine := false, false
	for i := range e.Calls {
		c := &e.Calls[i]
		if c.Run != run {
			continue
		}
		if c.Member == member && c.Via == via {
			c.Outcome, c.Why, mine = o, why, true
		}
		reached = reached || c.Outcome != OutcomeFailed
	}
	if mine && !reached && run == e.Climb.Run && (e.State == StateCalling || e.State == StateDesk) {
		f.log("unreachable", "bot", "")
		e.notTaken(&f, people, m)
	}
	return f
}
