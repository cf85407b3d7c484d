package handlers

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"guanjia/bot"
	"guanjia/engagement"
	"guanjia/faq"
)

// reportIncident takes a customer's report into their case. It leaves the report
// to the caller when the person belongs to no case that takes incidents, and an
// urgent one after the validity: that still reaches the ladder.
func (t *turn) reportIncident(ctx context.Context, d faq.Decision) (handled bool, err error) {
	if _, staff := t.Team.ByStaffID(t.msg.Sender.StaffID); staff {
		return false, nil
	}
	w, err := t.myCase(ctx, takesIncidents)
	if err != nil || w == nil {
		return false, err
	}
	r := engagement.Report{Class: d.IncidentClass, Reasons: shortReasons(d.Reasons), Urgent: d.Urgent, By: t.msg.Sender.Name}
	if i := w.OpenIncident(w.at()); i != nil {
		if err := w.take(ctx, w.Add(i, r)); err != nil {
			return true, err
		}
		w.heard(i.ID, t.msg)
		t.reply(textAdded(t.lang, t.Calendar, i))
		return true, nil
	}
	if refusal, ok := errors.AsType[*engagement.Refusal](w.MayReport(w.at())); ok {
		return t.tooLate(w, refusal, d), nil
	}
	i, err := w.openIncident(ctx, r)
	if err != nil {
		return true, err
	}
	w.heard(i.ID, t.msg)
	t.reply(textReported(t.lang, i))
	return true, nil
}

// openIncident opens an incident under the next number.
func (w *casework) openIncident(ctx context.Context, r engagement.Report) (*engagement.Incident, error) {
	if err := w.MayReport(w.at()); err != nil {
		return nil, err
	}
	n, err := w.nextID(ctx, "incident")
	if err != nil {
		return nil, fmt.Errorf("number an incident: %w", err)
	}
	i, e, err := w.OpenNew(fmt.Sprint("I", n), r, w.at())
	if err != nil {
		return nil, err
	}
	if err := w.link(ctx, incidentRef(i.ID), caseLink{Case: w.ID}); err != nil {
		return nil, err
	}
	return i, w.take(ctx, e)
}

// openUnreported is 受理 in a channel where nothing was reported: a member takes
// on what the bot did not see as an incident.
func (t *turn) openUnreported(ctx context.Context, w *casework, c *Command) error {
	i, err := w.openIncident(ctx, engagement.Report{By: t.msg.Sender.Name, Taken: true})
	if err != nil {
		return err
	}
	c.Ref = i.ID
	return nil
}

// tooLate says honestly that the service is over, and lets the desk know.
func (t *turn) tooLate(w *casework, r *engagement.Refusal, d faq.Decision) (handled bool) {
	answer, ok := t.Brain.Answer("validity-expired", t.lang)
	if !ok || r.Why == engagement.WhyCancelled {
		answer = textServiceOver(t.lang)
	}
	o := t.words(textOver(t.lang, t.Calendar, w.Case, r)+"\n\n"+answer, nil)
	if d.Urgent && len(t.person.Asking) == 0 {
		o.Priority = bot.PriorityPage // as what they hear of the call: one message
	}
	t.say(o)
	for _, m := range t.desk(t.now) {
		t.say(bot.Outgoing{
			To: bot.User(m.UserID), Title: w.ID,
			Text: textAfterTheEnd(t.Brand.Lang, t.Calendar, w.Case, t.msg.Sender.Name, t.msg.Text),
		})
	}
	return !d.Urgent
}

func shortReasons(reasons []string) []string {
	out := slices.Clone(reasons[:min(3, len(reasons))])
	for i, r := range out {
		if rs := []rune(r); len(rs) > 60 {
			out[i] = string(rs[:60]) + "…"
		}
	}
	return out
}

func takesIncidents(c *engagement.Case) bool { return c.Product == engagement.Emergency }

// myCase finds the case that somebody's words are about: that of the channel
// they speak in, else the one they belong to — rather one with an open incident,
// then one that is active, then one that ran to its end, then the newest. Nil means that there is none.
func (t *turn) myCase(ctx context.Context, fits func(*engagement.Case) bool) (*casework, error) {
	if !t.msg.Direct() {
		w, err := linkedCase(ctx, t.tx, t.Settings, roomRef(t.msg.Group))
		if err != nil || w != nil {
			if w != nil && !fits(w.Case) {
				w = nil
			}
			return t.mine(w), err
		}
	}
	ids, err := t.myCases(ctx)
	if err != nil {
		return nil, err
	}
	var best *casework
	for _, id := range ids {
		w, err := loadCase(ctx, t.tx, t.Settings, id)
		if err != nil {
			return nil, err
		}
		if w != nil && fits(w.Case) && (best == nil || rank(w.Case, w.at()) >= rank(best.Case, w.at())) {
			best = w
		}
	}
	return t.mine(best), nil
}

func rank(c *engagement.Case, now time.Time) int {
	switch {
	case c.OpenIncident(now) != nil:
		return 3
	case c.State == engagement.Active:
		return 2
	case c.State != engagement.Cancelled:
		return 1
	}
	return 0
}

// maxMine bounds how many cases of one person are looked at, the newest.
const maxMine = 10

// myCases are the cases that the sender belongs to under any of their ids.
func (t *turn) myCases(ctx context.Context) ([]string, error) {
	s := t.msg.Sender
	refs := []bot.DocRef{memberRef(s.StaffID), memberRef(s.UnionID), memberRef(s.SenderID)}
	if err := t.load(ctx, refs...); err != nil {
		return nil, err
	}
	var ids []string
	for _, ref := range refs {
		var m memberships
		if _, err := t.get(ctx, ref, &m); err != nil {
			return nil, err
		}
		for _, id := range m.Cases {
			if !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	return ids[max(0, len(ids)-maxMine):], nil
}

// caseWords does what only customers of a case say: 绑定 CODE, 已完成, 评价 C3 5.
// It comes before ParseCommand, and leaves all other words alone.
func (t *turn) caseWords(ctx context.Context) (handled bool, err error) {
	words := strings.Fields(fold(t.msg.Text))
	switch {
	case len(words) == 0 || len(words) > 3:
		return false, nil
	case len(words) == 1 && (words[0] == "已完成" || words[0] == "done"):
		return t.checklistDone(ctx)
	case words[0] == "评价" || words[0] == "rate":
		return t.rate(ctx, words[1:])
	}
	word := strings.Join(words, "")
	for _, verb := range [...]string{"绑定", "bind"} {
		if code, ok := strings.CutPrefix(word, verb); ok && looksLikeCode(code) {
			return true, t.bindCode(ctx, strings.ToUpper(code))
		}
	}
	return false, nil
}

// bindCode lets the sender belong to the case with that binding code.
func (t *turn) bindCode(ctx context.Context, code string) error {
	w, err := linkedCase(ctx, t.tx, t.Settings, codeRef(code))
	if err != nil {
		return err
	}
	if w == nil || !w.CodeIs(code) {
		t.reply(textBadCode(t.lang))
		return nil
	}
	fresh, e := t.mine(w).Bind(t.msg.Sender.Identity(), t.msg.Sender.Name)
	if fresh {
		if err := w.take(ctx, e); err != nil {
			return err
		}
	}
	if !w.Checklist.Since.IsZero() && w.Checklist.DoneAt.IsZero() {
		t.reply(textBound(t.lang, t.Calendar, w.Case)+"\n\n"+textChecklist(t.lang, w.ID, t.Brand.Product), doneButton(t.lang)...)
		return nil
	}
	t.reply(textBound(t.lang, t.Calendar, w.Case))
	return nil
}

func (t *turn) checklistDone(ctx context.Context) (handled bool, err error) {
	w, err := t.myCase(ctx, func(c *engagement.Case) bool { return !c.Checklist.Since.IsZero() && c.Checklist.DoneAt.IsZero() })
	if err != nil || w == nil {
		return false, err
	}
	e, err := w.ChecklistDone(t.msg.Sender.Name, w.at())
	if err != nil {
		return false, nil //nolint:nilerr // there is nothing to confirm: the words mean something else
	}
	t.reply(textChecklistDone(t.lang, w.Case))
	return true, w.take(ctx, e)
}

// rate is 评价 C3 5, by a customer of that case.
func (t *turn) rate(ctx context.Context, args []string) (handled bool, err error) {
	if len(args) != 2 || len(args[1]) != 1 || args[1] < "1" || args[1] > "5" {
		return false, nil
	}
	id, _, ok := scanRef(args[0], "C")
	if !ok {
		return false, nil
	}
	w, err := loadCase(ctx, t.tx, t.Settings, id)
	if err != nil {
		return true, err
	}
	if mine, err := t.belongs(ctx, w); err != nil || !mine {
		t.reply(textNotYours(t.lang))
		return true, err
	}
	e, err := t.mine(w).Rate(int(args[1][0]-'0'), t.msg.Sender.Name)
	if r, refused := errors.AsType[*engagement.Refusal](err); refused {
		t.reply(textRefusal(t.lang, t.Calendar, r))
		return true, nil
	}
	t.reply(textRated(t.lang))
	return true, w.take(ctx, e)
}

// belongs reports whether the sender is one of the case's people.
func (t *turn) belongs(ctx context.Context, w *casework) (bool, error) {
	if w == nil {
		return false, nil
	}
	if t.channel != "" {
		return t.channel == w.ID, nil // others read along
	}
	ids, err := t.myCases(ctx)
	return slices.Contains(ids, w.ID), err
}
