package handlers

import (
	"context"
	"strings"

	"guanjia/bot"
	"guanjia/engagement"
)

// escalate does what a case asks of the escalations. It is the one seam between
// the two: E numbers, steps and acknowledgements are theirs.
func (w *casework) escalate(_ context.Context, c engagement.Call) error {
	switch c.Do {
	case engagement.CallOpen:
		w.page(w.callers(), c)
	case engagement.CallNext:
		w.page(w.managers(), c)
	case engagement.CallAck, engagement.CallEnd:
	}
	return nil
}

func (w *casework) page(people []bot.Member, c engagement.Call) {
	who, words, why := w.callWords(c)
	for _, m := range people {
		w.say(bot.Outgoing{
			To: bot.User(m.UserID), Priority: bot.PriorityPage, Title: c.Subject,
			Text: textPage(c.Subject+" "+who, words, why, w.Company) + "\n\n" + w.callToDo(c),
		})
	}
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

// callToDo are the words by which the subject is taken on, beside 接单.
func (w *casework) callToDo(c engagement.Call) string {
	if strings.HasPrefix(c.Subject, "I") {
		return textToAccept(w.Brand.Lang, c.Subject)
	}
	return textToContact(w.Brand.Lang, c.Subject)
}
