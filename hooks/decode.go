package hooks

import (
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"guanjia/engagement"
)

// Bounds of what a shop sends; beyond them somebody made a mistake.
const (
	maxID       = 128 // characters of an order's number
	maxDelivery = 256 // characters of a webhook-id
	// oldest is how many years ago a purchase may lie.
	oldest = 3
)

// decode reads a purchase event (contract §3) at now. Its errors are
// *engagement.FieldError. It judges the form; what the values mean for the
// service, such as a validity that is over, the domain judges.
func decode(body []byte, now time.Time) (engagement.Purchase, error) {
	root, err := parse(body)
	if err != nil {
		return engagement.Purchase{}, err
	}
	var r reader
	p := engagement.Purchase{Type: engagement.PurchaseType(r.text(r.field(root, "type")))}
	r.moment(r.field(root, "timestamp")) // the signature's time counts; this one must only be one
	if r.err == nil {
		r.err = knownType(p.Type)
	}
	data := r.field(root, "data")
	p.OrderID = r.text(r.field(data, "order_id"))
	if r.err == nil {
		r.err = visible("data.order_id", p.OrderID, maxID)
	}
	if p.Type == engagement.PurchaseCreated {
		p.Product = engagement.Product(r.text(r.field(data, "product")))
		p.PurchasedAt = r.moment(r.field(data, "purchased_at"))
		if r.err == nil && !p.PurchasedAt.IsZero() && p.PurchasedAt.Before(now.AddDate(-oldest, 0, 0)) {
			r.err = wrong("data.purchased_at", fmt.Sprintf("lies more than %d years in the past; send the moment of the purchase", oldest))
		}
		customer := r.field(data, "customer")
		p.Company = r.text(r.field(customer, "company"))
		p.Contacts = r.contacts(r.field(customer, "contacts"))
	}
	return p, r.err
}

func knownType(t engagement.PurchaseType) error {
	switch t {
	case engagement.PurchaseCreated, engagement.PurchaseRenewed, engagement.PurchaseCancelled:
		return nil
	case "":
		return wrong("type", "is missing; send purchase.created, purchase.renewed or purchase.cancelled")
	default:
		return wrong("type", "is unknown; send purchase.created, purchase.renewed or purchase.cancelled")
	}
}

func (r *reader) contacts(v value) []engagement.Contact {
	list := r.list(v)
	out := make([]engagement.Contact, len(list))
	for i, v := range list {
		out[i] = r.contact(v)
	}
	return out
}

func (r *reader) contact(v value) engagement.Contact {
	name, mobile := r.field(v, "name"), r.field(v, "mobile")
	c := engagement.Contact{
		Name: r.text(name), Mobile: r.text(mobile),
		UserID: r.text(r.field(v, "user_id")), UnionID: r.text(r.field(v, "union_id")),
	}
	switch {
	case r.err != nil:
		return c
	case c.Name == "":
		r.err = wrong(name.at, "is missing; somebody must be asked for on the telephone")
	case c.Mobile != "":
		var ok bool
		if c.Mobile, ok = e164(c.Mobile); !ok {
			r.err = wrong(mobile.at, "is not a mobile number; write it like +8613800000000")
		}
	}
	return c
}

// visible wants a number or key of 1 to n characters that can be seen.
func visible(field, s string, n int) error {
	switch {
	case s == "":
		return wrong(field, "is missing")
	case utf8.RuneCountInString(s) > n:
		return wrong(field, fmt.Sprintf("is longer than %d characters", n))
	case strings.ContainsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) || r == utf8.RuneError }):
		return wrong(field, "has characters in it that cannot be seen")
	}
	return nil
}

var (
	mainland = regexp.MustCompile(`^(?:\+?86|0086)?(1[0-9]{10})$`)
	foreign  = regexp.MustCompile(`^\+([1-79]|8[0-57-9])[0-9]{6,13}$`) // 86 is the mainland
)

// e164 writes a mobile number as E.164 does. One without a country is of the
// mainland.
func e164(s string) (string, bool) {
	s = engagement.Mobile(s)
	if m := mainland.FindStringSubmatch(s); m != nil {
		return "+86" + m[1], true
	}
	return s, foreign.MatchString(s)
}
