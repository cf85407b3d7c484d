package dingtalk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
)

// switchboard counts the calls of a gatherer.
type switchboard struct {
	mu    sync.Mutex
	calls []string
	err   error
}

func (s *switchboard) call(_ context.Context, key dingKey, ids []string) (string, map[string]string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = append(s.calls, fmt.Sprintf("%d %s to %v", key.remind, key.words, slices.Sorted(slices.Values(ids))))
	return "ding", map[string]string{"nobody": "staffId.notExisted"}, s.err
}

func TestPeopleWhoAreToldTheSameAreCalledTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g gatherer
		var s switchboard
		var ringing sync.WaitGroup
		for _, who := range []string{"a", "b", "nobody"} {
			for remind := range 2 {
				ringing.Go(func() {
					receipt, why, err := g.ring(t.Context(), dingKey{remind + 1, "E1"}, who, s.call)
					if receipt != "ding" || (why != "") != (who == "nobody") || err != nil {
						t.Errorf("%s: %q, %q, %v", who, receipt, why, err)
					}
				})
			}
		}
		ringing.Wait()
		slices.Sort(s.calls)
		if want := []string{"1 E1 to [a b nobody]", "2 E1 to [a b nobody]"}; !slices.Equal(s.calls, want) {
			t.Errorf("calls %q, want %q", s.calls, want)
		}
		if len(g.open) != 0 {
			t.Errorf("%d calls still gather", len(g.open))
		}
	})
}

func TestOneCallTakesNoMoreThanThePlatformDoes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g gatherer
		s := switchboard{err: errors.New("refused")}
		var ringing sync.WaitGroup
		for i := range 45 {
			ringing.Go(func() {
				if _, _, err := g.ring(t.Context(), dingKey{3, "x"}, fmt.Sprint(i), s.call); !errors.Is(err, s.err) {
					t.Errorf("error %v", err)
				}
			})
		}
		ringing.Wait()
		if len(s.calls) != 3 {
			t.Errorf("%d calls for 45 people, want 3: %q", len(s.calls), s.calls)
		}
	})
}

func TestOneWhoGivesUpDoesNotStopTheCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g gatherer
		var s switchboard
		ctx, giveUp := context.WithCancel(t.Context())
		var ringing sync.WaitGroup
		ringing.Go(func() { _, _, _ = g.ring(ctx, dingKey{3, "x"}, "a", s.call) })
		synctest.Wait()
		ringing.Go(func() {
			if _, _, err := g.ring(t.Context(), dingKey{3, "x"}, "b", s.call); err != nil {
				t.Errorf("b: %v", err)
			}
		})
		synctest.Wait()
		giveUp()
		ringing.Wait()
		if len(s.calls) != 1 {
			t.Errorf("calls %q", s.calls)
		}
	})
}
