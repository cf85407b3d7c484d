package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"guanjia/bot"
)

// Timeline lists the entries of a document's timeline, oldest first.
func (s *Store) Timeline(ctx context.Context, of bot.DocRef) ([]bot.Entry, error) {
	lines, err := s.client.LRange(ctx, s.keys.timeline(of), 0, -1).Result()
	if err != nil {
		return nil, fmt.Errorf("read timeline of %s %s: %w", of.Kind, of.ID, err)
	}
	out := make([]bot.Entry, 0, len(lines))
	for _, l := range lines {
		var e bot.Entry
		if err := json.Unmarshal([]byte(l), &e); err != nil {
			return nil, fmt.Errorf("read timeline of %s %s: %w", of.Kind, of.ID, err)
		}
		e.Of = of
		out = append(out, e)
	}
	return out, nil
}

// Erased counts what was removed.
type Erased struct {
	Documents int `json:"documents"` // what was remembered about the person
	Entries   int `json:"entries"`   // timeline entries whose words were blanked
	Waiting   int `json:"waiting"`   // messages to them that had not been sent
}

// Erase removes a person's words and profile under one identity, and keeps the
// skeleton of the timelines: that something was said, and when.
func (s *Store) Erase(ctx context.Context, identity string) (Erased, error) {
	var e Erased
	person := bot.DocRef{Kind: "person", ID: identity}
	n, err := s.client.Del(ctx, s.keys.doc(person)).Result()
	if err != nil {
		return e, fmt.Errorf("erase profile: %w", err)
	}
	e.Documents = int(n)
	refs, err := s.client.ZRange(ctx, s.keys.wordsOf(identity), 0, -1).Result()
	if err != nil {
		return e, fmt.Errorf("find words: %w", err)
	}
	for _, r := range refs {
		blanked, err := s.blank(ctx, r, func(x bot.Entry) bool { return x.Person == identity })
		if err != nil {
			return e, err
		}
		e.Entries += blanked
	}
	for _, p := range priorities() {
		n, err := s.client.LLen(ctx, s.keys.outbox(p, bot.User(identity))).Result()
		if err != nil {
			return e, fmt.Errorf("find waiting messages: %w", err)
		}
		e.Waiting += int(n)
	}
	ks := []string{s.keys.wordsOf(identity)}
	for _, p := range priorities() {
		ks = append(ks, s.keys.outbox(p, bot.User(identity)))
	}
	if err := s.client.Del(ctx, ks...).Err(); err != nil {
		return e, fmt.Errorf("erase words: %w", err)
	}
	return e, nil
}

// PurgeWords blanks words that were said before a time, and returns how many
// entries that were.
func (s *Store) PurgeWords(ctx context.Context, before time.Time) (int, error) {
	refs, err := s.client.ZRangeArgs(ctx, redis.ZRangeArgs{
		Key: s.keys.words(), Start: "-inf", Stop: micros(before), ByScore: true, Count: 500,
	}).Result()
	if err != nil {
		return 0, fmt.Errorf("find old words: %w", err)
	}
	total := 0
	for _, r := range refs {
		n, err := s.blank(ctx, r, func(x bot.Entry) bool { return x.Person != "" && x.At.Before(before) })
		if err != nil {
			return total, err
		}
		total += n
		if err := s.reindexWords(ctx, r); err != nil {
			return total, err
		}
	}
	return total, nil
}

// reindexWords moves a timeline to the time of its oldest words that are left.
func (s *Store) reindexWords(ctx context.Context, member string) error {
	entries, err := s.Timeline(ctx, memberRef(member))
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.Person != "" && e.Text != "" {
			return s.client.ZAdd(ctx, s.keys.words(), redis.Z{Score: float64(micros(e.At)), Member: member}).Err()
		}
	}
	return s.client.ZRem(ctx, s.keys.words(), member).Err()
}

// blank removes the words of the entries that match. Timelines only grow at
// their end, so an entry's position is its name.
func (s *Store) blank(ctx context.Context, member string, match func(bot.Entry) bool) (int, error) {
	of := memberRef(member)
	entries, err := s.Timeline(ctx, of)
	if err != nil {
		return 0, err
	}
	n := 0
	for i, e := range entries {
		if e.Text == "" || !match(e) {
			continue
		}
		e.Text, e.By = "", ""
		line, err := json.Marshal(e)
		if err != nil {
			return n, fmt.Errorf("encode timeline entry: %w", err)
		}
		if err := s.client.LSet(ctx, s.keys.timeline(of), int64(i), line).Err(); err != nil {
			return n, fmt.Errorf("blank words: %w", err)
		}
		n++
	}
	return n, nil
}

func memberRef(member string) bot.DocRef {
	kind, id, _ := strings.Cut(member, "|")
	return bot.DocRef{Kind: kind, ID: id}
}
