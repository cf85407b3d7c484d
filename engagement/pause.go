package engagement

import "time"

// running finds an accepted incident whose response period is not over.
func (c *Case) running(id string, now time.Time) (*Incident, error) {
	i, err := c.in(id, Accepted)
	if err != nil {
		return nil, err
	}
	if i.Response.over(now) {
		return nil, &Refusal{Why: WhyResponseOver, Subject: id, At: i.Response.End}
	}
	return i, nil
}

// Pause stops the response period while the customer is waited for: 暂停 I5 原因.
func (c *Case) Pause(id, name, why string, now time.Time) (Effects, error) {
	now = tick(now)
	var e Effects
	i, err := c.running(id, now)
	if err != nil {
		return e, err
	}
	if !i.Response.PausedAt.IsZero() {
		return e, &Refusal{Why: WhyPaused, Subject: id, At: i.Response.PausedAt}
	}
	i.Response.PausedAt, i.HeardAt = now, now
	e.arm(KindResponse, id, time.Time{})
	e.arm(KindUpdate, id, time.Time{})
	e.call(Call{Do: CallSpoke, Subject: id})
	e.say(Notice{To: ToChannel, Topic: TopicPaused, Incident: id, By: name, Text: why})
	e.log(Event{Kind: "paused", Incident: id, By: name, Text: why})
	return e, nil
}

// Resume lets the response period go on: 继续 I5. All that remains of it shifts
// by the pause.
func (c *Case) Resume(id, name string, now time.Time) (Effects, error) {
	now = tick(now)
	var e Effects
	i, err := c.running(id, now)
	if err != nil {
		return e, err
	}
	if i.Response.PausedAt.IsZero() {
		return e, &Refusal{Why: WhyNotPaused, Subject: id}
	}
	i.Response.resume(now)
	i.HeardAt = now
	c.planResponse(i, &e, now)
	e.call(Call{Do: CallSpoke, Subject: id})
	e.say(Notice{To: ToChannel, Topic: TopicResumed, Incident: id, By: name, At: i.Response.End})
	e.log(Event{Kind: "resumed", Incident: id, By: name})
	return e, nil
}

// ExtendResponse moves the end of a response period, for a manager: 延长 I5 2d.
// One that is over, or was resolved, runs or can be reopened again.
func (c *Case) ExtendResponse(id, name string, d time.Duration, why string, now time.Time) (Effects, error) {
	now = tick(now)
	var e Effects
	i, err := c.in(id, Accepted, Resolved)
	if err != nil {
		return e, err
	}
	end := c.Service.prolong(i.Response.End.In(now.Location()), d)
	from := now
	if !i.Response.PausedAt.IsZero() {
		from = i.Response.PausedAt
	}
	if !end.After(from) {
		return e, &Refusal{Why: WhyEndPast, Subject: id, At: end}
	}
	i.Response.move(end, now)
	if i.State == Accepted {
		c.planResponse(i, &e, now)
	}
	e.say(Notice{To: ToChannel, Topic: TopicExtended, Incident: id, At: end, By: name})
	e.log(Event{Kind: "extended", Incident: id, By: name, Text: why})
	return e, nil
}
