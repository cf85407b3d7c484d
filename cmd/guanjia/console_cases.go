package main

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"guanjia/bot"
	"guanjia/console"
	"guanjia/engagement"
	"guanjia/handlers"
)

// Cases is a page of cases, latest first.
func (d desk) Cases(ctx context.Context, q console.Query, _ time.Time) (console.Cases, error) {
	var out console.Cases
	ids, err := d.listed(ctx, q, handlers.IndexCases, handlers.IndexCasesOpen)
	if err != nil {
		return out, err
	}
	if ids, out.Partial, err = d.found(ctx, ids, q.Words); err != nil {
		return out, err
	}
	out.All = len(ids)
	docs, err := d.s.handler.CaseDocs(ctx, pageOf(ids, q))
	for _, c := range docs {
		out.List = append(out.List, caseView(c))
	}
	return out, err
}

// found are those of the cases that words are about: a number of a case or an
// incident, else whatever they are found by.
func (d desk) found(ctx context.Context, ids []string, words string) (found []string, partial bool, err error) {
	ref := strings.ToUpper(strings.ReplaceAll(words, " ", ""))
	number := len(ref) > 1 && strings.Trim(ref[1:], "0123456789") == ""
	switch {
	case ref == "":
		return ids, false, d.find.warm(ctx)
	case number && ref[0] == 'I':
		of, err := d.s.handler.CasesOf(ctx, []string{ref})
		if err != nil {
			return nil, false, err
		}
		ref = of[ref]
	case !number || ref[0] != 'C':
		return d.find.matching(ctx, ids, words)
	}
	return slices.DeleteFunc(ids, func(id string) bool { return id != ref }), false, nil
}

// listed are the numbers that a filter leaves, latest first.
func (d desk) listed(ctx context.Context, q console.Query, all, open string) ([]string, error) {
	ids, err := d.find.ids(ctx, all)
	if err != nil || q.State == "all" {
		return ids, err
	}
	current, err := d.find.ids(ctx, open)
	if err != nil {
		return nil, err
	}
	is := make(map[string]bool, len(current))
	for _, id := range current {
		is[id] = true
	}
	return slices.DeleteFunc(ids, func(id string) bool { return is[id] != (q.State == "open") }), nil
}

func pageOf(ids []string, q console.Query) []string {
	from := min(q.From, len(ids))
	return ids[from:min(from+q.Size, len(ids))]
}

// Case is one case with everything that is known of it.
func (d desk) Case(ctx context.Context, id, lang string) (console.Case, bool, error) {
	r, found, err := d.s.handler.CaseRecord(ctx, id)
	if err != nil || !found {
		return console.Case{}, false, err
	}
	docs, err := d.s.handler.CaseDocs(ctx, []string{r.ID})
	if err != nil || len(docs) == 0 {
		return console.Case{}, false, err
	}
	v := caseView(docs[0])
	v.Staff = d.staff(docs[0])
	for i := range v.Incidents {
		if v.Incidents[i].Draft, _, err = d.s.handler.Summary(ctx, v.Incidents[i].ID, lang); err != nil {
			return v, false, err
		}
	}
	for _, e := range r.Escalations {
		v.Escalations = append(v.Escalations, console.Escalation{ID: e.ID, State: string(e.State), Holder: e.AckedBy, Step: e.Step})
	}
	entries, err := d.s.store.Timeline(ctx, bot.DocRef{Kind: "case", ID: r.ID})
	for _, e := range entries {
		v.Timeline = append(v.Timeline, caseLine(e))
	}
	slices.Reverse(v.Timeline)
	return v, true, err
}

// caseLine is a line of a timeline without the bot's words around it, which are
// in the language of the brand.
func caseLine(e bot.Entry) console.Line {
	l := console.Line{At: e.At, Kind: e.Kind, By: e.By, Internal: e.Internal}
	l.Of, l.Text = handlers.EventWords(e)
	switch e.Kind {
	case "reported":
		l.Class, l.Text = handlers.ClassNamed(l.Text), ""
	case "purchased":
		l.Text = ""
	}
	if e.By == "webhook" || e.By == "aliyun" {
		l.By = "bot"
	}
	return l
}

// staff are the names of the team who take part.
func (d desk) staff(c *engagement.Case) []string {
	team := d.s.settings.Load().Team
	var out []string
	add := func(m bot.Member, ok bool) {
		if ok && !slices.Contains(out, m.Name) {
			out = append(out, m.Name)
		}
	}
	for _, i := range c.Incidents {
		add(team.ByKey(i.Expert))
	}
	add(team.ByKey(c.Room.Owner))
	for _, id := range c.Room.Staff {
		add(team.ByStaffID(id))
	}
	return out
}

// Export is a case as `guanjia case export` prints it.
func (d desk) Export(ctx context.Context, id string) ([]byte, bool, error) {
	r, found, err := d.s.handler.CaseRecord(ctx, id)
	if err != nil || !found {
		return nil, false, err
	}
	body, err := json.MarshalIndent(r, "", "  ")
	return append(body, '\n'), true, err
}

func caseView(c *engagement.Case) console.Case {
	v := console.Case{
		ID: c.ID, OrderID: c.OrderID, Company: c.Company, Product: string(c.Product), State: string(c.State),
		Purchased: c.PurchasedAt, ValidUntil: c.Validity.End, ContactedAt: c.First.At, ContactedBy: c.First.By,
		Channel: c.Room.Title, Link: c.Room.Link, BindingCode: c.BindingCode, Rating: c.Rating,
	}
	if !c.First.Since.IsZero() {
		v.ContactDue = c.First.Since.Add(c.Service.FirstContactWithin)
	}
	for _, p := range c.Contacts {
		v.Contacts = append(v.Contacts, console.Contact{Name: p.Name, Mobile: p.Mobile, Known: p.UserID != "" || p.UnionID != ""})
	}
	for _, i := range c.Incidents {
		v.Incidents = append(v.Incidents, console.Incident{
			ID: i.ID, Case: c.ID, Company: c.Company, Class: i.Class, State: string(i.State), Reported: i.ReportedAt, Accepted: i.AcceptedAt,
			Until: i.Response.End, Ended: i.EndedAt, By: i.AcceptedBy, Report: i.Report, Recurrence: i.Recurrence,
			Paused: !i.Response.PausedAt.IsZero(), Further: i.Further,
		})
	}
	return v
}
