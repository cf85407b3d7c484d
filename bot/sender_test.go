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
)

// eachOutbox runs a test on a store that hands on the recipient's next message
// with a delivery, and on one that does not.
func eachOutbox(t *testing.T, test func(t bubble, b *outbox)) {
	t.Helper()
	for _, handOn := range []bool{false, true} {
		t.Run(fmt.Sprintf("handOn=%v", handOn), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { test(bubble{t}, newOutbox(handOn)) })
		})
	}
}

func slow(d time.Duration) func(context.Context, bot.Outgoing, int) error {
	return func(context.Context, bot.Outgoing, int) error { time.Sleep(d); return nil }
}

func numbered(to bot.Recipient, n int) (os []bot.Outgoing) {
	for i := range n {
		os = append(os, bot.Outgoing{ID: fmt.Sprintf("%s/%d", to, i), To: to, Text: strconv.Itoa(i), Priority: bot.PriorityNormal})
	}
	return os
}

func idsOf(os []bot.Outgoing) (ids []string) {
	for _, o := range os {
		ids = append(ids, o.ID)
	}
	return ids
}

func TestARecipientHearsThingsInOrderOneAtATime(t *testing.T) {
	eachOutbox(t, func(t bubble, b *outbox) {
		os := numbered("user:a", 12)
		b.put(os...)
		p := &platform{do: func(_ context.Context, o bot.Outgoing, call int) error {
			wait(100 * time.Millisecond)
			if call == 3 { // the third is refused once; those behind it must wait
				return errors.New("connection reset")
			}
			return nil
		}}
		sending(t, b, p, bot.SenderConfig{})
		wait(time.Minute)
		want := slices.Insert(idsOf(os), 3, os[2].ID)
		if !slices.Equal(p.ids(), want) || p.torn || b.left() != 0 {
			t.Errorf("sent %v, torn %v, %d left", p.ids(), p.torn, b.left())
		}
		for i, d := range b.delivered {
			if d.ID != os[i].ID || !d.OK || d.Receipt != "receipt of "+d.ID || d.Via != bot.ViaChat || d.At.IsZero() || d.Text != "" {
				t.Errorf("delivery %+v", d)
			}
		}
	})
}

// A claim, or a commit that leases, may take long while the store is away. What is
// left of such a lease then bounds the send: afterwards somebody else may say it.
func TestNothingIsSentBeyondItsLease(t *testing.T) {
	for late, c := range map[time.Duration]struct{ begins, ends time.Duration }{
		0:                      {0, 8 * time.Second},
		4 * time.Second:        {4 * time.Second, lease - time.Second/2},
		lease - time.Second/2:  {lease - time.Second/2, 2*lease - time.Second/2 - 2*time.Second}, // claimed anew
		lease + 20*time.Second: {lease + 20*time.Second, lease + 28*time.Second},
	} {
		t.Run(late.String(), func(t *testing.T) {
			eachOutbox(t, func(t bubble, b *outbox) {
				start := time.Now()
				b.put(numbered("user:a", 1)...)
				b.answering = func(ps []bot.Parcel) {
					if len(ps) > 0 && ps[0].Attempt == 1 {
						wait(late)
					}
				}
				var ended []time.Duration
				p := &platform{do: func(ctx context.Context, _ bot.Outgoing, call int) error {
					if call > 1 {
						return nil
					}
					<-ctx.Done()
					ended = append(ended, time.Since(start))
					return ctx.Err()
				}}
				_, log := sending(t, b, p, bot.SenderConfig{})
				wait(5 * time.Minute)
				if began := p.calls[0].at.Sub(start); len(p.calls) != 2 || p.torn || began != c.begins || ended[0] != c.ends {
					t.Errorf("%d calls, torn: %v, the first from %v to %v", len(p.calls), p.torn, began, ended)
				}
				if n := strings.Count(log.String(), "giving it back"); (n > 0) != (late > lease-time.Second) {
					t.Errorf("given back %d times", n)
				}
			})
		})
	}
}

func TestRecipientsAreServedSideBySide(t *testing.T) {
	eachOutbox(t, func(t bubble, b *outbox) {
		for i := range 20 {
			b.put(numbered(bot.User(strconv.Itoa(i)), 1)...)
		}
		p := &platform{do: slow(time.Second)}
		sending(t, b, p, bot.SenderConfig{Workers: 5})
		wait(4500 * time.Millisecond)
		if len(b.delivered) != 20 || p.most != 5 {
			t.Errorf("%d of 20 sent, %d at a time", len(b.delivered), p.most)
		}
	})
}

func TestAPageGoesBeforeEverythingThatWaits(t *testing.T) {
	eachOutbox(t, func(t bubble, b *outbox) {
		b.put(numbered("user:a", 10)...)
		b.put(numbered("user:b", 10)...)
		p := &platform{do: slow(time.Second)}
		sending(t, b, p, bot.SenderConfig{Workers: 1})
		wait(2500 * time.Millisecond)
		b.put(bot.Outgoing{ID: "page b", To: "user:b", Priority: bot.PriorityPage, Text: "!"}, bot.Outgoing{ID: "page a", To: "user:a", Priority: bot.PriorityPage, Text: "!"})
		wait(time.Minute)
		pages := p.ids()[3:5]
		if slices.Sort(pages); !slices.Equal(pages, []string{"page a", "page b"}) || b.left() != 0 {
			t.Errorf("sent %v", p.ids())
		}
	})
}

func TestAFailedSendIsTriedAgainMoreAndMoreSlowly(t *testing.T) {
	for priority, most := range map[bot.Priority]time.Duration{bot.PriorityNormal: 10 * time.Second, bot.PriorityPage: 2 * time.Second} {
		eachOutbox(t, func(t bubble, b *outbox) {
			b.put(bot.Outgoing{ID: "a", To: "user:a", Text: "x", Priority: priority})
			p := &platform{do: func(_ context.Context, _ bot.Outgoing, call int) error {
				switch {
				case call == 2:
					panic("nil map")
				case call <= 10:
					return &bot.SendError{Retry: true, Reason: "钉钉暂时没有应答", Err: errors.New("status 503")}
				}
				return nil
			}}
			_, log := sending(t, b, p, bot.SenderConfig{})
			wait(10 * time.Minute)
			if len(p.calls) != 11 || b.left() != 0 || !b.delivered[0].OK {
				t.Fatalf("%d tries, %d left", len(p.calls), b.left())
			}
			before := time.Duration(0)
			for i := 1; i < len(p.calls); i++ {
				gap := p.calls[i].at.Sub(p.calls[i-1].at)
				if gap < before || gap < 500*time.Millisecond || gap > most {
					t.Errorf("try %d came after %v, the one before after %v", i+1, gap, before)
				}
				before = gap
			}
			if before != most || strings.Contains(log.String(), `"level":"error"`) {
				t.Errorf("the last wait was %v; log %s", before, log)
			}
		})
	}
}

func TestThePlatformSaysWhenToComeBack(t *testing.T) {
	for _, after := range []time.Duration{50 * time.Millisecond, 7 * time.Second, 10 * time.Minute} {
		t.Run(after.String(), func(t *testing.T) {
			eachOutbox(t, func(t bubble, b *outbox) {
				b.put(numbered("user:a", 1)...)
				p := &platform{do: func(_ context.Context, _ bot.Outgoing, call int) error {
					if call == 1 {
						return fmt.Errorf("send: %w", &bot.SendError{Retry: true, Throttled: true, After: after, Reason: "限流"})
					}
					return nil
				}}
				sending(t, b, p, bot.SenderConfig{})
				wait(11 * time.Minute)
				if len(p.calls) != 2 || b.left() != 0 {
					t.Fatalf("%d tries", len(p.calls))
				}
				if gap := p.calls[1].at.Sub(p.calls[0].at); gap != after {
					t.Errorf("came back after %v", gap)
				}
			})
		})
	}
}

func TestAFinalFailureIsReportedWithReasonAndWords(t *testing.T) {
	eachOutbox(t, func(t bubble, b *outbox) {
		b.put(bot.Outgoing{ID: "no", To: "user:gone", Text: "您好，李工", Via: bot.ViaDingSMS}, bot.Outgoing{ID: "yes", To: "user:gone", Text: "x"})
		p := &platform{do: func(_ context.Context, o bot.Outgoing, _ int) error {
			if o.ID == "no" {
				return &bot.SendError{Reason: "对方不在本组织内", Err: errors.New("code staffId.notExisted")}
			}
			return nil
		}}
		stop, log := sending(t, b, p, bot.SenderConfig{})
		wait(time.Minute)
		stop()
		if !slices.Equal(p.ids(), []string{"no", "yes"}) || len(b.delivered) != 2 {
			t.Fatalf("sent %v, delivered %+v", p.ids(), b.delivered)
		}
		d := b.delivered[0]
		if d.OK || d.Reason != "对方不在本组织内" || d.Text != "您好，李工" || d.ID != "no" || d.To != "user:gone" || d.Via != bot.ViaDingSMS || d.Receipt != "" {
			t.Errorf("%+v", d)
		}
		if strings.Count(log.String(), `"level":"error"`) != 1 || !strings.Contains(log.String(), "staffId.notExisted") || strings.Contains(log.String(), "李工") {
			t.Errorf("log: %s", log)
		}
	})
}

func TestWhoHearsOfAFailureNeedsNoAlarm(t *testing.T) {
	for report, level := range map[string]string{"": "error", "relay.failed": "warn"} {
		eachOutbox(t, func(t bubble, b *outbox) {
			b.put(bot.Outgoing{ID: "no", To: "user:gone", Text: "x", Report: report})
			p := &platform{do: func(context.Context, bot.Outgoing, int) error {
				return &bot.SendError{Reason: "对方不在本组织内"}
			}}
			stop, log := sending(t, b, p, bot.SenderConfig{})
			wait(time.Minute)
			stop()
			if !strings.Contains(log.String(), `"level":"`+level+`","out_id":"no"`) {
				t.Errorf("report %q: %s", report, log)
			}
		})
	}
}

func TestSomethingTooOldIsGivenUp(t *testing.T) {
	for name, tc := range map[string]struct {
		limit, want time.Duration
		err         error
		reason      string
	}{
		"its own limit": {5 * time.Minute, 5 * time.Minute, &bot.SendError{Retry: true, Reason: "钉钉暂时没有应答"}, "钉钉暂时没有应答"},
		"a day":         {0, 24 * time.Hour, errors.New("dial tcp 10.0.0.7: refused"), "平台没有接受这条消息"},
	} {
		t.Run(name, func(t *testing.T) {
			eachOutbox(t, func(t bubble, b *outbox) {
				start := time.Now().Add(2*time.Minute - tc.want)
				b.put(bot.Outgoing{ID: "m", To: "user:a", Text: "话", GiveUpAfter: tc.limit, CreatedAt: start})
				p := &platform{do: func(context.Context, bot.Outgoing, int) error { return tc.err }}
				sending(t, b, p, bot.SenderConfig{})
				wait(5 * time.Minute)
				if len(b.delivered) != 1 {
					t.Fatalf("%+v", b.delivered)
				}
				d := b.delivered[0]
				if age := d.At.Sub(start); d.OK || d.Reason != tc.reason || d.Text != "话" || age <= tc.want || age > tc.want+31*time.Second {
					t.Errorf("given up after %v: %+v", age, d)
				}
			})
		})
	}
}

// Whoever said something must hear in time that it was not delivered, however the
// platform fails.
func TestWhatIsGivenUpIsGivenUpInTime(t *testing.T) {
	for name, fail := range map[string]func(context.Context, bot.Outgoing, int) error{
		"refused again and again": func(context.Context, bot.Outgoing, int) error { return errors.New("status 503") },
		"never answered":          func(ctx context.Context, _ bot.Outgoing, _ int) error { <-ctx.Done(); return ctx.Err() },
	} {
		eachOutbox(t, func(t bubble, b *outbox) {
			b.put(bot.Outgoing{ID: "o", To: "user:a", Text: "x", Priority: bot.PriorityNormal, GiveUpAfter: 6 * time.Second, Report: "relay.failed", CreatedAt: time.Now()})
			began := time.Now()
			sending(t, b, &platform{do: fail}, bot.SenderConfig{})
			wait(time.Minute)
			if len(b.delivered) != 1 || b.delivered[0].OK {
				t.Fatalf("%s: %+v", name, b.delivered)
			}
			if took := b.delivered[0].At.Sub(began); took < 5*time.Second || took > 8*time.Second {
				t.Errorf("%s: given up after %v", name, took)
			}
		})
	}
}

func TestAPlatformThatHangsDoesNotHoldTheRecipientForEver(t *testing.T) {
	eachOutbox(t, func(t bubble, b *outbox) {
		b.put(numbered("user:a", 2)...)
		p := &platform{do: func(ctx context.Context, _ bot.Outgoing, call int) error {
			if call == 1 {
				<-ctx.Done()
				return ctx.Err()
			}
			return nil
		}}
		sending(t, b, p, bot.SenderConfig{})
		wait(lease)
		if !slices.Equal(p.ids(), []string{"user:a/0", "user:a/0", "user:a/1"}) || p.calls[1].at.Sub(p.calls[0].at) >= lease {
			t.Errorf("sent %v", p.calls)
		}
	})
}

func TestADeliveryIsRecordedOnceTheStoreIsBack(t *testing.T) {
	eachOutbox(t, func(t bubble, b *outbox) {
		b.put(numbered("user:a", 3)...)
		began := time.Now()
		b.recording = func() error {
			if time.Since(began) < time.Minute { // longer than any lease
				return errStoreAway
			}
			return nil
		}
		p := &platform{}
		stop, log := sending(t, b, p, bot.SenderConfig{})
		wait(2 * time.Minute)
		stop()
		if !slices.Equal(p.ids(), []string{"user:a/0", "user:a/1", "user:a/2"}) || len(b.delivered) != 3 {
			t.Errorf("sent %v, recorded %+v", p.ids(), b.delivered)
		}
		if strings.Contains(log.String(), "may_repeat") {
			t.Errorf("log: %s", log)
		}
	})
}

func TestWhatWasSaidIsNotSaidAgainWhenItIsClaimedAgain(t *testing.T) {
	eachOutbox(t, func(t bubble, b *outbox) {
		b.put(numbered("user:a", 3)...)
		began := time.Now()
		b.recording = func() error { // claims go on: only the record fails
			if time.Since(began) < 10*time.Minute {
				return errStoreAway
			}
			return nil
		}
		p := &platform{}
		stop, log := sending(t, b, p, bot.SenderConfig{})
		wait(20 * time.Minute)
		stop()
		if !slices.Equal(p.ids(), []string{"user:a/0", "user:a/1", "user:a/2"}) || len(b.delivered) != 3 {
			t.Errorf("sent %v, recorded %+v", p.ids(), b.delivered)
		}
		if strings.Count(log.String(), `"may_repeat":true`) != 1 {
			t.Errorf("log: %s", log)
		}
	})
}

func TestALostAnswerAboutARecordRepeatsNothing(t *testing.T) {
	eachOutbox(t, func(t bubble, b *outbox) {
		b.put(numbered("user:a", 3)...)
		lost := 0
		b.recorded = func() error {
			if lost++; lost == 2 {
				return errStoreAway
			}
			return nil
		}
		p := &platform{}
		sending(t, b, p, bot.SenderConfig{})
		wait(time.Minute)
		if !slices.Equal(p.ids(), []string{"user:a/0", "user:a/1", "user:a/2"}) || len(b.delivered) != 3 {
			t.Errorf("sent %v, recorded %+v", p.ids(), b.delivered)
		}
	})
}

func TestAPageDoesNotWaitForASlowPlatform(t *testing.T) {
	eachOutbox(t, func(t bubble, b *outbox) {
		for i := range 100 {
			b.put(numbered(bot.Recipient(fmt.Sprintf("user:%d", i)), 1)...)
		}
		var paged time.Time
		p := &platform{do: func(ctx context.Context, o bot.Outgoing, call int) error {
			if o.Priority == bot.PriorityPage {
				paged = time.Now()
				return nil
			}
			return slow(7*time.Second)(ctx, o, call)
		}}
		sending(t, b, p, bot.SenderConfig{})
		wait(time.Second)
		asked := time.Now()
		b.put(bot.Outgoing{ID: "page", To: "user:expert", Priority: bot.PriorityPage})
		wait(2 * time.Second)
		if took := paged.Sub(asked); paged.IsZero() || took > time.Second {
			t.Errorf("the page waited %v", took)
		}
	})
}

func TestShutdownEndsTheSendThatWasBegun(t *testing.T) {
	eachOutbox(t, func(t bubble, b *outbox) {
		b.put(numbered("user:a", 3)...)
		b.put(numbered("user:b", 1)...)
		p := &platform{do: slow(2 * time.Second)}
		stop, _ := sending(t, b, p, bot.SenderConfig{Workers: 1})
		wait(time.Second)
		asked := time.Now()
		stop()
		if took := time.Since(asked); took != time.Second || !slices.Equal(p.ids(), []string{"user:a/0"}) || len(b.delivered) != 1 {
			t.Errorf("stopped after %v, sent %v, recorded %+v", took, p.ids(), b.delivered)
		}
		if ps, _, _ := b.ClaimParcels(t.Context(), time.Now(), 9, bot.PriorityNormal); len(ps) != 2 {
			t.Errorf("another replica gets %+v", ps)
		}
	})
}

func TestAReplyNeedsNoClaim(t *testing.T) {
	eachOutbox(t, func(t bubble, b *outbox) {
		p := &platform{}
		s := bot.NewSender(b, p, bot.SenderConfig{Workers: 1})
		if _, ok := s.Reserve(); ok {
			t.Error("it takes a reply before it runs")
		}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- s.Run(ctx) }()
		synctest.Wait()
		give, ok := s.Reserve()
		if !ok {
			t.Fatal("nobody is free")
		}
		if _, second := s.Reserve(); second {
			t.Error("one worker takes two replies")
		}
		b.put(numbered("user:u", 1)...)
		ps, _, err := b.ClaimParcels(t.Context(), time.Now(), 1, bot.PriorityNormal) // as the commit does
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		give(&ps[0])
		synctest.Wait()
		if got := p.ids(); len(got) != 1 || time.Since(began) != 0 || b.left() != 0 {
			t.Errorf("said %v after %v, %d left", got, time.Since(began), b.left())
		}
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
		if _, ok := s.Reserve(); ok {
			t.Error("it takes a reply after its end")
		}
	})
}
