package handlers

import (
	"context"
	"slices"
	"time"

	"guanjia/bot"
)

// quotaTight is the share of the month's calls, in percent, from which on only
// what somebody needs is sent.
const quotaTight = 80

// quotaMarks are the shares, in percent, at which the managers are told.
func quotaMarks() []int { return []int{50, quotaTight, 95} }

// QuotaUse is what a month has used of something metered.
type QuotaUse struct {
	// Kind is "api" or "stream".
	Kind string
	// Used and Limit are numbers of calls; a Limit of zero means unmetered.
	Used, Limit int64
}

func (q QuotaUse) percent() int {
	if q.Limit <= 0 {
		return 0
	}
	return int(q.Used * 100 / q.Limit)
}

// RunsOut forecasts when the month's quota is used up at the pace so far; zero
// when it lasts. The first day is too short to tell.
func (q QuotaUse) RunsOut(now time.Time) time.Time {
	began := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, now.Location())
	passed := now.Sub(began)
	if q.Limit <= 0 || q.Used <= 0 || passed < 24*time.Hour {
		return time.Time{}
	}
	at := began.Add(time.Duration(float64(passed) * float64(q.Limit) / float64(q.Used)))
	if !at.Before(began.AddDate(0, 1, 0)) {
		return time.Time{}
	}
	return at
}

// quotaTold is the highest mark of which the managers were told, by kind.
type quotaTold struct {
	Marks map[string]int `json:"marks"`
}

// Quota is the change that tells the managers of a mark that a month's use has
// passed; ok is false when there is nothing to tell.
func (h *Handler) Quota(ctx context.Context, uses []QuotaUse, now time.Time) (c bot.Change, ok bool, err error) {
	s := h.settings()
	now = now.In(s.Calendar.Location())
	ref := bot.DocRef{Kind: "quota", ID: now.Format("2006-01")}
	t := newTx(h.store, "quota|"+ref.ID, now)
	told := quotaTold{}
	if _, err := t.get(ctx, ref, &told); err != nil {
		return c, false, err
	}
	if told.Marks == nil {
		told.Marks = map[string]int{}
	}
	for _, q := range uses {
		passed := slices.DeleteFunc(quotaMarks(), func(mark int) bool { return q.percent() < mark })
		if len(passed) == 0 || passed[len(passed)-1] <= told.Marks[q.Kind] {
			continue
		}
		mark := passed[len(passed)-1]
		told.Marks[q.Kind], ok = mark, true
		t.tellQuota(s, q, mark)
	}
	if !ok {
		return c, false, nil
	}
	if err := t.set(ref, told); err != nil {
		return c, false, err
	}
	return t.change(), true, nil
}

// tellQuota tells the managers. It is a page: the calls it costs are kept for it.
func (t *tx) tellQuota(s Settings, q QuotaUse, mark int) {
	at := ""
	if out := q.RunsOut(t.now); !out.IsZero() {
		at = pick(s.Brand.Lang, out.Format("1月2日"), out.Format("2 Jan"))
	}
	for _, m := range s.Team.WithRole(bot.RoleManager) {
		o := bot.Outgoing{To: bot.User(m.UserID), Text: textQuota(s.Brand.Lang, q, at)}
		if mark >= quotaTight {
			o.Priority = bot.PriorityPage
		} else {
			o.Priority = bot.PriorityNormal
		}
		t.say(o)
	}
}
