package handlers

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"guanjia/bot"
	"guanjia/escalation"
	"guanjia/faq"
	"guanjia/scheduler"
)

// KindDoubt is the deadline of the question whether something is urgent; its
// subject is the asker.
const KindDoubt = "doubt"

// doubtFor is how long the question waits: silence counts as urgent (contract §5).
const doubtFor = 60 * time.Second

// maxDoubtWords bounds the words in doubt, in runes.
const maxDoubtWords = 4000

// doubt is the one confirming question, while it is open.
type doubt struct {
	// Message is the id of the message in doubt.
	Message string    `json:"message"`
	Words   string    `json:"words"`
	Reasons []string  `json:"reasons,omitempty"`
	At      time.Time `json:"at"`
	// Action and FAQID are what was decided, if it is not urgent.
	Action string `json:"action"`
	FAQID  string `json:"faq_id,omitempty"`
	// Asker is who must be called for.
	Asker escalation.Asker `json:"asker"`
}

// doubt asks whether it is urgent. It leaves to the caller what does not need
// the question: a report of a customer goes into their case at once, and who is
// being helped already is not asked again.
func (t *turn) doubt(ctx context.Context, d faq.Decision) (handled bool, err error) {
	if d.Intent == faq.IntentIncident {
		if handled, err := t.reportIncident(ctx, d); handled || err != nil {
			return handled, err
		}
	}
	open, err := t.asking(ctx)
	if err != nil {
		return false, err
	}
	for _, c := range open {
		if c.Urgent() {
			return true, t.addTo(ctx, c, true, t.msg.Text, d.Reasons)
		}
	}
	if d0 := t.chat.Doubt; d0 != nil { // asked once is enough, and its time goes on
		d0.Words, d0.Reasons = clip(d0.Words+"\n"+t.msg.Text, maxDoubtWords), union(d0.Reasons, d.Reasons)
		t.reply(textDoubtStill(t.lang), doubtButtons(t.lang)...)
		return true, nil
	}
	t.chat.Doubt = &doubt{
		Message: t.msg.ID, Words: t.msg.Text, Reasons: d.Reasons, At: t.now,
		Action: d.Action, FAQID: d.FAQID, Asker: askerOf(t.msg, t.lang),
	}
	t.deadline(scheduler.Deadline{
		ID: KindDoubt + "|" + t.msg.Conversation + "|" + t.msg.Sender.Identity(), Due: t.now.Add(doubtFor), Wait: doubtFor,
		Kind: KindDoubt, Subject: t.msg.Sender.Identity(),
	})
	t.reply(textDoubt(t.lang), doubtButtons(t.lang)...)
	return true, nil
}

func doubtButtons(lang string) []bot.Button {
	if lang == langEN {
		return []bot.Button{{Label: "urgent", Say: "urgent"}, {Label: "not urgent", Say: "not urgent"}}
	}
	return []bot.Button{{Label: "紧急", Say: "紧急"}, {Label: "不紧急", Say: "不紧急"}}
}

// resolveDoubt is 紧急 or 不紧急. Without a question they are words like any other.
func (t *turn) resolveDoubt(ctx context.Context, urgent bool) (handled bool, err error) {
	d := t.chat.Doubt
	if d == nil {
		return false, nil
	}
	t.dropDoubt()
	if urgent {
		return true, t.call(ctx, escalation.KindUrgent, d.Words, d.Reasons)
	}
	if d.Action == faq.ActionAnswer {
		if answer, ok := t.Brain.Answer(d.FAQID, t.lang); ok {
			t.answer(faq.Decision{FAQID: d.FAQID, Answer: answer})
			return true, nil
		}
	}
	return true, t.call(ctx, escalation.KindRequest, d.Words, nil)
}

func (t *turn) dropDoubt() {
	t.chat.Doubt = nil
	t.out.Clear = append(t.out.Clear, KindDoubt+"|"+t.msg.Conversation+"|"+t.msg.Sender.Identity())
}

// doubtAnswer is yes or no to the question whether something is urgent, in other
// words than it asks for.
func (t *turn) doubtAnswer() (c Command, ok bool) {
	if t.chat.Doubt == nil {
		return c, false
	}
	switch strings.Trim(fold(t.msg.Text), "。.!,~ ") {
	case "急", "很急", "是", "是的", "yes":
		return Command{Verb: VerbUrgent}, true
	case "不急", "不是", "否", "no":
		return Command{Verb: VerbNotUrgent}, true
	}
	return c, false
}

// settled are the words and reasons of what is urgent beyond doubt, with those
// of the question that was still open: it needs no answer any more.
func (t *turn) settled(words string, reasons []string) (allWords string, allReasons []string) {
	d := t.chat.Doubt
	if d == nil {
		return words, reasons
	}
	t.dropDoubt()
	return d.Words + "\n" + words, union(d.Reasons, reasons)
}

// fireDoubt calls for somebody who did not say whether it is urgent.
func (h *Handler) fireDoubt(ctx context.Context, t *tx, s Settings, c scheduler.Claimed) error {
	p := &person{}
	if found, err := t.get(ctx, personRef(c.Subject), p); err != nil || !found {
		return err
	}
	for i := range p.Chats {
		ch := &p.Chats[i]
		if ch.Doubt == nil || !strings.HasPrefix(c.ID, KindDoubt+"|"+ch.Conversation+"|") {
			continue
		}
		d := ch.Doubt
		ch.Doubt = nil
		if err := t.set(personRef(c.Subject), p); err != nil {
			return fmt.Errorf("close the question: %w", err)
		}
		if added, err := addSilent(ctx, t, s, p, d); added || err != nil {
			return err
		}
		e, err := begin(ctx, t, s, escalation.New{Kind: escalation.KindUrgent, Asker: d.Asker}, func(e *climb) {
			e.asker = p
			e.asked(d.Words, union(d.Reasons, []string{textNoAnswer(s.Brand.Lang)}))
		})
		if err != nil {
			return err
		}
		p.Asking = append(p.Asking, e.ID)
		if err := t.set(personRef(c.Subject), p); err != nil {
			return fmt.Errorf("close the question: %w", err)
		}
		return nil
	}
	return nil
}

// addSilent adds to the escalation that somebody asked for meanwhile: a person
// has one at a time.
func addSilent(ctx context.Context, t *tx, s Settings, p *person, d *doubt) (added bool, err error) {
	for _, id := range slices.Backward(p.Asking) {
		c, err := loadClimb(ctx, t, s, id)
		if err != nil {
			return false, err
		}
		if c == nil || !c.Open() {
			continue
		}
		c.asker, c.words = p, d.Words
		c.asked(d.Words, union(d.Reasons, []string{textNoAnswer(s.Brand.Lang)}))
		f := c.Add(true, s.onCall(), s.moment(t.now))
		if err := c.take(ctx, f); err != nil {
			return true, err
		}
		if len(f.Asker) == 0 {
			_, at := s.opening(t.now, d.Asker.Lang)
			c.sayToAsker(bot.Outgoing{Text: textAddedTo(d.Asker.Lang, c.Escalation, at), Mergeable: true})
		}
		return true, nil
	}
	return false, nil
}
