package main

import (
	"context"
	"slices"
	"strings"
	"time"

	"guanjia/bot"
	"guanjia/console"
	"guanjia/escalation"
	"guanjia/handlers"
)

// maxNamed is how many of the latest escalations are looked at for a name.
const maxNamed = 300

// Escalations is a page of escalations, latest first.
func (d desk) Escalations(ctx context.Context, q console.Query, _ time.Time) (console.Escalations, error) {
	ids, err := d.listed(ctx, q, handlers.IndexAllEscalations, handlers.IndexEscalations)
	if err != nil {
		return console.Escalations{}, err
	}
	if q.Words != "" {
		if ids, err = d.called(ctx, ids, q.Words); err != nil {
			return console.Escalations{}, err
		}
	}
	out := console.Escalations{All: len(ids)}
	records, err := d.s.handler.EscalationRecords(ctx, pageOf(ids, q))
	for _, r := range records {
		out.List = append(out.List, escalationView(r))
	}
	return out, err
}

// called are those of the escalations that words are about: their number, a case
// or an incident, or a name.
func (d desk) called(ctx context.Context, ids []string, words string) ([]string, error) {
	ref := strings.ToUpper(strings.ReplaceAll(words, " ", ""))
	switch {
	case slices.Contains(ids, ref):
		return []string{ref}, nil
	case ref[0] == 'C' || ref[0] == 'I':
		of, err := d.s.handler.EscalationsOf(ctx, ref)
		if err != nil || len(of) > 0 {
			return slices.DeleteFunc(ids, func(id string) bool { return !slices.Contains(of, id) }), err
		}
	}
	records, err := d.s.handler.EscalationRecords(ctx, ids[:min(len(ids), maxNamed)])
	if err != nil {
		return nil, err
	}
	var out []string
	for _, r := range records {
		if containsFold(r.Name, words) || containsFold(r.HolderName, words) {
			out = append(out, r.ID)
		}
	}
	return out, nil
}

func containsFold(s, part string) bool {
	return strings.Contains(strings.ToLower(s), strings.ToLower(part))
}

// Escalation is one escalation, as name sees it.
func (d desk) Escalation(ctx context.Context, id, name string) (console.Escalation, bool, error) {
	r, found, err := d.s.handler.EscalationRecord(ctx, id)
	if err != nil || !found {
		return console.Escalation{}, false, err
	}
	v := escalationView(r)
	v.Mine = r.Held() && (r.Holder == name || r.HolderName == name)
	duty, err := d.duty(ctx, time.Now())
	if err != nil {
		return v, false, err
	}
	v.Ladder = d.ladder(r, duty)
	if v.Words, err = d.s.handler.PageWords(ctx, id); err != nil {
		return v, false, err
	}
	for _, e := range r.Timeline {
		v.Timeline = append(v.Timeline, callLine(e))
	}
	slices.Reverse(v.Timeline)
	return v, true, nil
}

// callLine is a line of a timeline; the class that a reason names is not one of
// the words.
func callLine(e bot.Entry) console.Line {
	l := console.Line{At: e.At, Kind: e.Kind, By: e.By, Text: e.Text, Internal: e.Internal}
	switch e.Kind {
	case "called", "handed_off":
		l.To, l.Text = e.Text, ""
		return l
	case "reason":
	default:
		return l
	}
	parts := strings.Split(e.Text, "；")
	if i := slices.IndexFunc(parts, func(p string) bool { return handlers.ClassNamed(p) != "" }); i >= 0 {
		l.Class = handlers.ClassNamed(parts[i])
		l.Text = strings.Join(slices.Delete(parts, i, i+1), " · ")
	}
	return l
}

// ladder is the ladder as it was frozen, with the calls of each step, and those
// beside it.
func (d desk) ladder(r handlers.EscalationRecord, duty []console.Duty) []console.Step {
	var out []console.Step
	for i, s := range r.Plan.Ladder {
		step := console.Step{N: i + 1, Within: s.AckWithin, Calls: callsOf(r, i+1), Now: r.State == escalation.StateCalling && r.Step == i+1}
		for _, v := range s.Via {
			step.Via = append(step.Via, string(v))
		}
		for _, who := range s.Notify {
			step.Whom = append(step.Whom, d.whom(who, duty))
		}
		out = append(out, step)
	}
	beside := callsOf(r, 0)
	if len(beside) == 0 {
		return out
	}
	at := len(out) // the catch-all; what was told to the desk came first
	if first := r.Calls[0]; first.Step == 0 {
		at = 0
	}
	return slices.Insert(out, at, console.Step{Calls: beside})
}

// whom is rotation:NAME, role:NAME or member:KEY with the people it means now.
func (d desk) whom(who string, duty []console.Duty) console.Whom {
	kind, name, _ := strings.Cut(who, ":")
	w := console.Whom{Kind: kind, Name: name}
	team := d.s.settings.Load().Team
	switch kind {
	case "rotation":
		for _, t := range duty {
			if t.Rotation == name && t.Name != "" {
				w.People = append(w.People, t.Name)
			}
		}
	case "member":
		if m, ok := team.ByKey(name); ok {
			w.People = append(w.People, m.Name)
		}
	default:
		for _, m := range team {
			if slices.ContainsFunc(m.Roles, func(r bot.Role) bool { return string(r) == name }) {
				w.People = append(w.People, m.Name)
			}
		}
	}
	return w
}

func callsOf(r handlers.EscalationRecord, step int) []console.Call {
	var out []console.Call
	for _, c := range r.Calls {
		if c.Step == step {
			name := r.Names[c.Member]
			if name == "" {
				name = c.Member
			}
			out = append(out, console.Call{At: c.At, Name: name, Via: string(c.Via), Outcome: string(c.Outcome), Why: c.Why, Round: c.Round, Step: c.Step})
		}
	}
	return out
}

func escalationView(r handlers.EscalationRecord) console.Escalation {
	v := console.Escalation{
		ID: r.ID, Subject: r.Subject, State: string(r.State), Holder: r.HolderName, Asker: r.Name, Group: r.Asker.GroupTitle, Urgent: r.Urgent(),
		Round: r.Round, Step: r.Step, Steps: len(r.Plan.Ladder), Opened: r.OpenedAt, Held: r.FirstHeldAt, Closed: r.ClosedAt, ClosedBy: r.ClosedBy,
		Rating: r.Rating, Next: r.Next,
	}
	if !r.Open() {
		v.Next = time.Time{}
	}
	return v
}
