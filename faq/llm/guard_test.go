package llm

import (
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"guanjia/faq"
)

// numbered gives questions of which the engine is not clear and that differ.
func numbered(n int) faq.Question {
	return ask(askedClarify + string(rune('甲'+n)))
}

func TestAfterFailuresInARowTheModelRestsAndIsTriedAgain(t *testing.T) {
	e := engine(t)
	synctest.Test(t, func(t *testing.T) {
		healthy := false
		b, end := inside(t, e, Config{}, func(w http.ResponseWriter, r *http.Request, a asked, n int) {
			if !healthy {
				w.WriteHeader(http.StatusInternalServerError)
				return
			}
			votes(entry(a.prompt.ids()[0]))(w, r, a, n)
		})
		for i := range 20 {
			b.Decide(t.Context(), numbered(i))
		}
		if n := end.calls.Load(); n != failuresInARow*tries {
			t.Errorf("%d calls until it rests, want %d", n, failuresInARow*tries)
		}
		healthy = true
		if d := b.Decide(t.Context(), numbered(0)); d.Source != "faq" {
			t.Error("asked while it rests")
		}
		time.Sleep(restFor + time.Second)
		if d := b.Decide(t.Context(), numbered(0)); d.Source != "llm" {
			t.Error("not asked after the rest")
		}
		if d := b.Decide(t.Context(), numbered(1)); d.Source != "llm" {
			t.Error("not asked after the first success")
		}
	})
}

func TestAQuestionTakesNoLongerThanItsTime(t *testing.T) {
	e := engine(t)
	synctest.Test(t, func(t *testing.T) {
		for name, s := range map[string]script{
			"slow": slow(time.Hour),
			"slow after a retry": func(w http.ResponseWriter, r *http.Request, a asked, n int) {
				if n == 1 {
					w.WriteHeader(http.StatusInternalServerError)
					return
				}
				slow(time.Hour)(w, r, a, n)
			},
			"asks to wait longer": func(w http.ResponseWriter, _ *http.Request, _ asked, _ int) {
				w.Header().Set("Retry-After", "60")
				w.WriteHeader(http.StatusTooManyRequests)
			},
		} {
			b, _ := inside(t, e, Config{}, s)
			start := time.Now()
			if d := b.Decide(t.Context(), ask(askedClarify)); d.Source != "faq" {
				t.Errorf("%s: %s", name, d.Source)
			}
			if took := time.Since(start); took > defaultTimeout {
				t.Errorf("%s: took %v", name, took)
			}
		}
	})
}

func TestARetryWaitsAsLongAsTheEndpointAsks(t *testing.T) {
	e := engine(t)
	synctest.Test(t, func(t *testing.T) {
		b, _ := inside(t, e, Config{}, func(w http.ResponseWriter, r *http.Request, a asked, n int) {
			if n == 1 {
				w.Header().Set("Retry-After", "3")
				w.WriteHeader(http.StatusTooManyRequests)
				return
			}
			votes(entry("non-security"))(w, r, a, n)
		})
		start := time.Now()
		if d := b.Decide(t.Context(), ask(askedClarify)); d.Source != "llm" || time.Since(start) != 3*time.Second {
			t.Errorf("%s after %v", d.Source, time.Since(start))
		}
	})
}

func TestNoMoreRequestsAreUnderWayThanAllowedAndNobodyQueues(t *testing.T) {
	e := engine(t)
	synctest.Test(t, func(t *testing.T) {
		var under, most atomic.Int64
		b, end := inside(t, e, Config{Parallel: 3}, func(w http.ResponseWriter, r *http.Request, a asked, n int) {
			now := under.Add(1)
			defer under.Add(-1)
			for old := most.Load(); now > old && !most.CompareAndSwap(old, now); old = most.Load() {
			}
			time.Sleep(2 * time.Second)
			votes(entry(a.prompt.ids()[0]))(w, r, a, n)
		})
		var wg sync.WaitGroup
		var busy atomic.Int64
		for i := range 20 {
			wg.Go(func() {
				start := time.Now()
				if d := b.Decide(t.Context(), numbered(i)); d.Source == "faq" {
					busy.Add(1)
					if took := time.Since(start); took > slotWait {
						t.Errorf("waited %v for a slot", took)
					}
				}
			})
		}
		wg.Wait()
		if most.Load() != 3 || end.calls.Load() != 3 || busy.Load() != 17 {
			t.Errorf("at most %d at once, %d calls, %d without", most.Load(), end.calls.Load(), busy.Load())
		}
	})
}

func TestNotEverybodyWaitsForASlowModelWhoAsksTheSame(t *testing.T) {
	e := engine(t)
	synctest.Test(t, func(t *testing.T) {
		b, end := inside(t, e, Config{Parallel: 2}, slow(time.Hour))
		var wg sync.WaitGroup
		var waited atomic.Int64
		for range 100 {
			wg.Go(func() {
				start := time.Now()
				b.Decide(t.Context(), ask(askedClarify))
				if time.Since(start) > slotWait {
					waited.Add(1)
				}
			})
		}
		wg.Wait()
		if n := waited.Load(); n != 2*waitersPerSlot || end.calls.Load() != 1 {
			t.Errorf("%d waited, %d calls", n, end.calls.Load())
		}
	})
}

func TestSomebodyWhoLeavesSaysNothingAboutTheModel(t *testing.T) {
	g := newGuard(1)
	for range 2 * failuresInARow {
		if err := g.do(t.Context(), func() error { return &failure{kind: kindGone} }); !isKind(err, kindGone) {
			t.Fatal(err)
		}
	}
}

func TestWhatWasUsedLastIsRemembered(t *testing.T) {
	c := newLRU[int](2)
	c.put("a", 1)
	c.put("b", 2)
	c.get("a")
	c.put("c", 3)
	c.put("c", 4)
	if _, ok := c.get("b"); ok {
		t.Error("b is still there")
	}
	for k, want := range map[string]int{"a": 1, "c": 4} {
		if v, ok := c.get(k); !ok || v != want {
			t.Errorf("%s: %d %v", k, v, ok)
		}
	}
}
