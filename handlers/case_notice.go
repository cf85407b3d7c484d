package handlers

import (
	"context"
	"slices"

	"guanjia/bot"
	"guanjia/engagement"
)

// KindCaseSaid is the report on words for a customer that were not delivered.
const KindCaseSaid = "case.said"

// notice says what a case has to say, to whom it concerns.
func (w *casework) notice(ctx context.Context, n engagement.Notice) error {
	switch n.To {
	case engagement.ToChannel, engagement.ToContacts:
		w.tellCustomer(n)
		return w.tellAsker(ctx, n)
	case engagement.ToExpert:
		w.tellStaff(w.expertOr(n.Member), n)
	case engagement.ToFirst:
		w.tellStaff(w.callers(), n)
	case engagement.ToManagers:
		w.tellStaff(w.managers(), n)
	}
	return nil
}

// tellCustomer says it in the channel, or else to each contact that the bot can
// reach; if there is none, people are asked to pass it on.
func (w *casework) tellCustomer(n engagement.Notice) {
	text, buttons := w.customerText(n)
	out := bot.Outgoing{
		Priority: bot.PriorityNormal, Title: textTitle(w.Brand.Lang, n), Text: text, Buttons: buttons,
		Report: KindCaseSaid, ReportFailureOnly: true, Subject: w.ID,
	}
	if n.To == engagement.ToChannel && w.hasRoom() {
		out.To = bot.Group(w.Room.ID)
		if w.inRoom() {
			out.Reply = w.msg.Reply
		}
		w.say(out)
		return
	}
	reached := false
	for _, id := range w.reachable() {
		reached, out.To = true, bot.User(id)
		w.say(out)
	}
	if !reached {
		for _, m := range w.expertOr(w.Expert()) {
			w.say(bot.Outgoing{To: bot.User(m.UserID), Title: w.ID, Text: textPassOn(w.Brand.Lang, w.Case, text)})
		}
	}
}

// hasRoom reports whether the case's channel can be spoken in.
func (w *casework) hasRoom() bool { return w.Room.ID != "" && w.Room.Lost == "" }

// inRoom reports whether the words that led here were said in the channel.
func (w *casework) inRoom() bool {
	return w.msg != nil && w.hasRoom() && w.msg.Group == w.Room.ID
}

// reachable are the contacts whom the bot can write to one-to-one.
func (w *casework) reachable() []string {
	var out []string
	for _, p := range w.Contacts {
		if p.UserID != "" && !slices.Contains(out, p.UserID) {
			out = append(out, p.UserID)
		}
	}
	return out
}

func (w *casework) tellStaff(people []bot.Member, n engagement.Notice) {
	text, buttons := w.staffText(n)
	priority := bot.PriorityNormal
	if n.Page {
		priority = bot.PriorityPage
	}
	for _, m := range people {
		to := bot.User(m.UserID)
		if slices.ContainsFunc(w.out.Say, func(o bot.Outgoing) bool { return o.To == to && o.Text == text }) {
			continue
		}
		w.say(bot.Outgoing{To: to, Priority: priority, Title: textTitle(w.Brand.Lang, n), Text: text, Buttons: buttons})
	}
}

// expertOr is the member with that key, else who would be called.
func (w *casework) expertOr(key string) []bot.Member {
	if m, ok := w.Team.ByKey(key); ok {
		return []bot.Member{m}
	}
	return w.callers()
}

// callers are the first step of the ladder that has anybody in it, else the
// managers.
func (w *casework) callers() []bot.Member {
	if people := w.firstStep(w.now); len(people) > 0 {
		return people
	}
	return w.Team.WithRole(bot.RoleManager)
}

// managers are the managers, else who would be called.
func (w *casework) managers() []bot.Member {
	if people := w.Team.WithRole(bot.RoleManager); len(people) > 0 {
		return people
	}
	return w.firstStep(w.now)
}
