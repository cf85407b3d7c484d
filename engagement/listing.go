package engagement

import "time"

// Listing is a case as `guanjia case list` prints it (contract §1).
type Listing struct {
	ID             string     `json:"id"`
	OrderID        string     `json:"order_id"`
	Company        string     `json:"company"`
	Product        Product    `json:"product"`
	State          State      `json:"state"`
	PurchasedAt    time.Time  `json:"purchased_at"`
	ValidUntil     *time.Time `json:"valid_until"`
	FirstContactAt *time.Time `json:"first_contact_at"`
	Channel        struct {
		OpenConversationID string `json:"open_conversation_id"`
		Title              string `json:"title"`
	} `json:"channel"`
	Incidents []ListedIncident `json:"incidents"`
}

// ListedIncident is an incident in a Listing.
type ListedIncident struct {
	ID            string        `json:"id"`
	Class         string        `json:"class"`
	State         IncidentState `json:"state"`
	ReportedAt    time.Time     `json:"reported_at"`
	AcceptedAt    *time.Time    `json:"accepted_at"`
	ResponseUntil *time.Time    `json:"response_until"`
	RecurrenceOf  string        `json:"recurrence_of"`
}

// Listing gives the case for programs, with times in a zone.
func (c *Case) Listing(zone *time.Location) Listing {
	moment := func(t time.Time) *time.Time {
		if t.IsZero() {
			return nil
		}
		t = t.In(zone)
		return &t
	}
	l := Listing{
		ID: c.ID, OrderID: c.OrderID, Company: c.Company, Product: c.Product, State: c.State, PurchasedAt: c.PurchasedAt.In(zone),
		ValidUntil: moment(c.Validity.End), FirstContactAt: moment(c.First.At), Incidents: []ListedIncident{},
	}
	l.Channel.OpenConversationID, l.Channel.Title = c.Room.ID, c.Room.Title
	for _, i := range c.Incidents {
		l.Incidents = append(l.Incidents, ListedIncident{
			ID: i.ID, Class: i.Class, State: i.State, ReportedAt: i.ReportedAt.In(zone),
			AcceptedAt: moment(i.AcceptedAt), ResponseUntil: moment(i.Response.End), RecurrenceOf: i.Recurrence,
		})
	}
	return l
}
