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
	Mail, Deadlines, Pages, Messages, Dead int64
	// Lag is how late the most overdue deadline is; work that is being done counts
	// until its lease ends.
	Lag time.Duration
}

// Stats counts the work that waits at now.
func (s *Store) Stats(ctx context.Context, now time.Time) (Stats, error) {
	var counts [5]*redis.IntCmd
	var first *redis.ZSliceCmd
	_, err := s.client.Pipelined(ctx, func(p redis.Pipeliner) error {
		for i, key := range [...]string{
			s.keys.dueMail(), s.keys.dueDeadlines(), s.keys.dueOut(bot.PriorityPage), s.keys.dueOut(bot.PriorityNormal), s.keys.dead(),
		} {
			counts[i] = p.ZCard(ctx, key)
		}
		first = p.ZRangeWithScores(ctx, s.keys.dueDeadlines(), 0, 0)
		return nil
	})
	if err != nil {
		return Stats{}, fmt.Errorf("count work: %w", err)
	}
	st := Stats{Mail: counts[0].Val(), Deadlines: counts[1].Val(), Pages: counts[2].Val(), Messages: counts[3].Val(), Dead: counts[4].Val()}
	if zs := first.Val(); len(zs) > 0 {
		st.Lag = max(0, now.Sub(time.UnixMicro(int64(zs[0].Score))))
	}
	return st, nil
}
