package handlers

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"guanjia/bot"
	"guanjia/engagement"
	"guanjia/escalation"
	"guanjia/faq"
	"guanjia/scheduler"
)

// KindWeekly is the report to the managers on the week before.
const KindWeekly = "job.weekly"

// weeklyAt is when it is due: Monday morning, in the service's zone.
const weeklyAt = "5 9 * * 1"

// IndexAllEscalations lists every escalation by when it was opened.
const IndexAllEscalations = "escalations"

// Week is what happened in a week.
type Week struct {
	From, To    time.Time
	Escalations int
	Urgent      int
	// Untaken are those that nobody took.
	Untaken int
	// TakenP50 and TakenP90 are the times from opening to the first acknowledgement.
	TakenP50, TakenP90 time.Duration
	Ratings            int
	RatingMean         float64
	Cases              int
	Incidents          int
	// LateContacts and LateAccepts are missed targets.
	LateContacts int
	LateAccepts  int
	// Days are its seven days, Gaps the questions that were asked most without an
	// answer, Quota what the month has used so far.
	Days  [7]Day
	Gaps  []faq.Gap
	Quota []QuotaUse
}

// Day is what began on a day.
type Day struct{ Escalations, Incidents int }

// day is the day of the week that a moment lies in.
func (w *Week) day(at time.Time) *Day {
	i := int(at.Sub(w.From) / (24 * time.Hour))
	return &w.Days[max(0, min(i, len(w.Days)-1))]
}

// mostGaps is how many questions without an answer are reported.
const mostGaps = 3

// maxWeek bounds how much of a week is looked at.
const maxWeek = 5000

func (t *tx) setWeekly(s Settings, after time.Time) error {
	next, err := scheduler.NextCron(weeklyAt, after.In(s.Calendar.Location()))
	if err == nil {
		t.deadline(job(KindWeekly, "", next))
	}
	return err
}

// fireWeekly reports to the managers, and sets the next report.
func (h *Handler) fireWeekly(ctx context.Context, t *tx, s Settings, c scheduler.Claimed) error {
	if err := t.setWeekly(s, t.now); err != nil {
		return err
	}
	w, err := t.week(ctx, s, c.Due.AddDate(0, 0, -7), c.Due)
	if err != nil {
		return err
	}
	text := textWeek(s.Brand.Lang, s, w)
	if id := s.picture(ctx, w); id != "" {
		text += "\n\n![week](" + id + ")"
	}
	for _, m := range s.Team.WithRole(bot.RoleManager) {
		t.say(bot.Outgoing{To: bot.User(m.UserID), Title: textWeekTitle(s.Brand.Lang), Text: text})
	}
	return nil
}

// week counts what happened between two moments.
func (t *tx) week(ctx context.Context, s Settings, from, to time.Time) (Week, error) {
	w := Week{From: from, To: to}
	if err := t.weekOfCalls(ctx, &w); err != nil {
		return w, err
	}
	if err := t.weekOfCases(ctx, s, &w); err != nil {
		return w, err
	}
	if s.Reporting.Gaps != nil {
		asked, err := Unanswered(ctx, t.store, from, to)
		if err != nil {
			return w, err
		}
		gaps := s.Reporting.Gaps(ctx, asked, t.now)
		w.Gaps = gaps[:min(mostGaps, len(gaps))]
	}
	var err error
	if s.Reporting.Quota != nil {
		w.Quota, err = s.Reporting.Quota(ctx, t.now)
	}
	return w, err
}

func (t *tx) weekOfCalls(ctx context.Context, w *Week) error {
	ids, err := t.store.Index(ctx, IndexAllEscalations, float64(w.From.Unix()), float64(w.To.Unix()-1), maxWeek)
	if err != nil {
		return fmt.Errorf("list escalations: %w", err)
	}
	var waits []time.Duration
	stars := 0
	for _, id := range ids {
		var e escalation.Escalation
		if found, err := t.get(ctx, escalationRef(id), &e); err != nil || !found {
			return err
		}
		w.Escalations++
		w.day(e.OpenedAt).Escalations++
		if e.Urgent() {
			w.Urgent++
		}
		if e.FirstHeldAt.IsZero() {
			w.Untaken++
		} else {
			waits = append(waits, e.FirstHeldAt.Sub(e.OpenedAt))
		}
		if e.Rating > 0 {
			w.Ratings, stars = w.Ratings+1, stars+e.Rating
		}
	}
	slices.Sort(waits)
	w.TakenP50, w.TakenP90 = percentile(waits, .5), percentile(waits, .9)
	if w.Ratings > 0 {
		w.RatingMean = float64(stars) / float64(w.Ratings)
	}
	return nil
}

func (t *tx) weekOfCases(ctx context.Context, s Settings, w *Week) error {
	ids, err := t.store.Index(ctx, IndexCases, float64(w.From.AddDate(0, 0, -60).Unix()), float64(w.To.Unix()-1), maxWeek)
	if err != nil {
		return fmt.Errorf("list cases: %w", err)
	}
	within := func(at time.Time) bool { return !at.Before(w.From) && at.Before(w.To) }
	for _, id := range ids {
		c, err := t.getCase(ctx, s, id)
		if err != nil || c == nil {
			return err
		}
		if within(c.CreatedAt) {
			w.Cases++
			if late(c.First.Since, c.First.At, c.Service.FirstContactWithin, t.now) {
				w.LateContacts++
			}
		}
		for _, i := range c.Incidents {
			if !within(i.ReportedAt) {
				continue
			}
			w.Incidents++
			w.day(i.ReportedAt).Incidents++
			if i.State != engagement.Rejected && late(i.ReportedAt, i.AcceptedAt, c.Service.AcceptWithin, t.now) {
				w.LateAccepts++
			}
		}
	}
	return nil
}

// late reports whether something was not done within its time, or is not yet.
func late(since, at time.Time, within time.Duration, now time.Time) bool {
	if since.IsZero() || within <= 0 {
		return false
	}
	if at.IsZero() {
		at = now
	}
	return at.Sub(since) > within
}

// percentile is the p-th part of sorted durations, 0 for none.
func percentile(sorted []time.Duration, p float64) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[int(math.Ceil(p*float64(len(sorted))))-1]
}
