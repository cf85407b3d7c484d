package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"guanjia/bot"
	"guanjia/scheduler"
)

// mergeAtMost is how many messages are handed out together.
const mergeAtMost = 6

// ClaimParcels leases what waits to be sent, pages first; see bot.Outbox.
func (s *Store) ClaimParcels(ctx context.Context, now time.Time, n int, least bot.Priority) (ps []bot.Parcel, next time.Time, err error) {
	var classes []bot.Priority
	var lanes []lane
	for _, p := range priorities() {
		if p <= least {
			classes, lanes = append(classes, p), append(lanes, s.keys.out(p))
		}
	}
	cs, next, err := s.claim(ctx, now, n, "", lanes...)
	if err != nil {
		return nil, next, err
	}
	list := func(c claimed) string { return s.keys.outbox(classes[c.lane], bot.Recipient(c.id)) }
	heads, err := s.heads(ctx, cs, mergeAtMost, list)
	if err != nil {
		return nil, next, err
	}
	for i, c := range cs {
		p := bot.Parcel{
			Outgoing: bot.Outgoing{To: bot.Recipient(c.id), Priority: classes[c.lane]},
			Fence:    c.fence, Attempt: c.tries, Until: now.Add(s.cfg.Lease),
		}
		if !read(heads[i], &p.Outgoing) {
			if err := s.drop(ctx, s.parcelWork(p), list(c), heads[i], now); err != nil {
				return ps, next, err
			}
			next = now // what is behind it can be claimed
			continue
		}
		p.More = followers(p.Outgoing, heads[i][1:])
		ps = append(ps, p)
	}
	return ps, next, nil
}

// followers reads what may be merged into a message, up to the first that may
// not: order is kept.
func followers(first bot.Outgoing, items []string) []bot.Outgoing {
	var more []bot.Outgoing
	for _, item := range items {
		var o bot.Outgoing
		if !first.Mergeable || json.Unmarshal([]byte(item), &o) != nil || !o.Mergeable {
			break
		}
		more = append(more, o)
	}
	return more
}

func (s *Store) parcelWork(p bot.Parcel) work {
	return work{s.keys.out(p.Outgoing.Priority), string(p.Outgoing.To), p.Fence, p.Outgoing.ID}
}

// Delivered takes sent or given-up messages out and sets the deadlines that
// report on them; see bot.Outbox. What was given up is among the dead letters.
func (s *Store) Delivered(ctx context.Context, p bot.Parcel, ds []bot.Delivery, now time.Time, more bool) (next *bot.Parcel, err error) {
	if len(ds) > 1+len(p.More) {
		return nil, fmt.Errorf("%d deliveries of a parcel of %d", len(ds), 1+len(p.More))
	}
	w := s.parcelWork(p)
	st := s.settle("sent", w)
	list := s.keys.outbox(p.Outgoing.Priority, p.Outgoing.To)
	if more {
		st.takeAndLease(w, list, len(ds), now, s.cfg.Lease, mergeAtMost, s.keys.out(priorities()[0]))
	} else {
		st.take(w, list, len(ds), now)
	}
	reported, err := s.settleDeliveries(st, p, ds, now)
	if err != nil {
		return nil, err
	}
	leased, _, err := s.runAndLease(ctx, st)
	if err != nil {
		return nil, err
	}
	if reported {
		s.wakers.deadline()
	}
	return s.nextParcel(ctx, p, leased, now.Add(s.cfg.Lease)), nil
}

// settleDeliveries buries what was given up and reports on what asked for it.
func (s *Store) settleDeliveries(st *steps, p bot.Parcel, ds []bot.Delivery, now time.Time) (reported bool, err error) {
	for i, d := range ds {
		o := p.Outgoing
		if i > 0 {
			o = p.More[i-1]
		}
		if !d.OK {
			if err := s.bury(st, "outgoing|"+o.ID, o, d.Reason, now); err != nil {
				return false, err
			}
		}
		if o.Report == "" || d.OK && o.ReportFailureOnly {
			continue
		}
		if err := s.report(st, o, d, now); err != nil {
			return false, err
		}
		reported = true
	}
	return reported, nil
}

// nextParcel is what was leased behind a parcel; one that cannot be read is left
// to whoever claims it when the lease ends.
func (s *Store) nextParcel(ctx context.Context, p bot.Parcel, leased []string, until time.Time) *bot.Parcel {
	if len(leased) == 0 {
		return nil
	}
	next := bot.Parcel{Outgoing: bot.Outgoing{To: p.Outgoing.To, Priority: p.Outgoing.Priority}, Until: until}
	items, err := s.leased(ctx, leased, &next.Fence, &next.Attempt, s.keys.outbox(p.Outgoing.Priority, p.Outgoing.To), mergeAtMost)
	if err != nil || !read(items, &next.Outgoing) {
		return nil
	}
	next.More = followers(next.Outgoing, items[1:])
	return &next
}

// report sets the deadline that tells what became of a message.
func (s *Store) report(st *steps, o bot.Outgoing, d bot.Delivery, now time.Time) error {
	data, err := json.Marshal(d)
	if err != nil {
		return fmt.Errorf("encode delivery of %s: %w", o.ID, err)
	}
	return s.setDeadline(st, scheduler.Deadline{
		ID: "report|" + o.ID, Due: now, Kind: o.Report, Subject: o.Subject, Run: o.Run, Data: data,
	}, now)
}

// RetryParcel gives a parcel back; see bot.Outbox.
func (s *Store) RetryParcel(ctx context.Context, p bot.Parcel, at time.Time) error {
	return s.release(ctx, s.parcelWork(p), at)
}
