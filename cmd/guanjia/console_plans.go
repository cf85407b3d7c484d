package main

import (
	"context"
	"math"
	"time"

	"golang.org/x/sync/errgroup"

	"guanjia/calendar"
	"guanjia/console"
	"guanjia/handlers"
)

// Rota is who is on duty between two moments.
func (d desk) Rota(ctx context.Context, from, to time.Time) (console.Rota, error) {
	turns, err := d.s.handler.Turns(ctx, from, to)
	if err != nil {
		return console.Rota{}, err
	}
	members, err := d.Members(ctx)
	return console.Rota{From: from, To: to, Rotations: d.s.settings.Load().Rota.Rotations(), Turns: d.duties(turns), Members: members}, err
}

// Year is a year of the calendar.
func (d desk) Year(ctx context.Context, year int, now time.Time) (console.Year, error) {
	y := console.Year{Year: year}
	y.First, y.Last = calendar.CoveredYears()
	cal := d.s.settings.Load().Calendar
	from := time.Date(year, 1, 1, 0, 0, 0, 0, cal.Location())
	for day := range cal.EachDay(from, from.AddDate(1, 0, -1)) {
		y.Days = append(y.Days, console.Day{Date: day.Date, Kind: string(day.Kind), Open: day.Open, Provisional: day.Provisional})
	}
	var err error
	y.Desk, err = d.hours(ctx, now)
	return y, err
}

// Audit is who did what, latest first.
func (d desk) Audit(ctx context.Context, since, now time.Time) (console.Audit, error) {
	deeds, err := d.s.handler.Deeds(ctx, since, now)
	a := console.Audit{Since: since}
	for _, x := range deeds {
		l := console.AuditLine{At: x.At, Kind: x.Kind, By: x.By, Ref: x.Ref, Text: x.Text, Page: x.Page}
		if x.Of.Kind == "case" {
			_, l.Text = handlers.EventWords(x.Entry)
		}
		if l.Text == l.Ref {
			l.Text = ""
		}
		a.Lines = append(a.Lines, l)
	}
	return a, err
}

// insightDays is how far the page of analysis looks back.
const insightDays = 28

// Insight is how the service did.
func (d desk) Insight(ctx context.Context, now time.Time) (console.Insight, error) {
	now = now.In(d.s.settings.Load().Calendar.Location())
	today := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, now.Location())
	from := today.AddDate(0, 0, 1-insightDays)
	in, err := d.s.handler.Insight(ctx, from, now)
	if err != nil {
		return console.Insight{}, err
	}
	v := console.Insight{
		From: in.From, To: in.To, Escalations: in.Escalations, Cases: in.Cases, More: in.More, Urgent: in.Urgent, Untaken: in.Untaken,
		Taken: waitsView(in.Taken), Contacted: waitsView(in.Contacted), Accepted: waitsView(in.Accepted), Ratings: in.Ratings, RatingMean: in.RatingMean,
	}
	for _, l := range in.Load {
		v.Load = append(v.Load, console.Load(l))
	}
	month := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, now.Location())
	if v.Called, err = d.s.store.Count(ctx, handlers.IndexAllEscalations, float64(month.Unix()), math.MaxInt64); err != nil {
		return v, err
	}
	if v.Messages, err = d.s.store.Usage(ctx, "stream", now.Format("2006-01")); err != nil {
		return v, err
	}
	if e := d.engine(); e != nil {
		hits, err := d.hits(ctx, e, now)
		if err != nil {
			return v, err
		}
		for _, h := range hits {
			v.Answered += h.Answers
		}
	}
	return v, d.counts(ctx, &v, today)
}

func waitsView(w handlers.Waits) console.Waits {
	return console.Waits{P50: w.P50, P90: w.P90, N: w.N, Met: w.Met, Missed: w.Missed}
}

// counts counts what began on each day, and in each hour of the last week. The
// indexes know it, no document is read; the questions are asked side by side.
func (d desk) counts(ctx context.Context, v *console.Insight, today time.Time) error {
	var g errgroup.Group
	g.SetLimit(8)
	count := func(index string, from, to time.Time, into *int) {
		g.Go(func() error {
			n, err := d.s.store.Count(ctx, index, float64(from.Unix()), float64(to.Unix()-1))
			*into = int(n)
			return err
		})
	}
	v.Days = make([]console.DayCount, insightDays)
	for i := range v.Days {
		day := today.AddDate(0, 0, i+1-insightDays)
		v.Days[i].Day = day
		count(handlers.IndexAllEscalations, day, day.AddDate(0, 0, 1), &v.Days[i].Calls)
		count(handlers.IndexCases, day, day.AddDate(0, 0, 1), &v.Days[i].Cases)
	}
	var week [7][24]int
	for i := range week {
		for h := range 24 {
			at := today.AddDate(0, 0, -i).Add(time.Duration(h) * time.Hour)
			count(handlers.IndexAllEscalations, at, at.Add(time.Hour), &week[i][h])
		}
	}
	err := g.Wait()
	for _, day := range week {
		for h, n := range day {
			v.Hours[h] += n
		}
	}
	return err
}
