package handlers

import (
	"context"
	"time"

	"guanjia/bot"
	"guanjia/calendar"
)

// desk is the switch that wins over the calendar, and who put it there.
type desk struct {
	Mode   Mode      `json:"mode,omitempty"`
	By     string    `json:"by,omitempty"`
	Reason string    `json:"reason,omitempty"`
	At     time.Time `json:"at,omitzero"`
}

func deskRef() bot.DocRef { return bot.DocRef{Kind: "desk", ID: "hours"} }

func loadDesk(ctx context.Context, t *tx) (desk, error) {
	var d desk
	_, err := t.get(ctx, deskRef(), &d)
	return d, err
}

func (d desk) manual() calendar.Manual {
	switch d.Mode {
	case ModeOpen:
		return calendar.Open
	case ModeClosed:
		return calendar.Closed
	case ModeAuto:
	}
	return calendar.Auto
}

// setHours puts the switch, for a manager: 营业 开|关|自动 [原因].
func (t *turn) setHours(ctx context.Context, c Command) error {
	m, ok := t.Team.ByStaffID(t.msg.Sender.StaffID)
	switch {
	case !ok:
		t.reply(textStaffOnly(t.lang))
		return nil
	case !m.Has(bot.RoleManager):
		t.reply(textManagerOnly(t.lang))
		return nil
	}
	mode, known := Mode(""), false
	if len(c.Args) > 0 {
		mode, known = hoursMode(c.Args[0])
	}
	if !known {
		open, at := t.opening(t.now, t.lang)
		t.reply(textOpening(t.lang, open, at) + "\n\n" + pick(t.lang, "用法：营业 开｜关｜自动 [原因]", "Usage: hours open | closed | auto [reason]"))
		return nil
	}
	if err := putDesk(ctx, t.tx, mode, m.Name, c.Rest); err != nil {
		return err
	}
	if err := t.opened(ctx, mode); err != nil {
		return err
	}
	t.reply(textHoursSet(t.lang, mode, ""))
	return nil
}

// opened lets what waited for an opening begin, when the switch opens the desk.
func (t *turn) opened(ctx context.Context, mode Mode) error {
	before := t.moment(t.now)
	s := t.Settings
	s.Calendar = s.Calendar.With(desk{Mode: mode}.manual())
	if before.Open || !s.moment(t.now).Open {
		return nil
	}
	t.Settings = s
	waiting, err := t.climbs(ctx, IndexEscalations)
	if err != nil {
		return err
	}
	for _, c := range waiting {
		f := c.Opening(s.onCall(), s.moment(t.now))
		if len(f.Set) == 0 {
			continue
		}
		if err := c.take(ctx, f); err != nil {
			return err
		}
	}
	return nil
}

func putDesk(ctx context.Context, t *tx, mode Mode, by, words string) error {
	if _, err := loadDesk(ctx, t); err != nil {
		return err
	}
	t.log(deskRef(), bot.Entry{Kind: "hours", By: by, Text: words, Internal: true})
	return t.set(deskRef(), desk{Mode: mode, By: by, Reason: words, At: t.now})
}

// Desk is the switch for a page: whether the desk is open, and until when.
func (h *Handler) Desk(ctx context.Context, now time.Time) (mode Mode, w calendar.Window, err error) {
	t := newTx(h.store, "desk", now)
	d, err := loadDesk(ctx, t)
	if err != nil {
		return "", calendar.Window{}, err
	}
	if d.Mode == "" {
		d.Mode = ModeAuto
	}
	return d.Mode, h.settings().Calendar.With(d.manual()).Next(now), nil
}

// SetDesk is the change that puts the switch from a page.
func (h *Handler) SetDesk(ctx context.Context, mode Mode, by string, now time.Time) (bot.Change, error) {
	t, err := h.actor(ctx, by, "", now)
	if err != nil {
		return bot.Change{}, err
	}
	if err := putDesk(ctx, t.tx, mode, by, ""); err != nil {
		return bot.Change{}, err
	}
	if err := t.opened(ctx, mode); err != nil {
		return bot.Change{}, err
	}
	return t.change(), nil
}
