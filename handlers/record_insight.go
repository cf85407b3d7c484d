package handlers

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"guanjia/engagement"
	"guanjia/escalation"
)

// Insight is how quickly people came, and who was called when, over the latest
// escalations and cases of a span.
type Insight struct {
	From, To time.Time
	// Escalations and Cases are how many were looked at; More is set when there
	// were more than that, which are left out.
	Escalations, Cases int
	More               bool
	Urgent, Untaken    int
	// Taken are the times from opening to the first acknowledgement, Contacted from
	// purchase to the first call, Accepted from report to acceptance.
	Taken, Contacted, Accepted Waits
	Ratings                    int
	RatingMean                 float64
	Load                       []Load
}

// Waits are times that people waited. Met and Missed count the targets, where
// there is one.
type Waits struct {
	P50, P90    time.Duration
	N           int
	Met, Missed int
	all         []time.Duration
}

// Load is how often somebody was called in business hours, in free time, and
// between 22:00 and 08:00.
type Load struct {
	Member            string
	Work, Rest, Sleep int
}

// maxInsight bounds how many escalations and cases are looked at.
const maxInsight = 500

// Insight looks at the latest escalations and cases between two moments.
func (h *Handler) Insight(ctx context.Context, from, to time.Time) (Insight, error) {
	in := Insight{From: from, To: to}
	if err := h.insightOfCalls(ctx, &in); err != nil {
		return in, err
	}
	if err := h.insightOfCases(ctx, &in); err != nil {
		return in, err
	}
	for _, w := range [...]*Waits{&in.Taken, &in.Contacted, &in.Accepted} {
		slices.Sort(w.all)
		w.N, w.P50, w.P90 = len(w.all), percentile(w.all, .5), percentile(w.all, .9)
		w.all = nil
	}
	return in, nil
}

// latest are the members of an index within the span, the last of them.
func (h *Handler) latest(ctx context.Context, index string, in *Insight) ([]string, error) {
	ids, err := h.store.Index(ctx, index, float64(in.From.Unix()), float64(in.To.Unix()), math.MaxInt32)
	if err != nil {
		return nil, fmt.Errorf("list %s: %w", index, err)
	}
	if len(ids) > maxInsight {
		in.More = true
		ids = ids[len(ids)-maxInsight:]
	}
	return ids, nil
}

func (h *Handler) insightOfCalls(ctx context.Context, in *Insight) error {
	ids, err := h.latest(ctx, IndexAllEscalations, in)
	if err != nil {
		return err
	}
	t := newTx(h.store, "insight", in.To)
	s, err := h.situation(ctx, t, refsOf(ids, escalationRef)...)
	if err != nil {
		return err
	}
	load, stars := map[string]*Load{}, 0
	for _, id := range ids {
		var e escalation.Escalation
		found, err := t.get(ctx, escalationRef(id), &e)
		if err != nil {
			return err
		}
		if !found {
			continue
		}
		in.Escalations++
		if e.Urgent() {
			in.Urgent++
		}
		switch {
		case !e.FirstHeldAt.IsZero():
			in.Taken.all = append(in.Taken.all, e.FirstHeldAt.Sub(e.OpenedAt))
		case e.Open():
			in.Untaken++
		}
		if e.Rating > 0 {
			in.Ratings, stars = in.Ratings+1, stars+e.Rating
		}
		s.countLoad(load, &e)
	}
	if in.Ratings > 0 {
		in.RatingMean = float64(stars) / float64(in.Ratings)
	}
	for _, m := range s.Team {
		if l, ok := load[m.Key]; ok {
			in.Load = append(in.Load, *l)
		}
	}
	return nil
}

// countLoad counts each moment at which somebody was called once, by however
// many routes it was.
func (s Settings) countLoad(load map[string]*Load, e *escalation.Escalation) {
	type moment struct {
		member string
		run    int
	}
	seen := map[moment]bool{}
	for _, c := range e.Calls {
		m, ok := s.Team.ByKey(c.Member)
		if !ok || seen[moment{c.Member, c.Run}] {
			continue
		}
		seen[moment{c.Member, c.Run}] = true
		l := load[c.Member]
		if l == nil {
			l = &Load{Member: m.Name}
			load[c.Member] = l
		}
		switch hour := c.At.In(s.Calendar.Location()).Hour(); {
		case s.Calendar.OpenAt(c.At):
			l.Work++
		case hour >= 22 || hour < 8:
			l.Sleep++
		default:
			l.Rest++
		}
	}
}

func (h *Handler) insightOfCases(ctx context.Context, in *Insight) error {
	ids, err := h.latest(ctx, IndexCases, in)
	if err != nil {
		return err
	}
	cases, err := h.CaseDocs(ctx, ids)
	if err != nil {
		return err
	}
	in.Cases = len(cases)
	for _, c := range cases {
		if !c.First.Since.IsZero() && c.State != engagement.Cancelled {
			in.Contacted.add(c.First.Since, c.First.At, c.Service.FirstContactWithin, in.To)
		}
		for _, i := range c.Incidents {
			if i.State != engagement.Rejected {
				in.Accepted.add(i.ReportedAt, i.AcceptedAt, c.Service.AcceptWithin, in.To)
			}
		}
	}
	return nil
}

// add counts one wait against its target.
func (w *Waits) add(since, at time.Time, within time.Duration, now time.Time) {
	switch {
	case late(since, at, within, now):
		w.Missed++
	case !at.IsZero() && within > 0:
		w.Met++
	}
	if !at.IsZero() {
		w.all = append(w.all, at.Sub(since))
	}
}
