package bot_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"guanjia/bot"
	"guanjia/scheduler"
)

func TestAHandlerThatHangsIsStopped(t *testing.T) {
	eachWay(t, func(t bubble, r *mailroom) {
		r.post("a", "slow", "next")
		var handled []error
		h := handling(nil)
		h.do = func(ctx context.Context, m bot.Message) (bot.Change, error) {
			if m.ID == "slow" && len(h.seen()) == 1 {
				<-ctx.Done()
				return bot.Change{}, ctx.Err()
			}
			return bot.Change{}, nil
		}
		stop, _ := dispatching(t, r, h, bot.DispatcherConfig{
			Timeout: 3 * time.Second, Handled: func(_ bot.Kind, _ time.Duration, err error) { handled = append(handled, err) },
		})
		wait(time.Minute)
		stop()
		at := h.times()
		if !slices.Equal(h.seen(), []string{"slow", "slow", "next"}) || at[1].Sub(at[0]) < 3*time.Second || at[1].Sub(at[0]) > 4*time.Second {
			t.Errorf("handled %v at %v", h.seen(), at)
		}
		if len(handled) != 3 || !errors.Is(handled[0], context.DeadlineExceeded) || handled[1] != nil || handled[2] != nil {
			t.Errorf("reported %v", handled)
		}
	})
}

func TestAHandlerIsStoppedBeforeItsLeaseEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newMailroom(true)
		r.post("a", "m")
		h := handling(func(ctx context.Context, _ bot.Message) (bot.Change, error) {
			<-ctx.Done()
			return bot.Change{}, ctx.Err()
		})
		dispatching(t, r, h, bot.DispatcherConfig{MaxAttempts: 1})
		wait(lease - time.Millisecond)
		if r.buried["m"] == "" {
			t.Error("the handler still runs when its lease ends")
		}
	})
}

func TestShutdownEndsWhatWasBegunAndBeginsNothing(t *testing.T) {
	eachWay(t, func(t bubble, r *mailroom) {
		r.post("a", "first", "second")
		r.post("b", "other")
		h := handling(taking(3 * time.Second))
		stop, _ := dispatching(t, r, h, bot.DispatcherConfig{Workers: 1})
		wait(time.Second)
		asked := time.Now()
		stop()
		if took := time.Since(asked); took != 2*time.Second {
			t.Errorf("stopping took %v", took)
		}
		if !slices.Equal(h.seen(), []string{"first"}) || !slices.Equal(r.ended(), []string{"first"}) || len(r.released) != 0 {
			t.Errorf("handled %v, committed %v", h.seen(), r.ended())
		}
		if got, _, _ := r.ClaimMail(t.Context(), time.Now(), 9); len(got) != 2 || got[0].Message.ID != "other" || got[1].Message.ID != "second" {
			t.Errorf("another replica gets %+v", got)
		}
	})
}

func TestShutdownGivesBackWhatFailsMeanwhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newMailroom(true)
		r.post("a", "m")
		stop, _ := dispatching(t, r, handling(func(context.Context, bot.Message) (bot.Change, error) {
			time.Sleep(time.Second)
			return bot.Change{}, errors.New("model away")
		}), bot.DispatcherConfig{})
		wait(500 * time.Millisecond)
		stop()
		if len(r.released) != 1 || len(r.buried) != 0 {
			t.Errorf("given back %d times, buried %v", len(r.released), r.buried)
		}
	})
}

func TestACommitThatFailsIsTriedAgain(t *testing.T) {
	eachWay(t, func(t bubble, r *mailroom) {
		r.post("a", "m", "n")
		away := true
		r.finishing = func() error {
			if away {
				return errStoreAway
			}
			return nil
		}
		h := handling(taking(0))
		stop, log := dispatching(t, r, h, bot.DispatcherConfig{MaxAttempts: 50})
		wait(20 * time.Second)
		r.mu.Lock()
		away = false
		r.mu.Unlock()
		wait(20 * time.Second)
		stop()
		if !slices.Equal(r.ended(), []string{"m", "n"}) || len(r.buried) != 0 || strings.Contains(log.String(), `"level":"error"`) {
			t.Errorf("committed %v, buried %v", r.ended(), r.buried)
		}
	})
}

func TestAMessageThatCannotBeGivenBackComesAgainWithItsLease(t *testing.T) {
	eachWay(t, func(t bubble, r *mailroom) {
		r.post("a", "m")
		r.releasing = func() error { return errStoreAway }
		h := handling(nil)
		h.do = func(context.Context, bot.Message) (bot.Change, error) {
			if len(h.seen()) == 1 {
				return bot.Change{}, errors.New("once")
			}
			return bot.Change{}, nil
		}
		dispatching(t, r, h, bot.DispatcherConfig{})
		wait(time.Minute)
		at := h.times()
		if len(at) != 2 || at[1].Sub(at[0]) != lease || len(r.ended()) != 1 {
			t.Errorf("handled at %v", at)
		}
	})
}

func TestNobodyIsTwiceToldThatAMessageWasGivenUp(t *testing.T) {
	eachWay(t, func(t bubble, r *mailroom) {
		r.post("a", "m")
		tries := 0
		r.burying = func() error {
			if tries++; tries == 1 {
				return errStoreAway
			}
			return nil
		}
		h := handling(func(context.Context, bot.Message) (bot.Change, error) { return bot.Change{}, errors.New("broken") })
		dispatching(t, r, h, bot.DispatcherConfig{MaxAttempts: 1})
		wait(time.Minute)
		if tries != 2 || len(r.buried) != 1 || len(r.said) != 1 {
			t.Errorf("%d tries to bury, buried %v, said %+v", tries, r.buried, r.said)
		}
	})
}

func TestAnOutageOfTheStoreIsWaitedOutAndSaidOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newMailroom(true)
		r.claiming = func() error { return errStoreAway }
		var turns, failed int
		stop, log := dispatching(t, r, handling(taking(0)), bot.DispatcherConfig{Turned: func(_ time.Time, err error) {
			if turns++; err != nil {
				failed++
			}
		}})
		wait(time.Minute)
		r.mu.Lock()
		r.claiming = nil
		r.mu.Unlock()
		r.post("a", "m")
		wait(time.Second)
		stop()
		if !slices.Equal(r.ended(), []string{"m"}) || strings.Count(log.String(), "will keep trying") != 1 || strings.Count(log.String(), "claiming work again") != 1 {
			t.Errorf("committed %v; log %s", r.ended(), log)
		}
		if failed < 60 || failed > 1000 || turns <= failed {
			t.Errorf("%d looks, %d in vain", turns, failed)
		}
	})
}

func TestAWakeUpIsFasterThanTheNextLook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newMailroom(true)
		h := handling(taking(0))
		d := bot.NewDispatcher(r, r, h, bot.DispatcherConfig{Apologize: apologize})
		begin(t, d.Run)
		wait(100 * time.Millisecond)
		start := time.Now()
		r.post("a", "m")
		d.Wake()
		synctest.Wait()
		if at := h.times(); len(at) != 1 || !at[0].Equal(start) {
			t.Errorf("handled at %v, woken at %v", at, start)
		}
	})
}

func TestEverythingUnderAMessageIsLoggedWithItsIDs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newMailroom(true)
		r.post("a", "m1")
		stop, log := dispatching(t, r, handling(taking(0)), bot.DispatcherConfig{})
		wait(time.Second)
		stop()
		line := log.String()
		for _, want := range []string{`"msg_id":"m1"`, `"conversation":"a"`, `"user":"u-a"`, `"attempt":1`, `"level":"info"`} {
			if strings.Count(line, "\n") != 1 || !strings.Contains(line, want) {
				t.Errorf("%s is not in %s", want, line)
			}
		}
	})
}

func TestABusyConversationLetsOthersThrough(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newMailroom(true)
		for i := range 100 {
			r.post("busy", strconv.Itoa(i))
		}
		r.post("quiet", "q")
		h := handling(taking(time.Second))
		stop, _ := dispatching(t, r, h, bot.DispatcherConfig{Workers: 1})
		wait(30 * time.Second)
		stop()
		if at := slices.Index(h.seen(), "q"); at < 0 || at > 16 {
			t.Errorf("the quiet one was handled after %d of the busy one's", at)
		}
	})
}

func TestWhatANewerVersionWroteIsLeftToIt(t *testing.T) {
	eachWay(t, func(t bubble, r *mailroom) {
		r.post("a", "m")
		h := handling(func(context.Context, bot.Message) (bot.Change, error) {
			return bot.Change{}, fmt.Errorf("read escalation E1: %w", scheduler.ErrNewer)
		})
		stop, _ := dispatching(t, r, h, bot.DispatcherConfig{MaxAttempts: 2})
		wait(time.Hour)
		stop()
		if len(r.buried) != 0 || len(h.seen()) < 100 {
			t.Errorf("buried %v after %d tries", r.buried, len(h.seen()))
		}
	})
}
