package storetest

import (
	"time"
)

func upkeepTests() map[string]func(*suite) {
	return map[string]func(*suite){
		"a budget is shared by replicas and refills": (*suite).budget,
		"a budget paces those who wait":              (*suite).budgetPaces,
		"a budget lets some go before others":        (*suite).budgetPrefers,
		"usage is counted by month":                  (*suite).usage,
		"mail that waits is counted":                 (*suite).mailCounted,
	}
}

func (s *suite) allow(b Backend, now time.Time) time.Duration {
	s.Helper()
	wait, err := b.Allow(s.Context(), "group|g1", 20, time.Minute, now)
	s.must(err)
	return wait
}

func (s *suite) budget() {
	both := [...]Backend{s.a, s.replica()}
	for i := range 20 {
		if w := s.allow(both[i%2], day()); w != 0 {
			s.Fatalf("call %d waits %v", i+1, w)
		}
	}
	for range 3 { // a refused call is not counted
		s.same(time.Minute, s.allow(both[0], day()))
	}
	s.same(58*time.Second, s.allow(both[1], at(2*time.Second)))
	s.same(time.Duration(0), s.allow(both[1], at(time.Minute)))
	for i := range 20 {
		if w := s.allow(both[i%2], at(time.Hour)); w != 0 {
			s.Fatalf("call %d after an hour waits %v", i+1, w)
		}
	}
}

// budgetPaces counts what somebody gets through who always waits as told.
func (s *suite) budgetPaces() {
	now, calls := day(), 0
	for now.Before(at(10 * time.Minute)) {
		wait := s.allow(s.a, now)
		if wait == 0 {
			calls++
		}
		now = now.Add(wait)
		if calls > 1000 {
			break
		}
	}
	if calls != 200 {
		s.Errorf("%d calls in ten minutes, want 20 a minute", calls)
	}
}

// budgetPrefers has two callers ask for the same bucket, one for a shorter burst.
func (s *suite) budgetPrefers() {
	ask := func(burst int, after time.Duration) time.Duration {
		wait, err := s.a.Pace(s.Context(), "api|x", 100*time.Millisecond, burst, at(after))
		s.must(err)
		return wait
	}
	for range 2 {
		s.same(time.Duration(0), ask(2, 0))
	}
	s.same(100*time.Millisecond, ask(2, 0)) // all the others used it up
	s.same(time.Duration(0), ask(3, 0))
	s.same(200*time.Millisecond, ask(2, 0))
	s.same(time.Duration(0), ask(3, 100*time.Millisecond)) // they go first again
	s.same(200*time.Millisecond, ask(2, 100*time.Millisecond))
	s.same(time.Duration(0), ask(2, 300*time.Millisecond))
	s.same(time.Duration(0), ask(2, time.Hour))
}

func (s *suite) usage() {
	b := s.replica()
	for month, n := range map[string]int64{"2026-11": 3, "2026-12": 4} {
		s.must(s.a.AddUsage(s.Context(), "api", month, n))
		s.must(b.AddUsage(s.Context(), "api", month, 1))
	}
	for month, want := range map[string]int64{"2026-10": 0, "2026-11": 4, "2026-12": 5} {
		s.eventually(month, want, func() int64 {
			n, err := b.Usage(s.Context(), "api", month)
			s.must(err)
			return n
		})
	}
}

func (s *suite) mailCounted() {
	s.receive(message("c1", "m1"), message("c1", "m2"), message("c2", "m3"))
	st, err := s.a.Stats(s.Context(), at(time.Second))
	s.must(err)
	if st.Mail != 2 || st.MailLag != time.Second {
		s.Errorf("%+v", st)
	}
}

// eventually waits for a figure that other replicas write a second later.
func (s *suite) eventually(what string, want int64, get func() int64) {
	s.Helper()
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	giveUp := time.After(10 * time.Second)
	for n := get(); n != want; n = get() {
		select {
		case <-look.C:
		case <-giveUp:
			s.Fatalf("%s: %d, want %d", what, n, want)
		}
	}
}
