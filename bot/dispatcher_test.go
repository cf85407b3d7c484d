package bot_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"guanjia/bot"
)

// handle is a Handler that also keeps what it was given and when.
type handle struct {
	do func(ctx context.Context, m bot.Message) (bot.Change, error)

	mu     sync.Mutex
	calls  []string
	at     []time.Time
	inside map[string]int
	most   int
}

func handling(do func(ctx context.Context, m bot.Message) (bot.Change, error)) *handle {
	return &handle{do: do, inside: map[string]int{}}
}

func (h *handle) Handle(ctx context.Context, m bot.Message, now time.Time) (bot.Change, error) {
	h.enter(m, now)
	defer h.leave(m)
	c, err := h.do(ctx, m)
	c.Now = now
	return c, err
}

func (h *handle) enter(m bot.Message, now time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.calls, h.at = append(h.calls, m.ID), append(h.at, now)
	h.inside[m.Conversation]++
	if h.inside[m.Conversation] > 1 {
		h.calls = append(h.calls, "two at a time in "+m.Conversation)
	}
	n := 0
	for _, one := range h.inside {
		n += one
	}
	h.most = max(h.most, n)
}

func (h *handle) leave(m bot.Message) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.inside[m.Conversation]--
}

func (h *handle) seen() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.calls)
}

func (h *handle) times() []time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.at)
}

func taking(d time.Duration) func(context.Context, bot.Message) (bot.Change, error) {
	return func(context.Context, bot.Message) (bot.Change, error) {
		time.Sleep(d)
		return bot.Change{}, nil
	}
}

// apologize shows a UserError's words, or the id.
func apologize(m bot.Message, id string, ue *bot.UserError) bot.Outgoing {
	if ue != nil {
		return bot.Outgoing{ID: m.ID + "/sorry", To: m.From(), Text: ue.Text}
	}
	return bot.Outgoing{ID: m.ID + "/sorry", To: m.From(), Text: "出错了 " + id}
}

func dispatching(tb testing.TB, r *mailroom, h bot.Handler, cfg bot.DispatcherConfig) (stop func(), log *logged) {
	tb.Helper()
	cfg.Apologize = apologize
	return begin(tb, bot.NewDispatcher(r, r, h, cfg).Run)
}

// eachWay runs a test on a store that hands on the next message with the end of
// one, and on a store that does not.
func eachWay(t *testing.T, test func(t bubble, r *mailroom)) {
	t.Helper()
	for _, handOn := range []bool{false, true} {
		t.Run(fmt.Sprintf("handOn=%v", handOn), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { test(bubble{t}, newMailroom(handOn)) })
		})
	}
}

func TestAConversationIsHandledInOrderOneAtATime(t *testing.T) {
	eachWay(t, func(t bubble, r *mailroom) {
		var want []string
		for i := range 20 {
			want = append(want, strconv.Itoa(i))
		}
		r.post("a", want[:15]...)
		h := handling(func(_ context.Context, m bot.Message) (bot.Change, error) {
			n, _ := strconv.Atoi(m.ID)
			time.Sleep(time.Duration(20-n) * 10 * time.Millisecond)
			return bot.Change{}, nil
		})
		dispatching(t, r, h, bot.DispatcherConfig{})
		wait(500 * time.Millisecond)
		r.post("a", want[15:]...)
		wait(time.Minute)
		if got := h.seen(); !slices.Equal(got, want) || !slices.Equal(r.ended(), want) {
			t.Errorf("handled %v, committed %v", got, r.ended())
		}
	})
}

func TestConversationsAreHandledSideBySide(t *testing.T) {
	eachWay(t, func(t bubble, r *mailroom) {
		for i := range 40 {
			r.post("c"+strconv.Itoa(i), fmt.Sprintf("m%d", i))
		}
		h := handling(taking(time.Second))
		dispatching(t, r, h, bot.DispatcherConfig{Workers: 10})
		wait(4500 * time.Millisecond)
		if len(r.ended()) != 40 || h.most != 10 {
			t.Errorf("%d of 40 handled in 4.5 s, %d at a time", len(r.ended()), h.most)
		}
	})
}

func TestAPanicIsTriedAgainAndThenApologizedFor(t *testing.T) {
	eachWay(t, func(t bubble, r *mailroom) {
		r.post("a", "bad", "good")
		h := handling(func(_ context.Context, m bot.Message) (bot.Change, error) {
			if m.ID == "bad" {
				panic("index out of secrets")
			}
			return bot.Change{}, nil
		})
		_, log := dispatching(t, r, h, bot.DispatcherConfig{MaxAttempts: 3})
		wait(time.Minute)
		if got := h.seen(); !slices.Equal(got, []string{"bad", "bad", "bad", "good"}) {
			t.Fatalf("handled %v", got)
		}
		at := h.times()
		if first, second := at[1].Sub(at[0]), at[2].Sub(at[1]); first < 200*time.Millisecond || second <= first || second > 10*time.Second {
			t.Errorf("tried again after %v and %v", first, second)
		}
		if !strings.Contains(r.buried["bad"], "index out of secrets") || len(r.buried) != 1 {
			t.Errorf("dead letters: %v", r.buried)
		}
		if len(r.said) != 1 || strings.Contains(r.said[0].Text, "secrets") {
			t.Fatalf("said %+v", r.said)
		}
		id := strings.TrimPrefix(r.said[0].Text, "出错了 ")
		if id == "" || !strings.Contains(log.String(), `"error_id":"`+id+`"`) || strings.Count(log.String(), `"level":"error"`) != 1 {
			t.Errorf("the person was told %q; the log: %s", id, log)
		}
	})
}

func TestAnErrorThatGoesAwayIsNotApologizedFor(t *testing.T) {
	eachWay(t, func(t bubble, r *mailroom) {
		r.post("a", "m")
		h := handling(nil)
		h.do = func(context.Context, bot.Message) (bot.Change, error) {
			if len(h.seen()) < 3 {
				return bot.Change{}, errors.New("no answer")
			}
			return bot.Change{Say: []bot.Outgoing{{Text: "好"}}}, nil
		}
		dispatching(t, r, h, bot.DispatcherConfig{})
		wait(time.Minute)
		if len(h.seen()) != 3 || len(r.said) != 1 || r.said[0].Text != "好" || len(r.buried) != 0 {
			t.Errorf("handled %v, said %+v, buried %v", h.seen(), r.said, r.buried)
		}
	})
}

func TestAPersonReadsOnlyTheWordsMeantForThem(t *testing.T) {
	cause := errors.New("no such document in Redis")
	for name, err := range map[string]error{
		"plain":   &bot.UserError{Text: "没有这个编号"},
		"caused":  &bot.UserError{Text: "没有这个编号", Err: cause},
		"wrapped": fmt.Errorf("take over: %w", &bot.UserError{Text: "没有这个编号", Err: cause}),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newMailroom(true)
				r.post("a", "m")
				h := handling(func(context.Context, bot.Message) (bot.Change, error) { return bot.Change{}, err })
				stop, log := dispatching(t, r, h, bot.DispatcherConfig{})
				wait(time.Minute)
				stop()
				if len(h.seen()) != 1 || len(r.said) != 1 || r.said[0].Text != "没有这个编号" || len(r.ended()) != 1 {
					t.Errorf("handled %v, said %+v", h.seen(), r.said)
				}
				if told := strings.Contains(log.String(), cause.Error()); told != (name != "plain") || strings.Contains(log.String(), `"level":"error"`) {
					t.Errorf("log: %s", log)
				}
			})
		})
	}
}

func TestAConflictIsDecidedAgain(t *testing.T) {
	eachWay(t, func(t bubble, r *mailroom) {
		r.post("a", "m")
		conflicts := 2
		r.finishing = func() error {
			if conflicts--; conflicts >= 0 {
				return fmt.Errorf("commit: %w", bot.ErrConflict)
			}
			return nil
		}
		h := handling(nil)
		h.do = func(context.Context, bot.Message) (bot.Change, error) {
			time.Sleep(10 * time.Millisecond)
			return bot.Change{Say: []bot.Outgoing{{Text: strconv.Itoa(len(h.seen()))}}}, nil
		}
		dispatching(t, r, h, bot.DispatcherConfig{})
		wait(time.Second)
		if len(r.said) != 1 || r.said[0].Text != "3" || len(r.released) != 0 {
			t.Errorf("said %+v, given back %d times", r.said, len(r.released))
		}
		if at := h.times(); len(at) != 3 || !at[2].After(at[0]) {
			t.Errorf("decided at %v", at)
		}
	})
}

func TestEndlessConflictsDoNotHoldTheMessageForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newMailroom(true)
		r.post("a", "m")
		r.finishing = func() error { return bot.ErrConflict }
		dispatching(t, r, handling(taking(100*time.Millisecond)), bot.DispatcherConfig{MaxAttempts: 2})
		wait(30 * time.Second)
		if len(r.released) != 1 || r.buried["m"] == "" {
			t.Errorf("given back %d times, buried %v", len(r.released), r.buried)
		}
	})
}

func TestALostLeaseIsSomebodyElsesWork(t *testing.T) {
	eachWay(t, func(t bubble, r *mailroom) {
		r.post("a", "m")
		r.finishing = func() error {
			laneOf(&r.lanes, "a", 0).end(1, time.Now()) // the other replica did it
			return bot.ErrFenced
		}
		h := handling(taking(0))
		_, log := dispatching(t, r, h, bot.DispatcherConfig{})
		wait(time.Minute)
		if len(h.seen()) != 1 || len(r.released)+len(r.buried)+len(r.said) != 0 || strings.Contains(log.String(), `"level":"error"`) {
			t.Errorf("handled %v, released %v, buried %v, said %v; log %s", h.seen(), r.released, r.buried, r.said, log)
		}
	})
}
