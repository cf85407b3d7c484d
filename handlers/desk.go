package handlers

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"guanjia/bot"
	"guanjia/faq"
	"guanjia/scheduler"
)

// KindDeskNote is the deadline at which the desk is told, at the next opening,
// of a question that only people can answer.
const KindDeskNote = "desk.note"

// deskNote is what waits for the opening.
type deskNote struct {
	Name  string    `json:"name"`
	Words string    `json:"words"`
	Asked time.Time `json:"asked"`
	// Person is whose words these are.
	Person string `json:"person"`
}

// handOff is for what only people can answer: in hours the desk is told at once,
// outside it is told at the next opening, and the person knows when that is.
func (t *turn) handOff() error {
	open, at := t.opening()
	if open {
		people := t.desk(t.now)
		t.tellDesk(people, t.person.Name, t.msg.Text)
		t.reply(textDeskTold(t.lang, len(people) > 0, at))
		return nil
	}
	note, err := json.Marshal(deskNote{Name: t.person.Name, Words: t.msg.Text, Asked: t.now, Person: t.msg.Sender.Identity()})
	if err != nil {
		return fmt.Errorf("encode desk note: %w", err)
	}
	t.deadline(scheduler.Deadline{
		ID: KindDeskNote + "|" + t.msg.ID, Due: t.Calendar.Next(t.now).Opens, Kind: KindDeskNote, Data: note,
	})
	t.person.NotedAt = t.now
	t.reply(textDeferred(t.lang, at))
	return nil
}

// incident is for a report: urgent ones reach the first step of the ladder that
// has anybody in it, at any hour; others wait for the desk like a question.
func (t *turn) incident(d faq.Decision) error {
	if !d.Urgent {
		return t.handOff()
	}
	people := t.firstStep(t.now)
	if len(people) == 0 {
		return t.handOff() // nobody is set up to be called; say when people are back
	}
	for _, m := range people {
		t.say(bot.Outgoing{
			To: bot.User(m.UserID), Priority: bot.PriorityPage, Title: "紧急求助",
			Text: textPage(t.person.Name, t.msg.Text, strings.Join(d.Reasons, "；"), t.where()),
		})
	}
	t.reply(textCalling(t.lang))
	return nil
}

// where says where the person wrote, for staff.
func (t *turn) where() string {
	if t.msg.Direct() {
		return "单聊"
	}
	return "群「" + t.msg.GroupTitle + "」"
}

// desk is whom a hand-off goes to: everybody with the role presales, else the
// first step of the ladder.
func (s Settings) desk(now time.Time) []bot.Member {
	if people := s.Team.WithRole(bot.RolePresales); len(people) > 0 {
		return people
	}
	return s.firstStep(now)
}

// firstStep is the first step of the ladder that has anybody in it.
func (s Settings) firstStep(now time.Time) []bot.Member {
	for _, step := range s.Ladder {
		if people := s.resolve(step, now); len(people) > 0 {
			return people
		}
	}
	return nil
}

// resolve finds the people that a list names: rotation:NAME, role:NAME,
// member:KEY. Nobody is named twice.
func (s Settings) resolve(names []string, now time.Time) []bot.Member {
	var out []bot.Member
	add := func(m bot.Member, ok bool) {
		if ok && !slices.ContainsFunc(out, func(x bot.Member) bool { return x.Key == m.Key }) {
			out = append(out, m)
		}
	}
	for _, n := range names {
		switch kind, name, _ := strings.Cut(n, ":"); kind {
		case "rotation":
			add(s.Team.ByKey(s.Rota.OnDuty(name, now)))
		case "role":
			for _, m := range s.Team.WithRole(bot.Role(name)) {
				add(m, true)
			}
		case "member":
			add(s.Team.ByKey(name))
		}
	}
	return out
}

func (t *tx) tellDesk(people []bot.Member, name, words string) {
	for _, m := range people {
		t.say(bot.Outgoing{To: bot.User(m.UserID), Priority: bot.PriorityNormal, Title: "有人找您", Text: textDeskNote(name, words)})
	}
}

// fireDeskNote tells the desk of a question that waited for its opening.
func (h *Handler) fireDeskNote(_ context.Context, c scheduler.Claimed, now time.Time) (bot.Change, error) {
	var n deskNote
	if err := json.Unmarshal(c.Data, &n); err != nil {
		return bot.Change{}, fmt.Errorf("read desk note: %w", err)
	}
	t := newTx(h.store, c.ID, now)
	t.tellDesk(h.settings().desk(now), n.Name, n.Words)
	return t.change(), nil
}
