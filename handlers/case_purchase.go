package handlers

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"

	"guanjia/bot"
	"guanjia/engagement"
)

// ErrUnknownOrder means that a renewed or cancelled order was never bought here.
var ErrUnknownOrder = errors.New("unknown order")

// Bought is the case of a purchase.
type Bought struct {
	Case        string
	BindingCode string
	// Fresh is set when this event made the case.
	Fresh bool
}

// Purchase is what follows from a purchase event, wherever it came from. The
// same order again makes no second case, and the same delivery has no second
// effect. Errors for the sender: *engagement.FieldError (a field is wrong),
// *engagement.Refusal (the order is cancelled), ErrUnknownOrder.
func (h *Handler) Purchase(ctx context.Context, p engagement.Purchase, now time.Time) (bot.Change, Bought, error) {
	t := newTx(h.store, "purchase|"+string(p.Type)+"|"+p.OrderID+"|"+p.Delivery, now)
	t.step = t.seed
	s, err := h.situation(ctx, t)
	if err != nil {
		return bot.Change{}, Bought{}, err
	}
	b, err := purchase(ctx, t, s, p)
	if err != nil {
		return bot.Change{}, Bought{}, err
	}
	return t.change(), b, nil
}

// Purchases takes in purchase events for a transport. It returns when they are
// durably stored.
type Purchases struct {
	handler *Handler
	commit  bot.Committer
}

// NewPurchases makes a Purchases.
func NewPurchases(h *Handler, commit bot.Committer) *Purchases {
	return &Purchases{handler: h, commit: commit}
}

// Purchase takes in one event; see Handler.Purchase for its errors. Any other
// error means that nothing may be assumed.
func (p *Purchases) Purchase(ctx context.Context, e engagement.Purchase, now time.Time) (Bought, error) {
	for {
		change, b, err := p.handler.Purchase(ctx, e, now)
		if err != nil {
			return Bought{}, err
		}
		if len(change.Put) == 0 {
			return b, nil // it was taken in before
		}
		err = p.commit.Commit(ctx, change)
		if errors.Is(err, bot.ErrConflict) && ctx.Err() == nil {
			continue // the same order came twice at once, or its case went on
		}
		if err != nil {
			return Bought{}, fmt.Errorf("store purchase: %w", err)
		}
		return b, nil
	}
}

// purchase does what Purchase says, within a step.
func purchase(ctx context.Context, t *tx, s Settings, p engagement.Purchase) (Bought, error) {
	now := t.now.In(s.Calendar.Location())
	p.OrderID = strings.TrimSpace(p.OrderID)
	known, err := linkedCase(ctx, t, s, orderRef(p.OrderID))
	if err != nil {
		return Bought{}, err
	}
	if known != nil && p.Type == engagement.PurchaseCreated {
		return Bought{Case: known.ID, BindingCode: known.BindingCode}, nil
	}
	if err := p.Validate(s.Cases.Service, now); err != nil {
		return Bought{}, err
	}
	switch {
	case p.Type == engagement.PurchaseCreated:
		return newCase(ctx, t, s, p, now)
	case known == nil:
		return Bought{}, fmt.Errorf("order %q: %w", p.OrderID, ErrUnknownOrder)
	}
	b := Bought{Case: known.ID, BindingCode: known.BindingCode}
	var e engagement.Effects
	if p.Type == engagement.PurchaseCancelled {
		e = known.Cancel(p, now)
	} else if e, err = known.Renew(p, now); err != nil {
		return b, err
	}
	if e.Empty() {
		return b, nil
	}
	return b, known.take(ctx, e)
}

func newCase(ctx context.Context, t *tx, s Settings, p engagement.Purchase, now time.Time) (Bought, error) {
	n, err := t.nextID(ctx, "case")
	if err != nil {
		return Bought{}, fmt.Errorf("number a case: %w", err)
	}
	code := bindingCode()
	terms := s.Cases.terms()
	terms.BindingCode = code
	if err := t.keepTerms(ctx, terms); err != nil {
		return Bought{}, err
	}
	c, e := engagement.New(fmt.Sprint("C", n), p, terms, now)
	w := newCasework(t, s, c)
	for _, ref := range [...]bot.DocRef{orderRef(p.OrderID), codeRef(code)} {
		if err := w.link(ctx, ref, caseLink{Case: c.ID}); err != nil {
			return Bought{}, err
		}
	}
	return Bought{Case: c.ID, BindingCode: code, Fresh: true}, w.take(ctx, e)
}

// codeLength is how long a binding code is: 40 bits, enough for something that
// is typed into a rate-limited chat.
const codeLength = 8

// bindingCode is random. It has a digit, so that it is no word, and does not
// begin like a case number.
func bindingCode() string {
	for {
		code := rand.Text()[:codeLength]
		if strings.ContainsAny(code, "234567") && code[0] != 'C' {
			return code
		}
	}
}

// looksLikeCode reports whether a word may be meant as a binding code, also one
// that was mistyped: a code has a digit, so that it is no word, and is no number
// of a case.
func looksLikeCode(word string) bool {
	return len(word) == codeLength && word[0] != 'c' && strings.ContainsAny(word, "0123456789") && strings.Trim(word, "abcdefghijklmnopqrstuvwxyz0123456789") == ""
}
