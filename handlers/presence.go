package handlers

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"guanjia/bot"
	"guanjia/scheduler"
)

const (
	// KindAway tells those who wrote lately that the bot was away.
	KindAway = "job.away"
	// IndexTalks lists who wrote lately, by the second of their last words.
	IndexTalks = "talks"
)

// The platform says a message once: what was written while nobody listened is
// lost, and only its writer can say it again.
const (
	// presentEvery is how often it is written down that the bot listens.
	presentEvery = 5 * time.Second
	// awayFor is how long a gap must be to be told, awayUntil how long it may be:
	// after a day nobody waits for an answer any more.
	awayFor   = time.Minute
	awayUntil = 24 * time.Hour
	// talkedWithin is how long before the gap somebody must have written to be told.
	talkedWithin = time.Hour
	// mostTold bounds how many people are told.
	mostTold = 500
)

// presence is when the bot last listened.
type presence struct {
	At time.Time `json:"at"`
}

// gap is a time in which nobody listened.
type gap struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

func presenceRef() bot.DocRef { return bot.DocRef{Kind: "presence", ID: "stream"} }

// Present is the change that writes down that the bot listens; ok is false when
// it was written lately. After a gap it also sees to it that people are told.
func (h *Handler) Present(ctx context.Context, now time.Time) (c bot.Change, ok bool, err error) {
	t := newTx(h.store, "presence", now)
	var p presence
	before, err := t.get(ctx, presenceRef(), &p)
	silent := now.Sub(p.At)
	if err != nil || before && silent < presentEvery-time.Second {
		return c, false, err
	}
	if before && silent > awayFor && silent < awayUntil {
		data, err := json.Marshal(gap{p.At, now})
		if err != nil {
			return c, false, fmt.Errorf("write a gap: %w", err)
		}
		d := job(KindAway, "", now)
		d.Data = data
		t.deadline(d)
	}
	if err := t.set(presenceRef(), presence{now}); err != nil {
		return c, false, err
	}
	if err := t.dropTalks(ctx, now.Add(-awayUntil-talkedWithin)); err != nil {
		return c, false, err
	}
	return t.change(), true, nil
}

// dropTalks takes some of those out of the list of who wrote lately who did not.
func (t *tx) dropTalks(ctx context.Context, before time.Time) error {
	old, err := t.store.Index(ctx, IndexTalks, 0, float64(before.Unix()), mostTold)
	if err != nil {
		return fmt.Errorf("find who wrote long ago: %w", err)
	}
	for _, id := range old {
		t.out.Index = append(t.out.Index, bot.IndexChange{Index: IndexTalks, Member: id, Remove: true})
	}
	return nil
}

// fireAway tells everybody who wrote shortly before a gap, where they wrote.
func (h *Handler) fireAway(ctx context.Context, t *tx, s Settings, c scheduler.Claimed) error {
	var g gap
	if err := json.Unmarshal(c.Data, &g); err != nil {
		return fmt.Errorf("read a gap: %w", err)
	}
	since := g.From.Add(-talkedWithin)
	ids, err := h.store.Index(ctx, IndexTalks, float64(since.Unix()), float64(t.now.Unix()), mostTold)
	if err != nil {
		return fmt.Errorf("find who wrote lately: %w", err)
	}
	refs := make([]bot.DocRef, len(ids))
	for i, id := range ids {
		refs[i] = personRef(id)
	}
	if err := t.load(ctx, refs...); err != nil {
		return err
	}
	told := map[bot.Recipient]bool{}
	for _, ref := range refs {
		t.loose[ref] = true // what they say meanwhile changes nothing here
		var p person
		if _, err := t.get(ctx, ref, &p); err != nil {
			return err
		}
		t.tellAway(s, &p, g, told)
	}
	return nil
}

func (t *tx) tellAway(s Settings, p *person, g gap, told map[bot.Recipient]bool) {
	for i := range p.Chats {
		c := &p.Chats[i]
		late := c.LastAt.Before(g.From.Add(-talkedWithin)) || c.LastAt.After(g.To)
		if c.To == "" || told[c.To] || late {
			continue
		}
		told[c.To] = true
		t.say(bot.Outgoing{
			To: c.To, Reply: p.replyIn(c), Mergeable: true, Priority: bot.PriorityNormal, GiveUpAfter: time.Hour,
			Text: textAway(languageOf("", p.Lang, s.Brand.Lang), g.From, g.To, s.Calendar.Location()),
		})
	}
}
