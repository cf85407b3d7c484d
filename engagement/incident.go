package engagement

import (
	"net/url"
	"slices"
	"time"
)

// IncidentState is how far an incident has come.
type IncidentState string

// The states of an incident.
const (
	Reported IncidentState = "reported"
	Accepted IncidentState = "accepted"
	Rejected IncidentState = "rejected"
	Resolved IncidentState = "resolved"
)

// Incident is something that happened to the customer, within a case.
type Incident struct {
	ID         string        `json:"id"`
	Class      string        `json:"class"`
	Reasons    []string      `json:"reasons,omitempty"`
	State      IncidentState `json:"state"`
	ReportedAt time.Time     `json:"reported_at"`
	// Further counts the reports that were added.
	Further int `json:"further,omitempty"`
	// Recurrence is the earlier incident of which this may be a recurrence.
	Recurrence string `json:"recurrence_of,omitempty"`
	// AcceptedAt and AcceptedBy tell when and by whom it was accepted; Expert is
	// the member's key.
	AcceptedAt time.Time `json:"accepted_at,omitzero"`
	AcceptedBy string    `json:"accepted_by,omitempty"`
	Expert     string    `json:"expert,omitempty"`
	// EndedAt and EndedBy tell when and by whom it was rejected or resolved.
	EndedAt time.Time `json:"ended_at,omitzero"`
	EndedBy string    `json:"ended_by,omitempty"`
	// Response is the response period, once it was accepted.
	Response Clock     `json:"response,omitzero"`
	Report   string    `json:"report,omitempty"`
	ReportAt time.Time `json:"report_at,omitzero"`
	// HeardAt is when somebody last told the customer how it goes.
	HeardAt time.Time `json:"heard_at,omitzero"`
	// Missed counts how often nobody accepted it in time.
	Missed int `json:"missed,omitempty"`
}

// Open reports whether a further report belongs to the incident: it waits to be
// accepted, or its response period runs.
func (i *Incident) Open(now time.Time) bool {
	return i.State == Reported || (i.State == Accepted && !i.Response.over(now))
}

// Incident finds an incident by its id, else nil.
func (c *Case) Incident(id string) *Incident {
	if n := slices.IndexFunc(c.Incidents, func(i *Incident) bool { return i.ID == id }); n >= 0 {
		return c.Incidents[n]
	}
	return nil
}

// OpenIncident is the incident that a further report is added to, else nil. A
// case that was cancelled has none.
func (c *Case) OpenIncident(now time.Time) *Incident {
	if c.State == Cancelled {
		return nil
	}
	for _, i := range slices.Backward(c.Incidents) {
		if i.Open(now) {
			return i
		}
	}
	return nil
}

// Report is what a customer said happened.
type Report struct {
	Class   string
	Reasons []string
	Urgent  bool
	// By is the display name of who said it.
	By string
	// Taken is set when whoever opens it accepts it at once: nobody has to be called.
	Taken bool
}

// MayReport tells whether an incident can be opened at now, and if not, why: the
// product has none, the purchase was cancelled, the validity is over. A report
// can still be added to an incident that is open.
func (c *Case) MayReport(now time.Time) error {
	if c.Product != Emergency {
		return &Refusal{Why: WhyNoIncidents, Subject: c.ID}
	}
	if c.State == Cancelled {
		return &Refusal{Why: WhyCancelled, Subject: c.ID}
	}
	if c.State != Active || c.Validity.over(now) {
		return &Refusal{Why: WhyExpired, Subject: c.ID, At: c.Validity.End}
	}
	return nil
}

// Add adds a further report to an incident that is open.
func (c *Case) Add(i *Incident, r Report) Effects {
	var e Effects
	i.Further++
	e.say(Notice{To: ToExpert, Topic: TopicReported, Incident: i.ID, Member: i.Expert, By: r.By})
	e.log(Event{Kind: "further_report", Incident: i.ID, By: r.By})
	return e
}

// OpenNew opens an incident with the given id and pages the ladder.
func (c *Case) OpenNew(id string, r Report, now time.Time) (*Incident, Effects, error) {
	now = tick(now)
	var e Effects
	if err := c.MayReport(now); err != nil {
		return nil, e, err
	}
	i := &Incident{ID: id, Class: r.Class, Reasons: r.Reasons, State: Reported, ReportedAt: now, HeardAt: now, Recurrence: c.earlier()}
	c.Incidents = append(c.Incidents, i)
	if !r.Taken {
		e.call(Call{Do: CallOpen, Subject: id, Urgent: r.Urgent})
	}
	e.await(KindAccept, id, now, c.Service.AcceptWithin)
	c.planMembers(&e, now)
	e.log(Event{Kind: "reported", Incident: id, By: r.By, Text: r.Class})
	return i, e, nil
}

// earlier is the last incident that was handled, of which a new one may be the
// recurrence.
func (c *Case) earlier() string {
	for _, i := range slices.Backward(c.Incidents) {
		if !i.AcceptedAt.IsZero() {
			return i.ID
		}
	}
	return ""
}

// in finds an incident of a case that goes on, in one of the states.
func (c *Case) in(id string, states ...IncidentState) (*Incident, error) {
	i := c.Incident(id)
	switch {
	case i == nil:
		return nil, &Refusal{Why: WhyUnknown, Subject: id}
	case c.State == Cancelled || c.State == Closed:
		return nil, c.alive()
	case slices.Contains(states, i.State):
		return i, nil
	}
	switch i.State {
	case Accepted:
		return nil, &Refusal{Why: WhyAccepted, Subject: id, By: i.AcceptedBy, At: i.AcceptedAt}
	case Rejected:
		return nil, &Refusal{Why: WhyRejected, Subject: id, By: i.EndedBy, At: i.EndedAt}
	case Resolved:
		return nil, &Refusal{Why: WhyResolved, Subject: id, By: i.EndedBy, At: i.EndedAt}
	case Reported:
	}
	return nil, &Refusal{Why: WhyNotAccepted, Subject: id}
}

// silence takes back everything that would be said of the incident.
func (i *Incident) silence(e *Effects) {
	e.arm(KindAccept, i.ID, time.Time{})
	e.arm(KindResponse, i.ID, time.Time{})
	e.arm(KindUpdate, i.ID, time.Time{})
}

// Accept starts the response period: 受理 I5. It runs its full length, also
// across the end of the validity.
func (c *Case) Accept(id, member, name string, now time.Time) (Effects, error) {
	now = tick(now)
	var e Effects
	i, err := c.in(id, Reported)
	if err != nil {
		return e, err
	}
	i.State, i.AcceptedAt, i.AcceptedBy, i.Expert, i.HeardAt = Accepted, now, name, member, now
	i.Response.start(c.Service.end(now, c.Service.ResponsePeriod), now)
	e.arm(KindAccept, id, time.Time{})
	c.planResponse(i, &e, now)
	c.planMembers(&e, now)
	e.call(Call{Do: CallAck, Subject: id, Member: member})
	e.say(Notice{To: ToChannel, Topic: TopicAccepted, Incident: id, At: i.Response.End, By: name})
	e.log(Event{Kind: "accepted", Incident: id, By: name})
	return e, nil
}

// Reject ends an incident that is none, with the reason: 拒绝 I5 原因.
func (c *Case) Reject(id, member, name, why string, now time.Time) (Effects, error) {
	var e Effects
	i, err := c.in(id, Reported)
	if err != nil {
		return e, err
	}
	i.State, i.EndedAt, i.EndedBy = Rejected, tick(now), name
	i.silence(&e)
	e.call(Call{Do: CallEnd, Subject: id, Member: member})
	e.say(Notice{To: ToChannel, Topic: TopicRejected, Incident: id, By: name, Text: why})
	e.log(Event{Kind: "rejected", Incident: id, By: name, Text: why})
	return e, nil
}

// Update tells the customer how it goes: 进展 I5 ….
func (c *Case) Update(id, name, words string, now time.Time) (Effects, error) {
	now = tick(now)
	var e Effects
	i, err := c.in(id, Reported, Accepted, Resolved)
	if err != nil {
		return e, err
	}
	i.HeardAt = now
	c.planUpdate(i, &e, now)
	e.call(Call{Do: CallSpoke, Subject: id})
	e.say(Notice{To: ToChannel, Topic: TopicUpdate, Incident: id, By: name, Text: words})
	e.log(Event{Kind: "update", Incident: id, By: name, Text: words})
	return e, nil
}

// Deliver hands over the report: 报告 I5 链接. A later one replaces it.
func (c *Case) Deliver(id, name, address string, now time.Time) (Effects, error) {
	now = tick(now)
	var e Effects
	i, err := c.in(id, Accepted, Resolved)
	if err != nil {
		return e, err
	}
	if u, err := url.Parse(address); err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") {
		return e, &Refusal{Why: WhyBadReport, Subject: id}
	}
	i.Report, i.ReportAt, i.HeardAt = address, now, now
	c.planUpdate(i, &e, now)
	e.call(Call{Do: CallSpoke, Subject: id})
	e.say(Notice{To: ToChannel, Topic: TopicReport, Incident: id, By: name, Text: address})
	e.log(Event{Kind: "report", Incident: id, By: name, Text: address})
	return e, nil
}

// Resolve closes an incident: 结案 I5. Its clocks stop.
func (c *Case) Resolve(id, member, name string, now time.Time) (Effects, error) {
	now = tick(now)
	var e Effects
	i, err := c.in(id, Accepted)
	if err != nil {
		return e, err
	}
	if !i.Response.PausedAt.IsZero() {
		i.Response.resume(now)
	}
	i.State, i.EndedAt, i.EndedBy = Resolved, now, name
	i.silence(&e)
	e.call(Call{Do: CallEnd, Subject: id, Member: member})
	e.say(Notice{To: ToChannel, Topic: TopicResolved, Incident: id, By: name})
	e.log(Event{Kind: "resolved", Incident: id, By: name})
	return e, nil
}

// Reopen takes back 结案 within the response period, and 拒绝: 重开 I5.
func (c *Case) Reopen(id, name string, now time.Time) (Effects, error) {
	now = tick(now)
	var e Effects
	i := c.Incident(id)
	if i != nil && (i.State == Reported || i.State == Accepted) {
		return e, &Refusal{Why: WhyNotResolved, Subject: id}
	}
	i, err := c.in(id, Rejected, Resolved)
	if err != nil {
		return e, err
	}
	at := time.Time{}
	if i.State == Rejected {
		i.State = Reported
		e.await(KindAccept, id, now, c.Service.AcceptWithin)
		e.call(Call{Do: CallOpen, Subject: id, Urgent: true})
	} else {
		if i.Response.over(now) {
			return e, &Refusal{Why: WhyResponseOver, Subject: id, At: i.Response.End}
		}
		i.State, i.HeardAt, at = Accepted, now, i.Response.End
		c.planResponse(i, &e, now)
	}
	i.EndedAt, i.EndedBy = time.Time{}, ""
	e.say(Notice{To: ToChannel, Topic: TopicReopened, Incident: id, By: name, At: at})
	e.log(Event{Kind: "reopened", Incident: id, By: name})
	return e, nil
}
