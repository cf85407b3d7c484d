package hooks

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"guanjia/engagement"
)

// event is the body of a purchase event (contract §3). What may be of a wrong
// type is kept raw, so that a complaint can name the place.
type event struct {
	Type      json.RawMessage `json:"type"`
	Timestamp json.RawMessage `json:"timestamp"`
	Data      json.RawMessage `json:"data"`
}

type data struct {
	OrderID     json.RawMessage `json:"order_id"`
	Product     json.RawMessage `json:"product"`
	PurchasedAt json.RawMessage `json:"purchased_at"`
	Customer    json.RawMessage `json:"customer"`
}

type customer struct {
	Company  json.RawMessage   `json:"company"`
	Contacts []json.RawMessage `json:"contacts"`
}

type contact struct {
	Name    json.RawMessage `json:"name"`
	Mobile  json.RawMessage `json:"mobile"`
	UserID  json.RawMessage `json:"user_id"`
	UnionID json.RawMessage `json:"union_id"`
}

// decode reads a purchase event. Its errors are *engagement.FieldError; what the
// values mean is judged by the domain.
func decode(body []byte) (p engagement.Purchase, err error) {
	defer func() {
		if err == nil {
			return
		}
		if _, ok := errors.AsType[*engagement.FieldError](err); !ok {
			err = &engagement.FieldError{Field: "body", Problem: "is not JSON: " + err.Error()}
		}
	}()
	var e event
	if err := whole(body, &e); err != nil {
		return p, err
	}
	var d data
	if err := object("data", e.Data, &d); err != nil {
		return p, err
	}
	var typ, product string
	for _, f := range []struct {
		name string
		raw  json.RawMessage
		to   *string
	}{{"type", e.Type, &typ}, {"data.order_id", d.OrderID, &p.OrderID}, {"data.product", d.Product, &product}} {
		if *f.to, err = text(f.name, f.raw); err != nil {
			return p, err
		}
	}
	p.Type, p.Product = engagement.PurchaseType(typ), engagement.Product(product)
	if _, err := moment("timestamp", e.Timestamp, true); err != nil {
		return p, err
	}
	if p.Type != engagement.PurchaseCreated {
		return p, nil
	}
	if p.PurchasedAt, err = moment("data.purchased_at", d.PurchasedAt, false); err != nil {
		return p, err
	}
	return p, readCustomer(d.Customer, &p)
}

func readCustomer(raw json.RawMessage, p *engagement.Purchase) (err error) {
	var c customer
	if err := object("data.customer", raw, &c); err != nil {
		return err
	}
	if p.Company, err = text("data.customer.company", c.Company); err != nil {
		return err
	}
	for i, raw := range c.Contacts {
		at := fmt.Sprintf("data.customer.contacts[%d]", i)
		var in contact
		if err := object(at, raw, &in); err != nil {
			return err
		}
		var out engagement.Contact
		for _, f := range []struct {
			name string
			raw  json.RawMessage
			to   *string
		}{{".name", in.Name, &out.Name}, {".mobile", in.Mobile, &out.Mobile}, {".user_id", in.UserID, &out.UserID}, {".union_id", in.UnionID, &out.UnionID}} {
			if *f.to, err = text(at+f.name, f.raw); err != nil {
				return err
			}
		}
		p.Contacts = append(p.Contacts, out)
	}
	return nil
}

// whole decodes the only value of a body.
func whole(body []byte, v any) error {
	dec := json.NewDecoder(bytes.NewReader(body))
	if err := dec.Decode(v); err != nil {
		if typed, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
			return &engagement.FieldError{Field: "body", Problem: "is a " + typed.Value + "; send a JSON object"}
		}
		return err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return &engagement.FieldError{Field: "body", Problem: "goes on after the JSON object"}
	}
	return nil
}

func object(field string, raw json.RawMessage, v any) error {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 || raw[0] != '{' {
		return &engagement.FieldError{Field: field, Problem: "must be a JSON object"}
	}
	if err := json.Unmarshal(raw, v); err != nil {
		if typed, ok := errors.AsType[*json.UnmarshalTypeError](err); ok && typed.Field != "" {
			return &engagement.FieldError{Field: field + "." + typed.Field, Problem: "must be a JSON array, it is a " + typed.Value}
		}
		return &engagement.FieldError{Field: field, Problem: "is not a JSON object"}
	}
	return nil
}

// text reads a string; null and absence are "".
func text(field string, raw json.RawMessage) (string, error) {
	if len(raw) == 0 || string(raw) == "null" {
		return "", nil
	}
	var s string
	if err := json.Unmarshal(raw, &s); err != nil {
		return "", &engagement.FieldError{Field: field, Problem: "must be a string"}
	}
	return strings.TrimSpace(s), nil
}

func moment(field string, raw json.RawMessage, optional bool) (time.Time, error) {
	s, err := text(field, raw)
	switch {
	case err != nil:
		return time.Time{}, err
	case s == "" && optional:
		return time.Time{}, nil
	case s == "":
		return time.Time{}, &engagement.FieldError{Field: field, Problem: "is missing; send it as RFC 3339"}
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return time.Time{}, &engagement.FieldError{Field: field, Problem: "is not RFC 3339, such as 2026-11-24T10:30:00+08:00"}
	}
	return t, nil
}
