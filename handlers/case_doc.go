package handlers

import (
	"context"
	"fmt"

	"guanjia/bot"
	"guanjia/engagement"
)

// termsRef names terms: a document that never changes and never goes, as long as
// cases may have been bought under it. There are as many as the configuration had
// different ones.
func termsRef(name string) bot.DocRef { return bot.DocRef{Kind: "terms", ID: name} }

// terms are those under which a case is bought today.
func (c Cases) terms() engagement.Terms {
	return engagement.Terms{Service: c.Service, Reminders: c.Reminders, Driver: c.Channel.Driver}
}

// caseDoc reads a case without its terms; nil when there is none.
func (t *tx) caseDoc(ctx context.Context, id string) (*engagement.Case, error) {
	c := &engagement.Case{}
	if found, err := t.get(ctx, caseRef(id), c); err != nil || !found {
		return nil, err
	}
	c.ID = id
	return c, nil
}

// getCase reads a case; nil when there is none. Terms that still stand in the
// configuration need no reading.
func (t *tx) getCase(ctx context.Context, s Settings, id string) (*engagement.Case, error) {
	c, err := t.caseDoc(ctx, id)
	if err != nil || c == nil {
		return nil, err
	}
	terms := s.Cases.terms()
	if c.Terms != terms.Name() {
		found, err := t.get(ctx, termsRef(c.Terms), &terms)
		if err != nil {
			return nil, err
		}
		if !found {
			return nil, fmt.Errorf("the terms %q of case %s are missing", c.Terms, id)
		}
		t.loose[termsRef(c.Terms)] = true
	}
	c.Under(terms)
	return c, nil
}

// keepTerms writes the terms that a new case names, unless they are there.
func (t *tx) keepTerms(ctx context.Context, terms engagement.Terms) error {
	ref := termsRef(terms.Name())
	if err := t.load(ctx, ref); err != nil || t.read[ref].Version > 0 {
		return err
	}
	return t.set(ref, terms)
}
