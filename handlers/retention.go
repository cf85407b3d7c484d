package handlers

import (
	"context"
	"fmt"
	"time"

	"guanjia/bot"
	"guanjia/engagement"
	"guanjia/escalation"
)

// droppedAtOnce bounds how many old records go in one step.
const droppedAtOnce = 100

// DropOld is the change that removes cases that ended before a time, with what
// points at them, and escalations that were opened before it, even those that
// nobody ever took (privacy.retain_cases). Gone are the documents whose timelines
// go with them; none when nothing is old.
func (h *Handler) DropOld(ctx context.Context, before, now time.Time) (c bot.Change, gone []bot.DocRef, err error) {
	t := newTx(h.store, "drop", now)
	cases, err := h.store.Index(ctx, IndexCases, 0, float64(before.Unix()), droppedAtOnce)
	if err != nil {
		return c, nil, fmt.Errorf("find old cases: %w", err)
	}
	for _, id := range cases {
		refs, err := t.dropCase(ctx, id, before)
		if err != nil {
			return c, nil, err
		}
		gone = append(gone, refs...)
	}
	calls, err := h.store.Index(ctx, IndexAllEscalations, 0, float64(before.Unix()), droppedAtOnce)
	if err != nil {
		return c, nil, fmt.Errorf("find old escalations: %w", err)
	}
	for _, id := range calls {
		if err := t.dropEscalation(ctx, id); err != nil {
			return c, nil, err
		}
		gone = append(gone, escalationRef(id))
	}
	return t.out, gone, nil
}

// dropEscalation removes an escalation and what would wake it.
func (t *tx) dropEscalation(ctx context.Context, id string) error {
	var e escalation.Escalation
	if _, err := t.get(ctx, escalationRef(id), &e); err != nil {
		return err
	}
	for _, d := range e.Needs() {
		t.out.Clear = append(t.out.Clear, d.ID)
	}
	t.unlist(IndexAllEscalations, id)
	t.unlist(IndexEscalations, id)
	t.unlist(IndexCollected, id)
	return t.drop(ctx, escalationRef(id))
}

// dropCase removes a case whose validity ended before a time, and everything by
// which it is found.
func (t *tx) dropCase(ctx context.Context, id string, before time.Time) (gone []bot.DocRef, err error) {
	c, err := t.caseDoc(ctx, id)
	switch {
	case err != nil, c != nil && (c.State == engagement.Active || !c.Validity.End.Before(before)):
		return nil, err
	case c == nil:
		c = &engagement.Case{ID: id}
	}
	refs := []bot.DocRef{caseRef(id), subjectRef(id), orderRef(c.OrderID), codeRef(c.BindingCode), roomRef(c.Room.ID)}
	for _, i := range c.Incidents {
		refs = append(refs, incidentRef(i.ID), subjectRef(i.ID))
	}
	t.unlist(IndexCases, id)
	t.unlist(IndexCasesOpen, id)
	for _, ref := range refs {
		if err := t.drop(ctx, ref); err != nil {
			return nil, err
		}
	}
	return refs, t.leaveCases(ctx, c)
}

// leaveCases takes a case off the lists of those who belonged to it.
func (t *tx) leaveCases(ctx context.Context, c *engagement.Case) error {
	for _, id := range c.Identities() {
		var m memberships
		found, err := t.get(ctx, memberRef(id), &m)
		if err != nil {
			return err
		}
		if !found {
			continue
		}
		left := m.Cases[:0]
		for _, other := range m.Cases {
			if other != c.ID {
				left = append(left, other)
			}
		}
		if m.Cases = left; len(left) > 0 {
			err = t.set(memberRef(id), m)
		} else {
			err = t.drop(ctx, memberRef(id))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// drop removes a document, if it is there.
func (t *tx) drop(ctx context.Context, ref bot.DocRef) error {
	if ref.ID == "" {
		return nil
	}
	if err := t.load(ctx, ref); err != nil {
		return err
	}
	if d := t.read[ref]; d.Version > 0 {
		t.out.Delete = append(t.out.Delete, d)
	}
	return nil
}

func (t *tx) unlist(name, member string) {
	t.out.Index = append(t.out.Index, bot.IndexChange{Index: name, Member: member, Remove: true})
}
