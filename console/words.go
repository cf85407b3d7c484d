package console

// wordsOf are the words for codes, in Chinese and English.
func wordsOf() map[string][2]string {
	all := map[string][2]string{}
	for kind, words := range map[string]map[string][2]string{
		"state": stateWords(), "via": viaWords(), "outcome": outcomeWords(), "kind": eventWords(), "due": deadlineWords(),
		"class": classWords(), "faq": faqWords(), "part": partWords(), "nav": navWords(),
		"product": {"emergency": {"应急响应", "Emergency response"}, "professional": {"专业版", "Professional edition"}},
		"role":    {"manager": {"经理", "Managers"}, "expert": {"专家", "Experts"}, "presales": {"售前", "Presales"}},
		"mode":    {"open": {"营业", "Open"}, "closed": {"休息", "Closed"}, "auto": {"按日历", "By calendar"}},
		"day":     {"work": {"工作日", "Working day"}, "off": {"休息日", "Day off"}, "makeup": {"调休上班", "Make-up day"}, "holiday": {"法定节假日", "Holiday"}},
		"lane": {
			"mail": {"待处理的会话", "Conversations to handle"}, "pages": {"待发的呼叫", "Pages to send"}, "messages": {"待发的消息", "Messages to send"},
			"deadlines": {"已设的定时", "Timers set"}, "due": {"到期未执行的定时", "Timers overdue"}, "dead": {"放弃的", "Given up"},
		},
	} {
		for code, w := range words {
			all[kind+"."+code] = w
		}
	}
	return all
}

func navWords() map[string][2]string {
	return map[string][2]string{
		"now": {"现在", "Now"}, "cases": {"服务单", "Cases"}, "escalations": {"求助", "Escalations"}, "rota": {"值班", "Rota"}, "faq": {"知识库", "FAQ"},
		"calendar": {"日历", "Calendar"}, "insight": {"分析", "Insight"}, "audit": {"审计", "Audit"}, "health": {"运行状况", "Health"},
	}
}

func stateWords() map[string][2]string {
	return map[string][2]string{
		"waiting": {"等待上班", "Waiting for opening"}, "desk": {"已通知售前", "Desk told"}, "calling": {"呼叫中", "Calling"},
		"exhausted": {"无人接单", "Nobody took it"}, "held": {"处理中", "Held"}, "closed": {"已结束", "Closed"},
		"active": {"服务中", "Active"}, "expired": {"已过有效期", "Expired"}, "cancelled": {"已取消", "Cancelled"},
		"reported": {"等待受理", "Waiting for acceptance"}, "accepted": {"响应中", "In response"}, "rejected": {"未受理", "Not accepted"}, "resolved": {"已结案", "Resolved"},
	}
}

func viaWords() map[string][2]string {
	return map[string][2]string{"chat": {"单聊", "Chat"}, "ding_app": {"DING 应用内", "DING in app"}, "ding_sms": {"DING 短信", "DING text message"}, "ding_phone": {"DING 电话", "DING telephone"}}
}

func outcomeWords() map[string][2]string {
	return map[string][2]string{"": {"发送中", "Sending"}, "sent": {"已送达", "Delivered"}, "read": {"已读", "Read"}, "failed": {"没有送达", "Not delivered"}}
}

func classWords() map[string][2]string {
	return map[string][2]string{
		"harmful-program": {"有害程序事件", "Harmful program"}, "network-attack": {"网络攻击事件", "Network attack"},
		"information-destruction": {"信息破坏事件", "Destruction of information"}, "content-security": {"信息内容安全事件", "Content security"},
		"": {"类别待定", "Class to be decided"},
	}
}

// eventWords are the lines of timelines and of the audit.
func eventWords() map[string][2]string {
	return map[string][2]string{
		"asked": {"求助", "Asked"}, "reason": {"判断依据", "Why"}, "said": {"消息", "Said"}, "note": {"内部备注", "Internal note"}, "rated": {"客户评价", "Rated"},
		"opened": {"开始", "Opened"}, "called": {"呼叫", "Called"}, "taken": {"接单", "Taken"}, "closed": {"结束", "Closed"}, "escalated": {"升级", "Escalated"},
		"handed_off": {"转交", "Handed off"}, "skipped": {"跳过空的一步", "Empty step skipped"}, "exhausted": {"全部步骤无人接单", "Nobody took it at any step"},
		"unreachable": {"联系不上", "Nobody could be reached"}, "kept": {"仍由原来的人处理", "Stays with its holder"}, "released": {"没有回音，重新呼叫", "Silent, called again"},
		"words": {"客户消息", "Customer"}, "purchased": {"下单", "Purchased"}, "renewed": {"续费", "Renewed"}, "cancelled": {"取消订单", "Cancelled"},
		"expired": {"有效期结束", "Validity over"}, "extended": {"延长", "Extended"}, "contacted": {"已电话联系", "Telephoned"},
		"first_contact_missed": {"超过首次联系目标", "First call missed"}, "checklist_nudged": {"提醒绑定服务器", "Reminded to bind servers"},
		"checklist_done": {"服务器绑定已完成", "Servers bound"}, "reported": {"上报", "Reported"}, "further_report": {"补充报告", "Further report"},
		"accepted": {"受理", "Accepted"}, "not_accepted": {"超时未受理", "Not accepted in time"}, "rejected": {"拒绝", "Rejected"}, "update": {"进展", "Update"},
		"report": {"交付报告", "Report delivered"}, "resolved": {"结案", "Resolved"}, "reopened": {"重开", "Reopened"}, "paused": {"暂停计时", "Paused"},
		"resumed": {"继续计时", "Resumed"}, "response_ended": {"响应服务期结束", "Response period over"}, "no_report": {"到期没有报告", "No report in time"},
		"channel_created": {"建群", "Group made"}, "channel_bound": {"绑定群", "Group bound"}, "channel_lost": {"群不可用", "Group lost"},
		"channel_renamed": {"群改名", "Group renamed"}, "channel_failed": {"建群失败", "Group failed"}, "welcomed": {"发出欢迎词", "Welcomed"},
		"bound": {"绑定人员", "Person bound"}, "members_added": {"加入值班人员", "Duty members added"},
		"collected": {"收录到知识库", "Collected for the FAQ"}, "promoted": {"已进入知识库", "In the FAQ now"}, "collect": {"收录到知识库", "Collected for the FAQ"},
		"hours": {"营业开关", "Desk switch"}, "override": {"换班", "Shift change"}, "signin": {"登录", "Signed in"},
		"ack": {"接单", "Taken"}, "close": {"结束", "Closed"}, "escalate": {"升级", "Escalated"}, "handoff": {"转交", "Handed off"},
		"accept": {"受理", "Accepted"}, "reject": {"拒绝", "Rejected"}, "resolve": {"结案", "Resolved"}, "reopen": {"重开", "Reopened"},
		"pause": {"暂停计时", "Paused"}, "resume": {"继续计时", "Resumed"}, "extend": {"延长", "Extended"},
	}
}

func deadlineWords() map[string][2]string {
	return map[string][2]string{
		"escalation.climb": {"呼叫下一步", "Next step is called"}, "escalation.progress": {"询问接单人进展", "Holder is asked"}, "escalation.offer": {"转交到期", "Hand-off runs out"},
		"escalation.answer": {"上班后须回复", "Answer due after opening"}, "case.contact": {"首次电话联系", "First call"}, "case.validity": {"有效期提醒", "Validity reminder"},
		"case.accept": {"受理时限", "Acceptance due"}, "case.response": {"响应期提醒", "Response reminder"}, "case.update": {"应告知进展", "Update due"},
		"case.checklist": {"绑定服务器清单", "Binding check-list"}, "case.channel": {"建群下一步", "Group set-up"}, "case.members": {"值班人员进群", "Duty joins group"},
		"job.shift": {"换班提醒", "Shift begins"}, "job.morning": {"早间检查", "Morning check"}, "job.weekly": {"周报", "Weekly report"},
	}
}

func faqWords() map[string][2]string {
	return map[string][2]string{
		"answer": {"直接回答", "Answers"}, "clarify": {"请对方选择", "Offers a choice"}, "handoff": {"转给人", "Hands over to people"}, "refuse": {"礼貌谢绝", "Declines politely"},
		"report": {"记为事件", "Takes a report"}, "escalate": {"紧急呼叫", "Calls people now"},
		"faq": {"业务问题", "Question"}, "incident": {"安全事件", "Security incident"}, "non_security": {"非安全故障", "Fault without attacker"}, "human": {"要找人", "Wants a person"},
		"greeting": {"打招呼", "Greeting"}, "out_of_scope": {"范围之外", "Out of scope"}, "injection": {"操纵尝试", "Manipulation"},
	}
}

func partWords() map[string][2]string {
	return map[string][2]string{
		"stream": {"钉钉连接", "DingTalk stream"}, "redis": {"存储", "Redis"}, "deadlines": {"定时循环", "Deadline loop"}, "llm": {"语言模型", "Language model"},
		"api": {"API 调用", "API calls"}, "stream_quota": {"Stream 消息", "Stream messages"},
		"version": {"版本", "Version"}, "go": {"Go", "Go"}, "faq": {"知识库", "FAQ"}, "store": {"存储方式", "Storage"}, "config": {"配置文件", "Configuration"},
		"durable": {"持久保存", "Durable"}, "memory": {"仅在内存，退出即丢失", "Memory only, lost at exit"}, "built-in": {"内置", "Built in"},
	}
}
