package storetest

import (
	"encoding/json"
	"fmt"
	"time"

	"guanjia/bot"
	"guanjia/scheduler"
)

func deadlineTests() map[string]func(*suite) {
	return map[string]func(*suite){
		"a deadline fires when it is due, to the microsecond":   (*suite).deadlineDue,
		"a deadline that is set again moves":                    (*suite).deadlineMoves,
		"a cleared deadline does not fire":                      (*suite).deadlineCleared,
		"firing can set the same deadline again":                (*suite).deadlineAgain,
		"a deadline moved while it fires ends the old firing":   (*suite).deadlineMovedMeanwhile,
		"a dead replica's deadline fires elsewhere, once":       (*suite).deadlineTakenOver,
		"the words of a deadline that is set again":             (*suite).deadlineSays,
		"a deadline that failed comes back when it was said to": (*suite).deadlineReleased,
		"a deadline that was put off was not tried":             (*suite).deadlinePostponed,
		"a deadline given up is kept among the dead letters":    (*suite).deadlineBuried,
		"claims are bounded and overdue ones come first":        (*suite).deadlinesBounded,
		"operators see what comes next":                         (*suite).deadlinesListed,
	}
}

func (s *suite) set(ds ...scheduler.Deadline) { s.Helper(); s.commit(bot.Change{Set: ds}) }

func (s *suite) oneDeadline(now time.Time, id string, attempt int) scheduler.Claimed {
	s.Helper()
	ds := s.deadlines(now)
	if len(ds) != 1 || ds[0].ID != id || ds[0].Attempt != attempt {
		s.Fatalf("want %s at attempt %d, got %+v", id, attempt, ds)
	}
	return ds[0]
}

func (s *suite) noDeadline(now time.Time) {
	s.Helper()
	if ds := s.deadlines(now); len(ds) > 0 {
		s.Fatalf("fired: %+v", ds)
	}
}

func (s *suite) deadlineDue() {
	d := scheduler.Deadline{
		ID: "page|E1|1", Due: at(72 * time.Hour).Add(123456 * time.Microsecond), Kind: "page",
		Subject: "E1", Run: 3, Data: json.RawMessage(`{"步骤":1}`),
	}
	s.set(d)
	ds, next, err := s.a.ClaimDeadlines(s.Context(), d.Due.Add(-time.Microsecond), 9)
	s.must(err)
	if len(ds) != 0 || !next.Equal(d.Due) {
		s.Fatalf("early: %+v, next at %v", ds, next)
	}
	got := s.oneDeadline(d.Due, d.ID, 1)
	if !got.Due.Equal(d.Due) {
		s.Errorf("due %v, want %v", got.Due, d.Due)
	}
	got.Due = d.Due
	s.same(d, got.Deadline)
	s.commit(bot.Change{Done: bot.Claim{Deadline: &got}})
	s.noDeadline(at(1000 * time.Hour))
}

func (s *suite) deadlineMoves() {
	s.set(scheduler.Deadline{ID: "a", Due: at(time.Minute), Run: 1})
	s.set(scheduler.Deadline{ID: "a", Due: at(time.Hour), Run: 2})
	s.noDeadline(at(time.Hour - time.Microsecond))
	s.same(2, s.oneDeadline(at(time.Hour), "a", 1).Run)
}

func (s *suite) deadlineCleared() {
	s.set(scheduler.Deadline{ID: "a", Due: at(time.Minute)}, scheduler.Deadline{ID: "b", Due: at(time.Minute)})
	s.commit(bot.Change{Clear: []string{"a", "never set"}})
	s.oneDeadline(at(time.Hour), "b", 1)
	s.commit(bot.Change{Clear: []string{"c"}, Set: []scheduler.Deadline{{ID: "c", Due: day()}}})
	s.oneDeadline(day(), "c", 1)
}

func (s *suite) deadlineAgain() {
	s.set(scheduler.Deadline{ID: "cron|audit", Due: day()})
	got := s.oneDeadline(day(), "cron|audit", 1)
	s.commit(bot.Change{Done: bot.Claim{Deadline: &got}, Set: []scheduler.Deadline{{ID: "cron|audit", Due: at(time.Hour)}}})
	s.noDeadline(at(time.Hour - time.Microsecond))
	s.oneDeadline(at(time.Hour), "cron|audit", 1)
}

func (s *suite) deadlineMovedMeanwhile() {
	s.set(scheduler.Deadline{ID: "a", Due: day()}, scheduler.Deadline{ID: "b", Due: day()})
	ds := s.deadlines(day())
	s.commit(bot.Change{Set: []scheduler.Deadline{{ID: "a", Due: at(time.Hour)}}, Clear: []string{"b"}})
	for _, d := range ds {
		c := bot.Change{Now: day(), Done: bot.Claim{Deadline: &d}, Say: []bot.Outgoing{say("x", "user:u", bot.PriorityPage)}}
		s.want(s.a.Commit(s.Context(), c), bot.ErrFenced)
	}
	s.same([]string(nil), ids(s.parcels(day(), 9)))
	s.oneDeadline(at(time.Hour), "a", 1)
}

func (s *suite) deadlineTakenOver() {
	s.set(scheduler.Deadline{ID: "a", Due: day()})
	lost := s.oneDeadline(day(), "a", 1)
	s.noDeadline(at(lease - time.Millisecond))
	got := s.oneDeadline(at(lease+time.Millisecond), "a", 2)
	s.want(s.a.Commit(s.Context(), bot.Change{Now: day(), Done: bot.Claim{Deadline: &lost}}), bot.ErrFenced)
	s.want(s.a.ReleaseDeadline(s.Context(), lost, day()), bot.ErrFenced)
	s.want(s.a.PostponeDeadline(s.Context(), lost, day()), bot.ErrFenced)
	s.want(s.a.BuryDeadline(s.Context(), lost, day(), "x"), bot.ErrFenced)
	c := bot.Change{Now: day(), Done: bot.Claim{Deadline: &got}}
	s.must(s.a.Commit(s.Context(), c))
	s.want(s.a.Commit(s.Context(), c), bot.ErrFenced) // its answer was lost
	s.noDeadline(at(time.Hour))
}

// deadlineSays is about the words of a deadline that is set again: they are said
// once however often the commit is repeated, and again when it fires again.
func (s *suite) deadlineSays() {
	s.set(scheduler.Deadline{ID: "a", Due: day()})
	for i, now := range [...]time.Time{day(), at(time.Hour)} {
		d := s.oneDeadline(now, "a", 1)
		words := say(fmt.Sprintf("a|%d|x.0", d.Fence), "user:u", bot.PriorityNormal)
		c := bot.Change{Now: now, Done: bot.Claim{Deadline: &d}, Say: []bot.Outgoing{words}, Set: []scheduler.Deadline{{ID: "a", Due: now.Add(time.Hour)}}}
		s.must(s.a.Commit(s.Context(), c))
		s.want(s.a.Commit(s.Context(), c), bot.ErrFenced) // its answer was lost
		ps := s.parcels(now, 9)
		if len(ps) != 1 || ps[0].Outgoing.ID != words.ID {
			s.Fatalf("firing %d said %v", i, ids(ps))
		}
		s.delivered(ps[0], bot.Delivery{OK: true})
		s.same([]string(nil), ids(s.parcels(now.Add(time.Minute), 9)))
		s.noDeadline(now.Add(time.Hour - time.Microsecond))
	}
}

func (s *suite) deadlinePostponed() {
	s.set(scheduler.Deadline{ID: "a", Due: day()})
	got := s.oneDeadline(day(), "a", 1)
	s.must(s.a.PostponeDeadline(s.Context(), got, at(time.Minute)))
	s.want(s.a.PostponeDeadline(s.Context(), got, at(time.Minute)), bot.ErrFenced) // its answer was lost
	s.noDeadline(at(time.Minute - time.Microsecond))
	again := s.oneDeadline(at(time.Minute), "a", 1)
	s.same(day(), again.Due.UTC())
	s.must(s.a.ReleaseDeadline(s.Context(), again, at(time.Hour)))
	s.oneDeadline(at(time.Hour), "a", 2)
}

func (s *suite) deadlineReleased() {
	s.set(scheduler.Deadline{ID: "a", Due: day()})
	got := s.oneDeadline(day(), "a", 1)
	s.must(s.a.ReleaseDeadline(s.Context(), got, at(time.Minute)))
	s.noDeadline(at(time.Minute - time.Microsecond))
	got = s.oneDeadline(at(time.Minute), "a", 2)
	if !got.Due.Equal(day()) {
		s.Errorf("it forgot when it was due: %v", got.Due)
	}
}

func (s *suite) deadlineBuried() {
	s.set(scheduler.Deadline{ID: "a", Due: day(), Kind: "page", Subject: "E1"})
	s.must(s.a.BuryDeadline(s.Context(), s.oneDeadline(day(), "a", 1), day(), "no handler"))
	s.noDeadline(at(time.Hour))
	dead, err := s.a.DeadLetters(s.Context(), 9)
	s.must(err)
	if len(dead) != 1 || dead[0].ID != "deadline|a" || dead[0].Reason != "no handler" {
		s.Errorf("%+v", dead)
	}
}

func (s *suite) deadlinesBounded() {
	for i := range 20 {
		s.set(scheduler.Deadline{ID: fmt.Sprint(i), Due: at(-time.Duration(i) * time.Second)})
	}
	var got []string
	for range 4 {
		ds, next, err := s.a.ClaimDeadlines(s.Context(), day(), 5)
		s.must(err)
		if len(ds) != 5 || next.IsZero() {
			s.Fatalf("%d claimed, next at %v", len(ds), next)
		}
		for _, d := range ds {
			got = append(got, d.ID)
		}
	}
	var want []string
	for i := range 20 {
		want = append(want, fmt.Sprint(19-i))
	}
	s.same(want, got)
}

func (s *suite) deadlinesListed() {
	s.set(scheduler.Deadline{ID: "late", Due: at(time.Hour)}, scheduler.Deadline{ID: "soon", Due: at(time.Minute), Subject: "E1"})
	ds, err := s.a.Due(s.Context(), 9)
	s.must(err)
	if len(ds) != 2 || ds[0].ID != "soon" || ds[0].Subject != "E1" || !ds[1].Due.Equal(at(time.Hour)) {
		s.Errorf("%+v", ds)
	}
	if ds, err = s.a.Due(s.Context(), 1); len(ds) != 1 || err != nil {
		s.Errorf("%+v %v", ds, err)
	}
	s.set(scheduler.Deadline{ID: "case.end|C1", Due: at(time.Second)})
	s.oneDeadline(at(time.Second), "case.end|C1", 1)
	ds, err = s.a.Due(s.Context(), 9)
	s.must(err)
	if len(ds) != 3 || ds[0].Kind != "case.end" || ds[0].Subject != "C1" || !ds[0].Due.Equal(at(time.Second)) {
		s.Errorf("while it fires, or did: %+v", ds)
	}
	s.commit(bot.Change{Clear: []string{"case.end|C1"}})
	st, err := s.a.Stats(s.Context(), at(2*time.Minute))
	s.must(err)
	if st.Deadlines != 2 || st.Due != 1 || st.Lag != time.Minute {
		s.Errorf("%+v", st)
	}
}
