package handlers

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"guanjia/bot"
	"guanjia/engagement"
	"guanjia/scheduler"
)

// fireCase does what a deadline of kind "case.…" is for. One whose case is gone,
// or went on meanwhile, has no effect.
func (h *Handler) fireCase(ctx context.Context, c scheduler.Claimed, now time.Time) (bot.Change, error) {
	t := newTx(h.store, fmt.Sprintf("%s|%d|%d", stepOf(c), c.Due.UnixMicro(), c.Run), now)
	t.step = stepOf(c)
	s, err := h.situation(ctx, t, subjectDoc(c.Subject))
	if err != nil {
		return bot.Change{}, err
	}
	w, err := subjectCase(ctx, t, s, c.Subject)
	if err != nil {
		return bot.Change{}, err
	}
	if w == nil {
		return t.change(), nil
	}
	var e engagement.Effects
	switch {
	case c.Kind == KindCaseSaid:
		if err := w.undelivered(c); err != nil {
			return bot.Change{}, err
		}
	case c.Kind == engagement.KindMembers:
		if e, err = w.followRota(ctx, c.Run); err != nil {
			return bot.Change{}, err
		}
	case c.Kind != engagement.KindRoom:
		e = w.Due(c.Deadline, w.at())
	case w.RoomDue(c.Run):
		if e, err = w.stepRoom(ctx); err != nil {
			return bot.Change{}, err
		}
	}
	if e.Empty() {
		return t.change(), nil
	}
	if err := w.take(ctx, e); err != nil {
		return bot.Change{}, err
	}
	return t.change(), nil
}

// undelivered tells those responsible what the customer did not hear.
func (w *casework) undelivered(c scheduler.Claimed) error {
	var d bot.Delivery
	if err := json.Unmarshal(c.Data, &d); err != nil {
		return fmt.Errorf("read delivery: %w", err)
	}
	for _, m := range w.expertOr(w.Expert()) {
		w.say(bot.Outgoing{To: bot.User(m.UserID), Title: w.ID, Text: textUndelivered(w.Brand.Lang, w.Case, d)})
	}
	return nil
}
