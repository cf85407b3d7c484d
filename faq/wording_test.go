package faq_test

import (
	"testing"

	"guanjia/faq"
)

func TestWhatIsWrittenOrOrderedIsNoEmergency(t *testing.T) {
	for _, question := range []string{
		"宣传海报上想写“黑客正在入侵你的电脑”，会不会太吓人", "PPT里有一句“系统已被勒索，速救”，用什么字体好看", "给新人的教材写到服务器被挖矿，怎么配图",
		"头条说某大学被勒索了，挺吓人", "早上看到快讯，某银行数据泄露，真的假的", "Breaking news: hospital hit by ransomware, crazy",
		"Our training slide says 'we are under attack', which colour fits",
		"今天的爆破告警是我们请的白帽在测，不用理会", "本周红队在打我们自己的系统，告警都是他们弄的，不用响应",
		"the sql injection alerts come from the pentest we ordered, please ignore", "There is a planned red team exercise this week, alerts are expected",
		"上次的挖矿已经清干净了，多谢各位", "The attack is over, thank you all, great work",
		"机器重启了三个钟头了还没起来", "运维昨天自己停了数据库",
	} {
		if d := builtin(t).Decide(t.Context(), faq.Question{Text: question, Now: asked()}); d.Urgent {
			t.Errorf("%s: urgent, %s %v", question, d.IncidentClass, d.Reasons)
		}
	}
}

func TestTheWordsOfSlidesAndHeadlinesHideNoEmergency(t *testing.T) {
	for _, question := range []string{
		"我的课件和PPT全被加密了，要比特币", "期末试题被人偷出去卖了，快来", "我们集团某医院中勒索了，挂号全停", "网站标题写着反动口号，赶紧",
		"头条号被盗了，正在发违法内容", "我们对外的新闻系统被人塞了博彩链接，正在扩散", "political slogans on our front page right now",
		"our servers do not respond, we are under attack, help", "our server has been taken over now by hackers", "would you call me asap, we got hacked",
		"这台被勒索了，其他机器都正常，怎么办", "凌晨的登录不是我们授权的，还在操作", "远程就行不用过来，我们正被攻击，快", "请尽快处理被渗透的服务器",
		"黑客进来把备份文件全删掉了，急", "小程序叫人cc了，打不开，怎么扛", "现在洪水流量把我们入口灌满了", "攻击者刚刚把订单表清空了，快救",
	} {
		if d := builtin(t).Decide(t.Context(), faq.Question{Text: question, Now: asked()}); d.Action != faq.ActionEscalate {
			t.Errorf("%s: %s %s %s", question, d.Action, d.Intent, d.FAQID)
		}
	}
}

func TestWhatIsOverIsReportedForTheRecord(t *testing.T) {
	for question, class := range map[string]string{
		"上周被D过一次，十来分钟自己停了，补报一下":                                                            "network-attack",
		"补报：前天有人试过我们的口令，没进来，已封":                                                            "network-attack",
		"反序列化漏洞被利用过，补丁打了，下周再看就行":                                                           "network-attack",
		"前天论坛有条违规帖子，已下线，备个案":                                                               "content-security",
		"官网昨天被人塞了一行字，已经改回来了，登记一下":                                                          "information-destruction",
		"junk traffic hit our site on Monday and died down by itself, just for the record": "network-attack",
	} {
		d := builtin(t).Decide(t.Context(), faq.Question{Text: question, Now: asked()})
		if d.Action != faq.ActionReport || d.IncidentClass != class {
			t.Errorf("%s: %s %s, want report %s", question, d.Action, d.IncidentClass, class)
		}
	}
}

func TestShortAndOddQuestionsGoWhereTheyBelong(t *testing.T) {
	for question, want := range map[string]string{
		"叫你们老板来说": faq.ActionHandOff, "喊你们经理出来": faq.ActionHandOff, "manager. now.": faq.ActionHandOff,
		"human, now": faq.ActionHandOff, "person please": faq.ActionHandOff, "agent!": faq.ActionHandOff,
		"专业版八千块够吗":    faq.ActionHandOff,
		"酒店取消要扣多少手续费": faq.ActionRefuse, // a word of money, but of another field
	} {
		if d := builtin(t).Decide(t.Context(), faq.Question{Text: question, Now: asked()}); d.Action != want {
			t.Errorf("%s: %s %s, want %s", question, d.Action, d.FAQID, want)
		}
	}
	for question, want := range map[string]string{
		"our emergency order expired a month ago, can we still call you":                "validity-expired",
		"服务到期两周了还能找你们吗":                                                                 "validity-expired",
		"It was cleaned within an hour last time. Who was behind it, can you find out?": "attribution",
		"你们的人已经处理好了，老板就想知道黑客从哪进来的":                                                      "root-cause",
		"证书过期三天了网站打不开":                                                                  "non-security",
		"让我领导也收一份报告可以吗":                                                                 "report-recipient",
	} {
		if d := builtin(t).Decide(t.Context(), faq.Question{Text: question, Now: asked()}); d.FAQID != want {
			t.Errorf("%s: %s %s, want %s", question, d.Action, d.FAQID, want)
		}
	}
}
