package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/redis/go-redis/v9"

	"guanjia/bot"
)

// DeadLetter is something that was given up. It stays until an engineer
// removes it; only people's words in it are blanked when they must go.
type DeadLetter struct {
	// ID is "mail|", "deadline|" or "outgoing|" and the thing's own id.
	ID string `json:"id"`
	// Reason is why it was given up, for the engineer.
	Reason string `json:"reason"`
	// At is when.
	At time.Time `json:"at"`
	// Body is the thing itself.
	Body json.RawMessage `json:"body"`
}

func (s *Store) bury(st *steps, id string, body any, reason string, now time.Time) error {
	raw, err := json.Marshal(body)
	if err != nil {
		return fmt.Errorf("encode dead letter %s: %w", id, err)
	}
	letter, err := json.Marshal(DeadLetter{ID: id, Reason: reason, At: now, Body: raw})
	if err != nil {
		return fmt.Errorf("encode dead letter %s: %w", id, err)
	}
	st.write("B", st.key(s.keys.dead()), st.key(s.keys.deadBodies()), st.key(s.keys.deadWords()), id, micros(now), string(letter))
	return nil
}

// erased stands in a list where something was erased: positions must not shift
// under whoever holds the list's lease.
const erased = "-"

// drop takes the head of a list that cannot be read out of the way, so that what
// is behind it goes on.
func (s *Store) drop(ctx context.Context, w work, list string, items []string, now time.Time) error {
	st := s.settle("drop", w)
	st.take(w, list, 1, now)
	if len(items) > 0 && items[0] != erased {
		if err := s.bury(st, "unreadable|"+w.id, items[0], "it cannot be read", now); err != nil {
			return err
		}
	}
	if err := s.run(ctx, st); err != nil && !errors.Is(err, bot.ErrFenced) {
		return err
	}
	return nil
}

// DeadLetters lists what was given up, latest first, at most limit.
func (s *Store) DeadLetters(ctx context.Context, limit int) ([]DeadLetter, error) {
	ids, err := s.client.ZRevRange(ctx, s.keys.dead(), 0, int64(limit-1)).Result()
	if err != nil {
		return nil, fmt.Errorf("list dead letters: %w", err)
	}
	return s.deadLetters(ctx, ids)
}

func (s *Store) deadLetters(ctx context.Context, ids []string) ([]DeadLetter, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	bodies, err := s.client.HMGet(ctx, s.keys.deadBodies(), ids...).Result()
	if err != nil {
		return nil, fmt.Errorf("read dead letters: %w", err)
	}
	out := make([]DeadLetter, len(ids))
	for i, id := range ids {
		text, _ := bodies[i].(string)
		if err := json.Unmarshal([]byte(text), &out[i]); err != nil {
			out[i].Reason = "it cannot be read"
		}
		out[i].ID = id
	}
	return out, nil
}

// blankDead removes the words from the letters that match, and returns how many
// had any.
func (s *Store) blankDead(ctx context.Context, ids []string, match func(DeadLetter) bool) (int, error) {
	letters, err := s.deadLetters(ctx, ids)
	if err != nil {
		return 0, err
	}
	letters = slices.DeleteFunc(letters, func(l DeadLetter) bool { return !match(l) })
	n := 0
	_, err = s.client.Pipelined(ctx, func(p redis.Pipeliner) error {
		for _, l := range letters {
			p.ZRem(ctx, s.keys.deadWords(), l.ID)
			var had bool
			if l.Body, had = blankBody(l.Body); !had {
				continue
			}
			letter, err := json.Marshal(l)
			if err != nil {
				return err
			}
			p.HSet(ctx, s.keys.deadBodies(), l.ID, letter)
			n++
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("blank dead letters: %w", err)
	}
	return n, nil
}
