package handlers

import (
	"context"
	"fmt"
	"time"

	"github.com/rs/zerolog"
)

// hitTally is a store that counts by month. What it loses in a crash, or counts
// twice when a step is repeated, does not matter for a figure of what is asked.
type hitTally interface {
	AddUsage(ctx context.Context, kind, month string, n int64) error
}

// What is counted of an entry, appended to its key.
const (
	hitAnswered  = ""
	hitHelpful   = ":helpful"
	hitUnhelpful = ":unhelpful"
)

func hitKey(entry, what string) string { return "faq:" + entry + what }

// hit notes that the answers of entries go out, or how one was found.
func (t *turn) hit(what string, entries ...string) {
	for _, id := range entries {
		if id != "" {
			t.hits = append(t.hits, hitKey(id, what))
		}
	}
}

// countHits writes down what this step has said.
func (t *turn) countHits(ctx context.Context) {
	tally, ok := t.store.(hitTally)
	if !ok {
		return
	}
	for _, key := range t.hits {
		if err := tally.AddUsage(ctx, key, hitMonth(t.now, t.Calendar.Location()), 1); err != nil {
			zerolog.Ctx(ctx).Warn().Err(err).Msg("an answer was not counted")
			return
		}
	}
}

func hitMonth(at time.Time, zone *time.Location) string { return at.In(zone).Format("2006-01") }

// Hits is how often the answer of an entry went out in a month, and how often
// people said that it helped, or that it did not.
type Hits struct {
	ID        string `json:"id"`
	Answers   int64  `json:"answers"`
	Helpful   int64  `json:"helpful"`
	Unhelpful int64  `json:"unhelpful"`
}

// HitCounts reads what was counted of entries in a month ("2026-11").
func HitCounts(ctx context.Context, s interface {
	Usage(ctx context.Context, kind, month string) (int64, error)
}, month string, entries []string,
) ([]Hits, error) {
	out := make([]Hits, len(entries))
	for i, id := range entries {
		out[i].ID = id
		for what, n := range map[string]*int64{hitAnswered: &out[i].Answers, hitHelpful: &out[i].Helpful, hitUnhelpful: &out[i].Unhelpful} {
			var err error
			if *n, err = s.Usage(ctx, hitKey(id, what), month); err != nil {
				return nil, fmt.Errorf("count the answers of %s: %w", id, err)
			}
		}
	}
	return out, nil
}
