package handlers

import (
	"context"
	"fmt"
	"strings"
	"time"

	"guanjia/bot"
	"guanjia/calendar"
	"guanjia/escalation"
)

// EscalationRecord is an escalation for a page.
type EscalationRecord struct {
	escalation.Escalation
	// Name is who asked, Names are the members who were called, by key.
	Name  string
	Names map[string]string
	// Next is when something happens by itself, zero for nothing.
	Next     time.Time
	Timeline []bot.Entry
}

// OpenEscalations gives up to limit open escalations, oldest first, without
// their timelines.
func (h *Handler) OpenEscalations(ctx context.Context, limit int, now time.Time) ([]EscalationRecord, error) {
	t := newTx(h.store, "open", now)
	ids, err := h.store.Index(ctx, IndexEscalations, 0, float64(now.Unix()), limit)
	if err != nil {
		return nil, fmt.Errorf("list escalations: %w", err)
	}
	refs := make([]bot.DocRef, len(ids))
	for i, id := range ids {
		refs[i] = escalationRef(id)
	}
	if err := t.load(ctx, refs...); err != nil {
		return nil, err
	}
	var out []EscalationRecord
	for _, id := range ids {
		r, found, err := h.recordOf(ctx, t, id)
		if err != nil {
			return nil, err
		}
		if found && r.Open() {
			out = append(out, r)
		}
	}
	return out, nil
}

// EscalationRecord gives one escalation with its timeline.
func (h *Handler) EscalationRecord(ctx context.Context, id string) (r EscalationRecord, found bool, err error) {
	ref, _, ok := scanRef(fold(strings.TrimSpace(id)), "E")
	if !ok {
		return r, false, nil
	}
	r, found, err = h.recordOf(ctx, newTx(h.store, "read", time.Time{}), ref)
	if err != nil || !found {
		return r, found, err
	}
	if r.Timeline, err = h.store.Timeline(ctx, escalationRef(ref)); err != nil {
		return r, false, fmt.Errorf("read the timeline of %s: %w", ref, err)
	}
	return r, true, nil
}

func (h *Handler) recordOf(ctx context.Context, t *tx, id string) (EscalationRecord, bool, error) {
	s := h.settings()
	c, err := loadClimb(ctx, t, s, id)
	if err != nil || c == nil {
		return EscalationRecord{}, false, err
	}
	if err := c.knowAsker(ctx); err != nil {
		return EscalationRecord{}, false, err
	}
	r := EscalationRecord{Escalation: *c.Escalation, Names: map[string]string{}, Next: c.Climb.Due}
	if c.Asker.To != "" {
		r.Name = c.name()
	}
	if c.Held() {
		r.Next = c.Progress.Due
	}
	for _, m := range s.Team {
		r.Names[m.Key] = m.Name
	}
	return r, true, nil
}

// OnDuty is who is on duty in each rotation, by display name, until when.
func (h *Handler) OnDuty(ctx context.Context, now time.Time) ([]calendar.Turn, error) {
	s, err := h.situation(ctx, newTx(h.store, "duty", now))
	if err != nil {
		return nil, err
	}
	var out []calendar.Turn
	for _, name := range s.Rota.Rotations() {
		t := calendar.Turn{Rotation: name}
		if turns := s.Rota.Turns(name, now, now.Add(rotaAhead)); len(turns) > 0 {
			t = turns[0]
		}
		if m, ok := s.Team.ByKey(t.Member); ok {
			t.Member = m.Name
		}
		out = append(out, t)
	}
	return out, nil
}
