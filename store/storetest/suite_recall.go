package storetest

import (
	"fmt"
	"strconv"
	"time"

	"guanjia/bot"
	"guanjia/scheduler"
	"guanjia/store"
)

func recallTests() map[string]func(*suite) {
	return map[string]func(*suite){
		"a clock that was put back frees mail that nobody holds":       (*suite).recallMail,
		"a clock that was put back frees what waits to be said":        (*suite).recallParcels,
		"what a dead replica held comes back a lease after the step":   (*suite).recallHeld,
		"what somebody holds is left to them after a step":             (*suite).recallLive,
		"a deadline waits no longer than it was to after a step":       (*suite).recallWaits,
		"a deadline of the calendar stays where it is after a step":    (*suite).recallCalendar,
		"a deadline among very many waits no longer after a step":      (*suite).recallMany,
		"a claimed deadline comes back at once after a step":           (*suite).recallClaimed,
		"a recall changes nothing where clocks were right":             (*suite).recallNothing,
		"a budget does not wait for the clock that was put back":       (*suite).budgetStepped,
		"a paced budget does not wait for the clock that was put back": (*suite).paceStepped,
	}
}

// recall is what a replica does that sees its clock go back.
func (s *suite) recall(now time.Time) (held []store.Held) {
	s.Helper()
	held, _, err := s.a.Recall(s.Context(), now)
	s.must(err)
	return held
}

func (s *suite) release(held []store.Held, now time.Time) int {
	s.Helper()
	n, err := s.a.Release(s.Context(), held, now)
	s.must(err)
	return n
}

// Everything in these tests was written by a clock that is an hour ahead of day.
func (s *suite) recallMail() {
	m := message("a", "m1")
	m.ReceivedAt = at(time.Hour)
	s.receive(m)
	s.noMail(s.a, day())
	s.same(0, len(s.recall(day())))
	s.oneMail(s.a, day(), "m1", 1)
}

func (s *suite) recallParcels() {
	s.commit(bot.Change{Now: at(time.Hour), Say: []bot.Outgoing{say("p", "user:a", bot.PriorityPage), say("n", "user:a", bot.PriorityNormal)}})
	s.same(0, len(s.parcels(day(), 9)))
	s.same(0, len(s.recall(day())))
	s.same([]string{"p", "n"}, ids(s.parcels(day(), 9)))
}

func (s *suite) recallHeld() {
	s.receive(message("a", "m1"))
	s.commit(bot.Change{Now: day(), Say: []bot.Outgoing{say("p", "user:a", bot.PriorityPage)}})
	s.oneMail(s.a, at(time.Hour), "m1", 1)
	s.same([]string{"p"}, ids(s.parcels(at(time.Hour), 9)))
	held := s.recall(day())
	s.same(2, len(held))
	s.noMail(s.a, at(lease))
	s.same(2, s.release(held, at(lease)))
	s.release(held, at(lease+time.Minute)) // by another replica: nothing is left to do
	s.oneMail(s.a, at(lease), "m1", 2)
	s.same([]string{"p"}, ids(s.parcels(at(lease), 9)))
}

func (s *suite) recallLive() {
	s.receive(message("a", "m1"), message("a", "m2"))
	mine := s.oneMail(s.a, at(time.Hour), "m1", 1)
	held := s.recall(day())
	s.commit(bot.Change{Done: bot.Claim{Mail: &mine}}) // in time, and for good
	s.same(0, s.release(held, at(lease)))
	s.oneMail(s.a, day(), "m2", 1)
}

func (s *suite) recallWaits() {
	s.commit(bot.Change{Now: at(time.Hour), Set: []scheduler.Deadline{
		{ID: "climb|E1", Due: at(time.Hour + 5*time.Minute), Wait: 5 * time.Minute, Kind: "climb", Subject: "E1", Run: 2},
		{ID: "now|E1", Due: at(time.Hour), Kind: "now", Subject: "E1"}, // as soon as it is set
	}})
	s.recall(day())
	soon := s.oneDeadline(at(time.Millisecond), "now|E1", 1)
	s.commit(bot.Change{Done: bot.Claim{Deadline: &soon}})
	s.recall(at(time.Minute)) // by another replica: it is not put off
	s.noDeadline(at(5*time.Minute - time.Microsecond))
	got := s.oneDeadline(at(5*time.Minute), "climb|E1", 1)
	s.same(scheduler.Deadline{
		ID: "climb|E1", Due: got.Due, Wait: 5 * time.Minute, Kind: "climb", Subject: "E1", Run: 2,
	}, got.Deadline)
	if !got.Due.Equal(at(5 * time.Minute)) {
		s.Errorf("its handler is told that it is due at %v", got.Due)
	}
}

func (s *suite) recallMany() {
	c := bot.Change{Now: at(time.Hour)}
	for i := range 1200 { // all in one instant
		c.Set = append(c.Set, scheduler.Deadline{ID: fmt.Sprint("calendar|", i), Due: at(time.Hour + time.Minute), Kind: "calendar", Subject: strconv.Itoa(i)})
	}
	for i := range 700 {
		wait := 5*time.Minute + time.Duration(i/300)*time.Second
		c.Set = append(c.Set, scheduler.Deadline{ID: fmt.Sprint("climb|", i), Due: at(time.Hour + wait), Wait: wait, Kind: "climb", Subject: strconv.Itoa(i)})
	}
	s.commit(c)
	s.recall(day())
	ds, _, err := s.a.ClaimDeadlines(s.Context(), at(5*time.Minute+2*time.Second), 5000)
	s.must(err)
	s.same(700, len(ds))
}

func (s *suite) recallCalendar() {
	d := scheduler.Deadline{ID: "case.validity|C1", Due: at(time.Hour + 5*time.Minute), Kind: "case.validity", Subject: "C1", Run: 1, Data: []byte(`{"due":1,"in":2}`)}
	s.commit(bot.Change{Now: at(time.Hour), Set: []scheduler.Deadline{d}})
	s.recall(day())
	s.noDeadline(d.Due.Add(-time.Microsecond))
	s.oneDeadline(d.Due, d.ID, 1)
}

func (s *suite) recallClaimed() {
	s.commit(bot.Change{Now: day(), Set: []scheduler.Deadline{{ID: "climb|E1", Due: at(time.Hour), Kind: "climb", Subject: "E1"}}})
	lost := s.oneDeadline(at(time.Hour), "climb|E1", 1)
	s.recall(day())
	s.oneDeadline(day(), "climb|E1", 2)
	s.want(s.a.Commit(s.Context(), bot.Change{Now: day(), Done: bot.Claim{Deadline: &lost}}), bot.ErrFenced)
}

func (s *suite) recallNothing() {
	s.receive(message("a", "m1"))
	s.commit(bot.Change{Now: day(), Say: []bot.Outgoing{say("p", "user:a", bot.PriorityPage)}, Set: []scheduler.Deadline{
		{ID: "climb|E1", Due: at(5 * time.Minute), Wait: 5 * time.Minute, Kind: "climb", Subject: "E1"}, {ID: "again|E1", Due: day(), Kind: "again", Subject: "E1"},
	}})
	mail, parcels, again := s.mail(s.a, day()), s.parcels(day(), 9), s.oneDeadline(day(), "again|E1", 1)
	s.must(s.a.ReleaseDeadline(s.Context(), again, at(time.Minute)))
	s.same(0, len(s.recall(at(time.Second))))
	s.noDeadline(at(time.Minute - time.Microsecond))
	again = s.oneDeadline(at(time.Minute), "again|E1", 2)
	s.commit(bot.Change{Done: bot.Claim{Deadline: &again}})
	s.commit(bot.Change{Done: bot.Claim{Mail: &mail[0]}})
	_, err := s.a.Delivered(s.Context(), parcels[0], []bot.Delivery{{ID: "p", OK: true}}, day(), false)
	s.must(err)
	s.noDeadline(at(5*time.Minute - time.Microsecond))
}

func (s *suite) budgetStepped() {
	for i := range 20 {
		s.same(time.Duration(0), s.allow(s.a, at(time.Hour+time.Duration(i)*time.Second)))
	}
	for i := range 20 { // as if nobody had called yet
		if w := s.allow(s.a, at(time.Duration(i)*time.Second)); w != 0 {
			s.Fatalf("call %d after the step waits %v", i+1, w)
		}
	}
	s.same(41*time.Second, s.allow(s.a, at(19*time.Second)))
}

func (s *suite) paceStepped() {
	pace := func(now time.Time) time.Duration {
		s.Helper()
		w, err := s.a.Pace(s.Context(), fmt.Sprint("api|", s.tag), time.Second, 2, now)
		s.must(err)
		return w
	}
	for range 2 {
		s.same(time.Duration(0), pace(at(time.Hour)))
	}
	s.same(time.Second, pace(at(time.Hour)))
	for range 2 {
		s.same(time.Duration(0), pace(day()))
	}
	s.same(time.Second, pace(day()))
}
