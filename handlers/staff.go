package handlers

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"guanjia/bot"
	"guanjia/escalation"
)

// staffCommand does a command of the team. Strangers are told that it is not for
// them, and nothing changes.
func (t *turn) staffCommand(ctx context.Context, c Command) error {
	if !t.staff {
		t.reply(textStaffOnly(t.lang))
		return nil
	}
	switch c.Verb {
	case VerbMine:
		return t.todo(ctx)
	case VerbOnCall:
		t.reply(textRota(t.lang, t.Settings, t.now))
		return nil
	case VerbOverride:
		return t.override(ctx, c)
	case VerbCollect:
		return t.collect(ctx, c)
	case VerbAck, VerbClose, VerbEscalate, VerbHandOff, VerbSwitch, VerbNote:
	default:
		return fmt.Errorf("no handler for verb %d", c.Verb)
	}
	e, err := t.escalationOf(ctx, c)
	if err != nil || e == nil {
		return err
	}
	return t.explain(t.do(ctx, e, c))
}

// handOffByName is 转交 王工 without a number, when that is somebody of the team.
func (t *turn) handOffByName() (c Command, ok bool) {
	if !t.staff {
		return c, false
	}
	for _, w := range [...]string{"转交", "handoff"} {
		if rest, cut := afterWord(fold(strings.TrimSpace(t.msg.Text)), w); cut {
			if _, ok = t.Team.ByWord(rest); ok {
				return Command{Verb: VerbHandOff, Args: strings.Fields(rest), Rest: rest, English: isASCII(w)}, true
			}
		}
	}
	return c, false
}

// do does a command to an escalation. From its holder it is a sign of life.
func (t *turn) do(ctx context.Context, e *climb, c Command) error {
	if e.Holder == t.member.Key {
		e.Spoke(t.now)
	}
	switch c.Verb {
	case VerbAck:
		return t.ack(ctx, e)
	case VerbClose:
		return t.closeIt(ctx, e)
	case VerbEscalate:
		f, err := e.Up(t.member.Name, t.onCall(), t.moment(t.now))
		return t.took(ctx, e, f, err, textUp(t.lang, e.ID))
	case VerbHandOff:
		return t.handOver(ctx, e, c)
	case VerbSwitch:
		if err := e.TalksTo(t.member); err != nil {
			return err
		}
		t.person.Switched = e.ID
		if err := e.knowAsker(ctx); err != nil {
			return err
		}
		t.confide(textSwitched(t.lang, e.ID, e.name()))
		return e.keep(ctx)
	default:
		return t.note(ctx, e, c)
	}
}

// took commits what a command amounts to, and says that it was done.
func (t *turn) took(ctx context.Context, e *climb, f escalation.Effects, err error, done string) error {
	if err != nil {
		return err
	}
	t.reply(done)
	return e.take(ctx, f)
}

func (t *turn) ack(ctx context.Context, e *climb) error {
	f, err := e.Ack(t.member, t.now)
	if _, yours := errors.AsType[*escalation.YoursError](err); yours { // it answers the question whether they are still on it
		if err := e.keep(ctx); err != nil {
			return err
		}
	}
	if err != nil {
		return err
	}
	if err := e.knowAsker(ctx); err != nil {
		return err
	}
	s, err := e.story(ctx)
	if err != nil {
		return err
	}
	switch {
	case !t.msg.Direct():
		s = story{} // customers read along, perhaps not those of this one
	case slices.Contains(e.Paged, t.member.Key):
		s.words, s.reasons, s.topic = nil, nil, "" // it was said in a page
	}
	return t.took(ctx, e, f, nil, textAcked(t.lang, e.Escalation, s))
}

func (t *turn) closeIt(ctx context.Context, e *climb) error {
	f, err := e.Close(t.member, t.now)
	if err := t.took(ctx, e, f, err, textClosed(t.lang, e.ID)); err != nil {
		return err
	}
	if ch := e.chat(); ch != nil {
		ch.Rating, ch.RatingAt = e.ID, t.now
		return e.set(personRef(e.Asker.Identity), e.asker)
	}
	return nil
}

func (t *turn) handOver(ctx context.Context, e *climb, c Command) error {
	if len(c.Args) == 0 {
		t.reply(textHandOffUsage(t.lang, e.ID))
		return nil
	}
	to, ok := t.Team.ByWord(c.Rest)
	if !ok {
		t.reply(textNoSuchMember(t.lang, c.Rest, t.Team))
		return nil
	}
	f, err := e.HandOff(t.member, to, t.now)
	return t.took(ctx, e, f, err, textHandedOff(t.lang, e.Escalation, to.Name))
}

// note keeps words among the team.
func (t *turn) note(ctx context.Context, e *climb, c Command) error {
	if c.Rest == "" {
		t.reply(textNoteUsage(t.lang, e.ID))
		return nil
	}
	e.log(escalationRef(e.ID), bot.Entry{Kind: entryNote, By: t.member.Name, Text: c.Rest, Person: t.msg.Sender.Identity(), Internal: true})
	t.reply(textNoted(t.lang, e.ID))
	return e.keep(ctx)
}

// explain turns what the rules refuse into a sentence that helps.
func (t *turn) explain(err error) error {
	if text, ok := textRefused(t.lang, t.Calendar, err); ok {
		t.reply(text)
		return nil
	}
	return err
}

// escalationOf finds the escalation that a command names; without a name it is
// the only one that can be meant. It answers itself, and returns nil, when there
// is none.
func (t *turn) escalationOf(ctx context.Context, c Command) (*climb, error) {
	id := c.Ref
	if id == "" {
		candidates, err := t.meant(ctx, c.Verb)
		if err != nil {
			return nil, err
		}
		for _, e := range candidates {
			if err := e.knowAsker(ctx); err != nil {
				return nil, err
			}
		}
		if len(candidates) != 1 {
			t.confide(textWhich(t.lang, verbWord(t.lang, c.Verb), candidates), whichButtons(verbWord(t.lang, c.Verb), candidates)...)
			return nil, nil
		}
		id = candidates[0].ID
	}
	e, err := loadClimb(ctx, t.tx, t.Settings, id)
	if err != nil {
		return nil, err
	}
	if e == nil {
		t.reply(textUnknownEscalation(t.lang, id))
	}
	return e, nil
}

// meant are the escalations that a command without a number may mean: those
// that the member holds, or for 接单 those that nobody has or that the member was
// asked to take over.
func (t *turn) meant(ctx context.Context, v Verb) ([]*climb, error) {
	if v != VerbAck {
		held, err := t.held(ctx)
		if v == VerbNote || v == VerbClose || v == VerbEscalate || v == VerbHandOff {
			if i := slices.IndexFunc(held, func(c *climb) bool { return c.ID == t.person.Switched }); i >= 0 {
				held = held[i : i+1]
			}
		}
		return held, err
	}
	open, err := t.climbs(ctx, IndexEscalations)
	return slices.DeleteFunc(open, func(c *climb) bool { return c.Held() && !slices.Contains(c.Offered, t.member.Key) }), err
}

// held are the escalations that the member holds, those taken first before.
func (t *turn) held(ctx context.Context) ([]*climb, error) {
	all, err := t.climbs(ctx, heldBy(t.member.Key))
	return slices.DeleteFunc(all, func(c *climb) bool { return !c.Held() || c.Holder != t.member.Key }), err
}

// maxListed bounds how many escalations are looked at together.
const maxListed = 50

// climbs loads the open escalations of an index.
func (t *turn) climbs(ctx context.Context, index string) ([]*climb, error) {
	ids, err := t.store.Index(ctx, index, 0, math.MaxInt64, maxListed)
	if err != nil {
		return nil, fmt.Errorf("list %s: %w", index, err)
	}
	refs := make([]bot.DocRef, len(ids))
	for i, id := range ids {
		refs[i] = escalationRef(id)
	}
	if err := t.load(ctx, refs...); err != nil {
		return nil, err
	}
	var out []*climb
	for _, id := range ids {
		c, err := loadClimb(ctx, t.tx, t.Settings, id)
		if err != nil {
			return nil, err
		}
		if c != nil && c.Open() {
			out = append(out, c)
		}
	}
	return out, nil
}

// todo is 待办: what the member holds, and what nobody has.
func (t *turn) todo(ctx context.Context) error {
	open, err := t.climbs(ctx, IndexEscalations)
	if err != nil {
		return err
	}
	var mine, free, others []*climb
	for _, c := range open {
		if err := c.knowAsker(ctx); err != nil {
			return err
		}
		switch {
		case c.Held() && c.Holder == t.member.Key:
			mine = append(mine, c)
		case c.Held():
			others = append(others, c)
		default:
			free = append(free, c)
		}
	}
	t.confide(textTodo(t.lang, t.now, mine, free, others))
	return nil
}

// status is 状态 of what is no case: 状态 E12, or one's own.
func (t *turn) status(ctx context.Context, c Command) error {
	switch {
	case c.Ref != "" && !t.staff:
		open, err := t.asking(ctx)
		i := slices.IndexFunc(open, func(e *climb) bool { return e.ID == c.Ref })
		if err != nil || i < 0 {
			t.reply(textNotYoursE(t.lang))
			return err
		}
		_, at := t.opening(t.now, t.lang)
		t.reply(textMyStatus(t.lang, open[i:i+1], at))
		return nil
	case c.Ref != "":
		e, err := t.escalationOf(ctx, c)
		if err != nil || e == nil {
			return err
		}
		if err := e.knowAsker(ctx); err != nil {
			return err
		}
		entries, err := t.store.Timeline(ctx, escalationRef(e.ID))
		if err != nil {
			return fmt.Errorf("read the timeline of %s: %w", e.ID, err)
		}
		t.confide(textEscalationStatus(t.lang, t.Calendar, e, entries, t.now))
		return nil
	}
	open, err := t.asking(ctx)
	if err != nil {
		return err
	}
	if len(open) == 0 && t.staff {
		return t.todo(ctx)
	}
	if len(open) == 0 {
		t.reply(textNothingOpen(t.lang))
		return nil
	}
	_, at := t.opening(t.now, t.lang)
	t.reply(textMyStatus(t.lang, open, at))
	return nil
}
