package handlers

import (
	"context"
	"strings"

	"guanjia/bot"
	"guanjia/engagement"
	"guanjia/escalation"
)

// escalate does what a case asks of the escalations. It is the one seam between
// the two: E numbers, steps and acknowledgements are theirs.
func (w *casework) escalate(ctx context.Context, c engagement.Call) error {
	e, err := w.callOf(ctx, c.Subject)
	if err != nil {
		return err
	}
	m, ok := w.Team.ByKey(c.Member)
	if !ok {
		m = bot.Member{Name: "bot"}
	}
	switch {
	case c.Do == engagement.CallOpen && e == nil, c.Do == engagement.CallNext && e == nil:
		return w.openCall(ctx, c)
	case e == nil || c.Do == engagement.CallOpen:
		return nil
	case c.Do == engagement.CallNext:
		f, err := e.Up("", w.onCall(), w.moment(w.now))
		if err != nil {
			return err
		}
		return e.take(ctx, f)
	case c.Do == engagement.CallEnd:
		return e.take(ctx, e.End(m.Name, w.now))
	case c.Do == engagement.CallSpoke:
		e.Spoke(w.now)
		return e.keep(ctx)
	}
	e.told = true
	f, err := e.Ack(m, w.now)
	if _, refused := textRefused(w.Brand.Lang, w.Calendar, err); refused {
		return nil // somebody has it already
	}
	if err != nil {
		return err
	}
	if w.hasRoom() && e.Asker.Group == w.Room.ID {
		f.Asker = nil // the channel hears of it in the case's own words
	}
	return e.take(ctx, f)
}

// callOf is the open escalation of a subject, nil when there is none.
func (w *casework) callOf(ctx context.Context, subject string) (*climb, error) {
	var l subjectLink
	if found, err := w.get(ctx, subjectRef(subject), &l); err != nil || !found {
		return nil, err
	}
	e, err := loadClimb(ctx, w.tx, w.Settings, l.Escalation)
	if err != nil || e == nil || !e.Open() {
		return nil, err
	}
	if w.person != nil && e.Asker.Identity == w.actor {
		e.asker = w.person
	}
	return e, nil
}

// openCall starts the ladder for a subject. Who reported hears of it in the
// case's own words.
func (w *casework) openCall(ctx context.Context, c engagement.Call) error {
	n := escalation.New{Kind: escalation.KindSubject, Subject: c.Subject}
	if w.person != nil {
		if _, staff := w.Team.ByStaffID(w.msg.Sender.StaffID); !staff {
			n.Asker = askerOf(*w.msg, w.person.Lang)
		}
	}
	who, words, why := w.callWords(c)
	e, err := begin(ctx, w.tx, w.Settings, n, func(e *climb) {
		e.told = true
		if n.Asker.To != "" {
			e.asker, e.reply = w.person, w.msg.Reply
		} else {
			words = who + "\n" + words
		}
		e.asked(words, []string{w.ID + " " + w.Company, why})
	})
	if err == nil && n.Asker.To != "" {
		w.person.Asking = append(w.person.Asking, e.ID)
	}
	return err
}

// callWords are what an escalation's page says of its subject: who asks, their
// words, and why people are called.
func (w *casework) callWords(c engagement.Call) (who, words, why string) {
	lang := w.Brand.Lang
	i := w.Incident(c.Subject)
	if i == nil {
		return w.Company, textContacts(lang, w.Contacts), textContactMissed(lang)
	}
	why = textClass(lang, i.Class)
	if len(i.Reasons) > 0 {
		why += "；" + strings.Join(i.Reasons, "；")
	}
	if w.msg != nil {
		return w.msg.Sender.Name, w.msg.Text, why
	}
	return w.Company, textClass(lang, i.Class), why
}
