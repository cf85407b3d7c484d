package handlers_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"guanjia/bot"
	"guanjia/scheduler"
)

// talking is an office in which staff001 holds the escalation of cust001.
func talking(t *testing.T) *office {
	t.Helper()
	o := newOffice(t)
	o.say("cust001", "我们被勒索了，所有文件都打不开！")
	o.say("staff001", "接单 E1")
	return o
}

func relayed(said []bot.Outgoing, to bot.Recipient, words string) bool {
	for _, m := range said {
		if m.To == to && strings.HasSuffix(m.Text, "："+words) {
			return true
		}
	}
	return false
}

func TestWhatAMemberSaysToTheBotIsNotRelayed(t *testing.T) {
	for _, words := range []string{
		"备注 客户难缠", "备注：客户难缠", "备注，客户难缠", "备注E1客户难缠", "【备注】客户难缠", "[备注] 客户难缠", "#备注 客户难缠", "E1 备注 客户难缠",
		"/备注 客户难缠", "\u200b备注 客户难缠", "note that he is rude", "NOTE E1 rude", "[note] rude", "#note rude", "/note rude",
		"/help", "／帮助", "关闭 E1", "关闭E1", "关闭 E1，谢谢", "drop e1", "结束 E1 谢谢", "接单 C1", "接单 12", "升级 e", "转交 王工", "handoff wang",
	} {
		o := talking(t)
		for _, m := range o.say("staff001", words) {
			if m.To == "user:cust001" {
				t.Errorf("%q went out as %q", words, m.Text)
			}
		}
	}
}

func TestPlainWordsAreRelayed(t *testing.T) {
	for _, words := range []string{"The 2 servers must go offline", "Office 365 is safe", "Since 9 am, right?", "please 3 times", "1", "紧急", "有帮助", "转交材料给我"} {
		if o := talking(t); !relayed(o.say("staff001", words), "user:cust001", words) {
			t.Errorf("%q of the holder's was not passed on", words)
		}
	}
	for _, words := range []string{"Office 365 is down", "The 2 servers are slow", "关于 E1 请问进展", "E1 怎么样了", "继续", "结束", "report", "2", "紧急", "不紧急"} {
		said := talking(t).say("cust001", words)
		if !relayed(said, "user:staff001", words) || len(said) != 1 {
			t.Errorf("%q of the asker's was not passed on: %+v", words, said)
		}
	}
}

func TestWhatAnAskerSaysToTheBotIsNotRelayed(t *testing.T) {
	for _, words := range []string{"备注 x", "【备注】x", "/foo", "关闭 E1", "接单 E1", "结束 E1", "状态", "帮助", "help"} {
		said := talking(t).say("cust001", words)
		if len(said) != 1 || said[0].To != "user:cust001" {
			t.Errorf("%q: %+v", words, said)
		}
	}
}

func TestWhatIsNotDeliveredComesBackAsItWasTyped(t *testing.T) {
	o := talking(t)
	said := o.say("staff001", "请先断网")
	data, err := json.Marshal(bot.Delivery{ID: said[0].ID, Text: said[0].Text, Reason: "对方已退出组织"})
	if err != nil {
		t.Fatal(err)
	}
	o.due["x"] = scheduler.Deadline{ID: "x", Due: o.now, Kind: said[0].Report, Subject: said[0].Subject, Data: data}
	back := o.pass(0)[0]
	if want := "这条消息没有送到（对方已退出组织）：\n\n> 请先断网"; back.Text != want || back.To != "user:staff001" {
		t.Errorf("%+v", back)
	}
}

func TestSignOfLifeIsAnyWordOfTheHolder(t *testing.T) {
	for _, words := range []string{"还在处理", "备注 E1 还在处理", "升级 E1", "切换 E1", "接单 E1", "转交 E1 王工"} {
		o := talking(t)
		o.wants(o.pass(2*time.Hour), "user:staff001", "E1 还在处理吗")
		o.say("staff001", words)
		for _, m := range o.pass(90 * time.Minute) {
			if strings.Contains(m.Text, "没有回音，重新呼叫") {
				t.Errorf("%q was no sign of life: %q", words, m.Text)
			}
		}
	}
}

func TestHolderOfSeveralAnswersForAllThatTheyWereAskedAbout(t *testing.T) {
	o := talking(t)
	o.say("cust002", "我们被勒索了，所有文件都打不开！")
	o.say("staff001", "接单 E2")
	said := o.pass(2 * time.Hour)
	o.wants(said, "user:staff001", "E1 还在处理吗")
	o.wants(o.say("staff001", "都在处理"), "user:staff001", "**切换 E1**", "**切换 E2**")
	for _, m := range o.pass(90 * time.Minute) {
		if strings.Contains(m.Text, "没有回音，重新呼叫") {
			t.Errorf("%q", m.Text)
		}
	}
}

func TestRatingIsNotTakenFromATalkWithSomebody(t *testing.T) {
	o := talking(t)
	o.say("staff001", "结束 E1")
	o.say("cust001", "又被勒索了，快来！")
	o.say("staff001", "接单 E2")
	if !relayed(o.say("cust001", "3"), "user:staff001", "3") {
		t.Error("a digit to the holder was taken as a rating")
	}
	o.say("staff001", "结束 E2")
	o.wants(o.say("cust001", "５分"), "user:cust001", "5 分")
}

func TestInAGroupTheTeamIsAnsweredOneToOne(t *testing.T) {
	o := talking(t)
	o.say("staff001", "备注 E1 客户难缠")
	o.buy(o.purchase())
	for _, words := range []string{"待办", "状态 E1", "状态 C1", "状态"} {
		c, err := o.handler.Handle(t.Context(), bot.Message{
			ID: "g-" + words, Conversation: "cidG", Group: "cidG", Kind: bot.KindText, Text: words, Sender: bot.Person{StaffID: "staff001", Name: "李工"},
		}, o.now)
		if err != nil {
			t.Fatal(err)
		}
		if len(c.Say) != 1 || c.Say[0].To != "user:staff001" || len(c.Say[0].Mention) > 0 {
			t.Errorf("%s: %+v", words, c.Say)
		}
	}
}

func TestWhoAsksIsNotNamedInTheGroupOfOthers(t *testing.T) {
	o := newOffice(t)
	o.say("cust001", "我们被勒索了，所有文件都打不开！")
	for _, words := range []string{"接单 E1", "切换 E1"} {
		for _, m := range o.hear("staff001", "cidG", words) {
			if m.To != "user:staff001" && m.To != "user:cust001" && strings.Contains(m.Text, "cust001") {
				t.Errorf("%s: the group reads %q", words, m.Text)
			}
		}
	}
}
