package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"guanjia/bot"
	"guanjia/scheduler"
)

// priorities are the outbox's lanes, most important first.
func priorities() [2]bot.Priority { return [...]bot.Priority{bot.PriorityPage, bot.PriorityNormal} }

// mergeAtMost is how many messages are handed out together.
const mergeAtMost = 6

// ClaimParcels leases what waits to be sent, pages first; see bot.Outbox.
func (s *Store) ClaimParcels(ctx context.Context, now time.Time, n int) (ps []bot.Parcel, next time.Time, err error) {
	for _, p := range priorities() {
		if n <= 0 {
			break
		}
		cs, fence, due, err := s.claim(ctx, s.keys.dueOut(p), s.keys.triesOut(p), now, n)
		if err != nil {
			return ps, next, err
		}
		if next.IsZero() || !due.IsZero() && due.Before(next) {
			next = due
		}
		n -= len(cs)
		got, err := s.openParcels(ctx, p, cs, fence, now)
		ps = append(ps, got...)
		if err != nil {
			return ps, next, err
		}
	}
	return ps, next, nil
}

func (s *Store) openParcels(ctx context.Context, p bot.Priority, cs []claimed, fence int64, now time.Time) ([]bot.Parcel, error) {
	if len(cs) == 0 {
		return nil, nil
	}
	heads, err := s.heads(ctx, cs, mergeAtMost, func(id string) string { return s.keys.outbox(p, bot.Recipient(id)) })
	if err != nil {
		return nil, err
	}
	var ps []bot.Parcel
	for i, c := range cs {
		parcel, ok := openParcel(heads[i])
		parcel.Fence, parcel.Attempt = fence, c.tries
		if !ok {
			parcel.Outgoing = bot.Outgoing{ID: "unreadable", To: bot.Recipient(c.id), Priority: p}
			if err := s.buryParcel(ctx, parcel, heads[i], now); err != nil && !errors.Is(err, bot.ErrFenced) {
				return ps, err
			}
			continue
		}
		ps = append(ps, parcel)
	}
	return ps, nil
}

// openParcel reads the items of a lane up to the first that cannot be read.
func openParcel(items []string) (p bot.Parcel, ok bool) {
	for i, item := range items {
		var o bot.Outgoing
		if err := json.Unmarshal([]byte(item), &o); err != nil {
			break
		}
		if i == 0 {
			p.Outgoing, ok = o, true
		} else {
			p.More = append(p.More, o)
		}
	}
	return p, ok
}

func (s *Store) buryParcel(ctx context.Context, p bot.Parcel, items []string, now time.Time) error {
	st := s.parcelSteps(p, "bury")
	s.takeParcel(st, p, 1, now)
	if len(items) > 0 {
		if err := s.bury(st, "outgoing|"+string(p.Outgoing.To), items[0], "unreadable message", now); err != nil {
			return err
		}
	}
	return s.run(ctx, st)
}

func (s *Store) parcelSteps(p bot.Parcel, verb string) *steps {
	st := newSteps(s.keys.op(verb + "|" + string(p.Outgoing.To) + "|" + strconv.FormatInt(p.Fence, 10)))
	st.check("F", st.key(s.keys.dueOut(p.Outgoing.Priority)), string(p.Outgoing.To), p.Fence)
	return st
}

func (s *Store) takeParcel(st *steps, p bot.Parcel, count int, now time.Time) {
	to := p.Outgoing.To
	st.write("M", st.key(s.keys.outbox(p.Outgoing.Priority, to)), st.key(s.keys.dueOut(p.Outgoing.Priority)),
		st.key(s.keys.triesOut(p.Outgoing.Priority)), string(to), micros(now), count)
}

// Delivered takes sent or given-up messages out and sets the deadlines that
// report on them; see bot.Outbox.
func (s *Store) Delivered(ctx context.Context, p bot.Parcel, ds []bot.Delivery, now time.Time) error {
	st := s.parcelSteps(p, "sent")
	s.takeParcel(st, p, len(ds), now)
	reported := false
	for i, d := range ds {
		o := p.Outgoing
		if i > 0 {
			o = p.More[i-1]
		}
		if !d.OK {
			if err := s.bury(st, "outgoing|"+o.ID, o, d.Reason, now); err != nil {
				return err
			}
		}
		if o.Report == "" || d.OK && o.ReportFailureOnly {
			continue
		}
		data, err := json.Marshal(d)
		if err != nil {
			return fmt.Errorf("encode delivery: %w", err)
		}
		report := scheduler.Deadline{ID: o.Report + "|" + o.ID, Due: now, Kind: o.Report, Subject: o.Subject, Run: o.Run, Data: data}
		if err := s.setDeadline(st, report); err != nil {
			return err
		}
		reported = true
	}
	if err := s.run(ctx, st); err != nil {
		return err
	}
	if reported {
		s.onDeadline()
	}
	return nil
}

// RetryParcel gives a parcel back; see bot.Outbox.
func (s *Store) RetryParcel(ctx context.Context, p bot.Parcel, at time.Time) error {
	return s.release(ctx, s.keys.dueOut(p.Outgoing.Priority), string(p.Outgoing.To), p.Fence, at)
}
