package handlers

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"guanjia/bot"
	"guanjia/engagement"
)

// Cases is what new cases are made with.
type Cases struct {
	Service   engagement.Service
	Reminders engagement.Reminders
	Channel   engagement.Channel
	// Rooms makes the groups; nil means that people make them.
	Rooms Rooms
}

// The indexes of cases: all of them by when they were made, and those whose
// state is active, by when they end.
const (
	IndexCases     = "cases"
	IndexCasesOpen = "cases.open"
)

// The documents beside a case by which it is found.
func caseRef(id string) bot.DocRef     { return bot.DocRef{Kind: "case", ID: id} }
func incidentRef(id string) bot.DocRef { return bot.DocRef{Kind: "incident", ID: id} }
func orderRef(id string) bot.DocRef    { return bot.DocRef{Kind: "order", ID: id} }
func codeRef(code string) bot.DocRef   { return bot.DocRef{Kind: "code", ID: code} }
func roomRef(group string) bot.DocRef  { return bot.DocRef{Kind: "room", ID: group} }
func memberRef(id string) bot.DocRef   { return bot.DocRef{Kind: "member", ID: id} }

// caseLink is what incident, order, code and room documents hold.
type caseLink struct {
	Case string `json:"case"`
}

// memberships are the cases somebody belongs to, oldest first.
type memberships struct {
	Cases []string `json:"cases"`
}

// casework is one case in one step: what is done to it, and what follows.
type casework struct {
	*tx
	Settings
	*engagement.Case
	// actor is the identity of who does it, "" for the bot.
	actor string
	// msg is what was said, if the step follows from words.
	msg *bot.Message
	// person is who said it.
	person *person

	before []string // identities that were linked
	room   string
	state  engagement.State
	fresh  bool
}

// at is now where days are counted.
func (w *casework) at() time.Time { return w.now.In(w.Calendar.Location()) }

// newCasework begins with a case that was not there.
func newCasework(t *tx, s Settings, c *engagement.Case) *casework {
	return &casework{tx: t, Settings: s, Case: c, fresh: true}
}

// loadCase begins with a stored case; nil when there is none.
func loadCase(ctx context.Context, t *tx, s Settings, id string) (*casework, error) {
	c, err := t.getCase(ctx, s, id)
	if err != nil || c == nil {
		return nil, err
	}
	return &casework{tx: t, Settings: s, Case: c, before: c.Identities(), room: c.Room.ID, state: c.State}, nil
}

// linkedCase begins with the case that another document names.
func linkedCase(ctx context.Context, t *tx, s Settings, ref bot.DocRef) (*casework, error) {
	var l caseLink
	if found, err := t.get(ctx, ref, &l); err != nil || !found || l.Case == "" {
		return nil, err
	}
	return loadCase(ctx, t, s, l.Case)
}

// subjectCase begins with the case of a C or I number.
func subjectCase(ctx context.Context, t *tx, s Settings, id string) (*casework, error) {
	switch {
	case id == "":
		return nil, nil
	case id[0] == 'I':
		return linkedCase(ctx, t, s, incidentRef(id))
	default:
		return loadCase(ctx, t, s, id)
	}
}

// subjectDoc is the document to read first for a C or I number.
func subjectDoc(id string) bot.DocRef {
	if strings.HasPrefix(id, "I") {
		return incidentRef(id)
	}
	return caseRef(id)
}

// take takes over what follows from an event, and keeps the case.
func (w *casework) take(ctx context.Context, e engagement.Effects) error {
	for _, d := range e.Set {
		w.deadline(d)
	}
	w.out.Clear = append(w.out.Clear, e.Clear...)
	for _, v := range e.Log {
		w.logEvent(v)
	}
	for _, n := range e.Say {
		if err := w.notice(ctx, n); err != nil {
			return err
		}
	}
	for _, c := range e.Calls {
		if err := w.escalate(ctx, c); err != nil {
			return err
		}
	}
	return w.keep(ctx)
}

// keep writes the case, and the documents and indexes by which it is found.
func (w *casework) keep(ctx context.Context) error {
	if err := w.load(ctx, caseRef(w.ID)); err != nil {
		return err
	}
	if err := w.set(caseRef(w.ID), w.Case); err != nil {
		return err
	}
	if w.fresh {
		w.index(IndexCases, float64(w.CreatedAt.Unix()), false)
	}
	if w.fresh || w.state != w.State {
		w.index(IndexCasesOpen, float64(w.Validity.End.Unix()), w.State != engagement.Active)
	}
	w.fresh, w.state = false, w.State
	if err := w.keepRoom(ctx); err != nil {
		return err
	}
	return w.keepMembers(ctx)
}

func (w *casework) index(name string, score float64, remove bool) {
	w.out.Index = append(w.out.Index, bot.IndexChange{Index: name, Member: w.ID, Score: score, Remove: remove})
}

func (w *casework) keepRoom(ctx context.Context) error {
	if w.Room.ID == w.room {
		return nil
	}
	for _, id := range [...]string{w.room, w.Room.ID} {
		if id == "" {
			continue
		}
		link := caseLink{}
		if id == w.Room.ID {
			link.Case = w.ID
		}
		if err := w.link(ctx, roomRef(id), link); err != nil {
			return err
		}
	}
	w.room = w.Room.ID
	return nil
}

// link writes a document that was perhaps not read yet.
func (w *casework) link(ctx context.Context, ref bot.DocRef, v any) error {
	if err := w.load(ctx, ref); err != nil {
		return err
	}
	return w.set(ref, v)
}

// keepMembers lets new people of the case find it.
func (w *casework) keepMembers(ctx context.Context) error {
	fresh := slices.DeleteFunc(w.Identities(), func(id string) bool { return slices.Contains(w.before, id) })
	refs := make([]bot.DocRef, len(fresh))
	for i, id := range fresh {
		refs[i] = memberRef(id)
	}
	if err := w.load(ctx, refs...); err != nil {
		return err
	}
	for _, ref := range refs {
		var m memberships
		if _, err := w.get(ctx, ref, &m); err != nil {
			return err
		}
		if !slices.Contains(m.Cases, w.ID) {
			m.Cases = append(m.Cases, w.ID)
		}
		if err := w.set(ref, m); err != nil {
			return err
		}
	}
	w.before = append(w.before, fresh...)
	return nil
}

// logEvent puts an event on the case's timeline, in words.
func (w *casework) logEvent(v engagement.Event) {
	e := bot.Entry{Kind: v.Kind, By: v.By, Text: textEvent(w.Brand.Lang, v), Internal: v.Internal}
	if _, staff := w.Team.ByStaffID(w.actor); v.Text != "" || v.By != "" && !staff {
		e.Person = w.actor // the reason, the word or the customer's name is somebody's
	}
	w.log(caseRef(w.ID), e)
}

// heard puts a customer's words on the timeline, where they can be erased.
func (w *casework) heard(incident string, m bot.Message) {
	w.log(caseRef(w.ID), bot.Entry{
		Kind: "words", By: m.Sender.Name, Text: fmt.Sprintf("%s：%s", incident, m.Text), Person: m.Sender.Identity(),
	})
}
