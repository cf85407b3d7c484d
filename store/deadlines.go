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
	cs, next, err := s.claim(ctx, now, n, s.keys.bodies(), s.keys.deadlines())
	if err != nil {
		return nil, next, err
	}
	for _, c := range cs {
		d, ok := readDeadline(c.id, c.body, c.due)
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

// readDeadline reads a deadline as it is stored; body is empty where the id says
// all of it.
func readDeadline(id, body string, due time.Time) (scheduler.Deadline, bool) {
	var d storedDeadline
	if body != "" && json.Unmarshal([]byte(body), &d) != nil {
		return scheduler.Deadline{ID: id, Due: due}, false
	}
	if d.Kind == "" && d.Subject == "" {
		d.Kind, d.Subject, _ = strings.Cut(id, "|")
	}
	return scheduler.Deadline{
		ID: id, Due: due, Wait: time.Duration(d.WaitMicros) * time.Microsecond,
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

// PostponeDeadline gives a deadline back that was not fired; see scheduler.Queue.
func (s *Store) PostponeDeadline(ctx context.Context, c scheduler.Claimed, at time.Time) error {
	w := s.deadlineWork(c)
	st := s.settle("later", w)
	st.write("S", st.key(w.lane.due), w.id, micros(at))
	st.write("P", st.key(w.lane.tries), w.id, fmt.Sprintf("%d %d", c.Attempt-1, micros(c.Due)))
	return s.run(ctx, st)
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
	first, err := s.client.ZRangeWithScores(ctx, s.keys.deadlines().due, 0, int64(limit-1)).Result()
	if err != nil || len(first) == 0 {
		return nil, wrap(err, "list deadlines")
	}
	ids := make([]string, len(first))
	for i, z := range first {
		ids[i], _ = z.Member.(string)
	}
	bodies, tries := make([]*redis.StringCmd, len(ids)), (*redis.SliceCmd)(nil)
	_, err = s.client.Pipelined(ctx, func(p redis.Pipeliner) error {
		for i, id := range ids {
			bodies[i] = p.HGet(ctx, s.keys.bodyOf(id), id)
		}
		tries = p.HMGet(ctx, s.keys.deadlines().tries, ids...)
		return nil
	})
	if wrap(err, "") != nil {
		return nil, fmt.Errorf("read deadlines: %w", err)
	}
	out := make([]scheduler.Deadline, len(ids))
	for i, id := range ids {
		due := time.UnixMicro(int64(first[i].Score))
		if tried, ok := tries.Val()[i].(string); ok {
			_, since, _ := strings.Cut(tried, " ")
			due = readMicros(since)
		}
		out[i], _ = readDeadline(id, bodies[i].Val(), due)
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
