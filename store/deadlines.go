package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"guanjia/bot"
	"guanjia/scheduler"
)

// ClaimDeadlines leases what is due; see scheduler.Queue.
func (s *Store) ClaimDeadlines(ctx context.Context, now time.Time, n int) (ds []scheduler.Claimed, next time.Time, err error) {
	cs, next, err := s.claim(ctx, now, n, s.keys.deadlineBodies(), s.keys.deadlines())
	if err != nil {
		return nil, next, err
	}
	for _, c := range cs {
		d, ok := readDeadline(c.id, c.body)
		if !ok {
			lost := scheduler.Claimed{Deadline: scheduler.Deadline{ID: c.id, Data: quoted(c.body)}, Fence: c.fence}
			if err := s.BuryDeadline(ctx, lost, now, "it cannot be read"); err != nil {
				return ds, next, err
			}
			continue
		}
		ds = append(ds, scheduler.Claimed{Deadline: d, Fence: c.fence, Attempt: c.tries})
	}
	return ds, next, nil
}

// readDeadline reads a deadline as it is stored, in this form or an earlier one.
func readDeadline(id, body string) (scheduler.Deadline, bool) {
	var d storedDeadline
	if err := json.Unmarshal([]byte(body), &d); err != nil {
		return scheduler.Deadline{ID: id}, false
	}
	if d.Kind == "" && d.Subject == "" {
		d.Kind, d.Subject, _ = strings.Cut(id, "|")
	}
	return scheduler.Deadline{
		ID: id, Due: time.UnixMicro(d.DueMicros), Wait: time.Duration(d.WaitMicros) * time.Microsecond,
		Kind: d.Kind, Subject: d.Subject, Run: d.Run, Data: d.Data,
	}, true
}

func quoted(text string) json.RawMessage {
	raw, _ := json.Marshal(text) //nolint:errchkjson // a string always has an encoding
	return raw
}

func (s *Store) deadlineWork(c scheduler.Claimed) work {
	return work{s.keys.deadlines(), c.ID, c.Fence, c.ID}
}

// ReleaseDeadline gives a deadline back; see scheduler.Queue.
func (s *Store) ReleaseDeadline(ctx context.Context, c scheduler.Claimed, at time.Time) error {
	return s.release(ctx, s.deadlineWork(c), at)
}

// BuryDeadline moves a deadline to the dead letters; see scheduler.Queue.
func (s *Store) BuryDeadline(ctx context.Context, c scheduler.Claimed, now time.Time, reason string) error {
	st := s.settle("bury", s.deadlineWork(c))
	s.clearDeadline(st, c.ID)
	if err := s.bury(st, "deadline|"+c.ID, c.Deadline, reason, now); err != nil {
		return err
	}
	return s.run(ctx, st)
}

// Due lists the deadlines that come next, at most limit, for operators. One that
// is being fired stands where its lease ends.
func (s *Store) Due(ctx context.Context, limit int) ([]scheduler.Deadline, error) {
	ids, err := s.client.ZRange(ctx, s.keys.deadlines().due, 0, int64(limit-1)).Result()
	if err != nil || len(ids) == 0 {
		return nil, wrap(err, "list deadlines")
	}
	bodies, err := s.client.HMGet(ctx, s.keys.deadlineBodies(), ids...).Result()
	if err != nil {
		return nil, fmt.Errorf("read deadlines: %w", err)
	}
	out := make([]scheduler.Deadline, 0, len(ids))
	for i, b := range bodies {
		text, ok := b.(string)
		if !ok {
			continue // fired between the two looks
		}
		d, ok := readDeadline(ids[i], text)
		if !ok {
			d = scheduler.Deadline{ID: ids[i]}
		}
		out = append(out, d)
	}
	return out, nil
}

var _ interface { // what the store is made for
	bot.Inbox
	bot.Mailbox
	bot.Committer
	bot.Outbox
	scheduler.Queue
} = (*Store)(nil)

// wrap says what failed, if anything did; "not there" is no failure.
func wrap(err error, what string) error {
	if err == nil || err == redis.Nil { //nolint:errorlint // the library returns it bare
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}
