package handlers

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"guanjia/bot"
	"guanjia/calendar"
	"guanjia/scheduler"
)

// The periodic jobs are deadlines like any other: whoever fires one sets the
// next in the same step, so that no replica leads and none is doubled. The id
// holds the moment, so that one that was missed while everything was down is
// still there.
const (
	// KindShift tells who comes on duty; its subject is the rotation.
	KindShift = "job.shift"
	// KindMorning reports to the managers at each opening what is wrong with the rota.
	KindMorning = "job.morning"
)

// shortestShift is the shortest turn whose beginning is worth a message.
const shortestShift = time.Hour

// rotaAhead is how far the managers are warned of gaps.
const rotaAhead = 14 * 24 * time.Hour

// Jobs is the change that sets the periodic jobs. It is made at the start, and
// when the configuration changed; setting one twice is the same as once.
func (h *Handler) Jobs(ctx context.Context, now time.Time) (bot.Change, error) {
	t := newTx(h.store, "jobs", now)
	s, err := h.situation(ctx, t)
	if err != nil {
		return bot.Change{}, err
	}
	for _, name := range s.Rota.Rotations() {
		t.setShift(s, name, now)
	}
	t.setMorning(s, now)
	t.deadline(newHours(now, 0))
	if err := t.setWeekly(s, now); err != nil {
		return bot.Change{}, err
	}
	return t.change(), nil
}

func (t *tx) setShift(s Settings, rotation string, after time.Time) {
	next, ok := s.Rota.NextTurn(rotation, after)
	if !ok || next.To.Sub(next.From) < shortestShift {
		return
	}
	t.deadline(job(KindShift, rotation, next.From))
}

func (t *tx) setMorning(s Settings, after time.Time) {
	if opens := s.nextMorning(after); !opens.IsZero() {
		t.deadline(job(KindMorning, "", opens))
	}
}

// nextMorning is the first opening of a day after a moment.
func (s Settings) nextMorning(after time.Time) time.Time {
	for range 10 { // a day has few intervals
		opens := s.nextOpening(after)
		if opens.IsZero() || s.nextOpening(startOfDay(opens).Add(-time.Nanosecond)).Equal(opens) {
			return opens
		}
		after = opens
	}
	return time.Time{}
}

func startOfDay(at time.Time) time.Time {
	y, m, d := at.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, at.Location())
}

func job(kind, subject string, due time.Time) scheduler.Deadline {
	id := strings.TrimRight(kind+"|"+subject, "|")
	return scheduler.Deadline{ID: fmt.Sprintf("%s|%d", id, due.Unix()), Due: due, Kind: kind, Subject: subject}
}

// nextOpening is the first opening after a moment, whether or not it is open then.
func (s Settings) nextOpening(after time.Time) time.Time {
	w := s.Calendar.Next(after)
	if w.Open {
		if w.Closes.IsZero() {
			return time.Time{}
		}
		w = s.Calendar.Next(w.Closes)
	}
	return w.Opens
}

// fireJob does a periodic job and sets the next one. One that is no longer in
// the calendar or on the rota has no effect.
func (h *Handler) fireJob(ctx context.Context, t *tx, s Settings, c scheduler.Claimed) error {
	before := c.Due.Add(-time.Microsecond)
	if c.Kind == KindShift {
		next, ok := s.Rota.NextTurn(c.Subject, before)
		if ok && next.From.Equal(c.Due) {
			t.tellShift(s, next)
		}
		t.setShift(s, c.Subject, t.now)
		return nil
	}
	t.setMorning(s, t.now)
	if !s.nextMorning(before).Equal(c.Due) {
		return nil
	}
	return t.reportRota(ctx, s)
}

func (t *tx) tellShift(s Settings, turn calendar.Turn) {
	m, ok := s.Team.ByKey(turn.Member)
	if !ok {
		return
	}
	t.say(bot.Outgoing{To: bot.User(m.UserID), Text: textShift(s.Brand.Lang, turn, s.Calendar.Location()), Mergeable: true})
}

// reportRota tells the managers where nobody would be reached: gaps, and people
// on duty who never opened a chat with the bot, so that it cannot write to them.
func (t *tx) reportRota(ctx context.Context, s Settings) error {
	strangers, err := t.strangers(ctx, s)
	if err != nil {
		return err
	}
	gaps := s.Rota.Gaps(t.now, t.now.Add(rotaAhead))
	var years []int
	if t.now.In(s.Calendar.Location()).Weekday() == time.Monday { // one reminder a week is enough
		years = s.Calendar.Provisional(t.now, 60)
	}
	if len(gaps)+len(strangers)+len(years) == 0 {
		return nil
	}
	for _, m := range s.Team.WithRole(bot.RoleManager) {
		t.say(bot.Outgoing{To: bot.User(m.UserID), Text: textRotaReport(s.Brand.Lang, s, gaps, strangers, years), Mergeable: true})
	}
	return nil
}

// Strangers are the members on duty in the next two weeks who never wrote to the
// bot, so that it may not be able to reach them.
func (h *Handler) Strangers(ctx context.Context, now time.Time) ([]bot.Member, error) {
	t := newTx(h.store, "strangers", now)
	s, err := h.situation(ctx, t)
	if err != nil {
		return nil, err
	}
	return t.strangers(ctx, s)
}

// strangers are the members on duty in the next days who never wrote to the bot.
func (t *tx) strangers(ctx context.Context, s Settings) ([]bot.Member, error) {
	var out []bot.Member
	for _, name := range s.Rota.Rotations() {
		for _, turn := range s.Rota.Turns(name, t.now, t.now.Add(rotaAhead)) {
			m, ok := s.Team.ByKey(turn.Member)
			if !ok || slices.ContainsFunc(out, func(x bot.Member) bool { return x.Key == m.Key }) {
				continue
			}
			var p person
			if _, err := t.get(ctx, personRef(m.UserID), &p); err != nil {
				return nil, err
			}
			if p.Direct == "" {
				out = append(out, m)
			}
		}
	}
	return out, nil
}
