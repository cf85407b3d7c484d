package handlers

import (
	"context"
	"strings"
	"time"

	"guanjia/bot"
	"guanjia/faq"
	"guanjia/scheduler"
)

// HandleCases is Handle with nothing but what belongs to cases, so that it can
// be tested by itself.
func (h *Handler) HandleCases(ctx context.Context, m bot.Message, now time.Time) (c bot.Change, handled bool, err error) {
	t := newTx(h.store, m.ID, now)
	s := h.settings()
	p, err := loadPerson(ctx, t, m)
	if err != nil {
		return bot.Change{}, false, err
	}
	turn := &turn{tx: t, Settings: s, msg: m, person: p, chat: p.chat(m.Conversation, now), lang: languageOf(m.Text, p.Lang, s.Brand.Lang)}
	handled, err = turn.caseTake(ctx)
	return t.change(), handled, err
}

func (t *turn) caseTake(ctx context.Context) (handled bool, err error) {
	if handled, err := t.caseWords(ctx); handled || err != nil {
		return handled, err
	}
	if c, ok := ParseCommand(t.msg.Text); ok {
		m, _ := t.Team.ByStaffID(t.msg.Sender.StaffID)
		if c.English {
			t.lang = langEN
		}
		return t.caseCommand(ctx, c, m)
	}
	urgent := !strings.Contains(t.msg.Text, "不急")
	return t.reportIncident(ctx, faq.Decision{Action: faq.ActionEscalate, IncidentClass: "harmful-program", Urgent: urgent, Reasons: []string{"“勒索”"}})
}

// FireCase is fireCase.
func (h *Handler) FireCase(ctx context.Context, c scheduler.Claimed, now time.Time) (bot.Change, error) {
	return h.fireCase(ctx, c, now)
}
