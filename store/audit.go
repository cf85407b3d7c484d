package store

import (
	"context"
	"fmt"

	"github.com/redis/go-redis/v9"

	"guanjia/bot"
)

// Page lists members of an index by rank, from offset, at most limit. While the
// index changes, one may be seen twice or not at all.
func (s *Store) Page(ctx context.Context, name string, offset, limit int) ([]string, error) {
	ids, err := s.client.ZRange(ctx, s.keys.index(name), int64(offset), int64(offset+limit-1)).Result()
	return ids, wrap(err, "page through index "+name)
}

// Missing lists those of the ids of deadlines that are not set.
func (s *Store) Missing(ctx context.Context, ids ...string) ([]string, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	cmds := make([]*redis.FloatCmd, len(ids))
	_, err := s.client.Pipelined(ctx, func(p redis.Pipeliner) error {
		for i, id := range ids {
			cmds[i] = p.ZScore(ctx, s.keys.deadlines().due, id)
		}
		return nil
	})
	if wrap(err, "") != nil {
		return nil, fmt.Errorf("look for deadlines: %w", err)
	}
	var out []string
	for i, c := range cmds {
		if err := c.Err(); wrap(err, "") != nil {
			return nil, fmt.Errorf("look for deadlines: %w", err)
		} else if err != nil {
			out = append(out, ids[i])
		}
	}
	return out, nil
}

// DropTimelines removes the timelines of documents that are gone, and the notes by
// which their words are found.
func (s *Store) DropTimelines(ctx context.Context, of ...bot.DocRef) error {
	for _, ref := range of {
		_, err := s.client.TxPipelined(ctx, func(p redis.Pipeliner) error {
			p.Del(ctx, s.keys.timeline(ref))
			p.HDel(ctx, s.keys.words(share(refMember(ref))), refMember(ref))
			return nil
		})
		if err != nil {
			return fmt.Errorf("drop the timeline of %s %s: %w", ref.Kind, ref.ID, err)
		}
	}
	return nil
}
