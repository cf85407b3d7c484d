package engagement

import (
	"slices"
	"time"
)

// State is how far a case has come.
type State string

// The states of a case.
const (
	Active    State = "active"
	Expired   State = "expired"   // the validity is over; a response may still run
	Cancelled State = "cancelled" // the purchase was taken back
	Closed    State = "closed"    // expired, and its channel is gone
)

// Case is an engagement from one purchase, with its incidents. It is one
// document (Stored); every method is a function of it and its arguments.
//
// A now given to a method is in the service's zone: days are counted there. The
// times of a case that was stored are in none.
type Case struct {
	ID          string    `json:"id"`
	OrderID     string    `json:"order_id"`
	Product     Product   `json:"product"`
	Company     string    `json:"company"`
	Contacts    []Contact `json:"contacts"`
	PurchasedAt time.Time `json:"purchased_at"`
	CreatedAt   time.Time `json:"created_at"`
	State       State     `json:"state"`
	BindingCode string    `json:"binding_code,omitempty"`
	// Terms names the terms of the purchase; Service and Reminders are what they
	// say (Under).
	Terms     string    `json:"terms"`
	Service   Service   `json:"-"`
	Reminders Reminders `json:"-"`
	// Validity is zero for products without clocks.
	Validity  Clock        `json:"validity,omitzero"`
	First     FirstContact `json:"first,omitzero"`
	Room      Room         `json:"room,omitzero"`
	Checklist Checklist    `json:"checklist,omitzero"`
	// Bound are identities that belong to the case beside its contacts.
	Bound     []string    `json:"bound,omitempty"`
	Incidents []*Incident `json:"incidents,omitempty"`
	// Deliveries are the keys of the last events that were taken in.
	Deliveries []string `json:"deliveries,omitempty"`
	// Rating is 1 to 5, zero as long as nobody gave one.
	Rating   int    `json:"rating,omitempty"`
	RatingBy string `json:"rating_by,omitempty"`
}

// maxDeliveries bounds how many keys a case remembers.
const maxDeliveries = 20

// Terms is what a new case is made with; all of it is frozen into the case.
type Terms struct {
	Service   Service   `json:"service"`
	Reminders Reminders `json:"reminders"`
	// Driver is channel.driver.
	Driver string `json:"-"`
	// BindingCode is random, short and hard to guess.
	BindingCode string `json:"-"`
}

// New makes the case of a purchase, which must be valid.
func New(id string, p Purchase, terms Terms, now time.Time) (*Case, Effects) {
	now = tick(now)
	c := &Case{
		ID: id, OrderID: p.OrderID, Product: p.Product, Company: p.Company, Contacts: slices.Clone(p.Contacts),
		PurchasedAt: p.PurchasedAt, CreatedAt: now, State: Active, BindingCode: terms.BindingCode,
		Terms: terms.Name(), Service: terms.Service, Reminders: terms.Reminders,
	}
	for i := range c.Contacts {
		c.Contacts[i].Mobile = Mobile(c.Contacts[i].Mobile)
	}
	c.seen(p.Delivery)
	var e Effects
	e.log(Event{Kind: "purchased", By: p.Source, Text: string(p.Product)})
	e.say(Notice{To: ToFirst, Topic: TopicPurchased, Page: c.Product == Emergency})
	if c.Product == Professional {
		c.Checklist.Since = now
		c.planChecklist(&e, now)
		c.Room.begin(DriverNone, c.ID, now, &e)
		return c, e
	}
	from := p.PurchasedAt.In(now.Location())
	c.Validity.start(c.Service.end(from, c.Service.Validity), now)
	c.planValidity(&e, now)
	c.First.Since = now
	c.planFirst(&e, now)
	c.Room.begin(terms.Driver, c.ID, now, &e)
	return c, e
}

// tick drops what is finer than clocks need and a document should carry.
func tick(now time.Time) time.Time { return now.Truncate(time.Millisecond) }

// Seen reports whether an event with that key was taken in before.
func (c *Case) Seen(delivery string) bool {
	return delivery != "" && slices.Contains(c.Deliveries, delivery)
}

func (c *Case) seen(delivery string) {
	if delivery == "" {
		return
	}
	c.Deliveries = append(c.Deliveries, delivery)
	c.Deliveries = c.Deliveries[max(0, len(c.Deliveries)-maxDeliveries):]
}

// Renew takes in purchase.renewed: the validity ends at the later of its end and
// now, plus the service's validity. An event that was seen before changes
// nothing; a cancelled order is refused.
func (c *Case) Renew(p Purchase, now time.Time) (Effects, error) {
	now = tick(now)
	var e Effects
	switch {
	case c.Seen(p.Delivery):
		return e, nil
	case c.State == Cancelled:
		return e, &Refusal{Why: WhyCancelled, Subject: c.ID}
	}
	c.seen(p.Delivery)
	e.log(Event{Kind: "renewed", By: p.Source})
	if c.Product != Emergency {
		return e, nil
	}
	end := c.Service.end(now, c.Service.Validity)
	if c.Validity.End.After(now) {
		end = c.Service.prolong(c.Validity.End.In(now.Location()), c.Service.Validity)
	}
	c.moveValidity(end, now, &e)
	e.say(Notice{To: ToChannel, Topic: TopicRenewed, At: end}, Notice{To: ToExpert, Topic: TopicRenewed, At: end, Member: c.Expert()})
	return e, nil
}

func (c *Case) moveValidity(end, now time.Time, e *Effects) {
	c.Validity.move(end, now)
	c.State = Active
	c.planValidity(e, now)
}

// Cancel takes in purchase.cancelled: clocks and reminders stop.
func (c *Case) Cancel(p Purchase, now time.Time) Effects {
	var e Effects
	if c.Seen(p.Delivery) || c.State == Cancelled {
		return e
	}
	c.seen(p.Delivery)
	c.State = Cancelled
	never := time.Time{}
	e.arm(KindValidity, c.ID, never)
	e.arm(KindContact, c.ID, never)
	e.arm(KindChecklist, c.ID, never)
	if c.Room.Step != StepReady {
		e.armStep(KindRoom, c.ID, &c.Room.Run, never)
	}
	if c.First.At.IsZero() {
		e.call(Call{Do: CallEnd, Subject: c.ID})
	}
	for _, i := range c.Incidents {
		if i.State == Reported || i.State == Accepted {
			i.silence(&e)
			e.call(Call{Do: CallEnd, Subject: i.ID})
		}
	}
	e.log(Event{Kind: "cancelled", By: p.Source})
	e.say(Notice{To: ToExpert, Topic: TopicCancelled, Member: c.Expert(), At: tick(now)}, Notice{To: ToChannel, Topic: TopicCancelled, At: tick(now)})
	return e
}

// Extend moves the end of the validity, for a manager: 延长 C3 2d.
func (c *Case) Extend(by string, d time.Duration, why string, now time.Time) (Effects, error) {
	now = tick(now)
	var e Effects
	if err := c.alive(); err != nil {
		return e, err
	}
	if c.Validity.End.IsZero() {
		return e, &Refusal{Why: WhyNothingToExtend, Subject: c.ID}
	}
	end := c.Service.prolong(c.Validity.End.In(now.Location()), d)
	if !end.After(now) {
		return e, &Refusal{Why: WhyEndPast, Subject: c.ID, At: end}
	}
	c.moveValidity(end, now, &e)
	e.log(Event{Kind: "extended", By: by, Text: why})
	e.say(Notice{To: ToChannel, Topic: TopicExtended, At: end, By: by})
	return e, nil
}

// alive refuses what a cancelled or closed case cannot do any more.
func (c *Case) alive() error {
	switch c.State {
	case Cancelled:
		return &Refusal{Why: WhyCancelled, Subject: c.ID}
	case Closed:
		return &Refusal{Why: WhyClosed, Subject: c.ID}
	case Active, Expired:
	}
	return nil
}

// Rate keeps the customer's rating, 1 to 5, once.
func (c *Case) Rate(stars int, by string) (Effects, error) {
	var e Effects
	if c.Rating != 0 {
		return e, &Refusal{Why: WhyRated, Subject: c.ID, By: c.RatingBy}
	}
	c.Rating, c.RatingBy = min(5, max(1, stars)), by
	e.log(Event{Kind: "rated", By: by})
	return e, nil
}

// Expert is the key of who is told what concerns the case: who accepted the last
// incident, else who made the first call.
func (c *Case) Expert() string {
	for _, i := range slices.Backward(c.Incidents) {
		if i.Expert != "" {
			return i.Expert
		}
	}
	return c.First.Member
}
