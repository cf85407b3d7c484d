package bot_test

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"guanjia/bot"
)

// The store is away while two replicas are in the middle of saying something,
// and their leases run out.
func TestAfterAnAbsenceOfTheStoreNobodySaysWhatAnotherSaid(t *testing.T) {
	for _, away := range []time.Duration{11 * time.Second, 30 * time.Second, 5 * time.Minute} {
		t.Run(away.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { absentFor(bubble{t}, away) })
		})
	}
}

func absentFor(t bubble, away time.Duration) {
	t.Helper()
	b := newOutbox(true)
	began := time.Now()
	gone := func() error {
		if since := time.Since(began); since > time.Second && since < time.Second+away {
			return errStoreAway
		}
		return nil
	}
	b.recording, b.claiming = gone, gone
	for i := range 20 {
		b.put(numbered(bot.User(fmt.Sprint(i)), 2)...)
	}
	p := &platform{do: slow(2 * time.Second)}
	for range 2 {
		sending(t, b, p, bot.SenderConfig{Workers: 8})
	}
	wait(time.Second + away + 30*time.Second)
	ids := p.ids()
	slices.Sort(ids)
	if twice := len(ids) - len(slices.Compact(slices.Clone(ids))); twice != 0 || len(ids) != 40 || len(b.delivered) != 40 {
		t.Errorf("%d of %d were said twice, %d recorded", twice, len(ids), len(b.delivered))
	}
}

func TestAShortAbsenceHoldsNothingUp(t *testing.T) {
	eachOutbox(t, func(t bubble, b *outbox) {
		began := time.Now()
		b.claiming = func() error {
			if time.Since(began) < 500*time.Millisecond {
				return errStoreAway
			}
			return nil
		}
		b.put(numbered("user:a", 1)...)
		p := &platform{}
		sending(t, b, p, bot.SenderConfig{})
		wait(time.Second)
		if len(p.ids()) != 1 {
			t.Errorf("sent %v within a second", p.ids())
		}
	})
}

// All leases seem to have run out when the clock is put forward; whoever is saying
// something gets the time to write it down.
func TestAClockThatIsPutForwardHoldsUpNewWorkForAMoment(t *testing.T) {
	for name, c := range map[string]struct {
		by   time.Duration
		held bool
	}{
		"an hour forward": {time.Hour, true},
		"an hour back":    {-time.Hour, false},
		"drift":           {300 * time.Millisecond, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b, p := newOutbox(true), &platform{}
				s := bot.NewSender(b, p, bot.SenderConfig{})
				begin(t, s.Run)
				s.Stepped(c.by, time.Now())
				b.put(numbered("user:a", 1)...)
				wait(1900 * time.Millisecond)
				if held := len(p.ids()) == 0; held != c.held {
					t.Errorf("held up: %t, want %t", held, c.held)
				}
				wait(400 * time.Millisecond)
				if len(p.ids()) != 1 {
					t.Errorf("sent %v", p.ids())
				}
			})
		})
	}
}
