package engagement

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Product is what was bought.
type Product string

// The products that are known.
const (
	Emergency    Product = "emergency"
	Professional Product = "professional"
)

// PurchaseType is what happened to an order.
type PurchaseType string

// The events of contract §3.
const (
	PurchaseCreated   PurchaseType = "purchase.created"
	PurchaseRenewed   PurchaseType = "purchase.renewed"
	PurchaseCancelled PurchaseType = "purchase.cancelled"
)

// Contact is a person at the customer.
type Contact struct {
	Name   string `json:"name,omitempty"`
	Mobile string `json:"mobile,omitempty"`
	// UserID and UnionID are the platform's, where they are known.
	UserID  string `json:"user_id,omitempty"`
	UnionID string `json:"union_id,omitempty"`
}

// Purchase is an event of an order, wherever it came from.
type Purchase struct {
	Type        PurchaseType
	OrderID     string
	Product     Product
	PurchasedAt time.Time
	Company     string
	Contacts    []Contact
	// Anonymous is set by shops that tell nothing of the customer: company and
	// contacts may then be empty, and people must find out.
	Anonymous bool
	// Delivery is the idempotency key of the event, such as the webhook-id; an
	// event of an order with a delivery that was seen before has no effect.
	Delivery string
	// Source says where it came from, for the timeline: webhook, marketplace, or
	// the member who typed it.
	Source string
}

// FieldError says which field of a purchase is wrong, and what to do about it.
type FieldError struct {
	// Field is the path in the webhook's body, such as data.customer.contacts[0].mobile.
	Field string
	// Problem is a clause in English that ends the sentence "the field …".
	Problem string
}

// Error is the field and the problem.
func (e *FieldError) Error() string { return e.Field + " " + e.Problem }

// Bounds of a purchase; beyond them somebody made a mistake.
const (
	maxContacts = 50
	maxName     = 128
	// maxSkew is how far in the future a purchase may seem to lie.
	maxSkew = time.Hour
)

// Validate returns a *FieldError for the first thing that is wrong with the
// purchase at now. Validity is how long a purchase lasts, counted as the service
// counts.
func (p Purchase) Validate(s Service, now time.Time) error {
	switch p.Type {
	case PurchaseCreated:
	case PurchaseRenewed, PurchaseCancelled:
		return text("data.order_id", p.OrderID)
	default:
		return &FieldError{"type", fmt.Sprintf("is %q; send purchase.created, purchase.renewed or purchase.cancelled", short(string(p.Type)))}
	}
	if err := text("data.order_id", p.OrderID); err != nil {
		return err
	}
	if p.Product != Emergency && p.Product != Professional {
		return &FieldError{"data.product", fmt.Sprintf("is %q; send emergency or professional", short(string(p.Product)))}
	}
	if err := p.checkDate(s, now); err != nil {
		return err
	}
	if err := text("data.customer.company", p.Company); err != nil && (p.Company != "" || !p.Anonymous) {
		return err
	}
	return p.checkContacts()
}

func (p Purchase) checkDate(s Service, now time.Time) error {
	const field = "data.purchased_at"
	switch {
	case p.PurchasedAt.IsZero():
		return &FieldError{field, "is missing; send the moment of the purchase as RFC 3339"}
	case p.PurchasedAt.After(now.Add(maxSkew)):
		return &FieldError{field, "lies in the future; send the moment of the purchase"}
	case p.Product == Emergency && !s.end(p.PurchasedAt.In(now.Location()), s.Validity).After(now):
		return &FieldError{field, "lies so far in the past that the validity is over already; open a new order"}
	}
	return nil
}

func (p Purchase) checkContacts() error {
	const field = "data.customer.contacts"
	switch n := len(p.Contacts); {
	case n == 0 && !p.Anonymous:
		return &FieldError{field, "is empty; at least one person must be reachable"}
	case n > maxContacts:
		return &FieldError{field, fmt.Sprintf("has %d entries; send at most %d", n, maxContacts)}
	}
	for i, c := range p.Contacts {
		at := fmt.Sprintf("%s[%d]", field, i)
		if c.Name != "" {
			if err := text(at+".name", c.Name); err != nil {
				return err
			}
		}
		switch {
		case c.Mobile != "" && !looksLikeMobile(c.Mobile):
			return &FieldError{at + ".mobile", "is not a telephone number; write it like +8613800000000"}
		case c.Mobile == "" && c.UserID == "" && c.UnionID == "":
			return &FieldError{at + ".mobile", "is missing; without it, a user_id or a union_id nobody can be reached"}
		case len(c.UserID) > maxName || len(c.UnionID) > maxName:
			return &FieldError{at + ".user_id", "is too long to be one of the platform's"}
		}
	}
	return nil
}

// text wants words on one line of a sensible length.
func text(field, s string) error {
	switch {
	case strings.TrimSpace(s) == "":
		return &FieldError{field, "is missing"}
	case utf8.RuneCountInString(s) > maxName:
		return &FieldError{field, fmt.Sprintf("is longer than %d characters", maxName)}
	case !utf8.ValidString(s) || strings.ContainsFunc(s, unicode.IsControl):
		return &FieldError{field, "has control characters in it; send one line of plain text"}
	}
	return nil
}

func looksLikeMobile(s string) bool {
	digits := Mobile(s)
	return len(digits) >= 5 && len(digits) <= 20 && strings.Trim(strings.TrimPrefix(digits, "+"), "0123456789") == ""
}

// Mobile is a telephone number without what people put between the digits.
func Mobile(s string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' || r == '(' || r == ')' {
			return -1
		}
		return r
	}, s)
}

func short(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}
