package handlers

import (
	"context"

	"guanjia/bot"
	"guanjia/escalation"
	"guanjia/faq"
)

// askerOf is the sender of a message, as somebody who needs help.
func askerOf(m bot.Message, lang string) escalation.Asker {
	return escalation.Asker{
		Identity: m.Sender.Identity(), StaffID: m.Sender.StaffID, Lang: lang,
		To: m.From(), Conversation: m.Conversation, Group: m.Group, GroupTitle: m.GroupTitle,
	}
}

// handOff is for what only people can answer: the desk is told, at once or at
// its opening, and the person knows which.
func (t *turn) handOff(ctx context.Context, reasons []string) error {
	return t.call(ctx, escalation.KindRequest, t.msg.Text, reasons)
}

// incident is for a report of somebody without a case: an urgent one starts the
// ladder at any hour, others wait for the desk like a question.
func (t *turn) incident(ctx context.Context, d faq.Decision) error {
	if handled, err := t.reportIncident(ctx, d); handled || err != nil {
		return err
	}
	kind := escalation.KindRequest
	if d.Urgent {
		kind = escalation.KindUrgent
	}
	return t.call(ctx, kind, t.msg.Text, d.Reasons)
}

// call opens an escalation for the sender, or adds to the one that is open: a
// person has one at a time.
func (t *turn) call(ctx context.Context, kind escalation.Kind, words string, reasons []string) error {
	open, err := t.asking(ctx)
	if err != nil {
		return err
	}
	if kind == escalation.KindUrgent {
		words, reasons = t.settled(words, reasons)
	}
	if len(open) > 0 {
		return t.addTo(ctx, open[len(open)-1], kind == escalation.KindUrgent, words, reasons)
	}
	n := escalation.New{Kind: kind, Asker: askerOf(t.msg, t.lang)}
	c, err := begin(ctx, t.tx, t.Settings, n, func(c *climb) {
		c.asker, c.reply = t.person, t.msg.Reply
		c.asked(words, reasons)
	})
	if err != nil {
		return err
	}
	t.person.Asking = append(t.person.Asking, c.ID)
	if c.State == escalation.StateWaiting { // the deferral names the opening
		t.person.NotedAt = t.now
	}
	t.chat.Rating = "" // digits are words to whoever takes this one
	return nil
}

// asking are the sender's open escalations, oldest first; those that are over
// are forgotten.
func (t *turn) asking(ctx context.Context) ([]*climb, error) {
	if t.askings != nil || len(t.person.Asking) == 0 {
		return t.askings, nil
	}
	refs := make([]bot.DocRef, len(t.person.Asking))
	for i, id := range t.person.Asking {
		refs[i] = escalationRef(id)
	}
	if err := t.load(ctx, refs...); err != nil {
		return nil, err
	}
	var ids []string
	for _, id := range t.person.Asking {
		c, err := loadClimb(ctx, t.tx, t.Settings, id)
		if err != nil {
			return nil, err
		}
		if c == nil || !c.Open() {
			continue
		}
		c.asker, c.reply = t.person, t.msg.Reply
		if t.msg.Conversation != c.Asker.Conversation {
			c.reply = bot.Webhook{}
		}
		ids, t.askings = append(ids, id), append(t.askings, c)
	}
	t.person.Asking = ids
	return t.askings, nil
}

// addTo adds to an escalation that is open.
func (t *turn) addTo(ctx context.Context, c *climb, urgent bool, words string, reasons []string) error {
	c.asked(words, reasons)
	c.words = words
	f := c.Add(urgent, t.onCall(), t.moment(t.now))
	if err := c.take(ctx, f); err != nil {
		return err
	}
	if len(f.Asker) == 0 || t.msg.Conversation != c.Asker.Conversation {
		_, at := t.opening(t.now, t.lang)
		t.reply(textAddedTo(t.lang, c.Escalation, at))
	}
	return nil
}
