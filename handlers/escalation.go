package handlers

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"guanjia/bot"
	"guanjia/escalation"
	"guanjia/scheduler"
)

// IndexEscalations lists the open escalations by when they were opened.
const IndexEscalations = "escalations.open"

// heldBy is the index of the escalations that a member holds, by when they took
// them.
func heldBy(member string) string          { return "held." + member }
func escalationRef(id string) bot.DocRef   { return bot.DocRef{Kind: "escalation", ID: id} }
func subjectRef(subject string) bot.DocRef { return bot.DocRef{Kind: "subject", ID: subject} }

// The kinds of entry on an escalation's timeline that hold an asker's words.
const (
	entryAsked  = "asked"
	entryReason = "reason"
	entrySaid   = "said"
	entryNote   = "note"
)

// subjectLink is what the document of a subject holds.
type subjectLink struct {
	// Escalation is the last one, All lists every one.
	Escalation string   `json:"escalation"`
	All        []string `json:"all,omitempty"`
}

// climb is one escalation in one step: what is done to it, and what follows.
type climb struct {
	*tx
	Settings
	*escalation.Escalation

	// asker is who needs help, nil if nobody asked or they were erased.
	asker *person
	// reply is where the asker's own words of this step came from.
	reply bot.Webhook
	// words are what the asker said in this step.
	words string
	// told is set when the asker hears of this step in other words.
	told   bool
	fresh  bool
	before string // its holder
}

// loadClimb begins with a stored escalation; nil when there is none.
func loadClimb(ctx context.Context, t *tx, s Settings, id string) (*climb, error) {
	e := &escalation.Escalation{}
	if found, err := t.get(ctx, escalationRef(id), e); err != nil || !found {
		return nil, err
	}
	return &climb{tx: t, Settings: s, Escalation: e, before: e.Holder}, nil
}

// knowAsker reads who asked, for their name and a fresh address.
func (c *climb) knowAsker(ctx context.Context) error {
	if c.asker != nil || c.Asker.Identity == "" {
		return nil
	}
	p := &person{}
	found, err := c.get(ctx, personRef(c.Asker.Identity), p)
	if found {
		c.asker = p
	}
	return err
}

// name is what the asker is called, in staff's language.
func (c *climb) name() string {
	if c.asker == nil || c.asker.Name == "" {
		return textSomebody(c.Brand.Lang)
	}
	return c.asker.Name
}

// take takes over what follows from an event, and keeps the escalation.
func (c *climb) take(ctx context.Context, f escalation.Effects) error {
	if err := c.knowAsker(ctx); err != nil {
		return err
	}
	for _, d := range f.Set {
		c.deadline(d)
	}
	c.out.Clear = append(c.out.Clear, f.Clear...)
	if err := c.call(ctx, f.Pages); err != nil {
		return err
	}
	for _, n := range f.Tell {
		text := textNotice(c.Brand.Lang, c.ID, n, c.name())
		if n.What == escalation.WhatAdded {
			text += "\n\n" + bot.Quote(c.words)
		}
		c.tell(n.To, text)
	}
	for _, n := range f.Asker {
		c.tellAsker(n)
	}
	for _, v := range f.Log {
		c.log(escalationRef(c.ID), bot.Entry{Kind: v.Kind, By: v.By, Text: v.Text, Internal: true})
	}
	return c.keep(ctx)
}

// keep writes the escalation and the indexes by which it is found.
func (c *climb) keep(ctx context.Context) error {
	if err := c.load(ctx, escalationRef(c.ID)); err != nil {
		return err
	}
	if c.fresh {
		c.index(IndexAllEscalations, float64(c.OpenedAt.Unix()), false)
	}
	if c.fresh || !c.Open() {
		c.index(IndexEscalations, float64(c.OpenedAt.Unix()), !c.Open())
	}
	holder := c.Holder
	if !c.Open() {
		holder = ""
	}
	if holder != c.before {
		if c.before != "" {
			c.index(heldBy(c.before), 0, true)
		}
		if holder != "" {
			c.index(heldBy(holder), float64(c.HeldAt.Unix()), false)
		}
	}
	c.fresh, c.before = false, holder
	return c.set(escalationRef(c.ID), c.Escalation)
}

func (c *climb) index(name string, score float64, remove bool) {
	c.out.Index = append(c.out.Index, bot.IndexChange{Index: name, Member: c.ID, Score: score, Remove: remove})
}

// call pages members. A message's id says what it is, so that it goes out once
// whatever is repeated.
func (c *climb) call(ctx context.Context, pages []escalation.Page) error {
	if len(pages) == 0 {
		return nil
	}
	story, err := c.story(ctx)
	if err != nil {
		return err
	}
	for _, p := range pages {
		if p.Why == escalation.WhyOpening {
			wait := c.Escalation.Plan.OpeningAnswersWithin
			c.deadline(scheduler.Deadline{ID: KindAnswerDue + "|" + c.ID, Due: c.now.Add(wait), Wait: wait, Kind: KindAnswerDue, Subject: c.ID})
		}
		text := textCall(c.Brand.Lang, c.Escalation, p, story)
		for _, m := range p.To {
			m, ok := c.Team.ByKey(m.Key)
			if !ok {
				continue // they left the team
			}
			for _, via := range p.Via {
				c.sayAs(fmt.Sprintf("%s|%d|%s|%s", c.ID, p.Run, m.Key, via), bot.Outgoing{
					To: bot.User(m.UserID), Via: via, Priority: bot.PriorityPage, Title: textCallTitle(c.Brand.Lang, c.ID, c.Urgent()),
					Text: text, Buttons: callButtons(c.Brand.Lang, c.Escalation, p), Report: KindPaged, Subject: c.ID, Run: p.Run,
				})
			}
		}
	}
	return nil
}

// story is what an expert must know: who, where, what was said, why it is urgent.
type story struct {
	who, where     string
	words, reasons []string
	// topic is the question that the bot answered last.
	topic string
}

// story reads the words from the timeline, those of this step included.
func (c *climb) story(ctx context.Context) (story, error) {
	s := story{who: c.name(), where: textWhere(c.Brand.Lang, c.Asker.Group, c.Asker.GroupTitle)}
	if c.Asker.To == "" {
		s.who, s.where = "", ""
	}
	var entries []bot.Entry
	if !c.fresh {
		var err error
		if entries, err = c.store.Timeline(ctx, escalationRef(c.ID)); err != nil {
			return s, fmt.Errorf("read the words of %s: %w", c.ID, err)
		}
	}
	for _, e := range append(entries, c.out.Log...) {
		switch {
		case e.Of != escalationRef(c.ID) || e.Text == "":
		case e.Kind == entryAsked:
			s.words = append(s.words, e.Text)
		case e.Kind == entryReason:
			s.reasons = union(s.reasons, strings.Split(e.Text, reasonsApart))
		}
	}
	if over := len(s.words) - storyWords; over > 0 {
		s.words = slices.Delete(s.words, 1, 1+over) // the first say what it is about
	}
	if ch := c.chat(); ch != nil {
		if id := ch.topic(c.now); id != "" {
			s.topic = c.Brain.Title(id, c.Brand.Lang)
		}
	}
	return s, nil
}

// reasonsApart stands between the reasons of one message.
const reasonsApart = "；"

// union are the words of both lists, none of them twice.
func union(a, b []string) []string {
	out := make([]string, 0, len(a)+len(b))
	for _, w := range slices.Concat(a, b) {
		if !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	return out
}

// storyWords is how many messages a page quotes.
const storyWords = 5

// chat is the asker's thread where they asked.
func (c *climb) chat() *chat {
	if c.asker == nil {
		return nil
	}
	for i := range c.asker.Chats {
		if c.asker.Chats[i].Conversation == c.Asker.Conversation {
			return &c.asker.Chats[i]
		}
	}
	return nil
}

// asked notes the asker's words, and why they were judged as they were.
func (c *climb) asked(words string, reasons []string) {
	c.log(escalationRef(c.ID), bot.Entry{Kind: entryAsked, By: c.name(), Text: words, Person: c.Asker.Identity})
	if len(reasons) > 0 {
		c.log(escalationRef(c.ID), bot.Entry{Kind: entryReason, Text: strings.Join(union(nil, reasons), reasonsApart), Person: c.Asker.Identity, Internal: true})
	}
}

// tell tells members something that asks nothing of them.
func (c *climb) tell(keys []string, text string) {
	for _, k := range keys {
		if m, ok := c.Team.ByKey(k); ok {
			c.say(bot.Outgoing{To: bot.User(m.UserID), Title: c.ID, Text: text, Mergeable: true})
		}
	}
}

// tellAsker tells the asker what they may know.
func (c *climb) tellAsker(n escalation.AskerNotice) {
	if c.told && n.What != escalation.WhatExhausted {
		return
	}
	lang := c.Asker.Lang
	at := c.opensAt(n.At, lang)
	open, until := c.opening(c.now, lang)
	if !open {
		until = ""
	}
	text := textAsker(lang, c.ID, n, at, until)
	switch {
	case n.What == escalation.WhatExhausted && n.At.IsZero(): // no opening is known
		text = textExhaustedUntil(lang, c.Calendar.FormatOpening(c.Climb.Due, lang))
	case n.What == escalation.WhatCalling && !c.Urgent(): // somebody escalated what rested
		text = textFetching(lang)
	}
	if n.What == escalation.WhatDeferred && !n.At.IsZero() && c.Escalation.Plan.OpeningAnswersWithin > 0 {
		text += textAnsweredBy(lang, n.At.Add(c.Escalation.Plan.OpeningAnswersWithin).In(c.Calendar.Location()))
	}
	c.sayToAsker(bot.Outgoing{Text: text, Mergeable: true})
}

// sayToAsker says something where they asked.
func (c *climb) sayToAsker(o bot.Outgoing) {
	if c.Asker.To == "" {
		return
	}
	o.To, o.Reply = c.Asker.To, c.reply
	if ch := c.chat(); ch != nil && o.Reply.URL == "" {
		o.Reply = c.asker.replyIn(ch)
	}
	if c.Asker.Group != "" && c.Asker.StaffID != "" {
		o.Mention = []string{c.Asker.StaffID}
	}
	c.say(o)
}

// paged is the report on a page.
func (c *climb) paged(ctx context.Context, data json.RawMessage, run int) error {
	var d bot.Delivery
	if err := json.Unmarshal(data, &d); err != nil {
		return fmt.Errorf("read delivery: %w", err)
	}
	parts := strings.Split(d.ID, "|") // see call
	if len(parts) != 4 {
		return fmt.Errorf("read delivery: %q is no page", d.ID)
	}
	outcome := escalation.OutcomeSent
	if !d.OK {
		outcome = escalation.OutcomeFailed
	}
	c.Sent(parts[2], bot.Via(parts[3]), run, d.Receipt)
	return c.take(ctx, c.Delivered(parts[2], bot.Via(parts[3]), run, outcome, d.Reason, c.onCall(), c.moment(c.now)))
}

// KindAnswerDue is when somebody who was put off until the opening must have been
// written to.
const KindAnswerDue = "escalation.answer"

// answerDue tells the managers of somebody who was put off, and whom nobody has
// written to since.
func (c *climb) answerDue(ctx context.Context) error {
	if !c.Open() || c.Answered || c.Escalation.Plan.OpeningAnswersWithin <= 0 {
		return nil
	}
	if err := c.knowAsker(ctx); err != nil {
		return err
	}
	for _, m := range c.Team.WithRole(bot.RoleManager) {
		c.say(bot.Outgoing{
			To: bot.User(m.UserID), Priority: bot.PriorityPage, Title: c.ID, Text: textUnanswered(c.Brand.Lang, c.Escalation, c.name()),
			Buttons: callButtons(c.Brand.Lang, c.Escalation, escalation.Page{Why: escalation.WhyStep}),
		})
	}
	return nil
}

// begin opens an escalation under the next number.
func begin(ctx context.Context, t *tx, s Settings, n escalation.New, prepare func(*climb)) (*climb, error) {
	num, err := t.nextID(ctx, "escalation")
	if err != nil {
		return nil, fmt.Errorf("number an escalation: %w", err)
	}
	n.ID = fmt.Sprint("E", num)
	e, f := escalation.Begin(n, s.Plan, s.onCall(), s.moment(t.now))
	c := &climb{tx: t, Settings: s, Escalation: e, fresh: true}
	prepare(c)
	if n.Subject != "" {
		var l subjectLink
		if _, err := t.get(ctx, subjectRef(n.Subject), &l); err != nil {
			return nil, err
		}
		l.Escalation, l.All = n.ID, append(l.All, n.ID)
		if err := t.set(subjectRef(n.Subject), l); err != nil {
			return nil, err
		}
	}
	return c, c.take(ctx, f)
}
