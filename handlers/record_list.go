package handlers

import (
	"context"
	"strings"
	"time"

	"guanjia/bot"
	"guanjia/calendar"
	"guanjia/engagement"
	"guanjia/escalation"
)

// CaseDocs gives cases by their numbers, in that order, in one round trip; what
// does not exist is left out.
func (h *Handler) CaseDocs(ctx context.Context, ids []string) ([]*engagement.Case, error) {
	t := newTx(h.store, "cases", time.Time{})
	if err := t.load(ctx, refsOf(ids, caseRef)...); err != nil {
		return nil, err
	}
	out := make([]*engagement.Case, 0, len(ids))
	for _, id := range ids {
		c, err := t.getCase(ctx, h.settings(), id)
		if err != nil {
			return nil, err
		}
		if c != nil {
			out = append(out, c)
		}
	}
	return out, nil
}

// CasesOf gives the numbers of the cases that incidents belong to, by incident.
func (h *Handler) CasesOf(ctx context.Context, incidents []string) (map[string]string, error) {
	t := newTx(h.store, "incidents", time.Time{})
	if err := t.load(ctx, refsOf(incidents, incidentRef)...); err != nil {
		return nil, err
	}
	out := map[string]string{}
	for _, id := range incidents {
		var l caseLink
		if _, err := t.get(ctx, incidentRef(id), &l); err != nil {
			return nil, err
		}
		if l.Case != "" {
			out[id] = l.Case
		}
	}
	return out, nil
}

func refsOf(ids []string, ref func(string) bot.DocRef) []bot.DocRef {
	out := make([]bot.DocRef, len(ids))
	for i, id := range ids {
		out[i] = ref(id)
	}
	return out
}

// EscalationRecords gives escalations by their numbers, in that order, without
// their timelines; what does not exist is left out.
func (h *Handler) EscalationRecords(ctx context.Context, ids []string) ([]EscalationRecord, error) {
	t := newTx(h.store, "escalations", time.Time{})
	if err := t.load(ctx, refsOf(ids, escalationRef)...); err != nil {
		return nil, err
	}
	var askers []bot.DocRef
	for _, id := range ids {
		c, err := loadClimb(ctx, t, Settings{}, id)
		if err != nil {
			return nil, err
		}
		if c != nil && c.Asker.Identity != "" {
			askers = append(askers, personRef(c.Asker.Identity))
		}
	}
	if err := t.load(ctx, askers...); err != nil {
		return nil, err
	}
	out := make([]EscalationRecord, 0, len(ids))
	for _, id := range ids {
		r, found, err := h.recordOf(ctx, t, id)
		if err != nil {
			return nil, err
		}
		if found {
			out = append(out, r)
		}
	}
	return out, nil
}

// Turns lists who is on duty in each rotation from one moment to another, with
// what managers changed; gaps are turns without a member.
func (h *Handler) Turns(ctx context.Context, from, to time.Time) ([]calendar.Turn, error) {
	s, err := h.situation(ctx, newTx(h.store, "rota", from))
	if err != nil {
		return nil, err
	}
	var out []calendar.Turn
	for _, name := range s.Rota.Rotations() {
		out = append(out, s.Rota.Turns(name, from, to)...)
	}
	return out, nil
}

// EventWords is what people said in a line of a case's timeline, without the
// bot's own words around it, and the incident it is about, if any.
func EventWords(e bot.Entry) (incident, words string) {
	words = e.Text
	if ref, n, ok := scanRef(strings.ToLower(words), "I"); ok {
		incident, words = ref, strings.TrimLeft(dropRunes(words, n), " ")
	}
	if e.Kind == "words" {
		return incident, strings.TrimPrefix(words, "：")
	}
	for _, sep := range [...]string{"：", ": "} {
		if _, after, ok := strings.Cut(words, sep); ok {
			return incident, after
		}
	}
	return incident, ""
}

// ClassNamed is the id of the incident class of that name in either language,
// else "".
func ClassNamed(name string) string {
	for _, class := range [...]string{"harmful-program", "network-attack", "information-destruction", "content-security"} {
		if name == textClass(langZH, class) || name == textClass(langEN, class) {
			return class
		}
	}
	return ""
}

// EscalationsOf lists the numbers of the escalations that a C or I number had.
func (h *Handler) EscalationsOf(ctx context.Context, subject string) ([]string, error) {
	var l subjectLink
	_, err := newTx(h.store, "subject", time.Time{}).get(ctx, subjectRef(subject), &l)
	return l.All, err
}

// PageWords is what those who are called for an escalation are told at this
// moment, in the language of the brand; "" for an escalation that does not exist.
func (h *Handler) PageWords(ctx context.Context, id string) (string, error) {
	ref, _, ok := scanRef(fold(strings.TrimSpace(id)), "E")
	if !ok {
		return "", nil
	}
	c, err := loadClimb(ctx, newTx(h.store, "words", time.Time{}), h.settings(), ref)
	if err != nil || c == nil {
		return "", err
	}
	if err := c.knowAsker(ctx); err != nil {
		return "", err
	}
	s, err := c.story(ctx)
	if err != nil {
		return "", err
	}
	return textCall(c.Brand.Lang, c.Escalation, escalation.Page{Why: escalation.WhyStep, Round: c.Round, Step: c.Step}, s), nil
}
