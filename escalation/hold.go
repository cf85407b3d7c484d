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

// Ack lets a member take it, whether they were called or not: the first one
// wins, all who were called hear who has it, the second one gets a *HeldError.
// Whoever was asked to take it over takes it from its holder, also after the
// time for that. For who has it already it is a *YoursError; it is a sign of
// life, for which Spoke is there.
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
	others := e.concerned(who.Key)
	e.disarm(&f, KindClimb, &e.Climb)
	e.withdraw(&f)
	e.State, e.Holder, e.HolderName, e.HeldAt = StateHeld, who.Key, who.Name, now
	if e.FirstHeldAt.IsZero() {
		e.FirstHeldAt = now
	}
	e.Spoke(now)
	e.await(&f, KindProgress, &e.Progress, now, e.Plan.ProgressWithin)
	f.tell(others, WhatTaken, who.Name)
	f.asker(AskerNotice{What: WhatTaken, By: who.Name})
	f.log("taken", who.Name, "")
	return f, nil
}

// TalksTo reports why a member's words cannot go to the asker: only its holder's
// do.
func (e *Escalation) TalksTo(who bot.Member) error {
	switch {
	case e.State == StateClosed:
		return &ClosedError{By: e.ClosedBy, At: e.ClosedAt}
	case !e.Held():
		return &PermissionError{}
	case e.Holder != who.Key:
		return &HeldError{Holder: e.HolderName, Since: e.HeldAt}
	}
	return nil
}

// concerned are the keys of those who must hear what becomes of it, but for one:
// all who were called while nobody has it, then its holder and who was asked to
// take over.
func (e *Escalation) concerned(but string) []string {
	keys := e.Called()
	if e.Held() {
		keys = append([]string{e.Holder}, e.Offered...)
	}
	return slices.DeleteFunc(keys, func(k string) bool { return k == but })
}

// Close ends it, for its holder or a manager.
func (e *Escalation) Close(who bot.Member, now time.Time) (Effects, error) {
	if err := e.mayEnd(who); err != nil {
		return Effects{}, err
	}
	others := e.concerned(who.Key)
	f := e.End(who.Name, now)
	f.tell(others, WhatClosed, who.Name)
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

// Up calls the next step of the ladder now, and the one after it when that one's
// time is up, at any hour. While somebody has it they keep it, until one of those
// called takes it over; then the step called is the one after that which was
// called last, and after the last step the first one.
func (e *Escalation) Up(by string, people OnCall, m Moment) (Effects, error) {
	var f Effects
	if e.State == StateClosed {
		return f, &ClosedError{By: e.ClosedBy, At: e.ClosedAt}
	}
	f.log("escalated", by, "")
	e.Pressed = true
	switch e.State {
	case StateHeld:
		e.callOver(&f, by, people, m)
	case StateCalling:
		e.climb(&f, WhyUp, by, people, m)
	case StateWaiting, StateDesk, StateExhausted, StateClosed:
		e.Round, e.Step = 1, 0
		e.climb(&f, WhyUp, by, people, m)
	}
	return f, nil
}

// callOver asks the people of the next step to take it from its holder.
func (e *Escalation) callOver(f *Effects, by string, people OnCall, m Moment) {
	e.Round = min(e.Round, e.Plan.Repeat) // so that the last step is not the end
	step, to := e.next(f, people, m)
	e.Round = max(1, e.Round)
	if len(to) == 0 {
		f.tell([]string{e.Holder}, WhatKept, "")
		return
	}
	e.offer(f, Page{To: to, Via: step.Via, Why: WhyUp, Round: e.Round, Step: e.Step, By: by}, step.AckWithin, m.Now)
	f.asker(AskerNotice{What: WhatNext, By: e.HolderName})
}

// offer calls members who may take it from its holder.
func (e *Escalation) offer(f *Effects, p Page, within time.Duration, now time.Time) {
	for _, m := range p.To {
		if !slices.Contains(e.Offered, m.Key) {
			e.Offered = append(e.Offered, m.Key)
		}
	}
	e.await(f, KindOffer, &e.Offer, now, within)
	e.page(f, p, now)
}

// HandOff asks another member to take it, who must acknowledge. Until somebody
// does it stays with its holder, who alone the asker can talk with; if the other
// one does not within the first step's time, the ladder is called from its first
// step to take it over. While nobody has it, any member may point to another
// one, who is called beside the ladder.
func (e *Escalation) HandOff(who, to bot.Member, now time.Time) (Effects, error) {
	var f Effects
	switch {
	case e.State == StateClosed:
		return f, &ClosedError{By: e.ClosedBy, At: e.ClosedAt}
	case e.Held() && e.Holder == to.Key && who.Key == to.Key:
		return f, &YoursError{}
	case e.Held() && e.Holder == to.Key:
		return f, &HeldError{Holder: e.HolderName, Since: e.HeldAt}
	case e.Held() && e.Holder != who.Key && !who.Has(bot.RoleManager):
		return f, &PermissionError{Holder: e.HolderName}
	}
	p := Page{To: []bot.Member{to}, Via: []bot.Via{bot.ViaChat}, Why: WhyHandOff, By: who.Name}
	f.log("handed_off", who.Name, to.Name)
	if !e.Held() {
		e.Run++
		e.page(&f, p, now)
		return f, nil
	}
	if who.Key == e.Holder {
		e.Spoke(now)
	}
	e.Leaving, e.Round, e.Step = true, 1, 0
	e.offer(&f, p, e.firstWait(), now)
	return f, nil
}
