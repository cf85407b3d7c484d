package handlers

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"guanjia/bot"
)

// Act does on a page what the words of a command do in the chat: the same rules,
// the same permissions, the same timelines. who is the name of a sign-in: that of
// a team member acts as that member, every other one as a manager who is not on
// the team, and so cannot hold anything.
//
// The reply is what the chat would have answered, in lang; done is false when
// nothing was changed.
func (h *Handler) Act(ctx context.Context, who, lang, words string, now time.Time) (change bot.Change, reply string, done bool, err error) {
	c, ok := ParseCommand(words)
	if !ok || !actable(c) {
		return bot.Change{}, textNotOnPages(lang), false, nil
	}
	t, err := h.actor(ctx, who, lang, now)
	if err != nil {
		return bot.Change{}, "", false, err
	}
	if (c.Verb == VerbAck || c.Verb == VerbAccept) && !t.staff {
		return bot.Change{}, textMembersOnly(lang, who), false, nil
	}
	t.staff = true
	if err := t.onPage(ctx, c); err != nil {
		return bot.Change{}, "", false, err
	}
	reply = t.takeReplies()
	done = len(t.out.Put) > 0
	if done {
		t.log(deedsRef(now), bot.Entry{Kind: verbWord(langEN, c.Verb), By: t.member.Name, Text: c.Ref, Internal: true})
	}
	return t.change(), reply, done, nil
}

// actable reports whether a command is one that pages offer.
func actable(c Command) bool {
	switch c.Verb {
	case VerbHours, VerbOverride:
		return true
	case VerbAck, VerbClose, VerbEscalate, VerbHandOff, VerbNote, VerbCollect, VerbContacted, VerbAccept, VerbReject, VerbUpdate,
		VerbReport, VerbResolve, VerbReopen, VerbPause, VerbResume, VerbExtend:
		return c.Ref != ""
	default:
		return false
	}
}

// actor is a turn of somebody at a page. Its replies go to an address of their
// own, so that they are told from words for others; staff is set for a member.
func (h *Handler) actor(ctx context.Context, who, lang string, now time.Time) (*turn, error) {
	t := newTx(h.store, fmt.Sprintf("page|%s|%d", who, now.UnixNano()), now)
	s, err := h.situation(ctx, t)
	if err != nil {
		return nil, err
	}
	out := &turn{
		tx: t, Settings: s, person: &person{}, chat: &chat{}, lang: lang,
		msg:    bot.Message{Conversation: "page", Sender: bot.Person{SenderID: "console:" + who, Name: who}},
		member: bot.Member{Key: "console:" + who, Name: who, Roles: []bot.Role{bot.RoleManager}},
	}
	if m, ok := memberNamed(s.Team, who); ok {
		out.member, out.staff = m, true
		out.msg.Sender = bot.Person{UnionID: m.UserID, SenderID: "console:" + who, Name: m.Name}
	}
	return out, nil
}

// memberNamed is the member whom a sign-in is for: by key or by name, exactly.
func memberNamed(team bot.Team, who string) (bot.Member, bool) {
	i := slices.IndexFunc(team, func(m bot.Member) bool { return m.Key == who || m.Name == who })
	if i < 0 {
		return bot.Member{}, false
	}
	return team[i], true
}

// onPage does a command that pages offer.
func (t *turn) onPage(ctx context.Context, c Command) error {
	switch {
	case c.Verb != VerbHours:
		if handled, err := t.caseCommand(ctx, c, t.member); handled || err != nil {
			return err
		}
		return t.staffCommand(ctx, c)
	case !t.member.Has(bot.RoleManager):
		t.reply(textManagerOnly(t.lang))
		return nil
	}
	mode, _ := hoursMode(c.Args[0])
	if err := putDesk(ctx, t.tx, mode, t.member.Name, c.Rest); err != nil {
		return err
	}
	t.reply(textHoursSet(t.lang, mode, ""))
	return t.opened(ctx, mode)
}

// takeReplies takes the answers to the actor out of what will be said.
func (t *turn) takeReplies() string {
	var replies []string
	var others []bot.Outgoing
	for _, o := range t.out.Say {
		if o.To == t.msg.From() || o.To == bot.User("") {
			replies = append(replies, o.Text)
			continue
		}
		others = append(others, o)
	}
	t.out.Say = others
	return strings.Join(replies, "\n\n")
}

func textNotOnPages(lang string) string {
	return pick(lang, "页面上没有这个操作，请检查填写的内容。", "There is no such action on this page; please check what was filled in.")
}

func textMembersOnly(lang, who string) string {
	return fmt.Sprintf(pick(lang, "登录名 %s 不是团队成员，不能自己接手；请转交给一位成员。", "The sign-in %s is no member of the team and cannot take it; hand it to a member instead."), bot.Literal(who))
}
