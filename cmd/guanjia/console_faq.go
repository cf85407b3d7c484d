package main

import (
	"cmp"
	"context"
	"slices"
	"time"

	"guanjia/console"
	"guanjia/faq"
	"guanjia/faq/llm"
	"guanjia/handlers"
)

const (
	// gapDays is how far back unanswered questions are looked for, maxGaps how many
	// of them are gathered.
	gapDays = 30
	maxGaps = 300
	// maxCollected is how many collected replies are shown.
	maxCollected = 30
)

// engine is the FAQ behind the brain, nil for a brain that has none.
func (d desk) engine() *faq.Engine {
	brain := d.s.settings.Load().Brain
	if b, ok := brain.(*llm.Brain); ok {
		brain, _ = b.Library.(handlers.Brain)
	}
	e, _ := brain.(*faq.Engine)
	return e
}

// FAQ is what can be answered, and what cannot.
func (d desk) FAQ(ctx context.Context, lang string, now time.Time) (console.FAQ, error) {
	f := console.FAQ{Since: now.AddDate(0, 0, -gapDays)}
	e := d.engine()
	if e == nil {
		return f, nil
	}
	f.AnswerAt, f.OfferAt = e.Thresholds()
	asked, err := handlers.Unanswered(ctx, d.s.store, f.Since, now)
	if err != nil {
		return f, err
	}
	f.Asked = len(asked)
	hits, err := d.hits(ctx, e, now)
	if err != nil {
		return f, err
	}
	for i, x := range e.Entries() {
		answer, _ := e.Answer(x.ID, lang)
		f.Entries = append(f.Entries, console.Entry{
			ID: x.ID, Title: e.Title(x.ID, lang), Source: x.Source.Section, Answer: answer, Variants: len(x.Variants.All()),
			Answers: hits[i].Answers, Helpful: hits[i].Helpful, Unhelpful: hits[i].Unhelpful,
		})
	}
	slices.SortFunc(f.Entries, func(a, b console.Entry) int {
		return cmp.Or(cmp.Compare(b.Answers, a.Answers), cmp.Compare(a.ID, b.ID))
	})
	kept, err := d.s.handler.Candidates(ctx, now)
	if err != nil {
		return f, err
	}
	for _, k := range kept[:min(len(kept), maxCollected)] {
		f.Collected = append(f.Collected, console.Collected{Ref: k.ID, Entry: k.Entry, Question: k.Question, Answer: k.Answer, By: k.By, At: k.At})
	}
	for _, g := range e.Gaps(ctx, asked[max(0, len(asked)-maxGaps):], now) {
		f.Gaps = append(f.Gaps, console.Gap{
			Question: g.Question, Nearest: g.Nearest, NearestTitle: e.Title(g.Nearest, lang), Count: g.Count, Unhelpful: g.Unhelpful, Score: g.Score, Last: g.Last,
		})
	}
	f.Gaps = f.Gaps[:min(len(f.Gaps), 50)]
	return f, nil
}

// hits is how often each entry was answered this month.
func (d desk) hits(ctx context.Context, e *faq.Engine, now time.Time) ([]handlers.Hits, error) {
	var ids []string
	for _, x := range e.Entries() {
		ids = append(ids, x.ID)
	}
	return handlers.HitCounts(ctx, d.s.store, now.In(d.s.settings.Load().Calendar.Location()).Format("2006-01"), ids)
}

// Ask tells what would be done with a question.
func (d desk) Ask(ctx context.Context, question, lang string, now time.Time) (console.Answer, error) {
	brain := d.s.settings.Load().Brain
	x := brain.Decide(ctx, faq.Question{Text: question, Now: now})
	a := console.Answer{
		Question: question, Action: x.Action, Intent: x.Intent, Class: x.IncidentClass, Score: x.Score, Urgency: x.Urgency, Urgent: x.Urgent,
		Text: x.Answer, Source: x.Source, Reasons: x.Reasons,
	}
	for _, c := range x.Candidates {
		a.Candidates = append(a.Candidates, console.Candidate{ID: c.ID, Title: brain.Title(c.ID, lang), Score: c.Score})
	}
	return a, nil
}
