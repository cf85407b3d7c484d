package handlers

import (
	"context"
	"fmt"
	"slices"
	"time"

	"guanjia/bot"
)

// alias is the document of a weaker id: the identities under which its person
// was seen.
type alias struct {
	Identities []string `json:"identities"`
}

func aliasRef(id string) bot.DocRef { return bot.DocRef{Kind: "alias", ID: id} }

// keepAliases lets a person be found by every id of theirs, whichever one an
// order to erase them names.
func (t *turn) keepAliases(ctx context.Context) error {
	s := t.msg.Sender
	identity := s.Identity()
	for _, id := range [...]string{s.UnionID, s.SenderID} {
		if id == "" || id == identity || slices.Contains(t.person.Aliases, id) {
			continue
		}
		var a alias
		if _, err := t.get(ctx, aliasRef(id), &a); err != nil {
			return err
		}
		t.person.Aliases = append(t.person.Aliases, id)
		if slices.Contains(a.Identities, identity) {
			continue
		}
		a.Identities = append(a.Identities, identity)
		if err := t.set(aliasRef(id), a); err != nil {
			return err
		}
	}
	return nil
}

// Identities are all ids of the person who has this one: userId, unionId or
// senderId.
func (h *Handler) Identities(ctx context.Context, id string) ([]string, error) {
	t := newTx(h.store, "identities", time.Time{})
	found := []string{id}
	for i := 0; i < len(found); i++ { // it grows
		var p person
		var a alias
		if err := t.load(ctx, personRef(found[i]), aliasRef(found[i])); err != nil {
			return nil, err
		}
		if _, err := t.get(ctx, personRef(found[i]), &p); err != nil {
			return nil, err
		}
		if _, err := t.get(ctx, aliasRef(found[i]), &a); err != nil {
			return nil, err
		}
		for _, more := range append([]string{p.StaffID, p.UnionID, p.SenderID}, append(p.Aliases, a.Identities...)...) {
			if more != "" && !slices.Contains(found, more) {
				found = append(found, more)
			}
		}
	}
	return found, nil
}

// Forget is the change that removes what documents hold of a person: the aliases,
// and their name and number among the contacts of cases. Ids stay: they are the
// skeleton of the audit.
func (h *Handler) Forget(ctx context.Context, ids []string, now time.Time) (bot.Change, error) {
	t := newTx(h.store, "forget", now)
	for _, id := range ids {
		t.out.Index = append(t.out.Index, bot.IndexChange{Index: IndexTalks, Member: id, Remove: true})
		if err := t.load(ctx, aliasRef(id), memberRef(id), personRef(id)); err != nil {
			return bot.Change{}, err
		}
		if d := t.read[aliasRef(id)]; d.Version > 0 {
			t.out.Delete = append(t.out.Delete, d)
			delete(t.read, aliasRef(id))
		}
		var m memberships
		if _, err := t.get(ctx, memberRef(id), &m); err != nil {
			return bot.Change{}, err
		}
		var p person
		if _, err := t.get(ctx, personRef(id), &p); err != nil {
			return bot.Change{}, err
		}
		for _, c := range m.Cases {
			if err := t.forgetContact(ctx, c, ids, p.Name); err != nil {
				return bot.Change{}, err
			}
		}
	}
	return t.change(), nil
}

// forgetContact takes somebody's names and number out of a case; called is how
// they call themselves in the chat.
func (t *tx) forgetContact(ctx context.Context, id string, ids []string, called string) error {
	c, err := t.caseDoc(ctx, id)
	if err != nil || c == nil {
		return err
	}
	hit := false
	for i, p := range c.Contacts {
		if slices.Contains(ids, p.UserID) || slices.Contains(ids, p.UnionID) {
			c.Contacts[i].Name, c.Contacts[i].Mobile, hit = "", "", true
		}
	}
	for _, by := range [...]*string{&c.RatingBy, &c.Checklist.DoneBy} {
		if called != "" && *by == called {
			*by, hit = "", true
		}
	}
	if !hit {
		return nil
	}
	if err := t.set(caseRef(id), c); err != nil {
		return fmt.Errorf("forget a contact: %w", err)
	}
	return nil
}
