package chaos_test

import "strings"

// card is a question whose answer is known, and the words by which it is known.
type card struct{ id, question, answer string }

// deck are the questions that a person asks, each once: so the person and the
// answer's words together tell which message was answered, and how often.
func deck() []card {
	return []card{
		{"zh-validity", "应急响应服务的有效期是几天", "应急响应服务的有效期是 15 天"},
		{"zh-backup", "数据备份应该怎么做", "建议每天备份"},
		{"zh-onsite", "你们提供现场服务吗", "原则上不提供现场服务"},
		{"zh-bind", "购买专业版后怎么绑定服务器", "打开服务器绑定页面"},
		{"zh-unbind", "绑定错了服务器可以解绑吗", "服务器绑定后就不能解绑了"},
		{"zh-hours", "你们几点上班", "售前咨询的服务时间是"},
		{"zh-how", "购买应急响应服务后会发生什么", "服务团队会打电话联系您"},
		{"zh-attribution", "能查到攻击者是谁吗", "应急响应服务不提供溯源"},
		{"zh-recovery", "被勒索的数据能恢复吗", "不承诺恢复结果"},
		{"zh-cause", "能找到入侵的原因吗", "我们会尽可能查找原因"},
		{"zh-recipient", "专业版的报告发给谁", "会自动发送到管理员的邮箱"},
		{"zh-doubts", "对应急响应报告有疑问怎么办", "直到您真正理解为止"},
		{"zh-scope", "售前咨询能问什么", "购买前的疑问都可以在售前咨询里问"},
		{"zh-classes", "哪些算安全事件", "安全事件参照"},
		{"zh-other", "服务器磁盘满了你们管吗", "软件问题、基础网络问题、云服务器问题"},
		{"zh-expired", "过了有效期又出事怎么办", "超出有效期后，需要重新购买"},
		{"en-validity", "How long is the emergency service valid?", "The emergency service is valid for 15 days"},
		{"en-backup", "What should I do about backups?", "Back up daily"},
		{"en-onsite", "Do you provide on-site support?", "In principle no. Support is given remotely"},
		{"en-bind", "How do I bind servers after buying the professional edition?", "After buying the professional edition, bind your servers"},
		{"en-unbind", "Can a bound server be unbound?", "A bound server cannot be unbound"},
		{"en-hours", "What are your consulting hours?", "The pre-sales desk works 5×8 hours"},
		{"en-how", "What happens after I buy the emergency service?", "After you buy the emergency service, the service team"},
		{"en-attribution", "Can you find out who the attacker was?", "Attribution is not provided"},
		{"en-cause", "Will you find the root cause?", "Finding the cause is what the team aims for"},
		{"en-recipient", "Who receives the reports of the professional edition?", "The reports are mailed automatically"},
		{"en-classes", "What counts as a security incident?", "After GB/Z 20986-2007 there are four classes"},
	}
}

// answersIn are the ids of the cards whose answer stands in a text.
func answersIn(cards []card, text string) []string {
	var ids []string
	for _, c := range cards {
		if strings.Contains(text, c.answer) {
			ids = append(ids, c.id)
		}
	}
	return ids
}
