package handlers_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"guanjia/bot"
	"guanjia/engagement"
	"guanjia/handlers"
	"guanjia/scheduler"
)

func TestIncidentFromReportToResolution(t *testing.T) {
	o := bought(t)
	said := o.hear("cust001", "cid1", "服务器被勒索了")
	o.wants(said, channel, "I1", "有害程序事件", "不要重启", "不是对结果的承诺")
	o.wants(said, "user:staff001", "I1", "受理 I1", "服务器被勒索了")

	said = o.hear("staff001", "", "受理 i1")
	o.wants(said, channel, "I1", "李工", "7月6日24:00")
	o.wants(said, "user:staff001", "I1", "7月6日24:00")
	said = o.hear("staff002", "", "受理 I1")
	o.wants(said, "user:staff002", "李工", "受理了")

	said = o.hear("cust001", "", "又有一台中招了")
	o.wants(said, "user:cust001", "已补充到", "I1")
	o.wants(said, "user:staff001", "I1", "又有一台中招了")

	said = o.hear("staff001", "cid1", "进展 I1 已隔离 3 台主机")
	if len(said) != 1 {
		t.Errorf("said in the channel, and yet %d messages", len(said))
	}
	o.wants(said, channel, "I1", "已隔离 3 台主机")
	said = o.hear("staff001", "", "暂停 I1 等客户日志")
	o.wants(said, channel, "I1", "等客户日志")
	o.now = o.now.Add(26 * time.Hour)
	said = o.hear("staff001", "", "继续 I1")
	o.wants(said, channel, "I1", "7月8日 02:00")
	said = o.hear("staff005", "", "延长 I1 2d 取证")
	o.wants(said, channel, "I1", "7月10日 02:00")
	if got := o.entries[bot.DocRef{Kind: "case", ID: "C1"}]; got[len(got)-1].Text != "I1 延长：2d 取证" {
		t.Errorf("the audit does not tell by how much: %+v", got[len(got)-1])
	}
	said = o.hear("staff001", "", "报告 I1 https://example.com/r?a=1")
	o.wants(said, channel, "I1", "https://example.com/r?a=1")
	said = o.hear("staff001", "", "结案 I1")
	o.wants(said, channel, "I1", "已结案", "7月16日24:00")

	said = o.hear("cust001", "cid1", "又被勒索了")
	o.wants(said, channel, "I2", "I1", "复发")
}

func TestStaffWordsAreForStaff(t *testing.T) {
	o := bought(t)
	o.hear("cust001", "", "服务器被勒索了")
	before := o.docs[bot.DocRef{Kind: "case", ID: "C1"}].Version
	for who, words := range map[string][]string{
		"cust001":  {"受理 I1", "拒绝 I1 x", "结案 I1", "已联系 C1", "延长 C1 2d x", "绑定 C1", "开通 o2 公司 张三 13800000002", "accept I1"},
		"staff001": {"延长 C1 2d x", "延长 I1 2d x", "开通 o2 公司 张三 13800000002", "受理 I99", "已联系 C99", "进展 I1", "绑定 C1"},
		"staff003": {"受理 I1", "拒绝 I1 x"},
	} {
		for _, w := range words {
			if said := o.hear(who, "", w); len(said) != 1 {
				t.Errorf("%s typed %q and hears %v", who, w, said)
			}
		}
	}
	if got := o.docs[bot.DocRef{Kind: "case", ID: "C1"}].Version; got != before {
		t.Error("a refusal changed the case")
	}
}

func TestContactedTwiceTellsByWhomAndWhen(t *testing.T) {
	o := bought(t)
	said := o.hear("staff001", "", "contacted c1")
	o.wants(said, "user:staff001", "C1")
	said = o.hear("staff002", "", "已联系 C1")
	o.wants(said, "user:staff002", "李工", "7月1日 10:30")
}

func TestReportAfterTheValidityIsAnsweredHonestly(t *testing.T) {
	o := bought(t)
	o.until(o.now.Add(20 * 24 * time.Hour))
	said := o.hear("cust001", "", "服务器又被勒索了，不急，有空再看")
	o.wants(said, "user:cust001", "7月16日24:00", "重新购买")
	o.wants(said, "user:staff003", "C1", "又被勒索了")
	if o.ids["incident"] != 0 || o.ids["escalation"] != 1 { // the first contact's
		t.Errorf("opened: %v", o.ids)
	}
	said = o.hear("cust001", "", "服务器正在被勒索加密，快来人救命！")
	o.wants(said, "user:cust001", "7月16日24:00", "重新购买")
	o.wants(said, "user:staff001", "E2", "正在被勒索加密")
	for _, m := range said {
		if m.To == "user:cust001" && (!m.Mergeable || m.Priority != bot.PriorityPage) {
			t.Errorf("cannot be one message with the others: %+v", m)
		}
	}
	if o.ids["incident"] != 0 {
		t.Error("an incident was opened")
	}
}

func TestStrangersReportsAreNoBusinessOfACase(t *testing.T) {
	o := bought(t)
	o.hear("cust002", "", "服务器被勒索了")
	o.hear("staff001", "cid1", "服务器被勒索了")
	if o.ids["incident"] != 0 {
		t.Error("an incident was opened")
	}
}

func TestBindingCodeLetsAPersonIn(t *testing.T) {
	o := newOffice(t)
	code := o.buy(o.purchase()).BindingCode
	said := o.hear("out9", "", "绑定 "+strings.ToLower(code))
	o.wants(said, "reply:c-out9", "C1", "7月16日24:00")
	o.wants(o.hear("out9", "", "服务器被勒索了"), "reply:c-out9", "I1")
	said = o.hear("cust003", "", "绑定 AAAA2222")
	o.wants(said, "user:cust003", "没有找到")
	for _, question := range []string{"绑定的服务器可以解绑吗", "bind security", "绑定"} {
		if said := o.hear("cust003", "", question); len(said) > 0 && strings.Contains(said[0].Text, "绑定代码") {
			t.Errorf("%q is taken for a code", question)
		}
	}
}

func TestStatusIsFullForStaffAndTheirPartForCustomers(t *testing.T) {
	o := bought(t)
	o.hear("cust001", "cid1", "服务器被勒索了")
	o.hear("staff001", "", "受理 I1")
	o.now = o.now.Add(54 * time.Hour)
	said := o.hear("staff001", "", "状态 C1")
	o.wants(said, "user:staff001", "C1", "示例科技", "order-1", "+8613800000001", "▓", "I1", "响应中", "7月6日24:00", "7月16日24:00", "受理")
	for _, words := range []string{"状态", "状态 C1", "status i1"} {
		said = o.hear("cust001", "", words)
		m := o.wants(said, "user:cust001", "C1", "I1", "▓")
		if strings.Contains(m.Text, "+8613800000001") || strings.Contains(m.Text, "order-1") {
			t.Errorf("%q shows too much: %s", words, m.Text)
		}
	}
	said = o.hear("cust002", "", "状态 C1")
	o.wants(said, "user:cust002", "没有找到")
	said = o.hear("cust002", "", "状态 C77")
	o.wants(said, "user:cust002", "没有找到")
	if said := o.hear("cust002", "", "状态"); strings.Contains(said[0].Text, "C1") {
		t.Error("a stranger's 状态 is about no case")
	}
	said = o.hear("staff001", "cid1", "状态 C1")
	if m := o.wants(said, channel, "C1"); strings.Contains(m.Text, "+8613800000001") {
		t.Error("numbers are shown in the channel")
	}
}

// Customers read along in a channel: they see only their own case.
func TestWhatIsOfOthersIsToldToTheMemberAlone(t *testing.T) {
	o := bought(t)
	p := o.purchase()
	p.OrderID, p.Company, p.Contacts = "order-2", "秘密公司", []engagement.Contact{{Name: "刘总", Mobile: "+8613900000099"}}
	o.buy(p)
	o.until(o.now.Add(time.Second))
	o.hear("cust002", "", "转人工")
	o.hear("staff001", "", "接单 E1")
	o.hear("staff001", "", "备注 E1 这个客户很急")
	for words, want := range map[string]string{
		"状态 C2": "秘密公司", "状态 E1": "这个客户很急", "待办": "cust002",
	} {
		said := o.hear("staff001", "cid1", words)
		o.wants(said, "user:staff001", want)
		if len(said) != 1 {
			t.Errorf("%q is answered by %v", words, said)
		}
	}
	o.wants(o.hear("staff001", "cid8", "状态 C1"), "user:staff001", "+8613800000001") // some other group
	said := o.hear("staff005", "cid1", "开通 o-9 第三公司 王五 13800000009")
	for _, m := range said {
		if m.To == channel {
			t.Errorf("the channel hears %s", m.Text)
		}
	}
	o.hear("cust001", "", "绑定 "+o.get("C2").BindingCode) // belongs to both
	o.wants(o.hear("cust001", "cid1", "状态 C2"), channel, "没有找到")
	o.wants(o.hear("cust001", "", "状态 C2"), "user:cust001", "C2")
}

func TestWhoSpeaksInTheChannelBelongsToTheCase(t *testing.T) {
	o := bought(t)
	if said := o.hear("cust003", "", "状态"); strings.Contains(said[0].Text, "C1") {
		t.Errorf("a stranger hears %s", said[0].Text)
	}
	o.hear("cust003", "cid1", "响应服务期是几天")
	o.wants(o.hear("cust003", "", "状态"), "user:cust003", "C1")
	o.wants(o.hear("cust003", "", "服务器被勒索了"), "user:cust003", "I1", "有害程序事件")
	o.hear("staff002", "cid1", "帮助")
	if o.get("C1").Has("staff002") {
		t.Error("a member of the team is taken for a customer")
	}
}

func TestReportToACancelledCaseIsAddedToNothing(t *testing.T) {
	o := bought(t)
	o.hear("cust001", "", "服务器被勒索了")
	o.hear("staff001", "", "受理 I1")
	p := o.purchase()
	p.Type, p.Delivery = engagement.PurchaseCancelled, "msg_9"
	o.buy(p)
	said := o.hear("cust001", "", "服务器正在被勒索加密，快来人救命！")
	o.wants(said, "user:cust001", "C1 的服务已经停止")
	o.wants(said, "user:staff003", "C1", "正在被勒索加密")
	o.wants(said, "user:staff001", "E2", "正在被勒索加密")
	if o.get("C1").Incident("I1").Further != 0 {
		t.Error("it was added to an incident that nobody works on")
	}
}

func TestRemindersAndTheEndGoIntoTheChannelAndToTheExpert(t *testing.T) {
	o := bought(t)
	o.hear("staff001", "", "已联系 C1")
	o.hear("cust001", "cid1", "服务器被勒索了")
	o.hear("staff001", "", "受理 I1")
	o.until(o.now.Add(20 * 24 * time.Hour))
	o.wants(o.heard, channel, "I1", "响应服务期", "7月6日24:00")
	o.wants(o.heard, "user:staff001", "I1", "响应服务期", "7月6日24:00")
	o.wants(o.heard, "user:staff005", "I1", "没有交付报告")
	end := o.wants(o.heard, channel, "C1", "7月16日24:00", "将于", "评价 C1 5")
	if len(end.Buttons) != 3 {
		t.Errorf("buttons %v", end.Buttons)
	}
	if c := o.get("C1"); c.State != engagement.Expired || len(o.index[handlers.IndexCasesOpen]) != 0 {
		t.Errorf("the case is %s", c.State)
	}
	said := o.hear("cust001", "", "评价 C1 5")
	o.wants(said, "user:cust001", "谢谢")
	said = o.hear("cust002", "", "评价 C1 1")
	o.wants(said, "user:cust002", "没有找到")
	for _, m := range o.heard {
		if strings.Contains(m.Text, "%!") || strings.Contains(m.Text, "further_report") {
			t.Errorf("badly put: %s", m.Text)
		}
	}
}

func TestOpenedByHandIsACaseLikeAnyOther(t *testing.T) {
	o := newOffice(t)
	said := o.hear("staff005", "", "开通 o-7 新公司 张三 13800000001")
	o.wants(said, "user:staff005", "C1", "绑定代码")
	o.wants(said, "user:staff001", "新公司", "张三", "已联系 C1")
	said = o.hear("staff005", "", "开通 o-7 新公司 张三 13800000001")
	o.wants(said, "user:staff005", "C1", "没有重复")
	o.wants(o.hear("staff005", "", "开通 o-8 新公司 张三 一二三"), "user:staff005", "没有开通", "手机号")
	o.wants(o.hear("staff005", "", "开通 o-8 新公司 张三"), "user:staff005", "用法")
}

func TestMemberTakesOnWhatTheBotDidNotSeeAsAnIncident(t *testing.T) {
	o := bought(t)
	said := o.hear("staff001", "cid1", "受理")
	o.wants(said, channel, "I1", "已受理", "7月6日24:00")
	if len(said) != 1 || o.ids["escalation"] != 0 {
		t.Errorf("people are called for what was just taken: %v", said)
	}
	o.hear("staff001", "", "结案 I1")
	o.until(o.now.Add(20 * 24 * time.Hour))
	o.wants(o.hear("staff001", "cid1", "受理"), channel, "C1 的有效期已于 7月16日24:00 结束")
	if said := o.hear("staff001", "", "受理"); !strings.Contains(said[0].Text, "用法") {
		t.Errorf("%v", said)
	}
}

func TestWordsThatWereNotDeliveredComeBackToTheTeam(t *testing.T) {
	o := bought(t)
	for _, m := range o.heard {
		if m.To == channel && (m.Report != handlers.KindCaseSaid || !m.ReportFailureOnly || m.Subject != "C1") {
			t.Errorf("nobody learns when this is lost: %+v", m)
		}
	}
	data, err := json.Marshal(bot.Delivery{ID: "m.0", To: channel, Reason: "机器人不在群里", Text: "**I1 进展**"})
	if err != nil {
		t.Fatal(err)
	}
	lost := scheduler.Deadline{ID: "report|m.0", Kind: handlers.KindCaseSaid, Subject: "C1", Data: data}
	o.fire(lost, false)
	o.wants(o.heard, "user:staff001", "C1", "机器人不在群里", "**I1 进展**")
	o.hear("staff001", "", "已联系 C1")
	o.hear("cust001", "cid1", "服务器被勒索了")
	o.hear("staff002", "", "受理 I1")
	n := len(o.heard)
	lost.ID = "report|m.1"
	o.fire(lost, false)
	o.wants(o.heard[n:], "user:staff002", "C1", "机器人不在群里") // who works on it, not who telephoned
}

func TestWhoAcceptsHasTheEscalationAndIsLeftToWork(t *testing.T) {
	o := bought(t)
	o.hear("staff001", "", "已联系 C1")
	o.hear("cust001", "", "我们的服务器被勒索了，文件全被加密了")
	o.hear("staff001", "", "接单 E1")
	said := o.hear("staff002", "", "受理 I1")
	o.wants(said, "user:cust001", "I1", "王工", "7月6日24:00")
	o.wants(said, channel, "I1", "王工", "7月6日24:00")
	o.wants(o.hear("cust001", "", "日志在哪里看"), "user:staff002", "日志在哪里看")
	n := len(o.heard)
	o.until(o.now.Add(3 * 24 * time.Hour))
	for _, m := range o.heard[n:] {
		if strings.Contains(m.Text, "E1") || m.To == "user:cust001" {
			t.Errorf("%s hears %s", m.To, m.Text)
		}
	}
	said = o.hear("staff002", "", "结案 I1")
	o.wants(said, "user:cust001", "I1", "已结案")
}

func TestWhoReportedInEnglishHearsOfItInEnglish(t *testing.T) {
	o := bought(t)
	o.wants(o.hear("cust001", "", "We are under a ransomware attack right now, all files are encrypted, help!"), "user:cust001", "Noted as **I1**", "有害程序事件")
	said := o.hear("staff001", "", "受理 I1")
	o.wants(said, "user:cust001", "I1 is accepted", "6 Jul 24:00")
	o.wants(said, channel, "I1 已受理", "7月6日24:00")
	o.wants(o.hear("staff001", "", "结案 I1"), "user:cust001", "I1 is resolved")
}

func TestNotAcceptedInTimePagesTheNextStepAlthoughItWasTaken(t *testing.T) {
	o := bought(t)
	o.hear("staff001", "", "已联系 C1")
	o.hear("cust001", "cid1", "我们的服务器被勒索了，文件全被加密了")
	o.hear("staff001", "", "接单 E1")
	n := len(o.heard)
	o.until(o.now.Add(14 * time.Minute))
	if len(o.heard) != n {
		t.Errorf("paged early: %v", o.heard[n:])
	}
	o.until(o.now.Add(2 * time.Minute))
	o.wants(o.heard[n:], "user:staff005", "E1", "I1")
}

func TestRejectionReachesWhoeverReported(t *testing.T) {
	o := newOffice(t, func(s *handlers.Settings) { s.Cases.Channel.Driver = "manual" })
	code := o.buy(o.purchase()).BindingCode
	o.until(o.now.Add(time.Second))
	o.hear("cust003", "", "绑定 "+code)
	o.hear("cust003", "", "我们的服务器被勒索了，文件全被加密了")
	said := o.hear("staff001", "", "拒绝 I1 这是我们安排的演练")
	o.wants(said, "user:cust003", "I1", "这是我们安排的演练")
	for _, d := range o.due {
		if strings.HasPrefix(d.Kind, "escalation.") || d.Subject == "I1" {
			t.Errorf("left over: %+v", d)
		}
	}
}
