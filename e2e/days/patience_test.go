package days_test

import (
	"context"
	"slices"
	"sync"
	"time"

	"guanjia/bot"
	"guanjia/scheduler"
	"guanjia/store"
)

// A loop of the bot looks at its queue four times a second, to see what another
// process added. In fifteen days those are thirty million looks, all but some
// hundred in vain. Here an empty look waits, inside the claim, until the time that
// it named or until a bell rings. The bell reaches the instance that added the
// work at once, and the others after the time that a look of theirs would take.

// lateness is the loop's own MaxIdle: how late another process sees new work.
const lateness = 250 * time.Millisecond

// longestWait bounds the wait, as a net under what rings no bell.
const longestWait = time.Hour

type bells struct {
	mu   sync.Mutex
	hung []chan struct{}
}

// hang gives a listener a bell of its own.
func (b *bells) hang() chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	c := make(chan struct{}, 1)
	b.hung = append(b.hung, c)
	return c
}

func (b *bells) take(c chan struct{}) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.hung = slices.DeleteFunc(b.hung, func(other chan struct{}) bool { return other == c })
}

// ring rings one's own bell now, and everybody's a look later.
func (b *bells) ring(own chan struct{}) {
	press(own)
	time.AfterFunc(lateness, func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		for _, c := range b.hung {
			press(c)
		}
	})
}

func press(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// patient is a claim whose empty looks wait.
func patient[T any](bell chan struct{}, claim func(context.Context, time.Time, int) ([]T, time.Time, error)) func(context.Context, time.Time, int) ([]T, time.Time, error) {
	return func(ctx context.Context, now time.Time, n int) ([]T, time.Time, error) {
		for {
			got, next, err := claim(ctx, now, n)
			if len(got) > 0 || err != nil {
				return got, next, err
			}
			wait := longestWait
			if !next.IsZero() {
				wait = min(wait, max(0, time.Until(next)))
			}
			alarm := time.NewTimer(wait)
			select {
			case <-ctx.Done():
				alarm.Stop()
				return nil, next, ctx.Err()
			case <-bell:
			case <-alarm.C:
			}
			alarm.Stop()
			now = time.Now()
		}
	}
}

type mailbox struct {
	*store.Store
	bell chan struct{}
}

func (m mailbox) ClaimMail(ctx context.Context, now time.Time, n int) ([]bot.Mail, time.Time, error) {
	return patient(m.bell, m.Store.ClaimMail)(ctx, now, n)
}

type outbox struct {
	*store.Store
	bell chan struct{}
}

func (o outbox) ClaimParcels(ctx context.Context, now time.Time, n int, least bot.Priority) ([]bot.Parcel, time.Time, error) {
	if least < bot.PriorityNormal {
		<-ctx.Done() // the sender's other loop sends pages as well, and owns the bell
		return nil, time.Time{}, ctx.Err()
	}
	claim := func(ctx context.Context, now time.Time, n int) ([]bot.Parcel, time.Time, error) {
		return o.Store.ClaimParcels(ctx, now, n, least)
	}
	return patient(o.bell, claim)(ctx, now, n)
}

type queue struct {
	*store.Store
	bell chan struct{}
}

func (q queue) ClaimDeadlines(ctx context.Context, now time.Time, n int) ([]scheduler.Claimed, time.Time, error) {
	return patient(q.bell, q.Store.ClaimDeadlines)(ctx, now, n)
}
