package escalation

import (
	"slices"
	"time"

	"guanjia/bot"
)

// Due does what a deadline is for. One of an old run, or of an escalation that
// moved on, has no effect.
func (e *Escalation) Due(kind string, run int, people OnCall, m Moment) Effects {
	var f Effects
	switch {
	case run == 0: // nothing was ever set under it
	case kind == KindClimb && run == e.Climb.Run:
		e.Climb = clock{}
		e.notTaken(&f, people, m)
	case kind == KindProgress && run == e.Progress.Run:
		e.Progress = clock{}
		e.silent(&f, people, m)
	case kind == KindOffer && run == e.Offer.Run:
		e.Offer = clock{}
		e.notTakenOver(&f, people, m)
	}
	return f
}

// Opening is for an opening that nobody foresaw, such as 营业 开: what waited for
// one is called for now.
func (e *Escalation) Opening(people OnCall, m Moment) Effects {
	var f Effects
	if e.State == StateWaiting || e.State == StateExhausted {
		e.notTaken(&f, people, m)
	}
	return f
}

// Sooner is for hours that were changed: what waits for an opening waits for this
// one, if it is before.
func (e *Escalation) Sooner(opens time.Time) Effects {
	var f Effects
	if (e.State == StateWaiting || e.State == StateExhausted) && !opens.IsZero() && opens.Before(e.Climb.Due) {
		e.arm(&f, KindClimb, &e.Climb, opens)
	}
	return f
}

// notTaken is for what nobody took in time. A request that nobody ever took
// rests outside hours, also in the middle of the ladder.
func (e *Escalation) notTaken(f *Effects, people OnCall, m Moment) {
	if e.resting(m) {
		e.rest(f, m)
		return
	}
	switch e.State {
	case StateWaiting, StateExhausted:
		if e.Urgent() || e.Pressed {
			e.start(f, WhyOpening, people, m)
			return
		}
		e.desk(f, WhyOpening, people, m)
	case StateDesk:
		e.start(f, WhyStep, people, m)
	case StateCalling:
		e.climb(f, WhyStep, "", people, m)
	case StateHeld, StateClosed:
	}
}

// notTakenOver is for what those who were asked did not take over from its
// holder. It stays with them either way, so that the asker has somebody to talk
// with; a holder who wants to be rid of it is helped by the ladder.
func (e *Escalation) notTakenOver(f *Effects, people OnCall, m Moment) {
	if e.Leaving {
		e.relieve(f, people, m)
		return
	}
	f.tell([]string{e.Holder}, WhatKept, "")
	f.log("kept", "bot", "")
}

// relieve asks the next step of the ladder to take it from its holder. At the
// ladder's end the catch-all hears of it, and the holder that it stays theirs.
func (e *Escalation) relieve(f *Effects, people OnCall, m Moment) {
	if step, to := e.next(f, people, m); len(to) > 0 {
		e.offer(f, Page{To: to, Via: step.Via, Why: WhyHandOff, Round: e.Round, Step: e.Step, By: e.HolderName}, step.AckWithin, m.Now)
		f.asker(AskerNotice{What: WhatNext, By: e.HolderName})
		return
	}
	e.Leaving = false
	e.Run++
	e.catchAll(f, people, m)
	e.notTakenOver(f, people, m)
}

// silent is for a holder of whom nothing was heard: they are asked, and if they
// do not answer, the ladder starts again (contract §5). One who left the team
// cannot be asked.
func (e *Escalation) silent(f *Effects, people OnCall, m Moment) {
	if e.State != StateHeld {
		return
	}
	if due := e.LastWord.Add(e.Plan.ProgressWithin); e.AskedAt.IsZero() && m.Now.Before(due) {
		e.arm(f, KindProgress, &e.Progress, due) // they spoke meanwhile
		return
	}
	if to := people([]string{"member:" + e.Holder}, m.Now); e.AskedAt.IsZero() && len(to) > 0 {
		e.AskedAt = m.Now
		e.await(f, KindProgress, &e.Progress, m.Now, e.firstWait())
		e.page(f, Page{To: to, Via: []bot.Via{bot.ViaChat}, Why: WhyProgress}, m.Now)
		return
	}
	f.log("released", e.HolderName, "")
	f.tell([]string{e.Holder}, WhatReleased, "")
	e.release(f)
	e.Pressed = true // the asker was promised somebody
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
	e.Offered, e.Leaving = nil, false
}

// Spoke notes a sign of life of the holder. The clock is not set anew for every
// word: when it is due, it looks at when the last one was.
func (e *Escalation) Spoke(now time.Time) {
	if e.Held() {
		e.LastWord, e.AskedAt = now, time.Time{}
	}
}

// Add is for further words of the asker. What was not urgent may become so, and
// what nobody took is called again; its holder, or else all who were called so
// far, hear of it. One that is closed stays so: open another.
func (e *Escalation) Add(urgent bool, people OnCall, m Moment) Effects {
	var f Effects
	if urgent && e.Kind == KindRequest && e.Open() {
		e.Kind = KindUrgent
	}
	switch e.State {
	case StateWaiting, StateDesk, StateExhausted:
		if urgent {
			e.start(&f, WhyStep, people, m)
			return f
		}
		if e.State != StateWaiting {
			f.tell(e.Called(), WhatAdded, "")
		}
	case StateCalling:
		f.tell(e.Called(), WhatAdded, "")
	case StateHeld:
		f.tell([]string{e.Holder}, WhatAdded, "")
	case StateClosed:
	}
	return f
}

// Delivered notes what became of a call. When none of the step at hand reached
// anybody, the next one is called at once. A round of which nobody at all could
// be reached is not repeated at once: that is an outage, and the ladder must not
// be used up before it is over.
func (e *Escalation) Delivered(member string, via bot.Via, run int, o Outcome, why string, people OnCall, m Moment) Effects {
	var f Effects
	if !e.note(member, via, run, o, why) || e.reached(run) {
		return f
	}
	lastStep := e.Step > 0 && e.Step == len(e.Plan.Ladder)
	switch {
	case run == e.Climb.Run && (e.State == StateDesk || e.State == StateCalling && (!lastStep || e.reachedInRound())):
		f.log("unreachable", "bot", "")
		e.notTaken(&f, people, m)
	case run == e.Offer.Run && (!e.Leaving || !lastStep):
		f.log("unreachable", "bot", "")
		e.disarm(&f, KindOffer, &e.Offer)
		e.notTakenOver(&f, people, m)
	}
	return f
}

// note keeps what became of a call, and reports whether there is such a call. A
// message that was read stays read.
func (e *Escalation) note(member string, via bot.Via, run int, o Outcome, why string) bool {
	i := slices.IndexFunc(e.Calls, func(c Call) bool { return c.Run == run && c.Member == member && c.Via == via })
	if i < 0 {
		return false
	}
	if c := &e.Calls[i]; c.Outcome != OutcomeRead {
		if r := []rune(why); len(r) > maxWhy {
			why = string(r[:maxWhy-1]) + "…"
		}
		c.Outcome, c.Why = o, why
	}
	return true
}

// reached reports whether a call of the run arrived, or still may.
func (e *Escalation) reached(run int) bool {
	return slices.ContainsFunc(e.Calls, func(c Call) bool { return c.Run == run && c.Outcome != OutcomeFailed })
}

// reachedInRound is reached for all steps of the round at hand.
func (e *Escalation) reachedInRound() bool {
	below := e.Step + 1
	for _, c := range slices.Backward(e.Calls) {
		if c.Step == 0 {
			continue // beside the ladder
		}
		if c.Round != e.Round || c.Step > below {
			return false // of the round before
		}
		if below = c.Step; c.Outcome != OutcomeFailed {
			return true
		}
	}
	return false
}

// Sent notes the platform's key of a call that was sent.
func (e *Escalation) Sent(member string, via bot.Via, run int, receipt string) {
	for i, c := range e.Calls {
		if c.Run == run && c.Member == member && c.Via == via {
			e.Calls[i].Receipt = receipt
		}
	}
}

// Read notes that the call with that key was read, and reports whether there is
// such a call that was not read before.
func (e *Escalation) Read(receipt string) bool {
	i := slices.IndexFunc(e.Calls, func(c Call) bool { return receipt != "" && c.Receipt == receipt && c.Outcome != OutcomeRead })
	if i >= 0 {
		e.Calls[i].Outcome, e.Calls[i].Why = OutcomeRead, ""
	}
	return i >= 0
}
