package engagement

import "time"

// FirstContact is the telephone call after a purchase.
type FirstContact struct {
	// Since is when the team was told; Told is how much of the time the warnings
	// so far have covered.
	Since time.Time     `json:"since,omitzero"`
	Told  time.Duration `json:"told,omitempty"`
	// At and By are set once the call was made; Member is By's key.
	At     time.Time `json:"at,omitzero"`
	By     string    `json:"by,omitempty"`
	Member string    `json:"member,omitempty"`
}

// warnings are the moments of the first contact's time: half, three quarters,
// and the target itself.
func (c *Case) warnings() [3]time.Duration {
	d := c.Service.FirstContactWithin
	return [...]time.Duration{d / 2, d * 3 / 4, d}
}

func (c *Case) planFirst(e *Effects, now time.Time) {
	if due := c.firstDue(); !due.IsZero() {
		e.await(KindContact, c.ID, now, due.Sub(now))
	}
}

func (c *Case) dueFirst(now time.Time) Effects {
	var e Effects
	if !c.First.At.IsZero() {
		return e
	}
	if due := c.firstDue(); due.After(now) { // the clock was put back since the team was told
		c.First.Since = c.First.Since.Add(now.Sub(due))
	}
	target := c.First.Since.Add(c.Service.FirstContactWithin)
	switch {
	case !now.Before(target):
		c.First.Told = c.Service.FirstContactWithin
		e.call(Call{Do: CallOpen, Subject: c.ID, Urgent: true})
		e.log(Event{Kind: "first_contact_missed", By: bot, Internal: true})
		return e
	default:
		for _, w := range c.warnings() {
			if !c.First.Since.Add(w).After(now) {
				c.First.Told = max(c.First.Told, w)
			}
		}
		e.say(Notice{To: ToFirst, Topic: TopicContactWarning, At: target, Before: target.Sub(now), Page: true})
		c.planFirst(&e, now)
	}
	return e
}

// bot is who did what nobody typed.
const bot = "bot"

// Contacted notes that the first call was made: 已联系 C3. The second one is
// refused with by whom and when it was.
func (c *Case) Contacted(member, name string, now time.Time) (Effects, error) {
	var e Effects
	if c.State == Cancelled {
		return e, &Refusal{Why: WhyCancelled, Subject: c.ID}
	}
	if !c.First.At.IsZero() {
		return e, &Refusal{Why: WhyContacted, Subject: c.ID, By: c.First.By, At: c.First.At}
	}
	c.First.At, c.First.By, c.First.Member = tick(now), name, member
	e.arm(KindContact, c.ID, time.Time{})
	e.call(Call{Do: CallAck, Subject: c.ID, Member: member})
	e.call(Call{Do: CallEnd, Subject: c.ID, Member: member})
	e.log(Event{Kind: "contacted", By: name})
	return e, nil
}

// Checklist is what a customer of the professional edition has to do.
type Checklist struct {
	Since  time.Time `json:"since,omitzero"`
	Nudged int       `json:"nudged,omitempty"`
	DoneAt time.Time `json:"done_at,omitzero"`
	DoneBy string    `json:"done_by,omitempty"`
}

// nudges are the times after which the customer is asked whether it is done.
func nudges() []time.Duration { return []time.Duration{24 * time.Hour, 72 * time.Hour} }

func (c *Case) planChecklist(e *Effects, now time.Time) {
	if c.Checklist.Nudged >= len(nudges()) {
		return
	}
	due := c.Checklist.Since.In(now.Location()).Add(nudges()[c.Checklist.Nudged])
	e.arm(KindChecklist, c.ID, quietOf(c.Reminders.Quiet).before(due))
}

func (c *Case) dueChecklist(now time.Time) Effects {
	var e Effects
	if !c.Checklist.DoneAt.IsZero() {
		return e
	}
	if at := quietOf(c.Reminders.Quiet).after(now); at.After(now) { // late, after an outage
		e.arm(KindChecklist, c.ID, at)
		return e
	}
	c.Checklist.Nudged++
	e.say(Notice{To: ToContacts, Topic: TopicChecklistNudge})
	if c.Checklist.Nudged == len(nudges()) {
		e.say(Notice{To: ToFirst, Topic: TopicChecklistNudge})
	}
	e.log(Event{Kind: "checklist_nudged", By: bot})
	c.planChecklist(&e, now)
	return e
}

// ChecklistDone notes that the customer did it: 已完成.
func (c *Case) ChecklistDone(by string, now time.Time) (Effects, error) {
	var e Effects
	if c.Checklist.Since.IsZero() || !c.Checklist.DoneAt.IsZero() || c.State == Cancelled {
		return e, &Refusal{Why: WhyNoChecklist, Subject: c.ID, By: c.Checklist.DoneBy, At: c.Checklist.DoneAt}
	}
	c.Checklist.DoneAt, c.Checklist.DoneBy = tick(now), by
	e.arm(KindChecklist, c.ID, time.Time{})
	e.log(Event{Kind: "checklist_done", By: by})
	return e, nil
}
