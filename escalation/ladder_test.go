package escalation_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"guanjia/bot"
	"guanjia/escalation"
)

// fails reports every call of the latest run as failed, and tells what follows.
func fails(e *escalation.Escalation, people escalation.OnCall, m escalation.Moment) string {
	var last escalation.Effects
	run := e.Run
	for _, c := range slices.Clone(e.Calls) {
		if c.Run == run {
			last = e.Delivered(c.Member, c.Via, run, escalation.OutcomeFailed, "不在组织内", people, m)
		}
	}
	return said(last)
}

func TestOutageDoesNotUseUpTheLadder(t *testing.T) {
	e, _ := begin(escalation.KindUrgent, everybody(), night(0))
	for i, want := range []string{"step>zhao, asker next", "step>zhou, asker next", ""} {
		if got := fails(e, everybody(), night(time.Duration(i)*time.Second)); got != want {
			t.Errorf("when step %d failed: %q, want %q", i+1, got, want)
		}
	}
	if e.State != escalation.StateCalling || !e.Climb.Due.Equal(start.Add(10*time.Minute+time.Second)) {
		t.Errorf("it %s and waits until %s, not for the time of its last step", e.State, e.Climb.Due)
	}
	if got := said(e.Due(escalation.KindClimb, e.Climb.Run, everybody(), night(11*time.Minute))); got != "step>li, asker next" {
		t.Errorf("then %q", got)
	}
}

func TestLastStepThatFailsIsPassedWhenOthersWereReached(t *testing.T) {
	e, _ := begin(escalation.KindUrgent, everybody(), night(0))
	e.Delivered("li", bot.ViaChat, e.Run, escalation.OutcomeSent, "", everybody(), night(0))
	for range 2 {
		e.Due(escalation.KindClimb, e.Climb.Run, everybody(), night(5*time.Minute))
	}
	if got := fails(e, everybody(), night(11*time.Minute)); got != "step>li, asker next" {
		t.Errorf("the next round begins: %q", got)
	}
}

func TestDeskThatCannotBeReachedIsPassed(t *testing.T) {
	e, _ := begin(escalation.KindRequest, everybody(), day(0))
	if got := fails(e, everybody(), day(time.Second)); got != "step>li, asker next" {
		t.Error(got)
	}
}

func TestWhatWasReadStaysReadAndReasonsAreShort(t *testing.T) {
	e, _ := begin(escalation.KindUrgent, everybody(), night(0))
	e.Delivered("li", bot.ViaChat, e.Run, escalation.OutcomeRead, "", everybody(), night(0))
	e.Delivered("li", bot.ViaChat, e.Run, escalation.OutcomeSent, "", everybody(), night(0))
	if got := e.Calls[0].Outcome; got != escalation.OutcomeRead {
		t.Errorf("a message that was read is now %s", got)
	}
	e.Due(escalation.KindClimb, e.Climb.Run, everybody(), night(5*time.Minute))
	e.Delivered("zhao", bot.ViaChat, e.Run, escalation.OutcomeFailed, strings.Repeat("余额不足", 100), everybody(), night(5*time.Minute))
	if n := len([]rune(e.Calls[1].Why)); n > 60 {
		t.Errorf("a reason of %d characters is kept", n)
	}
	if diff := cmp.Diff(escalation.Effects{}, e.Delivered("chen", bot.ViaChat, e.Run, escalation.OutcomeFailed, "x", everybody(), night(0))); diff != "" {
		t.Errorf("a report on a call that never was: %s", diff)
	}
}

func TestRequestRestsOutsideHoursUntilSomebodyTookItOnce(t *testing.T) {
	e, f := begin(escalation.KindRequest, everybody(), day(0))
	want := []string{"desk>chen, asker told_desk", "5m0s asker deferred", "6h0m0s opening>chen, asker told_desk", "6h5m0s step>li, asker next"}
	if diff := cmp.Diff(want, play(e, f, everybody(), 3, night)); diff != "" {
		t.Errorf("nobody took it before the desk closed: %s", diff)
	}

	e, _ = begin(escalation.KindRequest, everybody(), night(0))
	f, err := e.Ack(member("chen"), start)
	if err != nil {
		t.Fatal(err)
	}
	want = []string{"asker taken CHEN", "2h0m0s progress>chen", "2h5m0s again>li, released:chen, asker again", "2h10m0s step>zhao, asker next"}
	if diff := cmp.Diff(want, play(e, f, everybody(), 3)); diff != "" {
		t.Errorf("the asker was promised somebody: %s", diff)
	}

	e, _ = begin(escalation.KindRequest, everybody(), night(0))
	f, err = e.Up("ZHOU", everybody(), night(time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	want = []string{"up>li, asker calling", "6m0s step>zhao, asker next"}
	if diff := cmp.Diff(want, play(e, f, everybody(), 1)); diff != "" {
		t.Errorf("a member asked for the next step: %s", diff)
	}
}

func TestOpeningMayComeSoonerThanForeseen(t *testing.T) {
	e, _ := begin(escalation.KindRequest, everybody(), night(0))
	if got := said(e.Opening(everybody(), day(time.Minute))); got != "opening>chen, asker told_desk" {
		t.Errorf("at 营业 开: %q", got)
	}
	if got := said(e.Opening(everybody(), day(2*time.Minute))); got != "" {
		t.Errorf("again: %q", got)
	}
	if d := e.Climb.Due; !d.Equal(start.Add(6 * time.Minute)) {
		t.Errorf("the ladder starts at %s", d)
	}

	e, _ = begin(escalation.KindUrgent, team(), night(0))
	if got := said(e.Opening(team("li"), day(time.Minute))); got != "opening>li, asker calling" {
		t.Errorf("what nobody took: %q", got)
	}
}

func TestUrgentOneThatNobodyTookComesUpAgainWithinADay(t *testing.T) {
	for _, tt := range []struct {
		name  string
		kind  escalation.Kind
		opens time.Duration
		want  time.Duration
	}{
		{"at the next opening", escalation.KindUrgent, 6 * time.Hour, 6 * time.Hour},
		{"after a day of a long holiday", escalation.KindUrgent, 8 * 24 * time.Hour, 24 * time.Hour},
		{"what nobody is attending to, too", escalation.KindSubject, 8 * 24 * time.Hour, 24 * time.Hour},
		{"a request rests until the opening", escalation.KindRequest, 8 * 24 * time.Hour, 8 * 24 * time.Hour},
		{"a calendar without an opening", escalation.KindRequest, 0, 24 * time.Hour},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := escalation.Moment{Now: start, Open: true, Opens: start.Add(tt.opens)}
			e, f := begin(tt.kind, team(), m)
			if len(f.Set) != 1 || f.Set[0].Due.Sub(start) != tt.want || e.State != escalation.StateExhausted {
				t.Errorf("%s, %v", e.State, f.Set)
			}
			if diff := cmp.Diff([]escalation.AskerNotice{{What: escalation.WhatExhausted, At: m.Opens}}, f.Asker); diff != "" {
				t.Errorf("the asker is promised the next opening: %s", diff)
			}
		})
	}
}

func TestPeopleAreFoundWhenAStepIsCalled(t *testing.T) {
	e, f := begin(escalation.KindUrgent, team("li"), night(0))
	f = e.Due(f.Set[0].Kind, f.Set[0].Run, team("zhao", "wang"), night(5*time.Minute))
	if said(f) != "step>zhao, asker next" {
		t.Error(said(f))
	}
}

func TestLadderOfOneStepRunsRepeatPlusOnce(t *testing.T) {
	for repeat := range 4 {
		p := plan()
		p.Ladder, p.Repeat = p.Ladder[:1], repeat
		e, f := escalation.Begin(escalation.New{ID: "E1", Kind: escalation.KindUrgent}, p, everybody(), night(0))
		lines := play(e, f, everybody(), repeat+1)
		calls := 0
		for _, line := range lines {
			calls += strings.Count(line, "step>li")
		}
		if last := lines[len(lines)-1]; calls != repeat+1 || !strings.HasSuffix(last, "catch_all>zhou+wang, asker exhausted") {
			t.Errorf("repeat %d: called %d times, then %s", repeat, calls, last)
		}
	}
}

// What is waited for is told from what is due at a time of the calendar: only the
// former is the same when a clock is put back.
func TestWhatIsWaitedForSaysHowLong(t *testing.T) {
	e, called := begin(escalation.KindUrgent, everybody(), night(0))
	_, resting := begin(escalation.KindRequest, everybody(), night(0))
	_, atTheDesk := begin(escalation.KindRequest, everybody(), day(0))
	taken, err := e.Ack(member("li"), start.Add(time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		f    escalation.Effects
		want time.Duration
	}{
		"a call":              {called, 5 * time.Minute},
		"until it opens":      {resting, 0},
		"the desk was told":   {atTheDesk, 5 * time.Minute},
		"progress of who has": {taken, 2 * time.Hour},
	} {
		if len(c.f.Set) != 1 || c.f.Set[0].Wait != c.want {
			t.Errorf("%s: %+v, want one that waits %v", name, c.f.Set, c.want)
		}
	}
}
