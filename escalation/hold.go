package escalation

import (
	"fmt"
	"slices"
	"time"

	"guanjia/bot"
)

// HeldError says that somebody else has it.
type HeldError struct {
	Holder string // display name
	Since  time.Time
}

// Error names the holder.
func (e *HeldError) Error() string { return "held by " + e.Holder }

// ClosedError says that it is over.
type ClosedError struct {
	By string // display name
	At time.Time
}

// Error names who ended it.
func (e *ClosedError) Error() string { return "closed by " + e.By }

// PermissionError says that only its holder or a manager may do that.
type PermissionError struct{ Holder string }

// Error names the holder, if there is one.
func (e *PermissionError) Error() string {
	return fmt.Sprintf("only its holder (%q) or a manager may do that", e.Holder)
}

// YoursError says that the member has it already.
type YoursError struct{}

// Error says so.
func (*YoursError) Error() string { return "held by the same member already" }

// Ack lets a member take it: the first one wins, the others are told who has
// it. Whoever was offered it takes it from its holder.
func (e *Escalation) Ack(who bot.Member, now time.Time) (Effects, error) {
	var f Effects
	switch {
	case e.State == StateClosed:
		return f, &ClosedError{By: e.ClosedBy, At: e.ClosedAt}
	case e.Holder == who.Key && e.Held():
		return f, &YoursError{}
	case e.Held() && !slices.Contains(e.Offered, who.Key):
		return f, &HeldError{Holder: e.HolderName, Since: e.HeldAt}
	}
	others := slices.DeleteFunc(e.Called(), func(k string) bool { return k == who.Key })
	if e.Held() {
		others = []string{e.Holder}
	}
	e.disarm(&f, KindClimb, &e.Climb)
	e.withdraw(&f)
	e.State, e.Holder, e.HolderName, e.HeldAt = StateHeld, who.Key, who.Name, now
	if e.FirstHeldAt.IsZero() {
		e.FirstHeldAt = now
	}
	e.Spoke(now)
	e.arm(&f, KindProgress, &e.Progress, now.Add(e.Plan.ProgressWithin))
	f.tell(others, WhatTaken, who.Name)
	f.asker(AskerNotice{What: WhatTaken, By: who.Name})
	f.log("taken", who.Name, "")
	return f, nil
}

// Close ends it, for its holder or a manager.
func (e *Escalation) Close(who bot.Member, now time.Time) (Effects, error) {
	if err := e.mayEnd(who); err != nil {
		return Effects{}, err
	}
	others := e.Called()
	if e.Held() {
		others = []string{e.Holder}
	}
	f := e.End(who.Name, now)
	f.tell(slices.DeleteFunc(others, func(k string) bool { return k == who.Key }), WhatClosed, who.Name)
	f.asker(AskerNotice{What: WhatClosed, By: who.Name})
	return f, nil
}

// End ends it without telling anybody: its subject needs nobody any more, and
// says so itself.
func (e *Escalation) End(by string, now time.Time) Effects {
	var f Effects
	if e.State == StateClosed {
		return f
	}
	e.State, e.ClosedAt, e.ClosedBy = StateClosed, now, by
	e.disarm(&f, KindClimb, &e.Climb)
	e.disarm(&f, KindProgress, &e.Progress)
	e.withdraw(&f)
	f.log("closed", by, "")
	return f
}

func (e *Escalation) mayEnd(who bot.Member) error {
	switch {
	case e.State == StateClosed:
		return &ClosedError{By: e.ClosedBy, At: e.ClosedAt}
	case e.Holder != who.Key && !who.Has(bot.RoleManager):
		return &PermissionError{Holder: e.HolderName}
	}
	return nil
}

// Up calls the next step of the ladder now. While somebody has it, they keep it
// until one of those called takes it over; after the last step the first one
// is called again.
func (e *Escalation) Up(by string, people OnCall, m Moment) (Effects, error) {
	var f Effects
	switch e.State {
	case StateClosed:
		return f, &ClosedError{By: e.ClosedBy, At: e.ClosedAt}
	case StateHeld:
		e.callOver(&f, by, people, m)
	case StateWaiting, StateDesk, StateExhausted:
		e.Round, e.Step = 1, 0
		e.climb(&f, WhyUp, by, people, m)
	case StateCalling:
		e.climb(&f, WhyUp, by, people, m)
	}
	f.log("escalated", by, "")
	return f, nil
}

// callOver asks the people of the next step to take it from its holder.
func (e *Escalation) callOver(f *Effects, by string, people OnCall, m Moment) {
	for range e.Plan.Ladder {
		if !e.advance() {
			e.Round, e.Step = 1, 1
		}
		step := e.Plan.Ladder[e.Step-1]
		to := slices.DeleteFunc(people(step.Notify, m.Now), func(x bot.Member) bool { return x.Key == e.Holder })
		if len(to) == 0 {
			continue
		}
		e.offer(f, Page{To: to, Via: step.Via, Why: WhyUp, By: by}, step.AckWithin, m.Now)
		f.asker(AskerNotice{What: WhatNext})
		return
	}
	f.tell([]string{e.Holder}, WhatKept, "")
}

// offer calls members who may take it from its holder.
func (e *Escalation) offer(f *Effects, p Page, within time.Duration, now time.Time) {
	e.Offered = nil
	for _, m := range p.To {
		e.Offered = append(e.Offered, m.Key)
	}
	e.arm(f, KindOffer, &e.Offer, now.Add(within))
	e.page(f, p, now)
}

// HandOff asks another member to take it, who must acknowledge; until then, and
// if they do not within the first step's time, it stays where it is.
func (e *Escalation) HandOff(who, to bot.Member, now time.Time) (Effects, error) {
	var f Effects
	switch {
	case e.State == StateClosed:
		return f, &ClosedError{By: e.ClosedBy, At: e.ClosedAt}
	case e.Held() && e.Holder == to.Key:
		return f, &HeldError{Holder: e.HolderName, Since: e.HeldAt}
	case e.Held() && e.Holder != who.Key && !who.Has(bot.RoleManager):
		return f, &PermissionError{Holder: e.HolderName}
	}
	p := Page{To: []bot.Member{to}, Via: []bot.Via{bot.ViaChat}, Why: WhyHandOff, By: who.Name}
	f.log("handed_off", who.Name, to.Name)
	if !e.Held() {
		e.Run++
		e.page(&f, p, now) // the ladder goes on beside
		return f, nil
	}
	e.Spoke(now)
	e.offer(&f, p, e.firstWait(), now)
	return f, nil
}
