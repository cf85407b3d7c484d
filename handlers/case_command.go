package handlers

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"guanjia/bot"
	"guanjia/engagement"
)

// caseCommand does the commands that are about cases and incidents. m is the
// team member who typed it, or has no key for everybody else. It leaves every
// other command, and a 状态 that is about no case, to the caller.
func (t *turn) caseCommand(ctx context.Context, c Command, m bot.Member) (handled bool, err error) {
	switch c.Verb {
	case VerbContacted, VerbAccept, VerbReject, VerbUpdate, VerbReport, VerbResolve, VerbReopen, VerbPause, VerbResume, VerbExtend, VerbBind, VerbOpen:
	case VerbStatus:
		return t.caseStatus(ctx, c, m)
	default:
		return false, nil
	}
	switch {
	case m.Key == "":
		t.reply(textStaffOnly(t.lang))
		return true, nil
	case (c.Verb == VerbExtend || c.Verb == VerbOpen) && !m.Has(bot.RoleManager):
		t.reply(textManagerOnly(t.lang))
		return true, nil
	case (c.Verb == VerbAccept || c.Verb == VerbReject) && !m.Has(bot.RoleExpert) && !m.Has(bot.RoleManager):
		t.reply(textExpertOnly(t.lang))
		return true, nil
	case c.Verb == VerbOpen:
		return true, t.openByHand(ctx, c, m)
	}
	w, err := t.subject(ctx, &c)
	if r, ok := errors.AsType[*engagement.Refusal](err); ok {
		t.reply(textRefusal(t.lang, t.Calendar, r))
		return true, nil
	}
	if err != nil {
		return true, err
	}
	if w == nil {
		if c.Ref == "" {
			t.reply(textCaseUsage(t.lang, c.Verb))
		} else {
			t.reply(textUnknownSubject(t.lang, c.Ref))
		}
		return true, nil
	}
	return true, t.doCase(ctx, w, c, m)
}

// subject finds the case that a command is about. Without a number it is the
// case of the channel, and its incident that is open, or was the last.
func (t *turn) subject(ctx context.Context, c *Command) (*casework, error) {
	if c.Ref != "" {
		w, err := subjectCase(ctx, t.tx, t.Settings, c.Ref)
		return t.mine(w), err
	}
	if t.msg.Direct() || c.Verb == VerbBind {
		return nil, nil
	}
	w, err := linkedCase(ctx, t.tx, t.Settings, roomRef(t.msg.Group))
	if err != nil || w == nil {
		return nil, err
	}
	switch i := w.OpenIncident(w.at()); {
	case c.Verb == VerbContacted || c.Verb == VerbExtend:
		c.Ref = w.ID
	case i != nil:
		c.Ref = i.ID
	case c.Verb == VerbAccept:
		return t.mine(w), t.openUnreported(ctx, t.mine(w), c)
	case len(w.Incidents) > 0:
		c.Ref = w.Incidents[len(w.Incidents)-1].ID
	default:
		return nil, nil
	}
	return t.mine(w), nil
}

// mine lets a case know whose words it acts on.
func (t *turn) mine(w *casework) *casework {
	if w != nil {
		w.actor, w.msg, w.person = t.msg.Sender.Identity(), &t.msg, t.person
	}
	return w
}

// doCase does a command of the team to a case.
func (t *turn) doCase(ctx context.Context, w *casework, c Command, m bot.Member) error {
	e, err := t.decideCase(ctx, w, c, m)
	if r, ok := errors.AsType[*engagement.Refusal](err); ok {
		t.reply(textRefusal(t.lang, t.Calendar, r))
		return nil
	}
	if usage, ok := errors.AsType[*bot.UserError](err); ok {
		t.reply(usage.Text)
		return nil
	}
	if err != nil {
		return err
	}
	if err := w.take(ctx, e); err != nil {
		return err
	}
	if !w.inRoom() || !toldInChannel(e) {
		t.reply(textDone(t.lang, t.Calendar, w.Case, c))
	}
	if c.Verb == VerbResolve {
		return t.draftSummary(ctx, w, c.Ref)
	}
	return nil
}

// toldInChannel reports whether the channel hears of it, so that whoever typed
// it there needs no answer beside.
func toldInChannel(e engagement.Effects) bool {
	for _, n := range e.Say {
		if n.To == engagement.ToChannel {
			return true
		}
	}
	return false
}

// decideCase puts a command to the rules.
func (t *turn) decideCase(ctx context.Context, w *casework, c Command, m bot.Member) (engagement.Effects, error) {
	now := w.at()
	if needsWords(c.Verb) && c.Rest == "" {
		return engagement.Effects{}, &bot.UserError{Text: textCaseUsage(t.lang, c.Verb)}
	}
	switch c.Verb {
	case VerbContacted:
		return w.Contacted(m.Key, m.Name, now)
	case VerbAccept:
		return w.Accept(c.Ref, m.Key, m.Name, now)
	case VerbReject:
		return w.Reject(c.Ref, m.Key, m.Name, c.Rest, now)
	case VerbUpdate:
		return w.Update(c.Ref, m.Name, c.Rest, now)
	case VerbReport:
		return w.Deliver(c.Ref, m.Name, c.Args[0], now)
	case VerbResolve:
		return w.Resolve(c.Ref, m.Key, m.Name, now)
	case VerbReopen:
		return w.Reopen(c.Ref, m.Name, now)
	case VerbPause:
		return w.Pause(c.Ref, m.Name, c.Rest, now)
	case VerbResume:
		return w.Resume(c.Ref, m.Name, now)
	case VerbExtend:
		return t.extend(w, c, m)
	case VerbBind:
		return t.bindRoom(ctx, w, m)
	default:
		return engagement.Effects{}, fmt.Errorf("no rule for verb %d", c.Verb)
	}
}

// needsWords reports whether a command is nothing without words after the number.
func needsWords(v Verb) bool {
	return v == VerbReject || v == VerbUpdate || v == VerbReport || v == VerbPause || v == VerbExtend
}

// extend is 延长 C3 2d 原因 and 延长 I5 2d 原因.
func (t *turn) extend(w *casework, c Command, m bot.Member) (engagement.Effects, error) {
	d, ok := parseSpan(c.Args[0])
	if !ok || len(c.Args) < 2 {
		return engagement.Effects{}, &bot.UserError{Text: textCaseUsage(t.lang, VerbExtend)}
	}
	if strings.HasPrefix(c.Ref, "I") { // by how much and why: it is audited
		return w.ExtendResponse(c.Ref, m.Name, d, c.Rest, w.at())
	}
	return w.Extend(m.Name, d, c.Rest, w.at())
}

// bindRoom is 绑定 C3 in a group.
func (t *turn) bindRoom(ctx context.Context, w *casework, m bot.Member) (engagement.Effects, error) {
	if t.msg.Direct() {
		return engagement.Effects{}, &bot.UserError{Text: textCaseUsage(t.lang, VerbBind)}
	}
	other, err := linkedCase(ctx, t.tx, t.Settings, roomRef(t.msg.Group))
	if err != nil {
		return engagement.Effects{}, err
	}
	if other != nil && other.ID != w.ID && other.State == engagement.Active {
		return engagement.Effects{}, &engagement.Refusal{Why: engagement.WhyNotTheirs, Subject: other.ID}
	}
	return w.BindRoom(t.msg.Group, t.msg.GroupTitle, m.Name, w.at())
}

// openByHand is 开通 订单号 公司 联系人 手机: a purchase that came by no webhook.
func (t *turn) openByHand(ctx context.Context, c Command, m bot.Member) error {
	n := len(c.Args)
	if n < 4 {
		t.reply(textCaseUsage(t.lang, VerbOpen))
		return nil
	}
	b, err := purchase(ctx, t.tx, t.Settings, engagement.Purchase{
		Type: engagement.PurchaseCreated, OrderID: c.Args[0], Product: engagement.Emergency, PurchasedAt: t.now,
		Company: strings.Join(c.Args[1:n-2], " "), Contacts: []engagement.Contact{{Name: c.Args[n-2], Mobile: c.Args[n-1]}}, Source: m.Name,
	})
	if fe, ok := errors.AsType[*engagement.FieldError](err); ok {
		t.reply(textBadPurchase(t.lang, fe))
		return nil
	}
	if err != nil {
		return err
	}
	t.confide(textOpened(t.lang, c.Args[0], b)) // its binding code lets people in
	return nil
}
