package handlers

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"guanjia/bot"
	"guanjia/calendar"
	"guanjia/escalation"
)

// What the team reads: short, the words that act first, the rest below.

func textSomebody(lang string) string { return pick(lang, "对方", "somebody") }

func textWhere(lang, group, title string) string {
	if group == "" {
		return pick(lang, "单聊", "one-to-one")
	}
	return pick(lang, "群「"+bot.Literal(title)+"」", "group “"+bot.Literal(title)+"”")
}

func textCallTitle(lang, id string, urgent bool) string {
	if urgent {
		return pick(lang, "紧急求助 ", "Urgent ") + id
	}
	return pick(lang, "有人找您 ", "Somebody needs you ") + id
}

// textCall is the page itself: its number, who, their words, why it is urgent,
// and what to type.
func textCall(lang string, e *escalation.Escalation, p escalation.Page, s story) string {
	if p.Why == escalation.WhyProgress {
		return textProgress(lang, e, s)
	}
	lines := append([]string{"**" + textCallHead(lang, e, p) + "**" + textWho(lang, s)}, textStory(lang, s)...)
	lines = append(lines, pick(lang, fmt.Sprintf("回复 **接单 %s** 接手", e.ID), fmt.Sprintf("Reply **ack %s** to take it", e.ID)))
	if strings.HasPrefix(e.Subject, "I") {
		lines = append(lines, pick(lang, fmt.Sprintf("回复 **受理 %s** 开始响应", e.Subject), fmt.Sprintf("Reply **accept %s** to start the response", e.Subject)))
	}
	if strings.HasPrefix(e.Subject, "C") {
		lines = append(lines, pick(lang, fmt.Sprintf("电话打完后回复 **已联系 %s**", e.Subject), fmt.Sprintf("After the call reply **contacted %s**", e.Subject)))
	}
	return strings.Join(lines, "\n\n")
}

// textStory is what was said, why it was judged as it was, and what was answered.
func textStory(lang string, s story) (lines []string) {
	for _, w := range s.words {
		lines = append(lines, bot.Quote(w))
	}
	if len(s.reasons) > 0 {
		lines = append(lines, pick(lang, "判断依据：", "Why: ")+bot.Literal(strings.Join(s.reasons, "；")))
	}
	if s.topic != "" {
		lines = append(lines, pick(lang, "刚才问过：", "Asked before: ")+bot.Literal(s.topic))
	}
	return lines
}

func textCallHead(lang string, e *escalation.Escalation, p escalation.Page) string {
	head := textCallTitle(lang, e.ID, e.Urgent())
	if e.Subject != "" {
		head += " · " + e.Subject
	}
	by := bot.Literal(p.By)
	switch p.Why {
	case escalation.WhyHandOff:
		head += pick(lang, "（"+by+"转交给您）", " ("+by+" asks you to take it)")
	case escalation.WhyUp:
		if by != "" {
			head += pick(lang, "（"+by+"请求升级）", " ("+by+" escalated it)")
		}
	case escalation.WhyAgain:
		head += pick(lang, "（接单人没有回音，重新呼叫）", " (its holder fell silent)")
	case escalation.WhyCatchAll:
		head += pick(lang, "（全部步骤都没有人接单）", " (nobody took it at any step)")
	case escalation.WhyOpening:
		head += pick(lang, "（非工作时间留下的）", " (left outside business hours)")
	case escalation.WhyStep:
		if p.Round > 1 {
			head += pick(lang, fmt.Sprintf("（第 %d 轮）", p.Round), fmt.Sprintf(" (round %d)", p.Round))
		}
	case escalation.WhyDesk, escalation.WhyProgress:
	}
	return head
}

func textWho(lang string, s story) string {
	if s.who == "" {
		return ""
	}
	return pick(lang, "："+bot.Literal(s.who)+"（"+s.where+"）", ": "+bot.Literal(s.who)+" ("+s.where+")")
}

func textProgress(lang string, e *escalation.Escalation, s story) string {
	return pick(lang, fmt.Sprintf("**%s 还在处理吗？**%s\n\n已经有一段时间没有您的消息。回复 **备注 %s 进展** 说一声，处理完请回复 **结束 %s**；没有回音会重新呼叫值班。", e.ID, textWho(lang, s), e.ID, e.ID),
		fmt.Sprintf("**Are you still on %s?**%s\n\nNothing was heard from you for a while. Reply **note %s …** with a word, or **close %s** when it is done; without an answer people are called again.", e.ID, textWho(lang, s), e.ID, e.ID))
}

func callButtons(lang string, e *escalation.Escalation, p escalation.Page) []bot.Button {
	if p.Why == escalation.WhyProgress {
		word := pick(lang, "结束 ", "close ") + e.ID
		return []bot.Button{{Label: word, Say: word}}
	}
	words := []string{pick(lang, "接单 ", "ack ") + e.ID}
	if strings.HasPrefix(e.Subject, "I") {
		words = append(words, pick(lang, "受理 ", "accept ")+e.Subject)
	}
	out := make([]bot.Button, len(words))
	for i, w := range words {
		out[i] = bot.Button{Label: w, Say: w}
	}
	return out
}

func textNotice(lang, id string, n escalation.Notice, asker string) string {
	by := bot.Literal(n.By)
	switch n.What {
	case escalation.WhatTaken:
		return pick(lang, fmt.Sprintf("%s 已由%s接单。", id, by), fmt.Sprintf("%s was taken by %s.", id, by))
	case escalation.WhatReleased:
		return pick(lang, fmt.Sprintf("%s 一直没有您的消息，已经重新呼叫值班。", id), fmt.Sprintf("Nothing was heard from you on %s: people are called again.", id))
	case escalation.WhatKept:
		return pick(lang, fmt.Sprintf("没有人接手 %s，仍由您负责。", id), fmt.Sprintf("Nobody took over %s: it stays with you.", id))
	case escalation.WhatAdded:
		return pick(lang, fmt.Sprintf("**%s** %s补充：", id, bot.Literal(asker)), fmt.Sprintf("**%s** %s adds:", id, bot.Literal(asker)))
	case escalation.WhatClosed:
		return pick(lang, fmt.Sprintf("%s 已由%s结束。", id, by), fmt.Sprintf("%s was closed by %s.", id, by))
	case escalation.WhatDeferred, escalation.WhatDesk, escalation.WhatCalling, escalation.WhatNext, escalation.WhatAgain, escalation.WhatExhausted:
	}
	return ""
}

func textAcked(lang string, e *escalation.Escalation, s story) string {
	text := pick(lang, fmt.Sprintf("您已接单 **%s**%s。", e.ID, textWho(lang, s)), fmt.Sprintf("You have **%s**%s.", e.ID, textWho(lang, s)))
	text = strings.Join(append([]string{text}, textStory(lang, s)...), "\n\n")
	if e.Asker.To != "" {
		text += "\n\n" + pick(lang, "之后直接打字就会转给对方。", "Just type: your words go to them.")
	}
	if strings.HasPrefix(e.Subject, "I") {
		text += "\n\n" + pick(lang, fmt.Sprintf("要开始响应服务，请回复 **受理 %s**。", e.Subject), fmt.Sprintf("To start the response period reply **accept %s**.", e.Subject))
	}
	return text + "\n\n" + pick(lang, fmt.Sprintf("**备注 %s …** 内部备注 · **转交 %s 姓名** · **升级 %s** · **结束 %s**", e.ID, e.ID, e.ID, e.ID),
		fmt.Sprintf("**note %s …** internal · **handoff %s NAME** · **escalate %s** · **close %s**", e.ID, e.ID, e.ID, e.ID))
}

func textClosed(lang, id string) string {
	return pick(lang, "已结束 "+id+"。", id+" is closed.")
}

func textUp(lang, id string) string {
	return pick(lang, "已升级 "+id+"，正在呼叫下一步。", id+" is escalated: the next step is being called.")
}

func textSwitched(lang, id, name string) string {
	return pick(lang, fmt.Sprintf("现在您打的字会转给 %s（%s）。", bot.Literal(name), id), fmt.Sprintf("Your words now go to %s (%s).", bot.Literal(name), id))
}

func textNoted(lang, id string) string {
	return pick(lang, "已记在 "+id+" 的内部备注里。", "Noted on "+id+", internally.")
}

func textNoteUsage(lang, id string) string {
	return pick(lang, fmt.Sprintf("请写上内容：**备注 %s 内容**。备注不会发给对方。", id), fmt.Sprintf("Please add the words: **note %s …**. A note is never sent to them.", id))
}

func textHandOffUsage(lang, id string) string {
	return pick(lang, fmt.Sprintf("请写上转交给谁：**转交 %s 姓名**。", id), fmt.Sprintf("Please say to whom: **handoff %s NAME**.", id))
}

func textHandedOff(lang string, e *escalation.Escalation, name string) string {
	id, name, holder := e.ID, bot.Literal(name), bot.Literal(e.HolderName)
	if holder == "" {
		return pick(lang, fmt.Sprintf("已请%s接手 %s；还没有人接单，会照常呼叫。", name, id), fmt.Sprintf("%s was asked to take %s; nobody has it yet, and people go on being called.", name, id))
	}
	return pick(lang, fmt.Sprintf("已请%s接手 %s，对方接单之前仍由%s负责。", name, id, holder), fmt.Sprintf("%s was asked to take %s; it stays with %s until they do.", name, id, holder))
}

func textNoSuchMember(lang, word string, team bot.Team) string {
	names := make([]string, len(team))
	for i, m := range team {
		names[i] = bot.Literal(m.Name)
	}
	list := strings.Join(names, pick(lang, "、", ", "))
	return pick(lang, fmt.Sprintf("团队里没有「%s」。可以写：%s。", bot.Literal(word), list), fmt.Sprintf("There is no “%s” on the team. You can write: %s.", bot.Literal(word), list))
}

func textTodo(lang string, now time.Time, mine, free, others []*climb) string {
	if len(mine)+len(free)+len(others) == 0 {
		return pick(lang, "现在没有待办。", "Nothing is open.")
	}
	var parts []string
	for _, p := range []struct {
		head string
		list []*climb
	}{
		{pick(lang, "**您手上的**", "**Yours**"), mine},
		{pick(lang, "**还没有人接的**", "**Nobody has**"), free},
		{pick(lang, "**别人手上的**", "**With others**"), others},
	} {
		if len(p.list) > 0 {
			parts = append(parts, p.head+"\n\n"+todoLines(lang, now, p.list))
		}
	}
	return strings.Join(parts, "\n\n")
}

func todoLines(lang string, now time.Time, list []*climb) string {
	lines := make([]string, len(list))
	for i, c := range list {
		words := []string{"- **" + c.ID + "**", bot.Literal(c.name()), textStateStaff(lang, c.Escalation), textAge(lang, c.OpenedAt, now)}
		if c.Subject != "" {
			words[0] += " " + c.Subject
		}
		lines[i] = strings.Join(words, " · ")
	}
	return strings.Join(lines, "\n")
}

func textStateStaff(lang string, e *escalation.Escalation) string {
	switch e.State {
	case escalation.StateWaiting:
		return pick(lang, "等上班", "waits for the opening")
	case escalation.StateDesk:
		return pick(lang, "已通知售前", "the desk was told")
	case escalation.StateCalling:
		return fmt.Sprintf(pick(lang, "呼叫第 %d 步", "calling step %d"), e.Step)
	case escalation.StateExhausted:
		return pick(lang, "全部叫过，没有人接", "everybody was called, nobody took it")
	case escalation.StateHeld:
		return pick(lang, bot.Literal(e.HolderName)+"处理中", "with "+bot.Literal(e.HolderName))
	case escalation.StateClosed:
	}
	return pick(lang, "已结束", "closed")
}

func textEscalationStatus(lang string, cal *calendar.Calendar, c *climb, entries []bot.Entry, now time.Time) string {
	lines := []string{fmt.Sprintf("**%s** %s · %s · %s", c.ID, bot.Literal(c.name()), textStateStaff(lang, c.Escalation), textAge(lang, c.OpenedAt, now))}
	calls := c.Calls[max(0, len(c.Calls)-6):]
	for _, k := range calls {
		name := k.Member
		if m, ok := c.Team.ByKey(k.Member); ok {
			name = m.Name
		}
		outcome := textOutcome(lang, k)
		lines = append(lines, fmt.Sprintf("- %s %s %s %s", cal.FormatOpening(k.At, lang), bot.Literal(name), textVia(lang, k.Via), outcome))
	}
	for _, e := range entries[max(0, len(entries)-8):] {
		if e.Text != "" && e.Kind != "called" {
			lines = append(lines, "- "+cal.FormatOpening(e.At, lang)+" "+bot.Literal(e.By)+" "+bot.Literal(clip(e.Text, 80)))
		}
	}
	return strings.Join(lines, "\n")
}

func textOutcome(lang string, k escalation.Call) string {
	switch k.Outcome {
	case escalation.OutcomeSent:
		return pick(lang, "已送出", "sent")
	case escalation.OutcomeRead:
		return pick(lang, "已读", "read")
	case escalation.OutcomeFailed:
		return pick(lang, "没有送到："+k.Why, "failed: "+k.Why)
	}
	return ""
}

func textVia(lang string, v bot.Via) string {
	switch v {
	case bot.ViaDingApp:
		return "DING"
	case bot.ViaDingSMS:
		return pick(lang, "短信", "SMS")
	case bot.ViaDingPhone:
		return pick(lang, "电话", "phone")
	case bot.ViaChat:
	}
	return pick(lang, "消息", "message")
}

func clip(s string, runes int) string {
	if rs := []rune(s); len(rs) > runes {
		return string(rs[:runes]) + "…"
	}
	return s
}

// maxTurns bounds the turns shown of one rotation: two weeks of four shifts a day.
const maxTurns = 60

// textRota is 值班: who is on duty now, and in the next 14 days.
func textRota(lang string, s Settings, now time.Time) string {
	names := s.Rota.Rotations()
	if len(names) == 0 {
		return pick(lang, "还没有配置值班。", "No rotation is configured.")
	}
	loc := s.Calendar.Location()
	var b strings.Builder
	for _, n := range names {
		fmt.Fprintf(&b, "**%s** %s%s\n\n", bot.Literal(n), pick(lang, "现在：", "now: "), memberName(lang, s.Team, s.Rota.OnDuty(n, now)))
		turns := s.Rota.Turns(n, now, now.AddDate(0, 0, 14))
		for _, t := range turns[:min(maxTurns, len(turns))] {
			fmt.Fprintf(&b, "- %s – %s %s\n", t.From.In(loc).Format("01-02 15:04"), t.To.In(loc).Format("01-02 15:04"), memberName(lang, s.Team, t.Member))
		}
		b.WriteString("\n")
	}
	return strings.TrimSpace(b.String())
}

func memberName(lang string, team bot.Team, key string) string {
	if m, ok := team.ByKey(key); ok {
		return bot.Literal(m.Name)
	}
	return pick(lang, "**无人值班**", "**nobody**")
}

func textSwapUsage(lang string, rotations []string) string {
	name := "primary"
	if len(rotations) > 0 {
		name = rotations[0]
	}
	return pick(lang, fmt.Sprintf("用法：换班 %s 王工 11-25T18:00 11-26T09:00", name), fmt.Sprintf("Usage: override %s wang 11-25T18:00 11-26T09:00", name))
}

func textNoSuchRotation(lang, word string, rotations []string) string {
	list := strings.Join(slices.Clone(rotations), pick(lang, "、", ", "))
	return pick(lang, fmt.Sprintf("没有「%s」这个班次。可以写：%s。", bot.Literal(word), list), fmt.Sprintf("There is no rotation “%s”. You can write: %s.", bot.Literal(word), list))
}

func textSwapped(lang string, s swap) string {
	form := "01-02 15:04"
	if s.from.Year() != s.now.Year() || s.to.Year() != s.now.Year() { // a time without a year is the next such time
		form = "2006-01-02 15:04"
	}
	rotation, name, from, to := bot.Literal(s.rotation), bot.Literal(s.name), s.from.Format(form), s.to.Format(form)
	return pick(lang, fmt.Sprintf("换班已生效：%s 由%s值班，%s 至 %s。", rotation, name, from, to),
		fmt.Sprintf("The rota is changed: %s has %s from %s to %s.", name, rotation, from, to))
}

func textRatingThanks(lang string, stars int) string {
	return pick(lang, fmt.Sprintf("谢谢您的评分（%d 分）。", stars), fmt.Sprintf("Thank you for your rating (%d).", stars))
}

func textFellBack(lang string, from, to bot.Via, reason string) string {
	return pick(lang, fmt.Sprintf("今天%s没有发出去（%s），已改用%s。请检查 DING 的权限和余量；今天不再重复提醒。", textVia(lang, from), reason, textVia(lang, to)),
		fmt.Sprintf("Today %s could not be used (%s); %s was used instead. Please check the permission and balance of DING. You are told once a day.", textVia(lang, from), reason, textVia(lang, to)))
}

func textClockStepped(lang, host string, by time.Duration) string {
	zh, en := "拨快", "forward"
	if by < 0 {
		zh, en = "拨慢", "back"
	}
	host, by = bot.Literal(host), by.Abs().Round(time.Second)
	return pick(lang, fmt.Sprintf("机器 %s 的时钟刚才被%s了 %s。营业时间、排班和时限都按机器的时钟走：请核对各台机器的时间，打开 NTP 校时；今天不再重复提醒。", host, zh, by),
		fmt.Sprintf("The clock of machine %s was just put %s by %s. Hours, rota and time limits go by the machines' clocks: please check the time of each, and turn on NTP. You are told once a day.", host, en, by))
}

func textShift(lang string, turn calendar.Turn, loc *time.Location) string {
	until := turn.To.In(loc).Format("01-02 15:04")
	return pick(lang, fmt.Sprintf("您开始值班：%s，至 %s。回复 **待办** 看现在有哪些，回复 **值班** 看排班。", bot.Literal(turn.Rotation), until),
		fmt.Sprintf("You are on duty: %s, until %s. Reply **mine** for what is open, **oncall** for the rota.", bot.Literal(turn.Rotation), until))
}

// textRotaReport says where nobody would be reached in the next days.
func textRotaReport(lang string, s Settings, gaps []calendar.Turn, strangers []bot.Member, years []int) string {
	lines := []string{pick(lang, "**排班提醒**（今后 14 天）", "**The rota** (next 14 days)")}
	loc := s.Calendar.Location()
	for _, g := range gaps[:min(10, len(gaps))] {
		lines = append(lines, fmt.Sprintf(pick(lang, "- %s：%s 至 %s 没有人值班", "- %s: nobody from %s to %s"), bot.Literal(g.Rotation),
			g.From.In(loc).Format("01-02 15:04"), g.To.In(loc).Format("01-02 15:04")))
	}
	for _, m := range strangers {
		lines = append(lines, fmt.Sprintf(pick(lang, "- %s 还没有和机器人单聊过，可能收不到消息：请对方先给我发一句话", "- %s never wrote to me and may not be reachable: please have them send me a word"), bot.Literal(m.Name)))
	}
	for _, y := range years {
		lines = append(lines, fmt.Sprintf(pick(lang, "- %d 年的放假安排尚未导入，暂按法定节日计算", "- the holiday schedule of %d is not known yet; only the statutory days are off"), y))
	}
	return strings.Join(lines, "\n")
}

func textWeekTitle(lang string) string { return pick(lang, "每周报告", "Weekly report") }

// textWeek is the report on a week.
func textWeek(lang string, s Settings, w Week) string {
	const form = "01-02"
	loc := s.Calendar.Location()
	span := w.From.In(loc).Format(form) + " – " + w.To.In(loc).AddDate(0, 0, -1).Format(form)
	lines := []string{
		"**" + textWeekTitle(lang) + "** " + span,
		fmt.Sprintf(pick(lang, "- 求助 %d 次，其中紧急 %d 次，没有人接单 %d 次", "- %d escalations, %d of them urgent, %d taken by nobody"), w.Escalations, w.Urgent, w.Untaken),
	}
	if w.Escalations > w.Untaken {
		lines = append(lines, fmt.Sprintf(pick(lang, "- 接单用时：一半在 %s 内，九成在 %s 内", "- taken within %s (half of them), %s (nine of ten)"), textWait(lang, w.TakenP50), textWait(lang, w.TakenP90)))
	}
	if w.Ratings > 0 {
		lines = append(lines, fmt.Sprintf(pick(lang, "- 评分 %.1f（%d 份）", "- rated %.1f (%d ratings)"), w.RatingMean, w.Ratings))
	}
	lines = append(lines, fmt.Sprintf(pick(lang, "- 新服务单 %d 个，事件 %d 起", "- %d new cases, %d incidents"), w.Cases, w.Incidents))
	if w.LateContacts+w.LateAccepts > 0 {
		lines = append(lines, fmt.Sprintf(pick(lang, "- 超出目标：首次联系 %d 次，受理 %d 次", "- targets missed: first contact %d, acceptance %d"), w.LateContacts, w.LateAccepts))
	}
	for _, g := range w.Gaps {
		lines = append(lines, fmt.Sprintf(pick(lang, "- 没答上来：%s（%d 次）", "- had no answer: %s (%d times)"), bot.Literal(clip(g.Question, weeklyQuestion)), g.Count))
	}
	for _, q := range w.Quota {
		if q.Limit > 0 {
			lines = append(lines, fmt.Sprintf(pick(lang, "- 本月%s额度已用 %d%%（%d/%d）", "- this month's %s quota: %d%% used (%d of %d)"), quotaName(lang, q.Kind), q.percent(), q.Used, q.Limit))
		}
	}
	return strings.Join(lines, "\n")
}

// weeklyQuestion is how many runes of a question the report shows.
const weeklyQuestion = 60

func textWait(lang string, d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf(pick(lang, "%d 秒", "%d s"), int(d.Seconds()))
	case d < 2*time.Hour:
		return fmt.Sprintf(pick(lang, "%d 分钟", "%d min"), int(d.Minutes()))
	}
	return fmt.Sprintf(pick(lang, "%.1f 小时", "%.1f h"), d.Hours())
}

// textStaffHelp is every word of the team, on one card.
func textStaffHelp(lang string) string {
	return pick(lang, `**求助（E）**

- **接单 E12** 接手 · **结束 E12** · **升级 E12** 叫下一步
- **转交 E12 王工** · **切换 E12** 选择和谁说话 · **备注 E12 …** 内部备注
- 接单后直接打字就会转给对方；**收录 E12 faq-id** 把问题和您的回复收进 FAQ 候选

**服务单（C）与事件（I）**

- **已联系 C3** · **受理 I5** · **拒绝 I5 原因** · **进展 I5 …** · **报告 I5 链接**
- **结案 I5** · **重开 I5** · **暂停 I5 原因** · **继续 I5**
- 在群里：**绑定 C3**

**随时**：**待办** · **状态 C3** · **值班** · **帮助**

**值班经理**：**延长 C3 2d 原因** · **开通 订单号 公司 联系人 手机** · **换班 primary 王工 11-25T18:00 11-26T09:00** · **营业 开｜关｜自动**`,
		`**Escalations (E)**

- **ack E12** takes it · **close E12** · **escalate E12** calls the next step
- **handoff E12 wang** · **switch E12** whom my words go to · **note E12 …** internal
- once you have it, just type: your words go to them; **collect E12 faq-id** keeps question and reply for the FAQ

**Cases (C) and incidents (I)**

- **contacted C3** · **accept I5** · **reject I5 reason** · **update I5 …** · **report I5 URL**
- **resolve I5** · **reopen I5** · **pause I5 reason** · **resume I5**
- in a group: **bind C3**

**Any time**: **mine** · **status C3** · **oncall** · **help**

**Managers**: **extend C3 2d reason** · **open ORDER COMPANY CONTACT MOBILE** · **override primary wang 11-25T18:00 11-26T09:00** · **hours open | closed | auto**`)
}

func textUnanswered(lang string, e *escalation.Escalation, name string) string {
	text := fmt.Sprintf(pick(lang, "**%s %s 还没有得到答复**：非工作时间留下的问题，上班后一直没有人回复。", "**%s: %s is still waiting for an answer** since the opening."), e.ID, bot.Literal(name))
	if e.Held() {
		return text + pick(lang, "接单人："+bot.Literal(e.HolderName), " It is with "+bot.Literal(e.HolderName)+".")
	}
	return text + "\n\n" + fmt.Sprintf(pick(lang, "回复 **接单 %s** 接手", "Reply **ack %s** to take it"), e.ID)
}

func textMended(lang, subject string) string {
	return pick(lang, fmt.Sprintf("【巡检】%s 的一个定时任务不见了，已经补上。请看一眼 %s 的进展（状态 %s），并把日志交给工程师。", subject, subject, subject),
		fmt.Sprintf("Audit: a deadline of %s was missing and has been put back. Please look at %s (status %s), and give the log to an engineer.", subject, subject, subject))
}

func quotaName(lang, kind string) string {
	if kind == "api" {
		return pick(lang, "接口调用", "API calls")
	}
	return pick(lang, "Stream 推送", "stream pushes")
}

func textQuota(lang string, q QuotaUse, runsOut string) string {
	name := quotaName(lang, q.Kind)
	text := pick(lang, fmt.Sprintf("【额度】本月钉钉%s已用 %d%%（%d/%d）。", name, q.percent(), q.Used, q.Limit),
		fmt.Sprintf("Quota: %d%% of this month's DingTalk %s are used (%d of %d).", q.percent(), name, q.Used, q.Limit))
	if runsOut != "" {
		text += pick(lang, "照现在的速度，"+runsOut+"就会用完。", " At this rate they run out on "+runsOut+".")
	}
	if q.Kind == "api" && q.percent() >= quotaTight {
		text += pick(lang, "一般通知已经停发，余量留给答复和紧急呼叫。", " General notices are no longer sent; the rest is kept for answers and pages.")
	}
	return text
}
