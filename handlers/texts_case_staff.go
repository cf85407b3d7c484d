package handlers

import (
	"fmt"
	"strings"
	"time"

	"guanjia/bot"
	"guanjia/engagement"
)

// staffText is a notice in words for the team.
func (w *casework) staffText(n engagement.Notice) (text string, buttons []bot.Button) {
	lang, end := w.Brand.Lang, w.Calendar.FormatEnd(n.At, w.Brand.Lang)
	who := fmt.Sprintf("%s %s", w.ID, bot.Literal(w.Company))
	switch n.Topic {
	case engagement.TopicPurchased:
		return w.purchasedText(lang), contactedButton(lang, w.ID)
	case engagement.TopicContactWarning:
		return fmt.Sprintf(pick(lang, "**%s 还没有人电话联系**，目标是 %s 前，还剩%s。\n\n联系人：%s\n\n联系后回复 **已联系 %s**", "**Nobody has telephoned %s yet**; the target is %s, in %s.\n\nContacts: %s\n\nThen reply **contacted %s**"),
			who, end, textSpan(lang, n.Before), textContacts(lang, w.Contacts), w.ID), contactedButton(lang, w.ID)
	case engagement.TopicNoReport:
		return fmt.Sprintf(pick(lang, "**%s（%s）的响应服务期已于 %s 结束，还没有交付报告**，负责人 %s。交付用 **报告 %s 链接**。",
			"**The response period of %s (%s) ended %s without a report**; in charge: %s. Deliver it with **report %s URL**."), n.Incident, who, end, bot.Literal(n.By), n.Incident), nil
	case engagement.TopicNotAccepted:
		return fmt.Sprintf(pick(lang, "**%s（%s）还没有人受理**，%s 上报。%s", "**Nobody has accepted %s (%s)**, reported %s. %s"), n.Incident, who, end, textToAccept(lang, n.Incident)), nil
	case engagement.TopicUpdateDue:
		return fmt.Sprintf(pick(lang, "**%s（%s）**：客户自 %s 起没有收到进展，请用 **进展 %s …** 告知。", "**%s (%s)**: the customer has heard nothing since %s; please tell them with **update %s …**."), n.Incident, who, end, n.Incident), nil
	case engagement.TopicReported:
		return w.furtherText(n, who), nil
	case engagement.TopicChecklistNudge:
		return fmt.Sprintf(pick(lang, "**%s** 三天了还没有确认完成服务器绑定，请电话问一下：%s", "**%s** has not confirmed the binding of servers in three days; please telephone: %s"), who, textContacts(lang, w.Contacts)), nil
	default:
		return w.roomStaffText(n, who, end), nil
	}
}

// roomStaffText is a notice about the channel or the clocks for the team.
func (w *casework) roomStaffText(n engagement.Notice, who, end string) string {
	lang := w.Brand.Lang
	switch n.Topic {
	case engagement.TopicJoinLink:
		if n.Text == "" {
			return fmt.Sprintf(pick(lang, "**%s** 的群已建好，但拿不到入群链接，请在群设置里分享给：%s。\n\n对方给机器人发 **绑定 %s** 也可以。", "The group of **%s** stands, but there is no join link; please share it from the group's settings with: %s.\n\nThey can also send the bot **bind %s**."), who, w.apart(), w.BindingCode)
		}
		return fmt.Sprintf(pick(lang, "**%s** 的群已建好。不能直接拉进群的联系人：%s。请把链接转发给他们：%s\n\n绑定代码 **%s**（给机器人发 **绑定 %s**）", "The group of **%s** stands. Who could not be added: %s. Please forward them the link: %s\n\nBinding code **%s** (they send the bot **bind %s**)"),
			who, w.apart(), n.Text, w.BindingCode, w.BindingCode)
	case engagement.TopicRoomByHand:
		why := ""
		if n.Text != "" {
			why = pick(lang, "（", " (") + n.Text + pick(lang, "）", ")")
		}
		return fmt.Sprintf(pick(lang, "**%s** 需要手工建群%s：建一个内部群，把机器人和客户拉进群，然后在群里 @机器人 发 **绑定 %s**。", "**%s** needs a group made by hand%s: make one, take the bot and the customer in, and @ the bot there with **bind %s**."), who, why, w.ID)
	case engagement.TopicRoomFailed:
		return fmt.Sprintf(pick(lang, "**%s** 的群还没建成，正在继续重试：%s。也可以手工建群后在群里 @机器人 发 **绑定 %s**。", "The group of **%s** could not be made yet, it is tried again: %s. You can also make one by hand and @ the bot there with **bind %s**."), who, bot.Literal(n.Text), w.ID)
	case engagement.TopicRoomLost:
		return fmt.Sprintf(pick(lang, "**%s** 的群用不了了：%s。请重新建群，并在群里 @机器人 发 **绑定 %s**。", "The group of **%s** is gone: %s. Please make another, and @ the bot there with **bind %s**."), who, bot.Literal(n.Text), w.ID)
	case engagement.TopicValidity, engagement.TopicResponse:
		return textReminder(lang, w.subject(n), n.Topic, n.At.Sub(w.now), end) + pick(lang, "（", " (") + bot.Literal(w.Company) + pick(lang, "）", ")")
	case engagement.TopicValidityEnd:
		return fmt.Sprintf(pick(lang, "**%s 的服务有效期已于 %s 结束**，请跟进续费。没有进行中的事件时，群可以解散。", "**The validity of %s ended %s**; please follow up on a renewal. The group can be dissolved once no incident is open."), who, end)
	case engagement.TopicResponseEnd:
		return fmt.Sprintf(pick(lang, "**%s（%s）的响应服务期已于 %s 结束。**", "**The response period of %s (%s) ended %s.**"), n.Incident, who, end)
	case engagement.TopicRenewed:
		return fmt.Sprintf(pick(lang, "**%s 已续费**，有效期至 %s。", "**%s is renewed**, valid until %s."), who, end)
	case engagement.TopicCancelled:
		return fmt.Sprintf(pick(lang, "**%s 的订单已取消**，计时和提醒已停，不再受理新事件。", "**The order of %s is cancelled**: clocks and reminders have stopped, no new incidents."), who)
	default:
		return fmt.Sprintf("%s %s %s", w.subject(n), n.Topic, end)
	}
}

func (w *casework) furtherText(n engagement.Notice, who string) string {
	words := ""
	if w.msg != nil {
		words = "\n\n" + bot.Quote(w.msg.Text)
	}
	return fmt.Sprintf(pick(w.Brand.Lang, "**%s（%s）有补充报告**，来自 %s：%s", "**%s (%s): a further report**, by %s:%s"), n.Incident, who, bot.Literal(n.By), words)
}

// apart names who could not be added to the group.
func (w *casework) apart() string {
	names := make([]string, len(w.Room.Apart))
	for i, name := range w.Room.Apart {
		names[i] = bot.Literal(name)
	}
	return strings.Join(names, "、")
}

func contactedButton(lang, id string) []bot.Button {
	return []bot.Button{{Label: pick(lang, "已联系", "Contacted"), Say: pick(lang, "已联系 ", "contacted ") + id}}
}

// purchasedText is the telephone task.
func (w *casework) purchasedText(lang string) string {
	product := textProduct(lang, w.Product)
	head := fmt.Sprintf(pick(lang, "**新订单 %s（%s），请电话联系客户**\n\n公司：%s\n\n联系人：%s", "**New order %s (%s): please telephone the customer**\n\nCompany: %s\n\nContacts: %s"),
		w.ID, product, bot.Literal(w.Company), textContacts(lang, w.Contacts))
	if w.Product == engagement.Professional {
		return head + fmt.Sprintf(pick(lang, "\n\n请确认对方会绑定服务器（**绑定后不能解绑**）并添加报告收件人。绑定代码 **%s**。\n\n联系后回复 **已联系 %s**",
			"\n\nMake sure that they bind servers (**which cannot be undone**) and add the recipients of the reports. Binding code **%s**.\n\nThen reply **contacted %s**"), w.BindingCode, w.ID)
	}
	target := w.Calendar.FormatEnd(w.First.Since.Add(w.Service.FirstContactWithin), lang)
	return head + fmt.Sprintf(pick(lang,
		"\n\n首次联系目标：%s 前。服务有效期至 %s。\n\n电话里请问：\n\n1. 发生了什么，什么时候发现的，还在继续吗\n2. 影响哪些系统，业务停了没有\n3. 已经做过什么（重启、断网、删文件、恢复）\n4. 日志和备份在哪里，请先保留\n5. 谁来配合，怎么联系，谁能授权\n\n绑定代码 **%s**（对方给机器人发 **绑定 %s**），入群链接建好后会发给您转发。\n\n联系后回复 **已联系 %s**",
		"\n\nTarget for the first call: %s. Valid until %s.\n\nAsk on the call:\n\n1. What happened, when was it seen, does it go on\n2. Which systems, is the business down\n3. What was done already (reboot, disconnect, delete, restore)\n4. Where logs and backups are; keep them\n5. Who works with us, how to reach them, who may decide\n\nBinding code **%s** (they send the bot **bind %s**); the join link follows as soon as the group stands.\n\nThen reply **contacted %s**"),
		target, w.Calendar.FormatEnd(w.Validity.End, lang), w.BindingCode, w.BindingCode, w.ID)
}

func textProduct(lang string, p engagement.Product) string {
	if p == engagement.Professional {
		return pick(lang, "专业版", "professional edition")
	}
	return pick(lang, "应急响应服务", "emergency response")
}

// textContacts lists people with their numbers, for staff only.
func textContacts(lang string, cs []engagement.Contact) string {
	if len(cs) == 0 {
		return pick(lang, "未知（下单渠道没有提供，请在卖家后台查询）", "unknown (the shop told none; please look it up there)")
	}
	parts := make([]string, 0, len(cs))
	for i, c := range cs {
		if i == 5 {
			parts = append(parts, fmt.Sprintf(pick(lang, "等 %d 人", "%d in all"), len(cs)))
			break
		}
		parts = append(parts, strings.TrimSpace(bot.Literal(c.Name)+" "+bot.Literal(c.Mobile)))
	}
	return strings.Join(parts, pick(lang, "；", "; "))
}

func textContactMissed(lang string) string {
	return pick(lang, "到了首次联系的目标时间，还没有人电话联系", "the target for the first call has passed, and nobody has telephoned")
}

func textToAccept(lang, id string) string {
	return fmt.Sprintf(pick(lang, "受理请回复 **受理 %s**，不是安全事件请回复 **拒绝 %s 原因**", "Reply **accept %s**, or **reject %s reason** if it is no security incident"), id, id)
}

// textTitle is what a push notification shows.
func textTitle(lang string, n engagement.Notice) string {
	switch n.Topic {
	case engagement.TopicPurchased, engagement.TopicContactWarning:
		return pick(lang, "请电话联系客户", "Please telephone the customer")
	case engagement.TopicValidity, engagement.TopicValidityEnd:
		return pick(lang, "服务有效期", "Validity")
	case engagement.TopicResponse, engagement.TopicResponseEnd:
		return pick(lang, "响应服务期", "Response period")
	default:
		return pick(lang, "服务动态", "Service news")
	}
}

func textPassOn(lang string, c *engagement.Case, words string) string {
	return fmt.Sprintf(pick(lang, "**%s** 的客户现在没法通过机器人联系到，请电话转告（%s）：\n\n%s", "The customer of **%s** cannot be reached by the bot; please tell them by telephone (%s):\n\n%s"),
		c.ID+" "+bot.Literal(c.Company), textContacts(lang, c.Contacts), words)
}

func textUndelivered(lang string, c *engagement.Case, d bot.Delivery) string {
	return fmt.Sprintf(pick(lang, "**发给 %s 客户的消息没有送达**（%s），请用其他方式告知：\n\n%s", "**Words for the customer of %s were not delivered** (%s); please tell them another way:\n\n%s"),
		c.ID+" "+bot.Literal(c.Company), bot.Literal(d.Reason), d.Text)
}

func textRoomGone(lang string, k RoomEventKind) string {
	if k == RoomDisbanded {
		return pick(lang, "群已解散", "it was disbanded")
	}
	return pick(lang, "机器人被移出了群", "the bot was removed")
}

func textRoomTitle(lang string, c *engagement.Case) string {
	return fmt.Sprintf(pick(lang, "%s %s 应急响应", "%s %s response"), c.ID, c.Company)
}

// textEvent is a line of the timeline.
func textEvent(lang string, v engagement.Event) string {
	zh := map[string]string{
		"purchased": "下单", "renewed": "续费", "cancelled": "取消订单", "expired": "有效期结束", "extended": "延长", "rated": "客户评价",
		"contacted": "已电话联系", "first_contact_missed": "超过首次联系目标", "checklist_nudged": "提醒绑定服务器", "checklist_done": "服务器绑定已完成",
		"reported": "上报", "further_report": "补充报告", "accepted": "受理", "not_accepted": "超时未受理", "rejected": "拒绝", "update": "进展",
		"report": "交付报告", "resolved": "结案", "reopened": "重开", "paused": "暂停计时", "resumed": "继续计时", "response_ended": "响应服务期结束",
		"no_report": "响应服务期结束时没有报告", "channel_created": "建群", "channel_bound": "绑定群", "channel_lost": "群不可用", "channel_renamed": "群改名",
		"channel_failed": "建群失败", "welcomed": "发出欢迎词", "bound": "绑定人员", "members_added": "加入值班人员",
	}
	what := pick(lang, zh[v.Kind], strings.ReplaceAll(v.Kind, "_", " "))
	if v.Incident != "" {
		what = v.Incident + " " + what
	}
	words := v.Text
	switch v.Kind {
	case "reported":
		words = textClass(lang, v.Text)
	case "purchased":
		words = textProduct(lang, engagement.Product(v.Text))
	}
	if words != "" {
		what += pick(lang, "：", ": ") + words
	}
	return what
}

func textCaseState(lang string, s engagement.State) string {
	zh := map[engagement.State]string{engagement.Active: "服务中", engagement.Expired: "已过有效期", engagement.Cancelled: "已取消", engagement.Closed: "已关闭"}
	return pick(lang, zh[s], string(s))
}

func textIncidentState(lang string, i *engagement.Incident, now time.Time) string {
	switch {
	case i.State == engagement.Reported:
		return pick(lang, "等待受理", "waiting to be accepted")
	case i.State == engagement.Rejected:
		return pick(lang, "未受理", "not accepted")
	case i.State == engagement.Resolved:
		return pick(lang, "已结案", "resolved")
	case !i.Response.PausedAt.IsZero():
		return pick(lang, "已暂停", "paused")
	case !i.Open(now):
		return pick(lang, "响应服务期已结束", "response period over")
	}
	return pick(lang, "响应中", "in response")
}
