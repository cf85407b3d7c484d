package handlers

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

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
	case c.Do == engagement.CallNext && e.State == escalation.StateExhausted:
		return nil // everybody was called in vain; it comes up again by itself
	case c.Do == engagement.CallNext && e.stepsNow(w.now):
		return nil // the ladder's own clock calls the next step at the same moment
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
	return w.ack(ctx, e, m)
}

// sameMoment is how far apart two clocks that end together may fire.
const sameMoment = time.Second / 2

// stepsNow reports whether the ladder's own clock calls a step at this moment,
// just did, or is just about to.
func (c *climb) stepsNow(now time.Time) bool {
	if c.State != escalation.StateCalling {
		return false
	}
	near := func(at time.Time) bool { return !at.IsZero() && now.Sub(at).Abs() < sameMoment }
	return near(c.Climb.Due) || len(c.Calls) > 0 && near(c.Calls[len(c.Calls)-1].At)
}

// neverAsked is longer than any response period, with its pauses and extensions.
const neverAsked = 365 * 24 * time.Hour

// ack lets whoever took the subject on have its escalation, also from somebody
// who only took the call. From then on the incident's own clocks look after
// them: the ladder must not wake people, nor tell the customer that nobody is
// there, while an expert works for days.
func (w *casework) ack(ctx context.Context, e *climb, m bot.Member) error {
	if i := w.Incident(e.Subject); i != nil {
		e.Escalation.Plan.ProgressWithin = max(e.Escalation.Plan.ProgressWithin, neverAsked)
	}
	e.told = true // in the case's own words
	e.Spoke(w.now)
	if e.Held() && e.Holder == m.Key {
		return e.keep(ctx)
	}
	e.Offered = append(e.Offered, m.Key)
	f, err := e.Ack(m, w.now)
	if err != nil {
		return err
	}
	return e.take(ctx, f)
}

// tellAsker says a notice also to whoever reported the incident, if they did so
// where the notice is not heard, in the language they reported it in.
func (w *casework) tellAsker(ctx context.Context, n engagement.Notice) error {
	switch n.Topic {
	case engagement.TopicAccepted, engagement.TopicRejected, engagement.TopicResolved, engagement.TopicUpdate, engagement.TopicReport:
	default:
		return nil
	}
	e, err := w.callOf(ctx, n.Incident)
	if err != nil || e == nil || e.Asker.To == "" {
		return err
	}
	heard := func(o bot.Outgoing) bool { return o.To == e.Asker.To && o.Report == KindCaseSaid }
	if slices.ContainsFunc(w.out.Say, heard) {
		return nil
	}
	if err := e.knowAsker(ctx); err != nil {
		return err
	}
	theirs := *w
	theirs.Brand.Lang = cmp.Or(e.Asker.Lang, w.Brand.Lang)
	text, _ := theirs.customerText(n)
	e.sayToAsker(bot.Outgoing{Text: text, Title: textTitle(theirs.Brand.Lang, n)})
	return nil
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
