package engagement

import (
	"time"

	"guanjia/scheduler"
)

// Needs lists the deadlines without which the case would fall asleep: for the
// audit, which puts back what is missing. Nudges that nobody depends on are left out.
func (c *Case) Needs(now time.Time) []scheduler.Deadline {
	now = tick(now)
	if c.State == Cancelled || c.State == Closed {
		return nil
	}
	var out []scheduler.Deadline
	need := func(kind, subject string, run int, due time.Time) {
		if !due.IsZero() {
			out = append(out, scheduler.Deadline{ID: kind + "|" + subject, Due: due, Kind: kind, Subject: subject, Run: run})
		}
	}
	q := quietOf(c.Reminders.Quiet)
	need(KindValidity, c.ID, 0, c.Validity.next(c.Reminders.Validity, q, now))
	need(KindContact, c.ID, 0, c.firstDue())
	if c.Room.Run > 0 && c.RoomDue(c.Room.Run) && c.Room.Step != StepByHand {
		need(KindRoom, c.ID, c.Room.Run, now)
	}
	for _, i := range c.Incidents {
		switch i.State {
		case Reported:
			if i.Missed < maxMissed {
				need(KindAccept, i.ID, 0, i.ReportedAt.Add(c.Service.AcceptWithin))
			}
		case Accepted:
			need(KindResponse, i.ID, 0, i.Response.next(c.Reminders.Response, q, now))
		case Rejected, Resolved:
		}
	}
	return out
}

// firstDue is when the next warning of the first contact is due, zero for never.
func (c *Case) firstDue() time.Time {
	if c.First.Since.IsZero() || !c.First.At.IsZero() {
		return time.Time{}
	}
	for _, w := range c.warnings() {
		if w > c.First.Told {
			return c.First.Since.Add(w)
		}
	}
	return time.Time{}
}
