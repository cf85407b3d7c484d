package store

import (
	"context"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"guanjia/bot"
)

// Stats is how much work waits.
type Stats struct {
	// Mail is the number of conversations with mail, Deadlines of all deadlines
	// that are set, Due of those that are due and not being fired.
	Mail, Deadlines, Due int64
	// Pages and Messages wait to be sent, by priority.
	Pages, Messages int64
	// Dead is what was given up.
	Dead int64
	// Lag is how late the most overdue deadline is, MailLag how long the mail that
	// can be handled has waited at most, OutLag the messages that can be sent. Work
	// that is being done does not count until its lease ends.
	Lag, MailLag, OutLag time.Duration
}

// depthOf is for how many recipients the outbox is counted out; of further ones
// only the first message counts.
const depthOf = 500

// Stats counts the work that waits at now, in two round trips.
func (s *Store) Stats(ctx context.Context, now time.Time) (Stats, error) {
	classes := priorities()
	lanes := [...]string{s.keys.mail().due, s.keys.deadlines().due, s.keys.out(classes[0]).due, s.keys.out(classes[1]).due}
	var sizes [len(lanes)]*redis.IntCmd
	var firsts [len(lanes)]*redis.ZSliceCmd
	var recipients [len(classes)]*redis.StringSliceCmd
	var due, dead *redis.IntCmd
	_, err := s.client.Pipelined(ctx, func(p redis.Pipeliner) error {
		for i, key := range lanes {
			sizes[i] = p.ZCard(ctx, key)
			firsts[i] = p.ZRangeWithScores(ctx, key, 0, 0)
		}
		for i, class := range classes {
			recipients[i] = p.ZRange(ctx, s.keys.out(class).due, 0, depthOf-1)
		}
		due = p.ZCount(ctx, lanes[1], "-inf", score(float64(micros(now))))
		dead = p.ZCard(ctx, s.keys.dead())
		return nil
	})
	if err != nil {
		return Stats{}, fmt.Errorf("count work: %w", err)
	}
	depth := [...]int64{sizes[2].Val(), sizes[3].Val()}
	for i, class := range classes {
		n, err := s.depth(ctx, class, recipients[i].Val())
		if err != nil {
			return Stats{}, err
		}
		depth[i] += n
	}
	lag := func(lane int) time.Duration { return overdue(firsts[lane].Val(), now) }
	return Stats{
		Mail: sizes[0].Val(), Deadlines: sizes[1].Val(), Due: due.Val(), Pages: depth[0], Messages: depth[1], Dead: dead.Val(),
		MailLag: lag(0), Lag: lag(1), OutLag: max(lag(2), lag(3)),
	}, nil
}

// depth is how many messages wait beyond the first one of each recipient.
func (s *Store) depth(ctx context.Context, class bot.Priority, recipients []string) (int64, error) {
	var total int64
	if len(recipients) == 0 {
		return 0, nil
	}
	cmds, err := s.client.Pipelined(ctx, func(p redis.Pipeliner) error {
		for _, r := range recipients {
			p.LLen(ctx, s.keys.outbox(class, bot.Recipient(r)))
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("count the outbox: %w", err)
	}
	for _, c := range cmds {
		if n, ok := c.(*redis.IntCmd); ok {
			total += max(0, n.Val()-1)
		}
	}
	return total, nil
}

func overdue(first []redis.Z, now time.Time) time.Duration {
	if len(first) == 0 {
		return 0
	}
	return max(0, now.Sub(time.UnixMicro(int64(first[0].Score))))
}
