package storetest

import (
	"context"
	"sync/atomic"
	"time"

	"guanjia/bot"
	"guanjia/scheduler"
)

// Fault is asked before each call on a store with done false, and after it with
// done true; call is the method's name. An error before keeps the call from
// being made; one after takes its answer's place, as a connection does that
// breaks after the write. To delay a call, it takes its time.
type Fault func(ctx context.Context, call string, done bool) error

// Flaky gives a store that fails as fault says.
func Flaky(b Backend, fault Fault) Backend { return flaky{b, fault} }

type flaky struct {
	Backend
	fault Fault
}

// faulty makes a call that may fail before or after it was made.
func faulty[T any](ctx context.Context, f Fault, call string, do func() (T, error)) (T, error) {
	var none T
	if err := f(ctx, call, false); err != nil {
		return none, err
	}
	v, err := do()
	if err != nil {
		return v, err
	}
	if err := f(ctx, call, true); err != nil {
		return none, err
	}
	return v, nil
}

func (f flaky) do(ctx context.Context, call string, do func() error) error {
	_, err := faulty(ctx, f.fault, call, func() (struct{}, error) { return struct{}{}, do() })
	return err
}

// due is what a claim returns.
type due[T any] struct {
	work []T
	next time.Time
}

func claim[T any](ctx context.Context, f Fault, call string, do func() ([]T, time.Time, error)) ([]T, time.Time, error) {
	d, err := faulty(ctx, f, call, func() (due[T], error) {
		work, next, err := do()
		return due[T]{work, next}, err
	})
	return d.work, d.next, err
}

func (f flaky) Receive(ctx context.Context, m bot.Message) (bool, error) {
	return faulty(ctx, f.fault, "Receive", func() (bool, error) { return f.Backend.Receive(ctx, m) })
}

func (f flaky) ClaimMail(ctx context.Context, now time.Time, n int) ([]bot.Mail, time.Time, error) {
	return claim(ctx, f.fault, "ClaimMail", func() ([]bot.Mail, time.Time, error) { return f.Backend.ClaimMail(ctx, now, n) })
}

func (f flaky) ReleaseMail(ctx context.Context, m bot.Mail, at time.Time) error {
	return f.do(ctx, "ReleaseMail", func() error { return f.Backend.ReleaseMail(ctx, m, at) })
}

func (f flaky) BuryMail(ctx context.Context, m bot.Mail, now time.Time, reason string) error {
	return f.do(ctx, "BuryMail", func() error { return f.Backend.BuryMail(ctx, m, now, reason) })
}

func (f flaky) Commit(ctx context.Context, c bot.Change) error {
	return f.do(ctx, "Commit", func() error { return f.Backend.Commit(ctx, c) })
}

func (f flaky) ClaimParcels(ctx context.Context, now time.Time, n int, least bot.Priority) ([]bot.Parcel, time.Time, error) {
	return claim(ctx, f.fault, "ClaimParcels", func() ([]bot.Parcel, time.Time, error) { return f.Backend.ClaimParcels(ctx, now, n, least) })
}

func (f flaky) FinishMail(ctx context.Context, c bot.Change, now time.Time) (next *bot.Mail, err error) {
	err = f.do(ctx, "FinishMail", func() (err error) { next, err = f.Backend.FinishMail(ctx, c, now); return err })
	return next, err
}

func (f flaky) Delivered(ctx context.Context, p bot.Parcel, ds []bot.Delivery, now time.Time, more bool) (next *bot.Parcel, err error) {
	err = f.do(ctx, "Delivered", func() (err error) { next, err = f.Backend.Delivered(ctx, p, ds, now, more); return err })
	return next, err
}

func (f flaky) RetryParcel(ctx context.Context, p bot.Parcel, at time.Time) error {
	return f.do(ctx, "RetryParcel", func() error { return f.Backend.RetryParcel(ctx, p, at) })
}

func (f flaky) ClaimDeadlines(ctx context.Context, now time.Time, n int) ([]scheduler.Claimed, time.Time, error) {
	return claim(ctx, f.fault, "ClaimDeadlines", func() ([]scheduler.Claimed, time.Time, error) {
		return f.Backend.ClaimDeadlines(ctx, now, n)
	})
}

func (f flaky) ReleaseDeadline(ctx context.Context, c scheduler.Claimed, at time.Time) error {
	return f.do(ctx, "ReleaseDeadline", func() error { return f.Backend.ReleaseDeadline(ctx, c, at) })
}

func (f flaky) BuryDeadline(ctx context.Context, c scheduler.Claimed, now time.Time, reason string) error {
	return f.do(ctx, "BuryDeadline", func() error { return f.Backend.BuryDeadline(ctx, c, now, reason) })
}

func (f flaky) Load(ctx context.Context, refs ...bot.DocRef) ([]bot.Doc, error) {
	return faulty(ctx, f.fault, "Load", func() ([]bot.Doc, error) { return f.Backend.Load(ctx, refs...) })
}

func (f flaky) Index(ctx context.Context, name string, lowest, highest float64, limit int) ([]string, error) {
	return faulty(ctx, f.fault, "Index", func() ([]string, error) { return f.Backend.Index(ctx, name, lowest, highest, limit) })
}

func (f flaky) Timeline(ctx context.Context, of bot.DocRef) ([]bot.Entry, error) {
	return faulty(ctx, f.fault, "Timeline", func() ([]bot.Entry, error) { return f.Backend.Timeline(ctx, of) })
}

func (f flaky) NextID(ctx context.Context, kind, reason string) (int64, error) {
	return faulty(ctx, f.fault, "NextID", func() (int64, error) { return f.Backend.NextID(ctx, kind, reason) })
}

// loseEverySecond takes the place of every second answer.
func loseEverySecond(err error) Fault {
	var calls atomic.Int64
	return func(_ context.Context, _ string, done bool) error {
		if done && calls.Add(1)%2 == 1 {
			return err
		}
		return nil
	}
}
