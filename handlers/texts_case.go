package handlers

import (
	"fmt"
	"strings"
	"time"

	"guanjia/bot"
	"guanjia/engagement"
)

// The texts about cases. Facts are those of the service's own FAQ; nothing is
// promised beyond them.

// customerText is a notice in words for the customer.
func (w *casework) customerText(n engagement.Notice) (text string, buttons []bot.Button) {
	lang, end := w.Brand.Lang, w.Calendar.FormatEnd(n.At, w.Brand.Lang)
	ended := !w.now.Before(n.At)
	switch n.Topic {
	case engagement.TopicWelcome:
		return textWelcome(lang, w, end), nil
	case engagement.TopicValidity, engagement.TopicResponse:
		return textReminder(lang, w.subject(n), n.Topic, n.At.Sub(w.now), end), nil
	case engagement.TopicValidityEnd:
		return textValidityEnd(lang, w.ID, end, ended), ratingButtons(lang, w.ID)
	case engagement.TopicResponseEnd:
		return textResponseEnd(lang, n.Incident, end, ended, w.recurrenceHint()), nil
	case engagement.TopicRenewed:
		return fmt.Sprintf(pick(lang, "**%s 已续费**：服务有效期至 **%s**。", "**%s is renewed**: the service is valid until **%s**."), w.ID, end), nil
	case engagement.TopicCancelled:
		return fmt.Sprintf(pick(lang, "**%s 的订单已取消**，服务到此停止，不再计时和提醒。", "**The order of %s is cancelled**: the service stops here, with its clocks and reminders."), w.ID), nil
	case engagement.TopicChecklist:
		return textChecklist(lang, w.ID, w.Brand.Product), doneButton(lang)
	case engagement.TopicChecklistNudge:
		return textChecklistNudge(lang, w.ID), doneButton(lang)
	default:
		return w.incidentText(n, end), nil
	}
}

// incidentText is a notice about an incident in words for the customer.
func (w *casework) incidentText(n engagement.Notice, end string) string {
	lang, by := w.Brand.Lang, bot.Literal(n.By)
	switch n.Topic {
	case engagement.TopicAccepted:
		return fmt.Sprintf(pick(lang, "**%s 已受理**，由 %s 处理。响应服务期至 **%s**。\n\n有进展会发在这里；有新的情况也请直接说。",
			"**%s is accepted** by %s. The response period runs until **%s**.\n\nNews come here; please tell us anything new here as well."), n.Incident, by, end)
	case engagement.TopicRejected:
		return fmt.Sprintf(pick(lang, "**%s 未受理**，不计响应服务期。原因：\n\n%s\n\n如果您不这么看，请直接说明，或回复 **转人工**。",
			"**%s is not accepted**; no response period begins. The reason:\n\n%s\n\nIf you see it differently, please say so, or reply **human**."), n.Incident, bot.Quote(n.Text))
	case engagement.TopicUpdate:
		return fmt.Sprintf(pick(lang, "**%s 进展**（%s）\n\n%s", "**%s update** (%s)\n\n%s"), n.Incident, by, bot.Literal(n.Text))
	case engagement.TopicReport:
		return fmt.Sprintf(pick(lang, "**%s 的应急响应报告**：%s\n\n对报告有疑问请直接在这里问，团队会在线讲解，或约一次远程电话会议，直到您真正理解。",
			"**The report on %s**: %s\n\nAsk here about anything in it: the team explains it online or in a remote telephone call, until you really understand it."), n.Incident, n.Text)
	case engagement.TopicPaused:
		return fmt.Sprintf(pick(lang, "**%s 的响应计时已暂停**，等待您这边：\n\n%s\n\n恢复后，剩余时间顺延。", "**The response period of %s is paused**; we wait for you:\n\n%s\n\nWhat remains of it shifts by the pause."), n.Incident, bot.Quote(n.Text))
	case engagement.TopicResumed:
		return fmt.Sprintf(pick(lang, "**%s 的响应计时已继续**，响应服务期顺延至 **%s**。", "**The response period of %s goes on**, until **%s**."), n.Incident, end)
	case engagement.TopicExtended:
		return fmt.Sprintf(pick(lang, "**%s 已延长**：%s至 **%s**。", "**%s is extended**: the %s until **%s**."), w.subject(n), textPeriod(lang, n.Incident != ""), end)
	case engagement.TopicResolved:
		return fmt.Sprintf(pick(lang, "**%s 已结案**（%s）。%s", "**%s is resolved** (%s). %s"), n.Incident, by, w.recurrenceHint())
	case engagement.TopicReopened:
		if end == "" {
			return fmt.Sprintf(pick(lang, "**%s 已重新打开**，正在请专家受理。", "**%s is open again**; an expert is asked to accept it."), n.Incident)
		}
		return fmt.Sprintf(pick(lang, "**%s 已重新打开**，响应服务期仍至 **%s**。", "**%s is open again**; its response period runs until **%s**."), n.Incident, end)
	default:
		return fmt.Sprintf("%s %s", w.subject(n), n.Topic)
	}
}

func textPeriod(lang string, response bool) string {
	if response {
		return pick(lang, "响应服务期", "response period")
	}
	return pick(lang, "服务有效期", "validity")
}

// subject is the number that a notice is about.
func (w *casework) subject(n engagement.Notice) string {
	if n.Incident != "" {
		return n.Incident
	}
	return w.ID
}

// recurrenceHint says what to do should it happen again.
func (w *casework) recurrenceHint() string {
	lang := w.Brand.Lang
	if w.Validity.End.After(w.now) && w.State == engagement.Active {
		return fmt.Sprintf(pick(lang, "有效期内（至 %s）如果再次发生安全事件，直接在这里说，服务继续。", "If a security incident happens again within the validity (until %s), say so here: the service goes on."),
			w.Calendar.FormatEnd(w.Validity.End, lang))
	}
	return pick(lang, "服务有效期已结束，之后再发生安全事件需要重新购买，或选择其他方案。", "The validity is over: for a further incident please buy again or choose another solution.")
}

func textReminder(lang, id string, topic engagement.Topic, left time.Duration, end string) string {
	what := textPeriod(lang, topic == engagement.TopicResponse)
	return fmt.Sprintf(pick(lang, "**%s %s提醒**：还剩%s，至 **%s** 结束。", "**%s: the %s** has %s left; it ends **%s**."), id, what, textSpan(lang, left), end)
}

func textValidityEnd(lang, id, end string, ended bool) string {
	when := pick(lang, "将于", "ends ")
	if ended {
		when = pick(lang, "已于", "ended ")
	}
	return fmt.Sprintf(pick(lang, "**%s 的服务有效期%s %s 结束。**\n\n之后再发生安全事件，需要重新购买服务，或选择其他方案；需要续费请在这里说。已经开始的响应会服务满期。\n\n请为这次服务打分，回复 **评价 %s 5**（1–5 分）。",
		"**The validity of %s %s%s.**\n\nFor an incident after that please buy again or choose another solution; to renew, say so here. A response that has begun runs its full length.\n\nPlease rate the service: reply **rate %s 5** (1–5)."), id, when, end, id)
}

func ratingButtons(lang, id string) []bot.Button {
	verb := pick(lang, "评价", "rate")
	return []bot.Button{
		{Label: pick(lang, "满意", "Good"), Say: fmt.Sprintf("%s %s 5", verb, id)},
		{Label: pick(lang, "一般", "Fair"), Say: fmt.Sprintf("%s %s 3", verb, id)},
		{Label: pick(lang, "不满意", "Poor"), Say: fmt.Sprintf("%s %s 1", verb, id)},
	}
}

func textResponseEnd(lang, id, end string, ended bool, hint string) string {
	when := pick(lang, "将于", "ends ")
	if ended {
		when = pick(lang, "已于", "ended ")
	}
	return fmt.Sprintf(pick(lang, "**%s 的响应服务期%s %s 结束。** %s", "**The response period of %s %s%s.** %s"), id, when, end, hint)
}

func textWelcome(lang string, w *casework, end string) string {
	var names []string
	for _, m := range w.resolve(w.Cases.Channel.Members, w.now) {
		names = append(names, bot.Literal(m.Name))
	}
	people := strings.Join(names, pick(lang, "、", ", "))
	if people == "" {
		people = w.Brand.Provider
	}
	return fmt.Sprintf(pick(lang,
		"**欢迎，这里是%s的应急响应沟通群（%s）**\n\n- 服务有效期至 **%s**\n- 响应服务期：专家受理事件后%s，届时会写明截止时间；有效期内再次发生安全事件，服务继续\n- 服务人员：%s\n- 发生安全事件时，请 @我 说明情况（什么系统、什么时候、看到了什么），会立即呼叫专家\n- 原则上远程支持，不上门；溯源到攻击者身份不在服务内；数据恢复会评估并协助，但不承诺结果\n- 回复 **状态** 看进度，**转人工** 找人，**帮助** 看更多\n\n还没进群的同事可以用绑定代码加入：给我发 **绑定 %s**",
		"**Welcome: this is the group for the emergency response of %s (%s)**\n\n- The service is valid until **%s**\n- The response period is %s from the moment an expert accepts an incident; its end will be told. Another incident within the validity is covered as well\n- Who is here for you: %s\n- When something happens, @ me and describe it (which system, since when, what you see): an expert is called at once\n- Support is remote; the identity of an attacker is not part of it; recovery of data is assessed and helped with, without a promised result\n- Reply **status**, **human** or **help**\n\nColleagues who are not here can send me **bind %s**"),
		w.Brand.Product, w.ID, end, textSpan(lang, w.Service.ResponsePeriod), people, w.BindingCode)
}

// textSpan is a length of time for people, rounded.
func textSpan(lang string, d time.Duration) string {
	unit := func(n time.Duration, zh, en string) string {
		return pick(lang, fmt.Sprintf(" %d %s", n, zh), fmt.Sprintf("%d %s", n, en))
	}
	switch d = max(0, d).Round(time.Second); {
	case d >= 48*time.Hour && d%(24*time.Hour) == 0:
		return unit(d/(24*time.Hour), "天", "days")
	case d >= 2*time.Hour:
		return unit(d.Round(time.Hour)/time.Hour, "小时", "hours")
	case d >= 2*time.Minute:
		return unit(d.Round(time.Minute)/time.Minute, "分钟", "minutes")
	}
	return unit(d/time.Second, "秒", "seconds")
}

func doneButton(lang string) []bot.Button {
	return []bot.Button{{Label: pick(lang, "已完成", "Done"), Say: pick(lang, "已完成", "done")}}
}

func textChecklist(lang, id, product string) string {
	return fmt.Sprintf(pick(lang,
		"**%s 专业版已开通（%s）**，请在控制台完成绑定：\n\n1. 打开服务器绑定页\n2. 选择要检查的服务器并确认。**绑定后不能解绑**，确认前请核对\n3. 检查它们是否出现在列表里\n4. 添加报告收件人：报告会自动发到管理员邮箱，没有添加就收不到\n\n完成后回复 **已完成**。",
		"**The professional edition of %s is open (%s)**. Please bind your servers in the console:\n\n1. Open the server binding page\n2. Choose the servers to be checked and confirm. **A bound server cannot be unbound**, so look twice\n3. Check that they appear in the list\n4. Add the mail recipients of the reports; without them nobody gets one\n\nReply **done** when it is done."), product, id)
}

func textChecklistNudge(lang, id string) string {
	return fmt.Sprintf(pick(lang, "%s：服务器绑定和报告收件人设置好了吗？没有绑定的服务器不会被检查。完成后回复 **已完成**；需要帮忙请回复 **转人工**。",
		"%s: are your servers bound, and the recipients of the reports set? Servers that are not bound are not checked. Reply **done**, or **human** for help."), id)
}

func textClass(lang, class string) string {
	zh := map[string]string{
		"harmful-program": "有害程序事件", "network-attack": "网络攻击事件",
		"information-destruction": "信息破坏事件", "content-security": "信息内容安全事件",
	}
	en := map[string]string{
		"harmful-program": "harmful program", "network-attack": "network attack",
		"information-destruction": "destruction of information", "content-security": "content security",
	}
	if name := pick(lang, zh[class], en[class]); name != "" {
		if lang == langEN {
			return name + " (" + zh[class] + ")"
		}
		return name
	}
	return pick(lang, "安全事件（类别待定）", "security incident (class to be decided)")
}
