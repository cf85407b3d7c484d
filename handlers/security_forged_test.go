package handlers_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"guanjia/bot"
)

// Everybody who is not a member, however they try to look like one. Only
// senderStaffId counts, and the platform sets it.
func impostors() map[string]bot.Person {
	return map[string]bot.Person{
		"a customer":                      {StaffID: "cust001", Name: "陈晓"},
		"the expert's name":               {StaffID: "cust009", Name: "李工"},
		"the expert's id as a name":       {StaffID: "cust009", Name: "staff001"},
		"no staff id":                     {UnionID: "union009", SenderID: "$:x", Name: "李工"},
		"a union id like a staff id":      {UnionID: "staff001", Name: "李工"},
		"a sender id like a staff id":     {SenderID: "staff005", Name: "周经理"},
		"a pressed card of another house": {SenderID: "dingother/staff005", Name: "周经理"},
		"capitals":                        {StaffID: "STAFF001"},
		"a space":                         {StaffID: "staff001 "},
		"an invisible letter":             {StaffID: "staff001\u200b"},
		"wide letters":                    {StaffID: "ｓｔａｆｆ００１"},
		"a manager's key":                 {StaffID: "zhou", Name: "zhou"},
	}
}

// words that only members may say, as buttons and people write them.
func memberWords() []string {
	return []string{
		"接单 E1", "ack E1", "接单Ｅ１", "@李工 接单 E1", "结束 E1", "升级 E1", "转交 E1 王工", "切换 E1", "备注 E1 x", "收录 E1 faq-id",
		"已联系 C1", "受理 I1", "拒绝 I1 x", "进展 I1 x", "报告 I1 https://evil.example", "结案 I1", "重开 I1", "暂停 I1 x", "继续 I1",
		"延长 C1 2d x", "延长 I1 2d x", "绑定 C1", "开通 o2 公司 张三 13800000002", "待办", "值班",
		"换班 primary 李工 07-02T18:00 07-03T09:00", "营业 关 x", "hours closed",
	}
}

// guarded are the kinds of document that only members change.
func (o *office) guarded() map[bot.DocRef]string {
	docs := map[bot.DocRef]string{}
	for ref, d := range o.docs {
		switch ref.Kind {
		case "case", "incident", "escalation", "desk", "rota", "order", "room":
			docs[ref] = string(d.Body)
		}
	}
	return docs
}

func TestNobodyBecomesAMemberByLookingLikeOne(t *testing.T) {
	o := bought(t)
	o.hear("cust001", "", "服务器被勒索了，快来人")
	before := o.guarded()
	if len(before) < 3 {
		t.Fatalf("there is nothing to change: %v", before)
	}
	n := 0
	for name, who := range impostors() {
		for _, words := range memberWords() {
			for _, m := range []bot.Message{
				{Conversation: "c-" + name, Kind: bot.KindText, Text: words},
				{Conversation: "g-1", Group: "g-1", Mentioned: true, Kind: bot.KindText, Text: words},
				{Conversation: "c-" + name, Kind: bot.KindCard, Text: words, Mentioned: true},
			} {
				n++
				m.ID, m.Sender, m.ReceivedAt = fmt.Sprint("forged", n), who, o.now
				m.Reply = bot.Webhook{URL: "https://oapi.dingtalk.com/" + name, Expires: o.now.Add(time.Hour)}
				c, err := o.handler.Handle(t.Context(), m, o.now)
				if err != nil {
					t.Fatal(err)
				}
				o.judge(name+": "+words, c, before)
			}
		}
	}
	if o.hear("staff001", "", "接单 E1"); maps.Equal(o.guarded(), before) {
		t.Error("the expert changes nothing either: the test sees nothing")
	}
}

// judge fails when a change touches what only members change, or tells a
// stranger what only members may know.
func (o *office) judge(what string, c bot.Change, before map[bot.DocRef]string) {
	o.t.Helper()
	for _, d := range c.Put {
		if was, ok := before[d.DocRef]; ok && was != string(d.Body) {
			o.t.Errorf("%s changes %s %s: %s", what, d.Kind, d.ID, d.Body)
		} else if !ok && (d.Kind == "desk" || d.Kind == "rota" || d.Kind == "case") {
			o.t.Errorf("%s makes %s %s", what, d.Kind, d.ID)
		}
	}
	for _, m := range c.Say {
		if strings.HasPrefix(string(m.To), "user:staff00") {
			continue // the real ones are told of a stranger who asks for something
		}
		for _, secret := range []string{"13900000001", "staff00", "备注"} {
			if strings.Contains(m.Text, secret) && !strings.Contains(what, secret) {
				o.t.Errorf("%s is told %q", what, m.Text)
			}
		}
	}
}
