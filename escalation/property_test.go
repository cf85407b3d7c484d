package escalation_test

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"guanjia/bot"
	"guanjia/escalation"
	"guanjia/scheduler"
)

// history is a random life of an escalation, with the deadlines that stand.
type history struct {
	*rapid.T
	e     *escalation.Escalation
	now   time.Time
	armed map[string]scheduler.Deadline
	// stale are those that were fired, cleared or replaced.
	stale []scheduler.Deadline
}

func keys() []string { return []string{"li", "wang", "zhao", "chen", "zhou"} }

func (h *history) moment() escalation.Moment {
	opens := rapid.SampledFrom([]time.Duration{time.Minute, time.Hour, 14 * time.Hour, 9 * 24 * time.Hour}).Draw(h.T, "opens")
	return escalation.Moment{Now: h.now, Open: rapid.Bool().Draw(h.T, "open"), Opens: h.now.Add(opens)}
}

// people is who is there just now: rotations run dry and fill again.
func (h *history) people() escalation.OnCall {
	return team(rapid.SliceOfDistinct(rapid.SampledFrom(keys()), rapid.ID[string]).Draw(h.T, "people")...)
}

func (h *history) who() bot.Member {
	k := rapid.SampledFrom(keys()).Draw(h.T, "who")
	if k == "zhou" {
		return member(k, bot.RoleManager)
	}
	return member(k, bot.RoleExpert)
}

func anyPlan(t *rapid.T) escalation.Config {
	names := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"rotation:li", "rotation:wang", "member:zhao", "role:manager", "role:expert", "rotation:empty"}), 0, 3, rapid.ID[string])
	steps := rapid.Custom(func(t *rapid.T) escalation.Step {
		return escalation.Step{
			Notify:    names.Draw(t, "notify"),
			Via:       rapid.SampledFrom([][]bot.Via{{bot.ViaChat}, {bot.ViaChat, bot.ViaDingPhone}}).Draw(t, "via"),
			AckWithin: time.Duration(rapid.IntRange(1, 15).Draw(t, "within")) * time.Minute,
		}
	})
	return escalation.Config{
		Ladder: rapid.SliceOfN(steps, 0, 4).Draw(t, "ladder"), Repeat: rapid.IntRange(0, 2).Draw(t, "repeat"),
		CatchAll: names.Draw(t, "catch_all"), ProgressWithin: time.Duration(rapid.IntRange(1, 60).Draw(t, "progress")) * time.Minute,
	}
}

func (h *history) encode(e *escalation.Escalation) string {
	body, err := json.Marshal(e)
	if err != nil {
		h.Fatal(err)
	}
	return string(body)
}

func (h *history) decode(body string) *escalation.Escalation {
	e := &escalation.Escalation{}
	if err := json.Unmarshal([]byte(body), e); err != nil {
		h.Fatal(err)
	}
	return e
}

// do lets something happen, twice: to what was stored and to a copy of it.
func (h *history) do(event func(*escalation.Escalation) (escalation.Effects, error)) escalation.Effects {
	before := h.encode(h.e)
	twin := h.decode(before)
	f, err := event(h.e)
	again, errAgain := event(twin)
	if diff := cmp.Diff(f, again); diff != "" || (err == nil) != (errAgain == nil) || h.encode(h.e) != h.encode(twin) {
		h.Fatalf("the same event had other effects on what was stored: %s\n%v, %v", diff, err, errAgain)
	}
	if err != nil && (h.encode(h.e) != before || !cmp.Equal(f, escalation.Effects{})) {
		h.Fatalf("refused with %v, but something changed", err)
	}
	h.take(f)
	h.e = h.decode(h.encode(h.e))
	needs := h.e.Needs()
	for _, d := range needs {
		if got, ok := h.armed[d.ID]; !ok || got.Run != d.Run || !got.Due.Equal(d.Due) {
			h.Fatalf("it needs %+v, and has %+v", d, got)
		}
	}
	if h.e.Open() && len(needs) != len(h.armed) {
		h.Fatalf("it has %v, and needs %v", h.armed, needs)
	}
	return f
}

func (h *history) sure(event func(*escalation.Escalation) escalation.Effects) escalation.Effects {
	return h.do(func(e *escalation.Escalation) (escalation.Effects, error) { return event(e), nil })
}

// take applies the deadlines of effects, as the store does.
func (h *history) take(f escalation.Effects) {
	for _, id := range f.Clear {
		d, ok := h.armed[id]
		if !ok {
			h.Fatalf("%s is cleared and was not set", id)
		}
		h.stale = append(h.stale, d)
		delete(h.armed, id)
	}
	set := map[string]bool{}
	for _, d := range f.Set {
		if set[d.ID] || slices.Contains(f.Clear, d.ID) {
			h.Fatalf("%s is set and set again or cleared at once", d.ID)
		}
		if old, ok := h.armed[d.ID]; ok {
			h.stale = append(h.stale, old)
		}
		h.armed[d.ID], set[d.ID] = d, true
	}
	runs := map[int]escalation.Why{}
	for _, p := range f.Pages {
		if other, ok := runs[p.Run]; ok || len(p.To) == 0 || len(p.Via) == 0 {
			h.Fatalf("page %+v: to nobody, or under the run of %q", p, other)
		}
		runs[p.Run] = p.Why
	}
}

// fire does the deadline that is due first.
func (h *history) fire() {
	var next *scheduler.Deadline
	for _, d := range h.armed {
		if next == nil || d.Due.Before(next.Due) || d.Due.Equal(next.Due) && d.ID < next.ID {
			next = &d
		}
	}
	if next == nil {
		return
	}
	delete(h.armed, next.ID)
	h.stale = append(h.stale, *next)
	if next.Due.After(h.now) {
		h.now = next.Due
	}
	p, m := h.people(), h.moment()
	h.sure(func(e *escalation.Escalation) escalation.Effects { return e.Due(next.Kind, next.Run, p, m) })
}

// fireStale fires one that was fired, cleared or replaced before.
func (h *history) fireStale() {
	if len(h.stale) == 0 {
		return
	}
	d := rapid.SampledFrom(h.stale).Draw(h.T, "stale")
	before := h.encode(h.e)
	f := h.e.Due(d.Kind, d.Run, h.people(), h.moment())
	if diff := cmp.Diff(escalation.Effects{}, f); diff != "" || h.encode(h.e) != before {
		h.Fatalf("a step of an old run acted: %s\n%s\n%s", diff, before, h.encode(h.e))
	}
}

// check is what is true after every event.
func (h *history) check() {
	e := h.e
	want := map[string]int{}
	for kind, run := range map[string]int{escalation.KindClimb: e.Climb.Run, escalation.KindProgress: e.Progress.Run, escalation.KindOffer: e.Offer.Run} {
		if run != 0 {
			want[kind+"|E1"] = run
		}
	}
	got := map[string]int{}
	for id, d := range h.armed {
		got[id] = d.Run
	}
	if diff := cmp.Diff(want, got); diff != "" {
		h.Fatalf("it thinks that other deadlines stand than do: %s", diff)
	}
	climb, climbs := h.armed["escalation.climb|E1"]
	_, asks := h.armed["escalation.progress|E1"]
	switch {
	case !e.Open() && len(h.armed) != 0:
		h.Fatalf("closed, and armed: %v", h.armed)
	case e.Open() && e.Held() != (e.Holder != ""):
		h.Fatalf("state %s, holder %q", e.State, e.Holder)
	case e.Held() && (climbs || !asks):
		h.Fatalf("held, and nobody will ask its holder, or the ladder goes on: %v", h.armed)
	case e.Open() && !e.Held() && (!climbs || len(h.armed) > 1):
		h.Fatalf("%s, and nothing will happen any more, or too much: %v", e.State, h.armed)
	case e.Urgent() && climbs && climb.Due.Sub(h.now) > 24*time.Hour:
		h.Fatalf("urgent, and silent until %s", climb.Due)
	}
	for i, c := range e.Calls {
		if len(e.Calls)-i > 24 && c.Run != e.Calls[len(e.Calls)-1].Run {
			h.Fatalf("it grows: %d calls", len(e.Calls))
		}
	}
}

func TestNoHistoryEndsSilently(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := &history{T: t, now: start, armed: map[string]scheduler.Deadline{}}
		kind := rapid.SampledFrom([]escalation.Kind{escalation.KindUrgent, escalation.KindRequest, escalation.KindSubject}).Draw(t, "kind")
		e, f := escalation.Begin(escalation.New{ID: "E1", Kind: kind}, anyPlan(t), h.people(), h.moment())
		h.e = e
		h.take(f)
		h.check()
		for range rapid.IntRange(1, 40).Draw(t, "events") {
			h.now = h.now.Add(time.Duration(rapid.IntRange(0, 20).Draw(t, "passes")) * time.Minute)
			h.event()
			h.check()
		}
	})
}

func (h *history) event() {
	p, m, now := h.people(), h.moment(), h.now
	switch rapid.IntRange(0, 12).Draw(h.T, "event") {
	case 0:
		h.ack(h.who())
	case 1:
		who := h.who()
		h.do(func(e *escalation.Escalation) (escalation.Effects, error) { return e.Close(who, now) })
	case 2:
		h.do(func(e *escalation.Escalation) (escalation.Effects, error) { return e.Up("X", p, m) })
	case 3:
		who, to := h.who(), h.who()
		h.do(func(e *escalation.Escalation) (escalation.Effects, error) { return e.HandOff(who, to, now) })
	case 4:
		urgent := rapid.Bool().Draw(h.T, "urgent")
		h.sure(func(e *escalation.Escalation) escalation.Effects { return e.Add(urgent, p, m) })
	case 5:
		h.e.Spoke(now)
	case 6, 7:
		h.delivered(p, m)
	case 8:
		h.fireStale()
	case 9:
		h.sure(func(e *escalation.Escalation) escalation.Effects { return e.Opening(p, m) })
	default:
		h.fire()
	}
}

// ack checks that there is one holder, and that all who were called hear of them.
func (h *history) ack(who bot.Member) {
	before := *h.e
	now := h.now
	var refused error
	f := h.do(func(e *escalation.Escalation) (escalation.Effects, error) {
		f, err := e.Ack(who, now)
		refused = err
		return f, err
	})
	_, held := errors.AsType[*escalation.HeldError](refused)
	if want := before.Held() && before.Holder != who.Key && !slices.Contains(before.Offered, who.Key); held != want {
		h.Fatalf("%s takes what %s has, asked were %v: %v", who.Key, before.Holder, before.Offered, refused)
	}
	if refused != nil {
		return
	}
	if h.e.Holder != who.Key || !slices.Contains(f.Asker, escalation.AskerNotice{What: escalation.WhatTaken, By: who.Name}) {
		h.Fatalf("held by %s, the asker hears %v", h.e.Holder, f.Asker)
	}
	for _, k := range before.Called() {
		if !before.Held() && k != who.Key && !slices.Contains(f.Tell[0].To, k) {
			h.Fatalf("%s was called and does not hear who has it: %v", k, f.Tell)
		}
	}
}

func (h *history) delivered(p escalation.OnCall, m escalation.Moment) {
	if len(h.e.Calls) == 0 {
		return
	}
	c := rapid.SampledFrom(h.e.Calls).Draw(h.T, "call")
	o := rapid.SampledFrom([]escalation.Outcome{escalation.OutcomeFailed, escalation.OutcomeFailed, escalation.OutcomeSent, escalation.OutcomeRead}).Draw(h.T, "outcome")
	h.sure(func(e *escalation.Escalation) escalation.Effects {
		return e.Delivered(c.Member, c.Via, c.Run, o, "x", p, m)
	})
}
