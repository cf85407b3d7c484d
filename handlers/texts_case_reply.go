package handlers

import (
	"fmt"
	"strings"

	"guanjia/bot"
	"guanjia/calendar"
	"guanjia/engagement"
)

// textReported answers a report that opened an incident.
func textReported(lang string, i *engagement.Incident) string {
	head := fmt.Sprintf(pick(lang, "已登记 **%s**（%s），正在呼叫专家，受理后会告诉您响应服务期。", "Noted as **%s** (%s). An expert is being called; you will be told when it is accepted."), i.ID, textClass(lang, i.Class))
	if i.Recurrence != "" {
		head += fmt.Sprintf(pick(lang, "它可能是 **%s** 的复发，会一并查看。", " It may be a recurrence of **%s**, which will be looked at as well."), i.Recurrence)
	}
	return head + "\n\n" + textFirstAid(lang, i.Class) + "\n\n" + fmt.Sprintf(pick(lang, "有新的情况直接发在这里，会补充到 %s。", "Send anything new here; it is added to %s."), i.ID)
}

// textFirstAid is what to do until an expert is there: general good practice,
// marked as such.
func textFirstAid(lang, class string) string {
	zh := map[string]string{
		"harmful-program":         "- 断开受影响主机的网络，但**不要关机、不要重启**\n- 不要删除可疑文件，不要急着重装\n- 确认备份是离线的，先不要接上去",
		"network-attack":          "- 限制可疑来源的访问，对外只留必要端口\n- 保留访问日志、防火墙和流量记录\n- 从干净的电脑上更换被用到的口令和密钥",
		"information-destruction": "- 停止对受影响数据的写入，保护好现有备份\n- 保留数据库、应用和登录日志\n- 从干净的电脑上更换相关账号的口令",
		"content-security":        "- 先让违规内容无法访问，删除前截图并保存原文件\n- 保留发布和登录日志\n- 更换发布账号的口令，暂停自动发布",
	}
	en := map[string]string{
		"harmful-program":         "- take affected machines off the network, but **do not shut down or reboot** them\n- do not delete suspicious files, do not reinstall yet\n- make sure that backups are offline, and leave them so",
		"network-attack":          "- block suspicious sources, leave only the ports you need\n- keep access, firewall and traffic logs\n- change passwords and keys that were used, from a clean machine",
		"information-destruction": "- stop writing to the affected data, protect the backups you have\n- keep database, application and login logs\n- change the passwords concerned, from a clean machine",
		"content-security":        "- make the content unreachable; before deleting it, take screenshots and keep the files\n- keep publishing and login logs\n- change the publishing accounts' passwords, stop automatic publishing",
	}
	steps := pick(lang, zh[class], en[class])
	if steps == "" {
		steps = pick(lang, "- 先不要重启，不要删除文件\n- 保留登录和访问日志\n- 记下发现的时间和现象", "- do not reboot, do not delete files\n- keep login and access logs\n- write down when you saw what")
	}
	return pick(lang, "等待专家时可以先做（通用的应急做法，不是对结果的承诺；以专家的意见为准）：\n\n", "Meanwhile (general good practice, no promise of a result; the expert's word goes first):\n\n") + steps
}

func textAdded(lang string, cal *calendar.Calendar, i *engagement.Incident) string {
	text := fmt.Sprintf(pick(lang, "收到，已补充到 **%s**（%s），并告诉了处理的同事。", "Thank you, added to **%s** (%s); whoever works on it was told."), i.ID, textClass(lang, i.Class))
	if !i.Response.End.IsZero() {
		text += fmt.Sprintf(pick(lang, "响应服务期至 %s。", " The response period runs until %s."), cal.FormatEnd(i.Response.End, lang))
	}
	return text
}

func textOver(lang string, cal *calendar.Calendar, c *engagement.Case, r *engagement.Refusal) string {
	if r.Why == engagement.WhyExpired {
		return fmt.Sprintf(pick(lang, "%s 的服务有效期已于 %s 结束，已告诉同事联系您。", "The validity of %s ended %s; a colleague was told to contact you."), c.ID, cal.FormatEnd(r.At, lang))
	}
	return fmt.Sprintf(pick(lang, "%s 的服务已经停止，已告诉同事联系您。", "The service of %s has stopped; a colleague was told to contact you."), c.ID)
}

func textServiceOver(lang string) string {
	return pick(lang, "服务有效期之外发生的安全事件，需要重新购买服务，或选择其他方案。", "For an incident outside the validity please buy again, or choose another solution.")
}

func textAfterTheEnd(lang string, cal *calendar.Calendar, c *engagement.Case, name, words string) string {
	return fmt.Sprintf(pick(lang, "**%s %s 的客户在服务结束后上报了事件**（%s，有效期至 %s），请联系：%s\n\n%s", "**The customer of %s %s reported an incident after the service ended** (%s, valid until %s); please contact them: %s\n\n%s"),
		c.ID, bot.Literal(c.Company), bot.Literal(name), cal.FormatEnd(c.Validity.End, lang), textContacts(lang, c.Contacts), bot.Quote(words))
}

func textBadCode(lang string) string {
	return pick(lang, "没有找到这个绑定代码，请核对后再发一次。", "There is no such binding code; please check it and send it again.")
}

func textBound(lang string, cal *calendar.Calendar, c *engagement.Case) string {
	text := fmt.Sprintf(pick(lang, "已绑定到 **%s**（%s）。", "You belong to **%s** (%s) now."), c.ID, bot.Literal(c.Company))
	if !c.Validity.End.IsZero() {
		text += fmt.Sprintf(pick(lang, "服务有效期至 %s。发生安全事件直接告诉我。", " The service is valid until %s. Tell me at once when something happens."), cal.FormatEnd(c.Validity.End, lang))
	}
	return text
}

func textChecklistDone(lang string, c *engagement.Case) string {
	return fmt.Sprintf(pick(lang, "好的，%s 的服务器绑定已记为完成。", "Thank you: the binding of servers of %s is noted as done."), c.ID)
}

func textRated(lang string) string {
	return pick(lang, "谢谢您的评价，已经记下。", "Thank you, your rating is noted.")
}

func textNotYours(lang string) string {
	return pick(lang, "没有找到您名下的这个编号。", "There is nothing with that number that belongs to you.")
}

func textUnknownSubject(lang, id string) string {
	return fmt.Sprintf(pick(lang, "没有 %s 这个编号，请核对。", "There is no %s; please check the number."), id)
}

func textExpertOnly(lang string) string {
	return pick(lang, "这个指令需要专家或值班经理来发。", "Only an expert or a manager can use that command.")
}

func textBadPurchase(lang string, fe *engagement.FieldError) string {
	names := map[string]string{"data.order_id": "订单号", "data.customer.company": "公司", "data.customer.contacts[0].name": "联系人", "data.customer.contacts[0].mobile": "手机号"}
	if name := names[fe.Field]; name != "" && lang != langEN {
		return fmt.Sprintf("没有开通：%s填得不对，请核对。\n\n", name) + textCaseUsage(lang, VerbOpen)
	}
	return fmt.Sprintf(pick(lang, "没有开通：%s %s\n\n", "Not opened: %s %s\n\n"), strings.TrimPrefix(fe.Field, "data."), bot.Literal(fe.Problem)) + textCaseUsage(lang, VerbOpen)
}

func textOpened(lang, order string, b Bought) string {
	if !b.Fresh {
		return fmt.Sprintf(pick(lang, "订单 %s 已经是 **%s** 了，绑定代码 %s，没有重复开通。", "Order %s is **%s** already, binding code %s; nothing was done twice."), bot.Literal(order), b.Case, b.BindingCode)
	}
	return fmt.Sprintf(pick(lang, "订单 %s 已开通为 **%s**，绑定代码 **%s**。", "Order %s is open as **%s**, binding code **%s**."), bot.Literal(order), b.Case, b.BindingCode)
}

// textDone confirms a command of the team.
func textDone(lang string, cal *calendar.Calendar, c *engagement.Case, cmd Command) string {
	i := c.Incident(cmd.Ref)
	end := cal.FormatEnd(c.Validity.End, lang)
	if i != nil {
		end = cal.FormatEnd(i.Response.End, lang)
	}
	id := cmd.Ref
	switch cmd.Verb {
	case VerbContacted:
		return fmt.Sprintf(pick(lang, "已记下：%s 由您完成首次联系。", "Noted: you made the first call of %s."), id)
	case VerbAccept:
		return fmt.Sprintf(pick(lang, "您受理了 %s，响应服务期至 **%s**，已通知客户。", "You accepted %s; the response period runs until **%s**. The customer was told."), id, end)
	case VerbExtend:
		return fmt.Sprintf(pick(lang, "%s 已延长至 **%s**，已通知客户。", "%s is extended until **%s**. The customer was told."), id, end)
	case VerbResume:
		return fmt.Sprintf(pick(lang, "%s 已继续，响应服务期至 **%s**，已通知客户。", "%s goes on, until **%s**. The customer was told."), id, end)
	case VerbBind:
		return fmt.Sprintf(pick(lang, "这个群现在是 %s 的沟通群。", "This group is the channel of %s now."), id)
	default:
	}
	what := map[Verb][2]string{
		VerbReject: {"已拒绝", "rejected"}, VerbUpdate: {"的进展已发出", "update sent"}, VerbReport: {"的报告已交付", "report delivered"},
		VerbResolve: {"已结案", "resolved"}, VerbReopen: {"已重开", "reopened"}, VerbPause: {"已暂停计时", "paused"},
	}[cmd.Verb]
	return fmt.Sprintf(pick(lang, "%s %s，已通知客户。", "%s: %s. The customer was told."), id, pick(lang, what[0], what[1]))
}

// textRefusal says why something cannot be done, and what can.
func textRefusal(lang string, cal *calendar.Calendar, r *engagement.Refusal) string {
	at, by, id := cal.FormatEnd(r.At, lang), bot.Literal(r.By), r.Subject
	switch r.Why {
	case engagement.WhyUnknown:
		return textUnknownSubject(lang, id)
	case engagement.WhyContacted:
		return fmt.Sprintf(pick(lang, "%s 已由 %s 在 %s 联系过了。", "%s was contacted by %s at %s already."), id, by, at)
	case engagement.WhyAccepted:
		return fmt.Sprintf(pick(lang, "%s 已由 %s 在 %s 受理了。", "%s was accepted by %s at %s already."), id, by, at)
	case engagement.WhyRejected:
		return fmt.Sprintf(pick(lang, "%s 已由 %s 在 %s 拒绝。需要的话用 **重开 %s**。", "%s was rejected by %s at %s. Use **reopen %s** if need be."), id, by, at, id)
	case engagement.WhyResolved:
		return fmt.Sprintf(pick(lang, "%s 已由 %s 在 %s 结案。需要的话用 **重开 %s**。", "%s was resolved by %s at %s. Use **reopen %s** if need be."), id, by, at, id)
	case engagement.WhyNotAccepted:
		return fmt.Sprintf(pick(lang, "%s 还没有人受理，请先 **受理 %s**。", "Nobody has accepted %s yet; **accept %s** first."), id, id)
	case engagement.WhyResponseOver:
		return fmt.Sprintf(pick(lang, "%s 的响应服务期已于 %s 结束。再次发生请作为新的事件上报；需要续办请值班经理 **延长 %s 2d 原因**。", "The response period of %s ended %s. Something new is a new incident; to go on, a manager can **extend %s 2d reason**."), id, at, id)
	case engagement.WhyPaused:
		return fmt.Sprintf(pick(lang, "%s 从 %s 起已经暂停了，用 **继续 %s** 恢复。", "%s is paused since %s; **resume %s** lets it go on."), id, at, id)
	case engagement.WhyEndPast:
		return fmt.Sprintf(pick(lang, "这样 %s 会在 %s 结束，已经过去了，请延长得更多。", "That would end %s at %s, which is past; extend it further."), id, at)
	case engagement.WhyExpired:
		return fmt.Sprintf(pick(lang, "%s 的有效期已于 %s 结束。", "The validity of %s ended %s."), id, at)
	default:
		return textRefusalShort(lang, id, r)
	}
}

func textRefusalShort(lang, id string, r *engagement.Refusal) string {
	words := map[engagement.Why][2]string{
		engagement.WhyCancelled:       {"的订单已取消，不能再操作。", "is cancelled; nothing can be done to it."},
		engagement.WhyClosed:          {"已经关闭。", "is closed."},
		engagement.WhyNoIncidents:     {"的产品不包含应急响应。", "does not include emergency response."},
		engagement.WhyNotResolved:     {"还开着，不用重开。", "is open; there is nothing to reopen."},
		engagement.WhyNotPaused:       {"没有暂停。", "is not paused."},
		engagement.WhyRated:           {"已经评价过了，谢谢。", "was rated already, thank you."},
		engagement.WhyBadReport:       {"的报告要附一个 http(s) 链接，例如：报告 I5 https://…", "needs an http(s) address, like: report I5 https://…"},
		engagement.WhyNothingToExtend: {"没有可以延长的期限。", "has no period to extend."},
		engagement.WhyNoChecklist:     {"没有待确认的事项。", "has nothing to confirm."},
		engagement.WhyNotTheirs:       {"已经在用这个群，一个群只属于一个订单。", "has this group already; a group belongs to one case."},
	}[r.Why]
	return id + " " + pick(lang, words[0], words[1])
}

// textCaseUsage is how a command is written.
func textCaseUsage(lang string, v Verb) string {
	usage := map[Verb][2]string{
		VerbContacted: {"已联系 C3", "contacted C3"},
		VerbAccept:    {"受理 I5", "accept I5"},
		VerbReject:    {"拒绝 I5 原因", "reject I5 reason"},
		VerbUpdate:    {"进展 I5 要告诉客户的话", "update I5 words for the customer"},
		VerbReport:    {"报告 I5 https://…", "report I5 https://…"},
		VerbResolve:   {"结案 I5", "resolve I5"},
		VerbReopen:    {"重开 I5", "reopen I5"},
		VerbPause:     {"暂停 I5 原因", "pause I5 reason"},
		VerbResume:    {"继续 I5", "resume I5"},
		VerbExtend:    {"延长 C3 2d 原因，或 延长 I5 2d 原因", "extend C3 2d reason, or extend I5 2d reason"},
		VerbBind:      {"在群里 @我 发：绑定 C3", "@ me in the group: bind C3"},
		VerbOpen:      {"开通 订单号 公司 联系人 手机", "open ORDER COMPANY CONTACT MOBILE"},
	}[v]
	return pick(lang, "用法：", "Usage: ") + pick(lang, usage[0], usage[1])
}
