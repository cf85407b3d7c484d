package handlers

import (
	"context"
	"fmt"
	"time"

	"guanjia/bot"
)

// readWithin is for how long after its opening an escalation's pages are looked
// for when one of them was read.
const readWithin = 24 * time.Hour

// PageRead is what follows when somebody read a message: if it was a page of an
// open escalation, its record says so.
func (h *Handler) PageRead(ctx context.Context, receipt string, now time.Time) (bot.Change, error) {
	t := newTx(h.store, "read|"+receipt, now)
	ids, err := h.store.Index(ctx, IndexEscalations, float64(now.Add(-readWithin).Unix()), float64(now.Unix()), maxListed)
	if err != nil {
		return bot.Change{}, fmt.Errorf("list escalations: %w", err)
	}
	for _, id := range ids {
		c, err := loadClimb(ctx, t, h.settings(), id)
		if err != nil {
			return bot.Change{}, err
		}
		if c == nil || !c.Read(receipt) {
			t.loose[escalationRef(id)] = true
			continue
		}
		if err := c.keep(ctx); err != nil {
			return bot.Change{}, err
		}
		return t.change(), nil
	}
	return bot.Change{}, nil
}
