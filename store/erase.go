package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"guanjia/bot"
)

// Erased counts what was removed.
type Erased struct {
	Documents int `json:"documents"` // what was remembered about the person
	Entries   int `json:"entries"`   // timeline entries whose words were blanked
	Mail      int `json:"mail"`      // messages of theirs that had not been handled
	Waiting   int `json:"waiting"`   // messages to them that had not been sent
	Dead      int `json:"dead"`      // dead letters whose words were blanked
}

// Erase removes a person's words and profile under all the identities given, and
// keeps the skeleton of the timelines: that something was said, and when.
// Handling may go on meanwhile.
func (s *Store) Erase(ctx context.Context, identities ...string) (Erased, error) {
	identities = slices.DeleteFunc(slices.Clone(identities), func(id string) bool { return id == "" })
	var e Erased
	var err error
	for _, part := range [...]struct {
		n  *int
		do func(context.Context, []string) (int, error)
	}{
		{&e.Documents, s.eraseProfiles},
		{&e.Entries, s.eraseEntries},
		{&e.Mail, s.eraseMail},
		{&e.Waiting, s.eraseWaiting},
		{&e.Dead, s.eraseDead},
	} {
		if *part.n, err = part.do(ctx, identities); err != nil {
			return e, fmt.Errorf("erase: %w", err)
		}
	}
	return e, nil
}

func (s *Store) eraseProfiles(ctx context.Context, identities []string) (int, error) {
	total := 0
	for _, id := range identities {
		n, err := s.client.Del(ctx, s.keys.doc(bot.DocRef{Kind: "person", ID: id}).key).Result()
		if err != nil {
			return total, fmt.Errorf("remove profile: %w", err)
		}
		total += int(n)
	}
	return total, nil
}

// eraseEntries looks through every timeline that holds words or names: whose they
// are is not noted beside them, for a person is rarely erased.
func (s *Store) eraseEntries(ctx context.Context, identities []string) (int, error) {
	shares, err := s.client.ZRange(ctx, s.keys.wordsByAge(), 0, -1).Result()
	if err != nil {
		return 0, fmt.Errorf("find words: %w", err)
	}
	total := 0
	for _, sh := range shares {
		timelines, err := s.client.HKeys(ctx, s.keys.words(sh)).Result()
		if err != nil {
			return total, fmt.Errorf("find words: %w", err)
		}
		for some := range slices.Chunk(timelines, purgeAtOnce) {
			n, err := s.eraseIn(ctx, some, identities)
			total += n
			if err != nil {
				return total, err
			}
		}
	}
	return total, nil
}

// eraseIn erases the words and names of a person in those of some timelines that
// mention them.
func (s *Store) eraseIn(ctx context.Context, timelines, identities []string) (int, error) {
	lines := make([]*redis.StringSliceCmd, len(timelines))
	_, err := s.client.Pipelined(ctx, func(p redis.Pipeliner) error {
		for i, t := range timelines {
			lines[i] = p.LRange(ctx, s.keys.timeline(memberRef(t)), 0, -1)
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("look for words: %w", err)
	}
	total := 0
	for i, t := range timelines {
		if !mentioned(lines[i].Val(), identities) {
			continue
		}
		n, err := s.blankTimeline(ctx, memberRef(t), func(e *bot.Entry) bool {
			if !slices.Contains(identities, e.Person) || wordsAge(*e) == 0 {
				return false
			}
			e.Text, e.By = "", ""
			return true
		})
		total += n
		if err != nil {
			return total, err
		}
	}
	return total, nil
}

// mentioned reports whether one of the lines, as they are stored, may be of one of
// the people.
func mentioned(lines, identities []string) bool {
	return slices.ContainsFunc(identities, func(id string) bool {
		is := fieldEnd + escaping.Replace(id)
		return slices.ContainsFunc(lines, func(line string) bool { return strings.Contains(line, is) })
	})
}

func (s *Store) eraseMail(ctx context.Context, identities []string) (int, error) {
	conversations, err := s.client.ZRange(ctx, s.keys.mail().due, 0, -1).Result()
	if err != nil {
		return 0, fmt.Errorf("find mail: %w", err)
	}
	total := 0
	for _, c := range conversations {
		n, err := s.eraseItems(ctx, s.keys.mailbox(c), identities)
		if err != nil {
			return total, err
		}
		total += n
	}
	return total, nil
}

func (s *Store) eraseWaiting(ctx context.Context, identities []string) (int, error) {
	total := 0
	for _, p := range priorities() {
		for _, id := range identities {
			n, err := s.eraseItems(ctx, s.keys.outbox(p, bot.User(id)), identities)
			if err != nil {
				return total, err
			}
			total += n
		}
	}
	return total, nil
}

// eraseItems puts a mark in the place of what concerns the person in a list.
func (s *Store) eraseItems(ctx context.Context, list string, identities []string) (int, error) {
	for {
		items, err := s.client.LRange(ctx, list, 0, -1).Result()
		if err != nil {
			return 0, fmt.Errorf("find messages: %w", err)
		}
		b := blanking{length: -1}
		for i, item := range items {
			if concerns(json.RawMessage(item), identities) {
				b.swap(i, item, erased)
			}
		}
		if b.swaps == 0 {
			return 0, nil
		}
		if done, err := s.blank(ctx, list, b); err != nil || done {
			return b.swaps, err
		}
	}
}

func (s *Store) eraseDead(ctx context.Context, identities []string) (int, error) {
	ids, err := s.client.ZRange(ctx, s.keys.deadWords(), 0, -1).Result()
	if err != nil {
		return 0, fmt.Errorf("find dead letters: %w", err)
	}
	total := 0
	for some := range slices.Chunk(ids, purgeAtOnce) {
		n, err := s.blankDead(ctx, some, func(l DeadLetter) bool { return concerns(l.Body, identities) })
		if err != nil {
			return total, err
		}
		total += n
	}
	return total, nil
}

// purgeAtOnce is how many things are looked at in one go.
const purgeAtOnce = 200

// PurgeTexts blanks what people said before a time, in timelines and in dead
// letters, and returns how many texts that were. It finds them by an index.
func (s *Store) PurgeTexts(ctx context.Context, before time.Time) (int, error) {
	total := 0
	old := func(key string) ([]string, error) {
		members, err := s.client.ZRangeArgs(ctx, redis.ZRangeArgs{
			Key: key, Start: "-inf", Stop: "(" + score(float64(micros(before))), ByScore: true, Count: purgeAtOnce,
		}).Result()
		return members, wrap(err, "find old words")
	}
	for {
		shares, err := old(s.keys.wordsByAge())
		if err != nil {
			return total, err
		}
		letters, err := old(s.keys.deadWords())
		if err != nil || len(shares)+len(letters) == 0 {
			return total, err
		}
		for _, sh := range shares {
			n, err := s.purgeShare(ctx, sh, before)
			total += n
			if err != nil {
				return total, err
			}
		}
		n, err := s.blankDead(ctx, letters, func(DeadLetter) bool { return true })
		total += n
		if err != nil {
			return total, err
		}
	}
}

// purgeShare blanks what was said before a time in the timelines of one hash.
func (s *Store) purgeShare(ctx context.Context, share string, before time.Time) (total int, err error) {
	oldest, err := s.client.HGetAll(ctx, s.keys.words(share)).Result()
	if err != nil {
		return 0, fmt.Errorf("find old words: %w", err)
	}
	for timeline, at := range oldest {
		if !readMicros(at).Before(before) {
			continue
		}
		n, err := s.blankTimeline(ctx, memberRef(timeline), func(e *bot.Entry) bool { return purge(e, before) })
		total += n
		if err != nil {
			return total, err
		}
	}
	err = s.eval(ctx, agesScript, []string{s.keys.wordsByAge(), s.keys.words(share)}, share).Err()
	return total, wrap(err, "note old words")
}

func purge(e *bot.Entry, before time.Time) bool {
	if !hasWords(*e) || !e.At.Before(before) {
		return false
	}
	e.Text = ""
	return true
}
