package escalation_test

import (
	"encoding/json"
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
	stale []scheduler.Deadline
}

func keys() []string { return []string{"li", "wang", "zhao", "chen", "zhou"} }

func (h *history) moment() escalation.Moment {
	return escalation.Moment{Now: h.now, Open: rapid.Bool().Draw(h.T, "open"), Opens: h.now.Add(time.Duration(rapid.IntRange(1, 60).Draw(h.T, "opens")) * time.Minute)}
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

// take applies the deadlines of effects, as the store does.
func (h *history) take(f escalation.Effects) {
	for _, id := range f.Clear {
		if d, ok := h.armed[id]; ok {
			h.stale = append(h.stale, d)
		}
		delete(h.armed, id)
	}
	for _, d := range f.Set {
		if old, ok := h.armed[d.ID]; ok {
			h.stale = append(h.stale, old)
		}
		h.armed[d.ID] = d
	}
	var again escalation.Escalation
	body, err := json.Marshal(h.e)
	if err != nil {
		h.Fatal(err)
	}
	if err := json.Unmarshal(body, &again); err != nil {
		h.Fatal(err)
	}
	h.e = &again
}

// fire does the deadline that is due first, or one that has been replaced.
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
	if next.Due.After(h.now) {
		h.now = next.Due
	}
	h.take(h.e.Due(next.Kind, next.Run, h.people(), h.moment()))
}

func (h *history) fireStale() {
	if len(h.stale) == 0 {
		return
	}
	d := rapid.SampledFrom(h.stale).Draw(h.T, "stale")
	before, err := json.Marshal(h.e)
	if err != nil {
		h.Fatal(err)
	}
	f := h.e.Due(d.Kind, d.Run, h.people(), h.moment())
	after, err := json.Marshal(h.e)
	if err != nil {
		h.Fatal(err)
	}
	if diff := cmp.Diff(escalation.Effects{}, f); diff != "" || string(before) != string(after) {
		h.Fatalf("a step of an old run acted: %s\n%s\n%s", diff, before, after)
	}
}

// check is what is true after every event.
func (h *history) check() {
	e := h.e
	switch {
	case !e.Open():
		if len(h.armed) != 0 {
			h.Fatalf("closed, and armed: %v", h.armed)
		}
		return
	case e.Held() != (e.Holder != ""):
		h.Fatalf("state %s, holder %q", e.State, e.Holder)
	case e.Held():
		if _, ok := h.armed["escalation.progress|E1"]; !ok {
			h.Fatal("held, and nobody will ask its holder")
		}
	default:
		if _, ok := h.armed["escalation.climb|E1"]; !ok {
			h.Fatalf("%s, and nothing will happen any more: a silent end", e.State)
		}
	}
	if len(e.Calls) > 60 {
		h.Fatalf("it grows: %d calls", len(e.Calls))
	}
}

func TestNoHistoryEndsSilently(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := &history{T: t, now: start, armed: map[string]scheduler.Deadline{}}
		p := plan()
		p.Ladder = p.Ladder[:rapid.IntRange(0, 3).Draw(t, "steps")]
		p.Repeat = rapid.IntRange(0, 2).Draw(t, "repeat")
		kind := rapid.SampledFrom([]escalation.Kind{escalation.KindUrgent, escalation.KindRequest, escalation.KindSubject}).Draw(t, "kind")
		e, f := escalation.Begin(escalation.New{ID: "E1", Kind: kind}, p, h.people(), h.moment())
		h.e = e
		h.take(f)
		h.check()
		for range rapid.IntRange(1, 40).Draw(t, "events") {
			h.event()
			h.check()
		}
	})
}

func (h *history) event() {
	h.now = h.now.Add(time.Duration(rapid.IntRange(0, 20).Draw(h.T, "passes")) * time.Minute)
	holder := h.e.Holder
	var f escalation.Effects
	var err error
	switch rapid.IntRange(0, 9).Draw(h.T, "event") {
	case 0:
		f, err = h.e.Ack(h.who(), h.now)
		if err == nil && slices.ContainsFunc(f.Asker, func(a escalation.AskerNotice) bool { return a.What == escalation.WhatTaken }) == (h.e.Holder == holder) {
			h.Fatal("the asker does not hear who has it")
		}
	case 1:
		f, err = h.e.Close(h.who(), h.now)
	case 2:
		f, err = h.e.Up("X", h.people(), h.moment())
	case 3:
		f, err = h.e.HandOff(h.who(), h.who(), h.now)
	case 4:
		if h.e.Open() {
			f = h.e.Add(rapid.Bool().Draw(h.T, "urgent"), h.people(), h.moment())
		}
	case 5:
		if h.e.Held() {
			h.e.Spoke(h.now)
		}
	case 6:
		if n := len(h.e.Calls); n > 0 {
			c := h.e.Calls[rapid.IntRange(0, n-1).Draw(h.T, "call")]
			f = h.e.Delivered(c.Member, c.Via, c.Run, escalation.OutcomeFailed, "x", h.people(), h.moment())
		}
	case 7:
		h.fireStale()
	default:
		h.fire()
	}
	if err == nil {
		h.take(f)
	}
}
