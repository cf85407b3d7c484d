package main

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"guanjia/bot"
	"guanjia/console"
	"guanjia/handlers"
)

// desk is what the console shows and does, over what the chat works with.
type desk struct{ s *service }

// newConsole is the operations page; without tokens there is none.
func newConsole(s *service) (http.Handler, error) {
	if len(s.cfg.HTTP.ConsoleTokens) == 0 {
		return http.NotFoundHandler(), nil
	}
	return console.New(desk{s}, s.cfg.HTTP.ConsoleTokens, s.settings.Load().Calendar.Location())
}

// shownAtOnce is how much of each kind the first page lists.
const shownAtOnce = 100

// Now is what is open and how the machine is.
func (d desk) Now(ctx context.Context, now time.Time) (console.Now, error) {
	mode, w, err := d.s.handler.Desk(ctx, now)
	if err != nil {
		return console.Now{}, err
	}
	cal := d.s.settings.Load().Calendar
	n := console.Now{At: now, Open: w.Open, Mode: string(mode), Hours: cal.FormatOpening(w.Opens, "zh")}
	if w.Open {
		n.Hours = cal.FormatClosing(w.Closes, "zh")
	}
	calls, err := d.s.handler.OpenEscalations(ctx, shownAtOnce, now)
	if err != nil {
		return n, err
	}
	for _, c := range calls {
		n.Escalations = append(n.Escalations, escalationView(c))
	}
	cases, err := d.s.handler.CaseRecords(ctx, true, shownAtOnce)
	if err != nil {
		return n, err
	}
	for _, c := range cases {
		n.Cases = append(n.Cases, caseView(c))
	}
	duty, err := d.s.handler.OnDuty(ctx, now)
	if err != nil {
		return n, err
	}
	for _, t := range duty {
		n.Duty = append(n.Duty, console.Duty{Rotation: t.Rotation, Name: t.Member, Until: t.To})
	}
	d.health(ctx, &n, now)
	return n, nil
}

func (d desk) health(ctx context.Context, n *console.Now, now time.Time) {
	r := d.s.ready.report(ctx, now)
	n.Health = []console.Check{{Name: "stream", OK: r.Stream.OK}, {Name: "redis", OK: r.Redis.OK}, {Name: "deadlines", OK: r.Deadlines.OK}}
	quota := d.s.cfg.DingTalk.MonthlyQuota
	for kind, limit := range map[string]int{"api": quota.API, "stream": quota.Stream} {
		if used, err := d.s.store.Usage(ctx, kind, now.Format("2006-01")); err == nil {
			n.Quota = append(n.Quota, console.Used{Kind: kind, Used: used, Limit: int64(limit)})
		}
	}
}

// Case is one case.
func (d desk) Case(ctx context.Context, id string) (console.Case, bool, error) {
	r, found, err := d.s.handler.CaseRecord(ctx, id)
	return caseView(r), found, err
}

// Escalation is one escalation.
func (d desk) Escalation(ctx context.Context, id string) (console.Escalation, bool, error) {
	r, found, err := d.s.handler.EscalationRecord(ctx, id)
	return escalationView(r), found, err
}

// Do does an action in somebody's name.
func (d desk) Do(ctx context.Context, action, value, by string, now time.Time) error {
	mode := handlers.Mode(value)
	if action != "hours" || mode != handlers.ModeOpen && mode != handlers.ModeClosed && mode != handlers.ModeAuto {
		return fmt.Errorf("no action %q with %q", action, value)
	}
	return retried(ctx, func() error {
		c, err := d.s.handler.SetDesk(ctx, mode, by, now)
		if err != nil {
			return err
		}
		return d.s.store.Commit(ctx, c)
	})
}

func escalationView(r handlers.EscalationRecord) console.Escalation {
	e := console.Escalation{
		ID: r.ID, Subject: r.Subject, State: string(r.State), Holder: r.HolderName, Asker: r.Name, Urgent: r.Urgent(),
		Step: r.Step, Opened: r.OpenedAt, Next: r.Next, Timeline: lines(r.Timeline),
	}
	for _, c := range r.Calls {
		e.Calls = append(e.Calls, console.Call{
			At: c.At, Name: r.Names[c.Member], Via: string(c.Via), Outcome: string(c.Outcome), Why: c.Why, Round: c.Round, Step: c.Step,
		})
	}
	return e
}

func caseView(r handlers.CaseRecord) console.Case {
	c := console.Case{
		ID: r.ID, OrderID: r.OrderID, Company: r.Company, Product: string(r.Product), State: string(r.State),
		Purchased: r.PurchasedAt, Contacted: r.FirstContactAt != nil,
	}
	if r.ValidUntil != nil {
		c.ValidUntil = *r.ValidUntil
	}
	for _, i := range r.Incidents {
		v := console.Incident{ID: i.ID, Class: i.Class, State: string(i.State), Reported: i.ReportedAt}
		if i.ResponseUntil != nil {
			v.Until = *i.ResponseUntil
		}
		c.Incidents = append(c.Incidents, v)
	}
	for _, l := range r.Timeline {
		c.Timeline = append(c.Timeline, console.Line{At: l.At, Kind: l.Kind, By: l.By, Text: l.Text})
	}
	return c
}

func lines(entries []bot.Entry) []console.Line {
	out := make([]console.Line, len(entries))
	for i, e := range entries {
		out[i] = console.Line{At: e.At, Kind: e.Kind, By: e.By, Text: e.Text}
	}
	return out
}
