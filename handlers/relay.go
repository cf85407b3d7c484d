package handlers

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"guanjia/bot"
	"guanjia/faq"
)

// KindRelay is the report on words between people that were not delivered; its
// subject is who said them.
const KindRelay = "relay.failed"

// relayWithin bounds the tries to pass words on: whoever said them must know
// within ten seconds that they were not delivered (contract §5).
const relayWithin = 6 * time.Second

// relay passes words on between an asker and whoever holds their escalation. The
// bot does not answer them.
func (t *turn) relay(ctx context.Context, c Command, isCommand bool) (handled bool, err error) {
	if t.staff && t.msg.Direct() {
		if handled, err := t.relayToAsker(ctx, isCommand); handled || err != nil {
			return handled, err
		}
	}
	return t.relayToHolder(ctx, c, isCommand)
}

// relayToAsker is for a member's plain words: they go to the asker of the one
// escalation that the member holds or switched to, and to nobody in doubt.
func (t *turn) relayToAsker(ctx context.Context, isCommand bool) (handled bool, err error) {
	if isCommand && !t.ratesOrChooses() {
		return false, nil
	}
	held, err := t.held(ctx)
	if err != nil {
		return false, err
	}
	asked, err := t.answersProgress(ctx, held)
	if err != nil {
		return false, err
	}
	held = slices.DeleteFunc(held, func(c *climb) bool { return c.Asker.To == "" || c.Asker.Identity == t.msg.Sender.Identity() })
	if len(held) == 0 {
		if asked != "" {
			t.reply(textStillYours(t.lang, asked))
		}
		return asked != "", nil
	}
	if t.notRelayed() {
		t.reply(textNotRelayed(t.lang))
		return true, nil
	}
	i := slices.IndexFunc(held, func(c *climb) bool { return c.ID == t.person.Switched })
	if len(held) > 1 && i < 0 {
		for _, c := range held {
			if err := c.knowAsker(ctx); err != nil {
				return true, err
			}
		}
		word := verbWord(t.lang, VerbSwitch)
		t.reply(textWhichAsker(t.lang, word, held), whichButtons(word, held)...)
		return true, nil
	}
	return true, t.passToAsker(ctx, held[max(0, i)])
}

// answersProgress takes a member's words as the answer to the question whether
// they are still on what they hold, whoever the words are for. It returns one of
// those that were asked about.
func (t *turn) answersProgress(ctx context.Context, held []*climb) (asked string, err error) {
	for _, c := range held {
		if c.AskedAt.IsZero() {
			continue
		}
		asked = c.ID
		c.Spoke(t.now)
		if err := c.keep(ctx); err != nil {
			return "", err
		}
	}
	return asked, nil
}

// ratesOrChooses reports whether the words are a command only for a customer: a
// digit, 有帮助, 紧急. Between two people they are plain words, but for the answer
// to the question whether something is urgent.
func (t *turn) ratesOrChooses() bool {
	c, ok := ParseCommand(t.msg.Text)
	switch {
	case !ok:
		return false
	case c.Verb == VerbUrgent || c.Verb == VerbNotUrgent:
		return t.chat.Doubt == nil
	}
	return c.Verb == VerbChoose || c.Verb == VerbHelpful || c.Verb == VerbUnhelpful
}

// saysPlainly reports whether a command of the team's is a plain word of the
// asker's: 继续, to somebody who asked whether they may go on.
func (t *turn) saysPlainly(c Command) bool {
	if t.staff || c.Ref != "" || c.Rest != "" {
		return false
	}
	return !slices.Contains([]Verb{VerbNote, VerbHuman, VerbStatus, VerbHelp, VerbUrgent, VerbNotUrgent}, c.Verb)
}

func (t *turn) passToAsker(ctx context.Context, c *climb) error {
	if err := c.knowAsker(ctx); err != nil {
		return err
	}
	c.Spoke(t.now)
	c.Answered = true
	for _, o := range t.passed(t.member.Name, c.ID, false) {
		c.sayToAsker(o)
	}
	c.logSaid(t.member.Name, t.msg)
	if c.asker != nil {
		c.asker.HumanAt = t.now
		if err := c.set(personRef(c.Asker.Identity), c.asker); err != nil {
			return err
		}
	}
	return c.keep(ctx)
}

// relayToHolder is for the plain words of somebody whose escalation is held,
// where they asked. What is urgent goes on as what it is: it is added, and the
// holder hears of it so.
func (t *turn) relayToHolder(ctx context.Context, cmd Command, isCommand bool) (handled bool, err error) {
	if isCommand && !t.ratesOrChooses() && !t.saysPlainly(cmd) {
		return false, nil
	}
	open, err := t.asking(ctx)
	if err != nil {
		return false, err
	}
	i := slices.IndexFunc(open, func(c *climb) bool {
		return c.Held() && c.Asker.Conversation == t.msg.Conversation && !t.inChannel(c)
	})
	if i < 0 {
		return false, nil
	}
	if t.notRelayed() {
		return false, nil
	}
	c := open[i]
	if t.msg.Text != "" && !isCommand {
		if forBot, err := t.reports(ctx, c); forBot || err != nil {
			return false, err
		}
	}
	holder, ok := t.Team.ByKey(c.Holder)
	if !ok {
		return false, nil // they left the team: the bot answers again
	}
	var p person
	if _, err := t.get(ctx, personRef(holder.UserID), &p); err != nil {
		return true, err
	}
	for _, o := range t.passed(c.name(), c.ID, true) {
		o.To, o.Reply = bot.User(holder.UserID), p.Reply
		t.say(o)
	}
	c.logSaid(c.name(), t.msg)
	return true, nil
}

// reports tells what an asker must be able to report at any time: what is
// urgent, and a new incident after the one that their escalation is about.
func (t *turn) reports(ctx context.Context, c *climb) (bool, error) {
	switch t.decide(ctx).Action {
	case faq.ActionEscalate:
		return true, nil
	case faq.ActionReport:
		w, err := linkedCase(ctx, t.tx, t.Settings, incidentRef(c.Subject))
		return w != nil && w.OpenIncident(w.at()) == nil, err
	}
	return false, nil
}

// inChannel reports whether an escalation is about an incident that was reported
// in a group: the experts read along there, and the bot goes on answering.
func (t *turn) inChannel(c *climb) bool { return c.Subject != "" && c.Asker.Group != "" }

// passed are the words of this message as they go on to somebody else. The asker
// sees a name, never a number of the team's.
func (t *turn) passed(name, id string, toStaff bool) []bot.Outgoing {
	head := "**" + bot.Literal(name) + "**"
	if toStaff {
		head += "（" + id + "）"
	}
	head += "："
	base := bot.Outgoing{
		Priority: bot.PriorityNormal, Title: name, Report: KindRelay, ReportFailureOnly: true,
		Subject: t.msg.Sender.Identity(), GiveUpAfter: relayWithin,
	}
	var out []bot.Outgoing
	if text := strings.TrimSpace(t.msg.Text); text != "" {
		o := base
		o.Text = head + bot.Literal(text)
		out = append(out, o)
	}
	for _, a := range t.msg.Attachments {
		if a.Kind == bot.KindAudio && t.msg.Text != "" {
			continue // its words were passed on
		}
		o := base
		o.Attachment, o.Text = &a, head+textSentFile(t.lang, a)
		out = append(out, o)
	}
	if len(out) == 0 {
		o := base
		o.Text = head + textSentStrange(t.lang, string(t.msg.Kind))
		out = append(out, o)
	}
	return out
}

func (c *climb) logSaid(by string, m bot.Message) {
	text := m.Text
	if text == "" {
		text = "[" + string(m.Kind) + "]"
	}
	c.log(escalationRef(c.ID), bot.Entry{Kind: entrySaid, By: by, Text: text, Person: m.Sender.Identity()})
}

// strangeCommand is a word and a number of ours: a command, but none that exists.
// "The 2 servers" is none: the letter stands apart from a Latin word.
var strangeCommand = regexp.MustCompile(`^(?:\p{Han}{1,12}\s*|[a-z]{2,12}\s+)[eci]\s*\d{1,12}(\s|\pP|$)`)

// notRelayed reports whether words look as if they were meant for the bot. A
// customer may well mention a number while they talk; theirs are strange only as
// the whole of the words.
func (t *turn) notRelayed() bool {
	plain := fold(strings.TrimSpace(t.msg.Text))
	m := strangeCommand.FindString(plain)
	return strings.HasPrefix(plain, "/") || m != "" && (t.staff || m == plain)
}

// fireRelay tells whoever said something that it was not delivered.
func (h *Handler) fireRelay(ctx context.Context, t *tx, s Settings, speaker string, data json.RawMessage) error {
	var d bot.Delivery
	if err := json.Unmarshal(data, &d); err != nil {
		return fmt.Errorf("read delivery: %w", err)
	}
	p := &person{}
	found, err := t.get(ctx, personRef(speaker), p)
	if err != nil || !found {
		return err // they were erased
	}
	lang := p.Lang
	if _, staff := s.Team.ByStaffID(p.StaffID); staff {
		lang = s.Brand.Lang
	}
	to, reply := bot.User(p.StaffID), p.Reply
	if p.StaffID == "" {
		to = bot.ReplyOnly(p.Direct)
	}
	if _, words, ok := strings.Cut(d.Text, "："); ok {
		d.Text = words // without the name above them
	}
	t.say(bot.Outgoing{To: to, Reply: reply, Priority: bot.PriorityPage, Text: textUnsent(lang, d)})
	return nil
}
