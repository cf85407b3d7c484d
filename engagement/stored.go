package engagement

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"time"
)

// A million cases are a million documents, so that a document holds no more than
// it must: its times are Unix milliseconds, a clock that began with what it belongs
// to does not say when, and the terms, which most cases have in common, are a
// document of their own that it names.

// Stored is the case as its document holds it, for encoding, and for decoding
// into the case. Its id is that of the document; what was left out, Under puts back.
func (c *Case) Stored() any { return c.stored() }

// document has no decoder of its own: that could not tell of unknown fields.
type document struct {
	*Case
	ID          *struct{} `json:"id,omitempty"`
	PurchasedAt *millis   `json:"purchased_at"`
	CreatedAt   *millis   `json:"created_at"`
}

func (c *Case) stored() *document {
	return &document{c, nil, (*millis)(&c.PurchasedAt), (*millis)(&c.CreatedAt)}
}

// MarshalJSON gives the case as it is stored.
func (d *document) MarshalJSON() ([]byte, error) {
	c := *d.Case
	if !c.Validity.End.IsZero() {
		leaveOut(&c.Validity.Since, c.CreatedAt)
		leaveOut(&c.First.Since, c.CreatedAt)
	}
	type fields document
	return json.Marshal((*fields)(c.stored()))
}

// leaveOut lets a time go unsaid that is the same as another.
func leaveOut(t *time.Time, same time.Time) {
	if t.Equal(same) {
		*t = time.Time{}
	}
}

func putBack(t *time.Time, same time.Time) {
	if t.IsZero() {
		*t = same
	}
}

// Name is what terms are stored under: the same for the same service and
// reminders, and for nothing else.
func (t Terms) Name() string {
	raw, _ := json.Marshal(t) //nolint:errchkjson // numbers and strings always have an encoding
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:6])
}

// Under completes a case that was read: with the terms that it names, and with what
// was left out because another time says it.
func (c *Case) Under(t Terms) {
	c.Service, c.Reminders = t.Service, t.Reminders
	if !c.Validity.End.IsZero() {
		putBack(&c.Validity.Since, c.CreatedAt)
		putBack(&c.First.Since, c.CreatedAt)
	}
}

// millis is a time as it is stored; it is as fine as clocks are (tick).
type millis time.Time

// IsZero reports whether there is no time.
func (m millis) IsZero() bool { return time.Time(m).IsZero() }

// MarshalJSON gives Unix milliseconds.
func (m millis) MarshalJSON() ([]byte, error) {
	return strconv.AppendInt(nil, time.Time(m).UnixMilli(), 10), nil
}

// UnmarshalJSON reads Unix milliseconds.
func (m *millis) UnmarshalJSON(raw []byte) error {
	n, err := strconv.ParseInt(string(raw), 10, 64)
	*m = millis(time.UnixMilli(n).UTC())
	return err
}

func (k *Clock) stored() any {
	type clock Clock
	return &struct {
		*clock
		End       *millis `json:"end,omitzero"`
		PausedAt  *millis `json:"paused_at,omitzero"`
		Since     *millis `json:"since,omitzero"`
		Staff     *millis `json:"staff,omitzero"`
		Customers *millis `json:"customers,omitzero"`
	}{
		(*clock)(k), (*millis)(&k.End), (*millis)(&k.PausedAt), (*millis)(&k.Since),
		(*millis)(&k.Staff), (*millis)(&k.Customers),
	}
}

// MarshalJSON gives the clock as it is stored.
func (k Clock) MarshalJSON() ([]byte, error) { return json.Marshal(k.stored()) }

// UnmarshalJSON reads the clock as it is stored.
func (k *Clock) UnmarshalJSON(raw []byte) error { return json.Unmarshal(raw, k.stored()) }

func (f *FirstContact) stored() any {
	type first FirstContact
	return &struct {
		*first
		Since *millis `json:"since,omitzero"`
		At    *millis `json:"at,omitzero"`
	}{(*first)(f), (*millis)(&f.Since), (*millis)(&f.At)}
}

// MarshalJSON gives the first contact as it is stored.
func (f FirstContact) MarshalJSON() ([]byte, error) { return json.Marshal(f.stored()) }

// UnmarshalJSON reads the first contact as it is stored.
func (f *FirstContact) UnmarshalJSON(raw []byte) error { return json.Unmarshal(raw, f.stored()) }

func (l *Checklist) stored() any {
	type list Checklist
	return &struct {
		*list
		Since  *millis `json:"since,omitzero"`
		DoneAt *millis `json:"done_at,omitzero"`
	}{(*list)(l), (*millis)(&l.Since), (*millis)(&l.DoneAt)}
}

// MarshalJSON gives the check-list as it is stored.
func (l Checklist) MarshalJSON() ([]byte, error) { return json.Marshal(l.stored()) }

// UnmarshalJSON reads the check-list as it is stored.
func (l *Checklist) UnmarshalJSON(raw []byte) error { return json.Unmarshal(raw, l.stored()) }

func (i *Incident) stored() any {
	type incident Incident
	return &struct {
		*incident
		ReportedAt *millis `json:"reported_at"`
		AcceptedAt *millis `json:"accepted_at,omitzero"`
		EndedAt    *millis `json:"ended_at,omitzero"`
		ReportAt   *millis `json:"report_at,omitzero"`
		HeardAt    *millis `json:"heard_at,omitzero"`
	}{
		(*incident)(i), (*millis)(&i.ReportedAt), (*millis)(&i.AcceptedAt), (*millis)(&i.EndedAt),
		(*millis)(&i.ReportAt), (*millis)(&i.HeardAt),
	}
}

// MarshalJSON gives the incident as it is stored.
func (i Incident) MarshalJSON() ([]byte, error) {
	if !i.Response.End.IsZero() {
		leaveOut(&i.Response.Since, i.AcceptedAt)
	}
	return json.Marshal(i.stored())
}

// UnmarshalJSON reads the incident as it is stored.
func (i *Incident) UnmarshalJSON(raw []byte) error {
	err := json.Unmarshal(raw, i.stored())
	if !i.Response.End.IsZero() {
		putBack(&i.Response.Since, i.AcceptedAt)
	}
	return err
}
