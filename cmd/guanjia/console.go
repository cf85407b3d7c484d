package main

import (
	"context"
	"math"
	"net/http"
	"slices"
	"strings"
	"time"

	"guanjia/calendar"
	"guanjia/console"
	"guanjia/handlers"
	"guanjia/scheduler"
)

// desk is what the console shows and does, over what the chat works with.
type desk struct {
	s    *service
	find *finder
}

// newConsole is the operations page; without tokens there is none.
func newConsole(s *service) (http.Handler, error) {
	if len(s.cfg.HTTP.ConsoleTokens) == 0 {
		return http.NotFoundHandler(), nil
	}
	return console.New(desk{s: s, find: newFinder(s.store)}, s.cfg.HTTP.ConsoleTokens, s.settings.Load().Calendar.Location())
}

// How much of each kind the first page lists, and how many deadlines it looks at.
const (
	shownCalls     = 50
	shownCases     = 15
	shownDeadlines = 9
	lookedAhead    = 300
)

// Now is what is open and how the machine is.
func (d desk) Now(ctx context.Context, now time.Time) (console.Now, error) {
	n := console.Now{At: now}
	var err error
	if n.Desk, err = d.hours(ctx, now); err != nil {
		return n, err
	}
	if n.Duty, err = d.duty(ctx, now); err != nil {
		return n, err
	}
	if err := d.openCalls(ctx, &n, now); err != nil {
		return n, err
	}
	if err := d.openCases(ctx, &n); err != nil {
		return n, err
	}
	if err := d.ahead(ctx, &n); err != nil {
		return n, err
	}
	n.Checks, n.Quota = d.checks(ctx, now), d.quota(ctx, now)
	return n, d.find.warm(ctx)
}

func (d desk) hours(ctx context.Context, now time.Time) (console.DeskState, error) {
	mode, w, err := d.s.handler.Desk(ctx, now)
	state := console.DeskState{Open: w.Open, Mode: string(mode), Until: w.Opens}
	if w.Open {
		state.Until = w.Closes
	}
	if mode != handlers.ModeAuto {
		state.Until = time.Time{} // the switch decides until it is put back
	}
	return state, err
}

func (d desk) duty(ctx context.Context, now time.Time) ([]console.Duty, error) {
	turns, err := d.s.handler.OnDuty(ctx, now)
	out := d.duties(turns)
	for i := range out {
		if !out[i].Until.Before(now.Add(lookAtRota)) { // the end of what was looked at, not of the turn
			out[i].Until = time.Time{}
		}
	}
	return out, err
}

// duties are turns with the members' names.
func (d desk) duties(turns []calendar.Turn) []console.Duty {
	team := d.s.settings.Load().Team
	out := make([]console.Duty, len(turns))
	for i, t := range turns {
		out[i] = console.Duty{Rotation: t.Rotation, Name: t.Member, From: t.From, Until: t.To}
		if m, ok := team.ByKey(t.Member); ok {
			out[i].Name = m.Name
		}
	}
	return out
}

func (d desk) openCalls(ctx context.Context, n *console.Now, now time.Time) error {
	calls, err := d.s.handler.OpenEscalations(ctx, shownCalls, now)
	if err != nil {
		return err
	}
	all, err := d.s.store.Count(ctx, handlers.IndexEscalations, 0, math.MaxInt64)
	n.OpenCalls = int(all)
	for _, c := range calls {
		n.Calls = append(n.Calls, escalationView(c))
		if !c.Held() {
			n.Unheld++
		}
	}
	slices.SortStableFunc(n.Calls, func(a, b console.Escalation) int { return weight(b) - weight(a) })
	return err
}

// weight puts first what needs somebody now.
func weight(e console.Escalation) int {
	w := 0
	if e.Holder == "" {
		w += 2
	}
	if e.Urgent {
		w++
	}
	return w
}

func (d desk) openCases(ctx context.Context, n *console.Now) error {
	all, err := d.s.store.Count(ctx, handlers.IndexCasesOpen, math.Inf(-1), math.MaxInt64)
	if err != nil {
		return err
	}
	n.OpenCases = int(all)
	ids, err := d.s.store.Index(ctx, handlers.IndexCasesOpen, 1, math.MaxInt64, shownCases) // zero: without an end
	if err != nil {
		return err
	}
	cases, err := d.s.handler.CaseDocs(ctx, ids)
	for _, c := range cases {
		n.Cases = append(n.Cases, caseView(c))
	}
	return err
}

// ahead is what happens next by itself. Every incident that is open has a
// deadline, and is found by it.
func (d desk) ahead(ctx context.Context, n *console.Now) error {
	due, err := d.s.store.Due(ctx, lookedAhead)
	if err != nil {
		return err
	}
	var incidents, cases []string
	for _, x := range due {
		switch {
		case strings.HasPrefix(x.Subject, "I") && strings.HasPrefix(x.Kind, "case."):
			incidents = append(incidents, x.Subject)
		case strings.HasPrefix(x.Subject, "C") && strings.HasPrefix(x.Kind, "case.") && len(cases) < shownDeadlines:
			cases = append(cases, x.Subject)
		}
	}
	of, err := d.s.handler.CasesOf(ctx, incidents)
	if err != nil {
		return err
	}
	for _, id := range incidents {
		cases = append(cases, of[id])
	}
	slices.Sort(cases)
	docs, err := d.s.handler.CaseDocs(ctx, slices.Compact(cases))
	if err != nil {
		return err
	}
	names := map[string]string{}
	for _, c := range docs {
		names[c.ID] = c.Company
		for _, i := range caseView(c).Incidents {
			names[i.ID] = c.Company
			if i.State == "reported" || i.State == "accepted" {
				n.Incidents = append(n.Incidents, i)
			}
		}
	}
	for _, c := range n.Calls {
		names[c.ID] = c.Asker
	}
	due = slices.DeleteFunc(due, func(x scheduler.Deadline) bool {
		return strings.HasPrefix(x.Kind, "job.") && x.Kind != handlers.KindShift
	})
	for _, x := range due[:min(len(due), shownDeadlines)] {
		n.Deadlines = append(n.Deadlines, console.Deadline{At: x.Due, Kind: x.Kind, Subject: x.Subject, Name: names[x.Subject]})
	}
	return nil
}

// Do does what a chat command does, in somebody's name.
func (d desk) Do(ctx context.Context, a console.Action, now time.Time) (out console.Outcome, err error) {
	err = retried(ctx, func() error {
		c, text, done, err := d.s.handler.Act(ctx, a.By, a.Lang, a.Words, now)
		if err != nil {
			return err
		}
		out = console.Outcome{Text: text, Done: done}
		if !done {
			return nil
		}
		return d.s.store.Commit(ctx, c)
	})
	return out, err
}

// SignedIn puts a sign-in into the audit.
func (d desk) SignedIn(ctx context.Context, name, from string, now time.Time) error {
	return d.s.store.Commit(ctx, d.s.handler.Noted(handlers.KindSignIn, name, from, now))
}

// Members are the team.
func (d desk) Members(context.Context) ([]console.Member, error) {
	var out []console.Member
	for _, m := range d.s.settings.Load().Team {
		out = append(out, console.Member{Key: m.Key, Name: m.Name})
	}
	return out, nil
}
