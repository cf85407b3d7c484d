package handlers

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"time"

	"guanjia/bot"
	"guanjia/calendar"
	"guanjia/escalation"
	"guanjia/scheduler"
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
		if err := c.opened(ctx, s); err != nil {
			return err
		}
	}
	if len(waiting) == maxListed { // the others in their turn
		t.deadline(newHours(t.now, 0))
	}
	return nil
}

// opened lets it begin that the desk is open.
func (c *climb) opened(ctx context.Context, s Settings) error {
	f := c.Opening(s.onCall(), s.moment(c.now))
	if len(f.Set) == 0 {
		return nil
	}
	return c.take(ctx, f)
}

// KindNewHours is set when the hours may have changed, by configuration or by
// hand: what waits for an opening is looked at, a few at a time.
const KindNewHours = "job.hours"

// newHours is the deadline that looks at what was opened since a second.
func newHours(now time.Time, since int64) scheduler.Deadline {
	data := strconv.AppendInt(nil, since, 10)
	return scheduler.Deadline{ID: KindNewHours + "|" + string(data), Due: now, Kind: KindNewHours, Data: data}
}

// fireNewHours lets what waited begin when the desk is open now, and when the
// next opening is sooner than was thought, at that one.
func (h *Handler) fireNewHours(ctx context.Context, t *tx, s Settings, data json.RawMessage) error {
	since, err := strconv.ParseInt(string(data), 10, 64)
	if err != nil {
		return fmt.Errorf("read where to go on: %w", err)
	}
	ids, err := t.store.Index(ctx, IndexEscalations, float64(since), math.MaxInt64, maxListed)
	if err != nil {
		return fmt.Errorf("list what waits: %w", err)
	}
	refs := make([]bot.DocRef, len(ids))
	for i, id := range ids {
		refs[i] = escalationRef(id)
	}
	if err := t.load(ctx, refs...); err != nil {
		return err
	}
	m, last := s.moment(t.now), since
	for _, id := range ids {
		c, err := loadClimb(ctx, t, s, id)
		if err != nil {
			return err
		}
		if c == nil {
			continue
		}
		last = c.OpenedAt.Unix()
		switch {
		case m.Open && c.State == escalation.StateWaiting:
			err = c.opened(ctx, s)
		case !m.Open:
			if f := c.Sooner(m.Opens); len(f.Set) > 0 {
				err = c.take(ctx, f)
			}
		}
		if err != nil {
			return err
		}
	}
	if len(ids) == maxListed {
		t.deadline(newHours(t.now, max(last, since+1)))
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
