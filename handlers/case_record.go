package handlers

import (
	"context"
	"fmt"
	"math"
	"strings"
	"time"

	"guanjia/bot"
	"guanjia/calendar"
	"guanjia/engagement"
	"guanjia/escalation"
)

// CaseRecord is a case as `guanjia case list`, show and export print it
// (contract §1).
type CaseRecord struct {
	engagement.Listing
	Escalations []CalledFor    `json:"escalations"`
	Timeline    []TimelineLine `json:"timeline"`
}

// CalledFor is an escalation that names the case or one of its incidents.
type CalledFor struct {
	ID      string           `json:"id"`
	State   escalation.State `json:"state"`
	Step    int              `json:"step"`
	AckedBy string           `json:"acked_by"`
}

// TimelineLine is one event of a case.
type TimelineLine struct {
	At   time.Time `json:"at"`
	Kind string    `json:"kind"`
	By   string    `json:"by"`
	Text string    `json:"text"`
}

// CaseRecords gives up to limit cases, oldest first; with open only those whose
// state is active. A limit of zero means all of them.
func (h *Handler) CaseRecords(ctx context.Context, open bool, limit int) ([]CaseRecord, error) {
	name := IndexCases
	if open {
		name = IndexCasesOpen
	}
	if limit == 0 {
		limit = math.MaxInt32
	}
	ids, err := h.store.Index(ctx, name, math.Inf(-1), math.Inf(1), limit)
	if err != nil {
		return nil, fmt.Errorf("list cases: %w", err)
	}
	records := make([]CaseRecord, 0, len(ids))
	for _, id := range ids {
		r, found, err := h.CaseRecord(ctx, id)
		if err != nil {
			return nil, err
		}
		if found {
			records = append(records, r)
		}
	}
	return records, nil
}

// CaseRecord gives one case by its number, or by that of one of its incidents,
// typed in any case.
func (h *Handler) CaseRecord(ctx context.Context, id string) (r CaseRecord, found bool, err error) {
	w, err := h.readCase(ctx, id)
	if err != nil || w == nil {
		return CaseRecord{}, false, err
	}
	entries, err := h.store.Timeline(ctx, caseRef(w.ID))
	if err != nil {
		return CaseRecord{}, false, fmt.Errorf("read the timeline of %s: %w", w.ID, err)
	}
	r = CaseRecord{Listing: w.Listing(w.Calendar.Location()), Timeline: make([]TimelineLine, 0, len(entries))}
	if r.Escalations, err = w.calledFor(ctx); err != nil {
		return CaseRecord{}, false, err
	}
	for _, e := range entries {
		r.Timeline = append(r.Timeline, TimelineLine{At: e.At, Kind: e.Kind, By: e.By, Text: e.Text})
	}
	return r, true, nil
}

// calledFor lists the escalations of the case and its incidents.
func (w *casework) calledFor(ctx context.Context) ([]CalledFor, error) {
	subjects := []string{w.ID}
	for _, i := range w.Incidents {
		subjects = append(subjects, i.ID)
	}
	out := []CalledFor{}
	for _, subject := range subjects {
		var l subjectLink
		if _, err := w.get(ctx, subjectRef(subject), &l); err != nil {
			return nil, err
		}
		for _, id := range l.All {
			e, err := loadClimb(ctx, w.tx, w.Settings, id)
			if err != nil {
				return nil, err
			}
			if e != nil {
				out = append(out, CalledFor{ID: e.ID, State: e.State, Step: e.Step, AckedBy: e.HolderName})
			}
		}
	}
	return out, nil
}

func (h *Handler) readCase(ctx context.Context, id string) (*casework, error) {
	ref, _, ok := scanRef(fold(strings.TrimSpace(id)), "CI")
	if !ok {
		return nil, nil
	}
	return subjectCase(ctx, newTx(h.store, "read", time.Time{}), h.settings(), ref)
}

// Summary drafts what is left of an incident for its report, in Markdown, from
// what the customer may read.
func (h *Handler) Summary(ctx context.Context, incident, lang string) (markdown string, found bool, err error) {
	w, err := h.readCase(ctx, incident)
	if err != nil || w == nil {
		return "", false, err
	}
	ref, _, _ := scanRef(fold(strings.TrimSpace(incident)), "CI")
	i := w.Incident(ref)
	if i == nil {
		return "", false, nil
	}
	entries, err := h.store.Timeline(ctx, caseRef(w.ID))
	if err != nil {
		return "", false, fmt.Errorf("read the timeline of %s: %w", w.ID, err)
	}
	return textSummary(lang, w.Calendar, w.Case, i, entries), true, nil
}

// draftSummary gives whoever resolved an incident the draft of its summary.
func (t *turn) draftSummary(ctx context.Context, w *casework, incident string) error {
	entries, err := t.store.Timeline(ctx, caseRef(w.ID))
	if err != nil {
		return fmt.Errorf("read the timeline of %s: %w", w.ID, err)
	}
	for _, e := range t.out.Log {
		if e.Of == caseRef(w.ID) {
			entries = append(entries, e)
		}
	}
	t.say(bot.Outgoing{
		To: bot.User(t.msg.Sender.StaffID), Title: incident + pick(t.lang, " 小结草稿", " summary draft"),
		Text: textSummary(t.lang, t.Calendar, w.Case, w.Incident(incident), entries),
	})
	return nil
}

// textSummary is a draft in Markdown: the facts that are known, and headings for
// what only people can say.
func textSummary(lang string, cal *calendar.Calendar, c *engagement.Case, i *engagement.Incident, entries []bot.Entry) string {
	at := func(t time.Time) string { return cal.FormatEnd(t, lang) }
	lines := []string{
		fmt.Sprintf(pick(lang, "# %s 事后小结（草稿）", "# %s: summary (draft)"), i.ID), "",
		fmt.Sprintf(pick(lang, "- 客户：%s（%s）", "- Customer: %s (%s)"), bot.Literal(c.Company), c.ID),
		fmt.Sprintf(pick(lang, "- 类别：%s", "- Class: %s"), textClass(lang, i.Class)),
		fmt.Sprintf(pick(lang, "- 上报：%s", "- Reported: %s"), at(i.ReportedAt)),
	}
	if !i.AcceptedAt.IsZero() {
		lines = append(lines,
			fmt.Sprintf(pick(lang, "- 受理：%s，%s（上报后%s）", "- Accepted: %s, %s (after %s)"), at(i.AcceptedAt), bot.Literal(i.AcceptedBy), textSpan(lang, i.AcceptedAt.Sub(i.ReportedAt))),
			fmt.Sprintf(pick(lang, "- 响应服务期至：%s", "- Response period until: %s"), at(i.Response.End)))
	}
	if i.Response.Paused > 0 {
		lines = append(lines, fmt.Sprintf(pick(lang, "- 等待客户的时间：%s", "- Waited for the customer: %s"), strings.TrimSpace(textSpan(lang, i.Response.Paused))))
	}
	if i.Recurrence != "" {
		lines = append(lines, fmt.Sprintf(pick(lang, "- 可能是 %s 的复发", "- Perhaps a recurrence of %s"), i.Recurrence))
	}
	if i.Report != "" {
		lines = append(lines, fmt.Sprintf(pick(lang, "- 报告：%s", "- Report: %s"), i.Report))
	}
	lines = append(lines, "", pick(lang, "## 经过", "## What happened"), "")
	for _, e := range entries {
		if !e.Internal && strings.HasPrefix(e.Text, i.ID) {
			lines = append(lines, fmt.Sprintf("- %s %s %s", e.At.In(cal.Location()).Format("01-02 15:04"), bot.Literal(e.By), bot.Literal(oneLine(e.Text))))
		}
	}
	for _, h := range [...][2]string{
		{"影响", "Impact"}, {"原因（技术与管理）", "Cause (technical and in management)"}, {"处置", "What was done"}, {"防止再次发生", "How to prevent it"},
	} {
		lines = append(lines, "", "## "+pick(lang, h[0], h[1]), "", pick(lang, "（待填写）", "(to be written)"))
	}
	return strings.Join(lines, "\n")
}

// CaseLine is a case in a line, for a terminal.
func CaseLine(r CaseRecord) string {
	end := "-"
	if r.ValidUntil != nil {
		end = r.ValidUntil.Format(time.RFC3339)
	}
	return fmt.Sprintf("%-5s %-10s %-12s until %s  %s  incidents %d  escalations %d", r.ID, r.State, r.Product, end, r.Company, len(r.Incidents), len(r.Escalations))
}
