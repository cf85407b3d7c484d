package engagement

import (
	"time"

	"guanjia/scheduler"
)

func (c *Case) planValidity(e *Effects, now time.Time) {
	e.arm(KindValidity, c.ID, c.Validity.next(c.Reminders.Validity, quietOf(c.Reminders.Quiet), now))
}

// planResponse plans the reminders of a response period, and those to the expert.
func (c *Case) planResponse(i *Incident, e *Effects, now time.Time) {
	e.arm(KindResponse, i.ID, i.Response.next(c.Reminders.Response, quietOf(c.Reminders.Quiet), now))
	c.planUpdate(i, e, now)
}

// planUpdate plans when the expert is reminded that the customer hears nothing:
// not in the quiet hours, and only while the response period runs.
func (c *Case) planUpdate(i *Incident, e *Effects, now time.Time) {
	if i.State != Accepted || !i.Response.PausedAt.IsZero() || i.Response.over(now) {
		return
	}
	at := quietOf(c.Reminders.Quiet).after(i.HeardAt.In(now.Location()).Add(c.Service.updateEvery()))
	if !at.After(now) {
		at = quietOf(c.Reminders.Quiet).after(now.Add(c.Service.updateEvery()))
	}
	if !at.Before(i.Response.End) {
		at = time.Time{}
	}
	e.arm(KindUpdate, i.ID, at)
}

// Due is what follows from a deadline of the case. One of something that is over
// has no effect.
func (c *Case) Due(d scheduler.Deadline, now time.Time) Effects {
	now = tick(now)
	if now.Before(tick(d.Due)) {
		now = tick(d.Due) // another replica's clock is a little ahead
	}
	if c.State == Cancelled || c.State == Closed {
		return Effects{}
	}
	switch d.Kind {
	case KindContact:
		return c.dueFirst(now)
	case KindValidity:
		return c.dueValidity(now)
	case KindChecklist:
		return c.dueChecklist(now)
	}
	if i := c.Incident(d.Subject); i != nil {
		return c.dueIncident(i, d, now)
	}
	return Effects{}
}

func (c *Case) dueIncident(i *Incident, d scheduler.Deadline, now time.Time) Effects {
	switch {
	case d.Kind == KindAccept && i.State == Reported:
		return c.dueAccept(i, now)
	case d.Kind == KindResponse && i.State == Accepted:
		return c.dueResponse(i, now)
	case d.Kind == KindUpdate && i.State == Accepted:
		return c.dueUpdate(i, now)
	}
	return Effects{}
}

func (c *Case) dueValidity(now time.Time) Effects {
	var e Effects
	k := &c.Validity
	told, next := k.due(c.Reminders.Validity, quietOf(c.Reminders.Quiet), now)
	for _, p := range told {
		n := Notice{To: ToChannel, Topic: TopicValidity, At: k.End, Before: p.before}
		if p.end() {
			n.Topic = TopicValidityEnd
		}
		if !p.customer {
			n.To, n.Member = ToExpert, c.Expert()
		}
		e.say(n)
	}
	if !k.Staff.Before(k.End) && c.State == Active {
		c.State = Expired
		e.log(Event{Kind: "expired", By: bot})
		if c.First.At.IsZero() { // nobody is to be called any more because nobody called
			e.call(Call{Do: CallEnd, Subject: c.ID})
		}
	}
	e.arm(KindValidity, c.ID, next)
	return e
}

func (c *Case) dueResponse(i *Incident, now time.Time) Effects {
	var e Effects
	k := &i.Response
	told, next := k.due(c.Reminders.Response, quietOf(c.Reminders.Quiet), now)
	for _, p := range told {
		n := Notice{To: ToChannel, Topic: TopicResponse, Incident: i.ID, At: k.End, Before: p.before}
		if p.end() {
			n.Topic = TopicResponseEnd
		}
		if !p.customer {
			n.To, n.Member = ToExpert, i.Expert
		}
		e.say(n)
		if p.end() && !p.customer {
			c.responseEnded(i, &e)
		}
	}
	e.arm(KindResponse, i.ID, next)
	return e
}

// responseEnded is for the moment itself: the manager must know of a response
// that ended without a report.
func (c *Case) responseEnded(i *Incident, e *Effects) {
	e.log(Event{Kind: "response_ended", Incident: i.ID, By: bot})
	e.arm(KindUpdate, i.ID, time.Time{})
	e.call(Call{Do: CallEnd, Subject: i.ID, Member: i.Expert}) // nobody is called for it any more
	if i.Report == "" {
		e.say(Notice{To: ToManagers, Topic: TopicNoReport, Incident: i.ID, At: i.Response.End, By: i.AcceptedBy, Page: true})
		e.log(Event{Kind: "no_report", Incident: i.ID, By: bot, Internal: true})
	}
}

// maxMissed is how often the next step is paged for an incident that nobody
// accepts; the managers know of it from the second time on.
const maxMissed = 8

func (c *Case) dueAccept(i *Incident, now time.Time) Effects {
	var e Effects
	i.Missed++
	e.call(Call{Do: CallNext, Subject: i.ID, Urgent: true})
	e.log(Event{Kind: "not_accepted", Incident: i.ID, By: bot, Internal: true})
	if i.Missed > 1 {
		e.say(Notice{To: ToManagers, Topic: TopicNotAccepted, Incident: i.ID, At: i.ReportedAt, Page: true})
	}
	if i.Missed < maxMissed {
		e.await(KindAccept, i.ID, now, c.Service.AcceptWithin)
	}
	return e
}

func (c *Case) dueUpdate(i *Incident, now time.Time) Effects {
	var e Effects
	e.say(Notice{To: ToExpert, Topic: TopicUpdateDue, Incident: i.ID, Member: i.Expert, At: i.HeardAt})
	c.planUpdate(i, &e, now)
	return e
}
