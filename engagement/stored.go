package engagement

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"
)

// A million cases are a million documents, and each is read and written for every
// deadline of its case. So a document holds no more than it must: its times are Unix
// milliseconds, a clock that began with what it belongs to does not say when, and the
// terms, which most cases have in common, are a document of their own that it names.
// And it has no encoder of its own, that would go over its bytes several times and
// could not tell of unknown fields: what is encoded is a form, a copy of the case
// whose times are numbers.

// Stored is the case as its document holds it, for encoding, or empty to be decoded
// and restored. The case's id is that of the document.
func (c *Case) Stored() any {
	f := &caseForm{
		fields: fields(*c), PurchasedAt: millisOf(c.PurchasedAt), CreatedAt: millisOf(c.CreatedAt),
		Validity: c.Validity.form(), First: c.First.form(), Checklist: c.Checklist.form(),
	}
	if f.Validity.End != 0 {
		leaveOut(&f.Validity.Since, f.CreatedAt)
		leaveOut(&f.First.Since, f.CreatedAt)
	}
	for _, i := range c.Incidents {
		f.Incidents = append(f.Incidents, i.form())
	}
	return f
}

// Restore makes the case what was decoded into its empty Stored, but for its id and
// for what its terms say (Under).
func (c *Case) Restore(stored any) {
	f, ok := stored.(*caseForm)
	if !ok {
		return
	}
	if f.Validity.End != 0 {
		putBack(&f.Validity.Since, f.CreatedAt)
		putBack(&f.First.Since, f.CreatedAt)
	}
	id := c.ID
	*c = Case(f.fields)
	c.ID, c.PurchasedAt, c.CreatedAt = id, f.PurchasedAt.time(), f.CreatedAt.time()
	c.Validity, c.First, c.Checklist, c.Incidents = f.Validity.value(), f.First.value(), f.Checklist.value(), nil
	for _, i := range f.Incidents {
		c.Incidents = append(c.Incidents, i.value())
	}
}

// Name is what terms are stored under: the same for the same service and
// reminders, and for nothing else.
func (t Terms) Name() string {
	raw, _ := json.Marshal(t) //nolint:errchkjson // numbers and strings always have an encoding
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:6])
}

// Under completes a case that was read with the terms that it names.
func (c *Case) Under(t Terms) { c.Service, c.Reminders = t.Service, t.Reminders }

// millis is a time as it is stored, in Unix milliseconds, zero for none; it is as
// fine as clocks are (tick).
type millis int64

func millisOf(t time.Time) millis {
	if t.IsZero() {
		return 0
	}
	return millis(t.UnixMilli())
}

func (m millis) time() time.Time {
	if m == 0 {
		return time.Time{}
	}
	return time.UnixMilli(int64(m)).UTC()
}

// leaveOut lets a time go unsaid that is the same as another.
func leaveOut(m *millis, same millis) {
	if *m == same {
		*m = 0
	}
}

func putBack(m *millis, same millis) {
	if *m == 0 {
		*m = same
	}
}

// What is embedded below is what is stored as it is. The fields beside it stand in
// front of its fields of the same name.

type fields Case

type caseForm struct {
	fields

	ID          *struct{}       `json:"id,omitempty"`
	PurchasedAt millis          `json:"purchased_at"`
	CreatedAt   millis          `json:"created_at"`
	Validity    clockForm       `json:"validity,omitzero"`
	First       firstForm       `json:"first,omitzero"`
	Checklist   checklistForm   `json:"checklist,omitzero"`
	Incidents   []*incidentForm `json:"incidents,omitempty"`
}

type clock Clock

type clockForm struct {
	clock

	End       millis `json:"end,omitzero"`
	PausedAt  millis `json:"paused_at,omitzero"`
	Since     millis `json:"since,omitzero"`
	Staff     millis `json:"staff,omitzero"`
	Customers millis `json:"customers,omitzero"`
}

func (k Clock) form() clockForm {
	return clockForm{clock(k), millisOf(k.End), millisOf(k.PausedAt), millisOf(k.Since), millisOf(k.Staff), millisOf(k.Customers)}
}

func (f clockForm) value() Clock {
	k := Clock(f.clock)
	k.End, k.PausedAt, k.Since = f.End.time(), f.PausedAt.time(), f.Since.time()
	k.Staff, k.Customers = f.Staff.time(), f.Customers.time()
	return k
}

type first FirstContact

type firstForm struct {
	first

	Since millis `json:"since,omitzero"`
	At    millis `json:"at,omitzero"`
}

func (f FirstContact) form() firstForm { return firstForm{first(f), millisOf(f.Since), millisOf(f.At)} }

func (f firstForm) value() FirstContact {
	c := FirstContact(f.first)
	c.Since, c.At = f.Since.time(), f.At.time()
	return c
}

type checklist Checklist

type checklistForm struct {
	checklist

	Since  millis `json:"since,omitzero"`
	DoneAt millis `json:"done_at,omitzero"`
}

func (l Checklist) form() checklistForm {
	return checklistForm{checklist(l), millisOf(l.Since), millisOf(l.DoneAt)}
}

func (f checklistForm) value() Checklist {
	l := Checklist(f.checklist)
	l.Since, l.DoneAt = f.Since.time(), f.DoneAt.time()
	return l
}

type incident Incident

type incidentForm struct {
	incident

	ReportedAt millis    `json:"reported_at"`
	AcceptedAt millis    `json:"accepted_at,omitzero"`
	EndedAt    millis    `json:"ended_at,omitzero"`
	Response   clockForm `json:"response,omitzero"`
	ReportAt   millis    `json:"report_at,omitzero"`
	HeardAt    millis    `json:"heard_at,omitzero"`
}

func (i *Incident) form() *incidentForm {
	f := &incidentForm{
		incident(*i), millisOf(i.ReportedAt), millisOf(i.AcceptedAt), millisOf(i.EndedAt),
		i.Response.form(), millisOf(i.ReportAt), millisOf(i.HeardAt),
	}
	if f.Response.End != 0 {
		leaveOut(&f.Response.Since, f.AcceptedAt)
	}
	return f
}

func (f *incidentForm) value() *Incident {
	if f.Response.End != 0 {
		putBack(&f.Response.Since, f.AcceptedAt)
	}
	i := Incident(f.incident)
	i.ReportedAt, i.AcceptedAt, i.EndedAt = f.ReportedAt.time(), f.AcceptedAt.time(), f.EndedAt.time()
	i.Response, i.ReportAt, i.HeardAt = f.Response.value(), f.ReportAt.time(), f.HeardAt.time()
	return &i
}
