package handlers

import (
	"context"
	"errors"
	"fmt"
	"time"

	"guanjia/bot"
	"guanjia/escalation"
	"guanjia/scheduler"
)

// Ledger is what a checkup reads beside documents.
type Ledger interface {
	// Page lists members of an index by rank.
	Page(ctx context.Context, index string, offset, limit int) ([]string, error)
	// Missing lists those of the ids of deadlines that are not set.
	Missing(ctx context.Context, ids ...string) ([]string, error)
}

// checkedAtOnce is how many documents are looked at in one go.
const checkedAtOnce = 200

// CheckupEvery is how often everything that is open is looked at.
const CheckupEvery = time.Hour

// Checkups is what the replicas know of the checkups.
type Checkups struct {
	// At is when the last one began, CleanAt when the last one ended that found
	// nothing amiss.
	At      time.Time `json:"at"`
	CleanAt time.Time `json:"clean_at,omitzero"`
	// Checked is how many open cases and escalations it looked at, Lost how many
	// deadlines were missing.
	Checked int `json:"checked"`
	Lost    int `json:"lost"`
}

func checkupRef() bot.DocRef { return bot.DocRef{Kind: "checkup", ID: "last"} }

// LastCheckup is what the last checkup found.
func (h *Handler) LastCheckup(ctx context.Context) (a Checkups, err error) {
	_, err = newTx(h.store, "checkup", time.Time{}).get(ctx, checkupRef(), &a)
	return a, err
}

// BeginCheckup is the change by which one replica takes the checkup on; due is false
// when there was one lately.
func (h *Handler) BeginCheckup(ctx context.Context, now time.Time) (c bot.Change, due bool, err error) {
	return h.noteCheckup(ctx, now, func(a *Checkups) bool {
		due := now.Sub(a.At) >= CheckupEvery
		a.At = now
		return due
	})
}

// EndCheckup is the change that writes down what a checkup found.
func (h *Handler) EndCheckup(ctx context.Context, checked, lost int, clean bool, now time.Time) (bot.Change, error) {
	c, _, err := h.noteCheckup(ctx, now, func(a *Checkups) bool {
		a.Checked, a.Lost = checked, lost
		if clean {
			a.CleanAt = now
		}
		return true
	})
	return c, err
}

func (h *Handler) noteCheckup(ctx context.Context, now time.Time, edit func(*Checkups) bool) (c bot.Change, ok bool, err error) {
	t := newTx(h.store, "checkup", now)
	var a Checkups
	if _, err := t.get(ctx, checkupRef(), &a); err != nil || !edit(&a) {
		return c, false, err
	}
	if err := t.set(checkupRef(), a); err != nil {
		return c, false, err
	}
	return t.change(), true, nil
}

// Checkup looks at everything that is open, and lists the deadlines that are
// missing: without them nobody would be called, and nothing would be said.
func (h *Handler) Checkup(ctx context.Context, books Ledger, now time.Time) (checked int, lost []scheduler.Deadline, err error) {
	for _, index := range [...]string{IndexEscalations, IndexCasesOpen} {
		for offset := 0; ; offset += checkedAtOnce {
			ids, err := books.Page(ctx, index, offset, checkedAtOnce)
			if err != nil {
				return checked, lost, err
			}
			missing, err := h.missing(ctx, books, index, ids, now)
			if err != nil {
				return checked, lost, err
			}
			checked, lost = checked+len(ids), append(lost, missing...)
			if len(ids) < checkedAtOnce {
				break
			}
		}
	}
	return checked, lost, nil
}

func (h *Handler) missing(ctx context.Context, books Ledger, index string, ids []string, now time.Time) ([]scheduler.Deadline, error) {
	t := newTx(h.store, "checkup", now)
	refs := make([]bot.DocRef, len(ids))
	for i, id := range ids {
		if refs[i] = caseRef(id); index == IndexEscalations {
			refs[i] = escalationRef(id)
		}
	}
	if err := t.load(ctx, refs...); err != nil {
		return nil, err
	}
	needs := map[string]scheduler.Deadline{}
	names := make([]string, 0, len(ids))
	for _, ref := range refs {
		ds, err := t.needs(ctx, h.settings(), ref)
		if err != nil {
			return nil, err
		}
		for _, d := range ds {
			needs[d.ID] = d
			names = append(names, d.ID)
		}
	}
	absent, err := books.Missing(ctx, names...)
	if err != nil {
		return nil, fmt.Errorf("checkup: %w", err)
	}
	out := make([]scheduler.Deadline, len(absent))
	for i, id := range absent {
		out[i] = needs[id]
	}
	return out, nil
}

// needs lists the deadlines without which a document would be forgotten.
func (t *tx) needs(ctx context.Context, s Settings, ref bot.DocRef) ([]scheduler.Deadline, error) {
	if ref.Kind == escalationRef("").Kind {
		var e escalation.Escalation
		if found, err := t.get(ctx, ref, &e); err != nil || !found {
			return nil, err
		}
		return e.Needs(), nil
	}
	c, err := t.getCase(ctx, s, ref.ID)
	if err != nil || c == nil {
		return nil, err
	}
	return c.Needs(t.now.In(s.Calendar.Location())), nil
}

// Mend is the change that puts a missing deadline back, if it is missing still;
// what was due meanwhile happens at once. The managers hear of it.
func (h *Handler) Mend(ctx context.Context, books Ledger, d scheduler.Deadline, now time.Time) (c bot.Change, ok bool, err error) {
	s := h.settings()
	t := newTx(h.store, fmt.Sprintf("mend|%s|%d", d.ID, d.Due.UnixMicro()), now)
	ref, err := t.subject(ctx, d.Subject)
	if err != nil {
		return c, false, err
	}
	needs, err := t.needs(ctx, s, ref)
	if err != nil {
		return c, false, err
	}
	for _, need := range needs {
		if need.ID != d.ID || need.Run != d.Run {
			continue
		}
		if gone, err := books.Missing(ctx, d.ID); err != nil || len(gone) == 0 {
			return c, false, err
		}
		t.deadline(need)
		for _, m := range s.Team.WithRole(bot.RoleManager) {
			t.say(bot.Outgoing{To: bot.User(m.UserID), Priority: bot.PriorityPage, Text: textMended(s.Brand.Lang, d.Subject)})
		}
		return t.change(), true, nil
	}
	return c, false, nil
}

// subject is the document that a deadline's subject stands in: an incident is
// part of its case.
func (t *tx) subject(ctx context.Context, subject string) (bot.DocRef, error) {
	switch {
	case subject == "":
		return bot.DocRef{}, errors.New("a deadline without a subject")
	case subject[0] == 'E':
		return escalationRef(subject), nil
	case subject[0] == 'I':
		var l caseLink
		_, err := t.get(ctx, incidentRef(subject), &l)
		return caseRef(l.Case), err
	}
	return caseRef(subject), nil
}
