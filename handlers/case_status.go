package handlers

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"guanjia/bot"
	"guanjia/calendar"
	"guanjia/engagement"
)

// caseStatus is 状态, 状态 C3 and 状态 I5: all of it for the team, their part for
// a customer. A 状态 of somebody without a case is left to the caller.
func (t *turn) caseStatus(ctx context.Context, c Command, m bot.Member) (handled bool, err error) {
	if strings.HasPrefix(c.Ref, "E") {
		return false, nil
	}
	if c.Ref == "" {
		if m.Key != "" && t.msg.Direct() {
			return false, nil
		}
		w, err := t.myCase(ctx, func(*engagement.Case) bool { return true })
		if err != nil || w == nil {
			return false, err
		}
		return true, t.tellStatus(ctx, w, m)
	}
	w, err := subjectCase(ctx, t.tx, t.Settings, c.Ref)
	if err != nil {
		return true, err
	}
	if m.Key == "" {
		if mine, err := t.belongs(ctx, w); err != nil || !mine {
			t.reply(textNotYours(t.lang)) // the same words whether there is such a case or not
			return true, err
		}
	}
	if w == nil {
		t.reply(textUnknownSubject(t.lang, c.Ref))
		return true, nil
	}
	return true, t.tellStatus(ctx, w, m)
}

// statusEvents is how many lines of the timeline a status shows.
const statusEvents = 8

func (t *turn) tellStatus(ctx context.Context, w *casework, m bot.Member) error {
	// In a channel customers read along; of another case they see nothing.
	full := m.Key != "" && (t.msg.Direct() || !w.hasRoom() || w.Room.ID != t.msg.Group)
	say := t.reply
	if full {
		say = t.confide
	}
	entries, err := t.store.Timeline(ctx, caseRef(w.ID))
	if err != nil {
		return fmt.Errorf("read the timeline of %s: %w", w.ID, err)
	}
	say(textStatus(t.lang, t.Calendar, w.Case, w.at(), full) + textTimeline(t.lang, t.Calendar, entries, full))
	return nil
}

// textStatus is a case in one message.
func textStatus(lang string, cal *calendar.Calendar, c *engagement.Case, now time.Time, full bool) string {
	lines := []string{fmt.Sprintf("**%s** %s · %s", c.ID, bot.Literal(c.Company), textCaseState(lang, c.State))}
	if full {
		lines = append(lines, textStatusStaff(lang, cal, c))
	}
	if !c.Validity.End.IsZero() {
		lines = append(lines, fmt.Sprintf("%s %s %s", pick(lang, "有效期", "Validity"), progressBar(c.PurchasedAt, c.Validity.End, now),
			pick(lang, "至 ", "until ")+cal.FormatEnd(c.Validity.End, lang)))
	}
	if !c.Checklist.Since.IsZero() {
		lines = append(lines, pick(lang, "服务器绑定：", "Binding of servers: ")+pick(lang, yesNo(c, "已完成", "待完成"), yesNo(c, "done", "to do")))
	}
	for _, i := range c.Incidents {
		lines = append(lines, textIncidentStatus(lang, cal, i, now))
	}
	if len(c.Incidents) == 0 && c.Product == engagement.Emergency {
		lines = append(lines, pick(lang, "还没有上报的事件。", "No incident was reported."))
	}
	return strings.Join(lines, "\n\n")
}

func yesNo(c *engagement.Case, yes, no string) string {
	if c.Checklist.DoneAt.IsZero() {
		return no
	}
	return yes
}

func textStatusStaff(lang string, cal *calendar.Calendar, c *engagement.Case) string {
	first := pick(lang, "尚未联系", "not contacted yet")
	if !c.First.At.IsZero() {
		first = fmt.Sprintf("%s %s", bot.Literal(c.First.By), cal.FormatEnd(c.First.At, lang))
	}
	room := pick(lang, "还没有", "none yet")
	switch {
	case c.Room.Lost != "":
		room = bot.Literal(c.Room.Lost)
	case c.Room.ID != "":
		room = bot.Literal(c.Room.Title)
	}
	return fmt.Sprintf(pick(lang, "订单 %s · 联系人 %s\n\n首次联系：%s · 群：%s", "Order %s · contacts %s\n\nFirst contact: %s · group: %s"),
		bot.Literal(c.OrderID), textContacts(lang, c.Contacts), first, room)
}

func textIncidentStatus(lang string, cal *calendar.Calendar, i *engagement.Incident, now time.Time) string {
	line := fmt.Sprintf("**%s** %s · %s", i.ID, textClass(lang, i.Class), textIncidentState(lang, i, now))
	if i.Recurrence != "" {
		line += fmt.Sprintf(pick(lang, " · 可能是 %s 的复发", " · perhaps a recurrence of %s"), i.Recurrence)
	}
	if i.Response.End.IsZero() {
		return line
	}
	at := now
	if !i.Response.PausedAt.IsZero() {
		at = i.Response.PausedAt
	}
	return fmt.Sprintf("%s（%s）\n\n%s %s %s", line, bot.Literal(i.AcceptedBy), pick(lang, "响应期", "Response"),
		progressBar(i.AcceptedAt.Add(i.Response.Paused), i.Response.End, at), pick(lang, "至 ", "until ")+cal.FormatEnd(i.Response.End, lang))
}

// progressBar shows how much of a period is used.
func progressBar(from, to, now time.Time) string {
	const width = 10
	used := 0.0
	if total := to.Sub(from); total > 0 {
		used = min(1, max(0, float64(now.Sub(from))/float64(total)))
	}
	n := int(used * width)
	return strings.Repeat("▓", n) + strings.Repeat("░", width-n) + fmt.Sprintf(" %d%%", int(used*100))
}

func textTimeline(lang string, cal *calendar.Calendar, entries []bot.Entry, full bool) string {
	var lines []string
	for _, e := range entries {
		if e.Internal && !full || e.Kind == "words" && !full {
			continue
		}
		lines = append(lines, fmt.Sprintf("- %s %s %s", e.At.In(cal.Location()).Format("01-02 15:04"), bot.Literal(e.By), bot.Literal(oneLine(e.Text))))
	}
	if len(lines) == 0 {
		return ""
	}
	more := max(0, len(lines)-statusEvents)
	head := "\n\n" + pick(lang, "经过：", "What happened:") + "\n"
	if more > 0 {
		head += "\n- … " + fmt.Sprintf(pick(lang, "更早的 %d 条略", "%d earlier left out"), more)
	}
	return head + "\n" + strings.Join(lines[more:], "\n")
}

// oneLine cuts words to what fits a list.
func oneLine(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if rs := []rune(s); len(rs) > 80 {
		return string(rs[:80]) + "…"
	}
	return s
}

// parseSpan reads a positive span as people write it: Go's form, plus days.
func parseSpan(s string) (time.Duration, bool) {
	s = fold(s)
	total := time.Duration(0)
	if days, rest, ok := strings.Cut(s, "d"); ok {
		n, err := strconv.Atoi(days)
		if err != nil || n < 0 || n > 3650 {
			return 0, false
		}
		total, s = time.Duration(n)*24*time.Hour, rest
	}
	if s != "" {
		d, err := time.ParseDuration(s)
		if err != nil || d < 0 || d > 10*365*24*time.Hour {
			return 0, false
		}
		total += d
	}
	return total, total > 0
}
