package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"guanjia/bot"
	"guanjia/engagement"
	"guanjia/handlers"
	"guanjia/scheduler"
)

// leap says how far a clock of a case is put forward.
type leap struct {
	Case  string `json:"case"`
	Clock string `json:"clock"` // response or validity
	To    string `json:"to"`    // reminder, the first one before the end, or end
}

// errLeap refuses a leap that makes no sense.
var errLeap = errors.New(`expected {"case":"C1","clock":"response|validity","to":"reminder|end"} and a clock that runs`)

// goal names the deadline that the clock has set, and the moment up to which it
// is brought forward.
func (l leap) goal(c *engagement.Case) (deadline string, until time.Time, err error) {
	kind, subject, end, remind := engagement.KindValidity, c.ID, c.Validity.End, c.Reminders.Validity
	if l.Clock == "response" && len(c.Incidents) > 0 {
		i := c.Incidents[len(c.Incidents)-1]
		kind, subject, end, remind = engagement.KindResponse, i.ID, i.Response.End, c.Reminders.Response
	} else if l.Clock != "validity" {
		return "", end, errLeap
	}
	switch {
	case end.IsZero(), l.To != "reminder" && l.To != "end":
		return "", end, errLeap
	case l.To == "reminder" && len(remind) > 0:
		end = end.Add(-slices.Max(remind))
	}
	return kind + "|" + subject, end, nil
}

// queueShown is how many deadlines a demo can have.
const queueShown = 1000

// forward puts a clock of a case forward: what is due on the way happens now, in
// the words of its own time. Nothing else grows older.
func (s *service) forward(ctx context.Context, l leap) error {
	c, err := s.loadCase(ctx, l.Case)
	if err != nil {
		return err
	}
	deadline, until, err := l.goal(c)
	if err != nil {
		return err
	}
	fire := handlers.NewDeadlines(s.handler, early{s.store})
	for {
		all, err := s.store.Due(ctx, queueShown)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(all, func(d scheduler.Deadline) bool { return d.ID == deadline && !d.Due.After(until) })
		if i < 0 {
			return nil
		}
		if err := fire.Fire(ctx, scheduler.Claimed{Deadline: all[i], Attempt: 1}, all[i].Due); err != nil {
			return err
		}
	}
}

func (s *service) loadCase(ctx context.Context, id string) (*engagement.Case, error) {
	cases, err := s.handler.CaseDocs(ctx, []string{id})
	if err != nil {
		return nil, err
	}
	if len(cases) == 0 {
		return nil, fmt.Errorf("case: there is no %q", id)
	}
	return cases[0], nil
}

// early commits at once what was decided for a later time, and ends no work.
type early struct{ bot.Committer }

// Commit makes the change.
func (e early) Commit(ctx context.Context, c bot.Change) error {
	c.Now, c.Done = time.Now(), bot.Claim{}
	return e.Committer.Commit(ctx, c)
}
