package handlers

import (
	"context"
	"time"

	"guanjia/bot"
	"guanjia/calendar"
	"guanjia/escalation"
)

// swaps are the overrides of the rota that managers made in the chat.
type swaps struct {
	Overrides []calendar.Override `json:"overrides,omitempty"`
}

func swapsRef() bot.DocRef { return bot.DocRef{Kind: "rota", ID: "overrides"} }

// situation is what holds right now: the settings, with the desk's switch and the
// rota's overrides. It reads refs ahead in the same round trip.
func (h *Handler) situation(ctx context.Context, t *tx, refs ...bot.DocRef) (Settings, error) {
	if err := t.load(ctx, append(refs, deskRef(), swapsRef())...); err != nil {
		return Settings{}, err
	}
	// Settings that change in this very moment may count from the next message on.
	t.loose[deskRef()], t.loose[swapsRef()] = true, true
	s := h.settings()
	d, err := loadDesk(ctx, t)
	if err != nil {
		return s, err
	}
	var more swaps
	if _, err := t.get(ctx, swapsRef(), &more); err != nil {
		return s, err
	}
	s.Calendar = s.Calendar.With(d.manual())
	if len(more.Overrides) > 0 {
		s.Rota = s.Rota.WithOverrides(more.Overrides, s.Calendar.Location())
	}
	return s, nil
}

// moment is now, as the rules of calling people see it.
func (s Settings) moment(now time.Time) escalation.Moment {
	w := s.Calendar.Next(now)
	m := escalation.Moment{Now: now, Open: w.Open, Opens: w.Opens}
	if w.Open {
		m.Opens = s.nextOpening(now)
	}
	return m
}

// onCall finds whom a list names.
func (s Settings) onCall() escalation.OnCall { return s.resolve }

// opening tells when people are back, or until when they are here.
func (s Settings) opening(now time.Time, lang string) (open bool, at string) {
	w := s.Calendar.Next(now)
	switch {
	case w.Open && w.Closes.IsZero():
		return true, ""
	case w.Open:
		return true, s.Calendar.FormatClosing(w.Closes, lang)
	default:
		return false, s.opensAt(w.Opens, lang)
	}
}

// opensAt names an opening; a calendar may have none.
func (s Settings) opensAt(at time.Time, lang string) string {
	if at.IsZero() {
		return pick(lang, "下次", "the next opening")
	}
	return s.Calendar.FormatOpening(at, lang)
}
