package handlers

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"guanjia/bot"
	"guanjia/scheduler"
)

// KindProbed reports that the answer to a probe was sent, or could not be.
const KindProbed = "probe.answered"

// probePrefix begins the id of a probe; the platform's own ids have another form.
const probePrefix = "guanjia-probe|"

// Probe is the last question that the bot asked itself.
type Probe struct {
	ID      string    `json:"id,omitempty"`
	AskedAt time.Time `json:"asked_at,omitzero"`
	// Answered is when the answer was handed to the platform, zero while it was not.
	Answered time.Time `json:"answered,omitzero"`
	// Failed is why it was not, in words for staff.
	Failed string `json:"failed,omitempty"`
	// Reported is set once somebody was told of its failure.
	Reported bool `json:"reported,omitempty"`
}

func probeRef() bot.DocRef { return bot.DocRef{Kind: "probe", ID: "last"} }

// LastProbe is the last question that the bot asked itself.
func (h *Handler) LastProbe(ctx context.Context) (p Probe, err error) {
	_, err = newTx(h.store, "probe", time.Time{}).get(ctx, probeRef(), &p)
	return p, err
}

// BeginProbe is the change by which one replica asks, and the message to put into
// the inbox; due is false when one was asked lately.
func (h *Handler) BeginProbe(ctx context.Context, user string, every time.Duration, now time.Time) (c bot.Change, m bot.Message, due bool, err error) {
	t := newTx(h.store, "probe", now)
	var p Probe
	if _, err := t.get(ctx, probeRef(), &p); err != nil || now.Sub(p.AskedAt) < every {
		return c, m, false, err
	}
	s := h.settings()
	text := "帮助"
	if len(s.Suggested) > 0 {
		text = s.Brain.Title(s.Suggested[0], s.Brand.Lang)
	}
	m = bot.Message{
		ID: fmt.Sprintf("%s%d", probePrefix, now.UnixMilli()), Conversation: probePrefix + user, Kind: bot.KindText, Text: text,
		Sender: bot.Person{StaffID: user, Name: "probe"}, SentAt: now, ReceivedAt: now,
	}
	if err := t.set(probeRef(), Probe{ID: m.ID, AskedAt: now}); err != nil {
		return c, m, false, err
	}
	return t.change(), m, true, nil
}

func isProbe(m bot.Message) bool { return strings.HasPrefix(m.ID, probePrefix) }

// watchAnswer asks for a report on what a probe is answered.
func (t *turn) watchAnswer() {
	for i := range t.out.Say {
		t.out.Say[i].Report, t.out.Say[i].Subject = KindProbed, t.msg.ID
	}
}

// fireProbed writes down what became of an answer.
func (h *Handler) fireProbed(ctx context.Context, t *tx, c scheduler.Claimed) error {
	var d bot.Delivery
	if err := json.Unmarshal(c.Data, &d); err != nil {
		return fmt.Errorf("read delivery: %w", err)
	}
	var p Probe
	if _, err := t.get(ctx, probeRef(), &p); err != nil || p.ID != c.Subject {
		return err
	}
	if d.OK {
		p.Answered = d.At
	} else {
		p.Failed = d.Reason
	}
	return t.set(probeRef(), p)
}

// MissedProbe is the change that takes on to report a probe that failed, or was
// not answered within a time; missed is false when there is nothing to report.
func (h *Handler) MissedProbe(ctx context.Context, within time.Duration, now time.Time) (c bot.Change, p Probe, missed bool, err error) {
	t := newTx(h.store, "probe", now)
	if _, err := t.get(ctx, probeRef(), &p); err != nil {
		return c, p, false, err
	}
	late := p.Failed != "" || p.Answered.IsZero() && now.Sub(p.AskedAt) > within
	if p.ID == "" || p.Reported || !late {
		return c, p, false, nil
	}
	p.Reported = true
	if err := t.set(probeRef(), p); err != nil {
		return c, p, false, err
	}
	return t.change(), p, true, nil
}
