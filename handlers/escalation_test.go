package handlers_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"guanjia/bot"
	"guanjia/calendar"
	"guanjia/handlers"
	"guanjia/scheduler"
)

// say hands one-to-one words in through the front door, and returns what was said.
func (o *office) say(who, words string) []bot.Outgoing {
	o.t.Helper()
	o.n++
	m := bot.Message{
		ID: fmt.Sprint("s", o.n), Conversation: "c-" + who, Kind: bot.KindText, Text: words, Sender: bot.Person{StaffID: who, Name: who},
		Reply: bot.Webhook{URL: "https://oapi.dingtalk.com/" + who, Expires: o.now.Add(time.Hour)},
	}
	c, err := o.handler.Handle(o.t.Context(), m, o.now)
	if err != nil {
		o.t.Fatal(err)
	}
	if err := o.Commit(o.t.Context(), c); err != nil {
		o.t.Fatal(err)
	}
	return c.Say
}

// pass fires every deadline that falls due within d, and returns what was said.
func (o *office) pass(d time.Duration) []bot.Outgoing {
	o.t.Helper()
	before, end := len(o.heard), o.now.Add(d)
	for range 1000 {
		first := scheduler.Deadline{Due: end.Add(1)}
		for _, d := range o.due {
			if d.Due.Before(first.Due) {
				first = d
			}
		}
		if first.ID == "" {
			o.now = end
			return o.heard[before:]
		}
		if first.Due.After(o.now) {
			o.now = first.Due
		}
		delete(o.due, first.ID)
		if err := handlers.NewDeadlines(o.handler, o).Fire(o.t.Context(), scheduler.Claimed{Deadline: first}, o.now); err != nil {
			o.t.Fatal(err)
		}
	}
	o.t.Fatal("deadlines without end")
	return nil
}

func TestWordsGoBetweenAskerAndHolder(t *testing.T) {
	o := newOffice(t)
	page := o.wants(o.say("cust001", "我们被勒索了，所有文件都打不开！"), "user:staff001", "紧急求助 E1", "接单 E1")
	if page.Priority != bot.PriorityPage || len(page.Buttons) != 1 || page.Buttons[0].Say != "接单 E1" {
		t.Errorf("%+v", page)
	}
	o.wants(o.say("staff001", "接单 E1"), "user:cust001", "李工已经接手")
	relayed := o.wants(o.say("staff001", "请先断网"), "user:cust001", "**李工**：请先断网")
	if !strings.HasSuffix(relayed.Reply.URL, "/cust001") {
		t.Errorf("the metered route was chosen: %+v", relayed.Reply)
	}
	said := o.say("cust001", "有效期多久")
	if len(said) != 1 || said[0].To != "user:staff001" {
		t.Errorf("the bot did not keep quiet: %+v", said)
	}
	if said := o.say("staff001", "备注 客户很急"); len(said) != 1 || said[0].To != "user:staff001" {
		t.Errorf("a note went out: %+v", said)
	}
	o.wants(o.say("staff001", "结束 E1"), "user:cust001", "李工已经结束")
	o.wants(o.say("cust001", "4"), "user:cust001", "4 分")
	if len(o.due) != 0 {
		t.Errorf("a clock goes on after the end: %v", o.due)
	}
}

func TestUndeliveredWordsComeBack(t *testing.T) {
	o := newOffice(t)
	o.say("cust001", "我们被勒索了，所有文件都打不开！")
	o.say("staff001", "接单 E1")
	said := o.say("staff001", "请先断网")
	if r := said[0]; r.Report != handlers.KindRelay || !r.ReportFailureOnly || r.GiveUpAfter >= 10*time.Second {
		t.Fatalf("%+v", r)
	}
	o.due["x"] = scheduler.Deadline{
		ID: "x", Due: o.now, Kind: handlers.KindRelay, Subject: said[0].Subject, Data: []byte(`{"text":"请先断网","reason":"对方已退出组织"}`),
	}
	o.wants(o.pass(0), "user:staff001", "没有送到", "对方已退出组织", "请先断网")
}

func TestSilenceCountsAsUrgent(t *testing.T) {
	o := newOffice(t)
	said := o.say("cust001", "服务器连不上了，很急")
	if q := o.wants(said, "user:cust001", "现在紧急吗"); len(q.Buttons) != 2 || len(said) != 1 {
		t.Errorf("%+v", said)
	}
	if said := o.pass(59 * time.Second); len(said) != 0 {
		t.Errorf("before its time: %+v", said)
	}
	said = o.pass(2 * time.Second)
	o.wants(said, "user:staff001", "紧急求助 E1", "服务器连不上了，很急")
	o.wants(said, "user:cust001", "正在通知值班专家")
}

func TestUnreachableStepMakesRoomForTheNext(t *testing.T) {
	o := newOffice(t)
	page := o.wants(o.say("cust001", "我们被勒索了，所有文件都打不开！"), "user:staff001", "E1")
	o.due["report"] = scheduler.Deadline{
		ID: "report", Due: o.now, Kind: page.Report, Subject: page.Subject, Run: page.Run, Data: []byte(`{"id":"` + page.ID + `","ok":false,"reason":"不在组织内"}`),
	}
	o.wants(o.pass(0), "user:staff005", "紧急求助 E1")
}

func TestOpeningByHandCallsForWhatWaited(t *testing.T) {
	o := newOffice(t)
	o.now = time.Date(2027, 7, 1, 22, 0, 0, 0, o.now.Location())
	o.wants(o.say("cust001", "转人工"), "user:cust001", "7月2日（周五）09:00")
	o.wants(o.say("staff005", "营业 开"), "user:staff003", "E1", "转人工", "接单 E1")
}

func TestShiftsAndMorningReports(t *testing.T) {
	o := newOffice(t, func(s *handlers.Settings) {
		rota, err := calendar.NewRota(calendar.OnCall{Rotations: []calendar.Rotation{
			{Name: "primary", Members: []string{"li", "wang"}, Period: 24 * time.Hour, Start: "2027-07-01T09:00"},
		}}, s.Calendar.Location())
		if err != nil {
			t.Fatal(err)
		}
		s.Rota = rota
	})
	jobs := func() {
		c, err := o.handler.Jobs(t.Context(), o.now)
		if err != nil {
			t.Fatal(err)
		}
		if err := o.Commit(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	jobs()
	jobs() // a second replica
	o.say("staff001", "帮助")
	said := o.pass(24 * time.Hour)
	o.wants(said, "user:staff005", "王工 还没有和机器人单聊过")
	reports := 0
	for _, m := range said {
		if m.To == "user:staff005" && strings.Contains(m.Text, "排班提醒") {
			reports++
		}
	}
	if reports != 1 {
		t.Errorf("%d reports in a day of two openings", reports)
	}
	o.wants(said, "user:staff002", "您开始值班：primary，至 07-03 09:00")
	for _, m := range said {
		if m.To == "user:staff001" {
			t.Errorf("who goes off duty hears %q", m.Text)
		}
	}
	o.say("staff002", "帮助")
	o.wants(o.pass(24*time.Hour), "user:staff001", "您开始值班")
	for _, d := range o.due {
		if !d.Due.After(o.now) {
			t.Errorf("left behind: %+v", d)
		}
	}
}

func TestPageThatWasReadIsKnown(t *testing.T) {
	o := newOffice(t)
	page := o.wants(o.say("cust001", "我们被勒索了，所有文件都打不开！"), "user:staff001", "E1")
	o.due["report"] = scheduler.Deadline{
		ID: "report", Due: o.now, Kind: page.Report, Subject: page.Subject, Run: page.Run, Data: []byte(`{"id":"` + page.ID + `","ok":true,"receipt":"key1"}`),
	}
	o.pass(0)
	for _, receipt := range []string{"another", "", "key1", "key1"} {
		c, err := o.handler.PageRead(t.Context(), receipt, o.now)
		if err != nil || o.Commit(t.Context(), c) != nil {
			t.Fatal(receipt, err)
		}
	}
	o.wants(o.say("staff001", "状态 E1"), "user:staff001", "李工", "已读")
}

func TestWhoWasPutOffIsAnsweredByAMinuteOrTheManagersHear(t *testing.T) {
	o := newOffice(t, func(s *handlers.Settings) { s.Plan.OpeningAnswersWithin = time.Hour })
	o.now = time.Date(2027, 7, 1, 22, 0, 0, 0, o.now.Location())
	o.wants(o.say("cust001", "转人工"), "user:cust001", "7月2日（周五）09:00", "最晚 10:00 前")
	o.say("cust002", "转人工")
	o.wants(o.pass(11*time.Hour), "user:staff003", "非工作时间留下的", "接单 E1")
	o.say("staff003", "接单 E1")
	o.say("staff003", "接单 E2")
	o.say("staff003", "切换 E1")
	o.say("staff003", "您好，请讲")
	said := o.pass(time.Hour)
	o.wants(said, "user:staff005", "E2", "还没有得到答复", "小陈")
	for _, m := range said {
		if strings.Contains(m.Text, "E1") {
			t.Errorf("who was answered: %s", m.Text)
		}
	}
}

func TestAskerHearsWhatBecomesOfWhatIsHeld(t *testing.T) {
	o := talking(t)
	o.wants(o.say("staff001", "升级 E1"), "user:cust001", "仍由李工为您处理")
	o = talking(t)
	said := o.pass(2*time.Hour + 6*time.Minute)
	o.wants(said, "user:cust001", "暂时没有回音，正在重新通知")
}

func TestHandOverByNameAndToThemselves(t *testing.T) {
	o := talking(t)
	o.wants(o.say("staff001", "转交 王工"), "user:staff002", "李工转交给您", "接单 E1")
	o.wants(o.say("staff002", "接单"), "user:cust001", "王工已经接手")
	o.wants(o.say("staff002", "转交 E1 王工"), "user:staff002", "已经是您接单的")
	o.wants(o.say("staff001", "切换 E1"), "user:staff001", "已经由王工接单")
	o.say("staff002", "结束")
	o.wants(o.say("staff002", "切换 E1"), "user:staff002", "已经结束了")
	o.say("cust002", "我们被勒索了，所有文件都打不开！")
	o.wants(o.say("staff002", "转交 E2 小陈"), "user:staff002", "还没有人接单，会照常呼叫")
}

func TestWrongNumbersGetASentenceThatHelps(t *testing.T) {
	o := newOffice(t)
	for words, want := range map[string]string{
		"接单 12": "**接单 E12**", "接单 c1": "**接单 E12**", "升级 e": "**升级 E12**", "close 7": "**close E12**", "受理 E5": "**受理 I12**", "接单 E404": "没有找到 E404",
	} {
		o.wants(o.say("staff002", words), "user:staff002", want)
	}
	o.wants(o.say("cust001", "关闭 E1"), "user:cust001", "可以这样帮您")
}

func TestUrgentWordsInAnotherChatAreAnsweredThere(t *testing.T) {
	o := newOffice(t)
	o.now = time.Date(2027, 7, 1, 22, 0, 0, 0, o.now.Location())
	o.say("cust001", "转人工")
	c, err := o.handler.Handle(t.Context(), bot.Message{
		ID: "g1", Conversation: "cidG", Group: "cidG", GroupTitle: "客户群", Kind: bot.KindText, Text: "我们被勒索了，所有文件都打不开！",
		Sender: bot.Person{StaffID: "cust001", Name: "cust001"},
	}, o.now)
	if err != nil {
		t.Fatal(err)
	}
	o.wants(c.Say, "user:cust001", "正在通知值班专家")
	o.wants(c.Say, bot.Group("cidG"), "已经补充到 E1")
}

func TestSwapSaysItsYearAndTheRotaItsTwoWeeks(t *testing.T) {
	o := newOffice(t, func(s *handlers.Settings) {
		rota, err := calendar.NewRota(calendar.OnCall{Rotations: []calendar.Rotation{
			{Name: "primary", Members: []string{"li", "wang"}, Period: 8 * time.Hour, Start: "2027-07-01T09:00"},
		}}, s.Calendar.Location())
		if err != nil {
			t.Fatal(err)
		}
		s.Rota = rota
	})
	o.wants(o.say("staff001", "值班"), "user:staff001", "- 07-01 10:30 – 07-01 17:00 李工", "- 07-15 09:00 – 07-15 10:30")
	o.wants(o.say("staff005", "换班 Ｐrimary 王工 06-25T18:00 06-26T09:00"), "user:staff005", "2028-06-25 18:00 至 2028-06-26 09:00")
	o.wants(o.say("staff005", "换班 primary 王工 07-25T18:00 07-26T09:00"), "user:staff005", "，07-25 18:00 至 07-26 09:00")
}

func TestOpeningFromAPageCallsForWhatWaited(t *testing.T) {
	o := newOffice(t)
	o.now = time.Date(2027, 7, 1, 22, 0, 0, 0, o.now.Location())
	o.say("cust001", "转人工")
	c, err := o.handler.SetDesk(t.Context(), handlers.ModeOpen, "演示页面", o.now)
	if err != nil {
		t.Fatal(err)
	}
	o.wants(c.Say, "user:staff003", "E1", "转人工", "接单 E1")
}

func TestPromisesWithoutAnOpening(t *testing.T) {
	o := night(t, func(s *handlers.Settings) {
		cal, err := calendar.New(calendar.Config{Timezone: "Asia/Shanghai", Week: calendar.Week{Mon: []string{}}})
		if err != nil {
			t.Fatal(err)
		}
		s.Calendar = cal
	})
	o.wants(o.say("cust001", "转人工"), "user:cust001", "已经记下，下次 上班后")
	o.wants(o.say("cust002", "Can I talk to a person?"), "user:cust002", "back at the next opening")
	o.say("cust003", "我们被勒索了，所有文件都打不开！")
	o.wants(o.pass(20*time.Minute), "user:cust003", "最晚 7月2日（周五）22:10 会再次呼叫同事")
	o.wants(o.pass(24*time.Hour), "user:staff001", "E3", "接单 E3")
}

func TestStatusOfTheirOwnNumberIsForWhoAsked(t *testing.T) {
	o := talking(t)
	o.wants(o.say("cust001", "状态E1"), "user:cust001", "E1 李工正在处理")
	o.wants(o.say("cust002", "状态 E1"), "user:cust002", "只有服务团队可以查")
	o.wants(o.say("cust001", "status e2"), "user:cust001", "Only the service team")
}

func TestWhoTakesItUncalledHearsWhatItIsAbout(t *testing.T) {
	o := newOffice(t)
	o.say("cust001", "我们被勒索了，所有文件都打不开！")
	o.wants(o.say("staff002", "接单 E1"), "user:staff002", "您已接单", "我们被勒索了，所有文件都打不开！", "判断依据：勒索")
	o = newOffice(t)
	o.say("cust001", "我们被勒索了，所有文件都打不开！")
	if m := o.wants(o.say("staff001", "接单 E1"), "user:staff001", "您已接单"); strings.Contains(m.Text, "文件都打不开") {
		t.Errorf("said twice: %s", m.Text)
	}
}

func TestWhatIsNotUrgentIsNotCalledSo(t *testing.T) {
	o := night(t)
	o.say("cust001", "转人工")
	if m := o.wants(o.say("staff003", "升级 E1"), "user:cust001", "正在为您联系值班同事"); strings.Contains(m.Text, "紧急") {
		t.Errorf("%s", m.Text)
	}
}

func TestWhoAsksAgainAfterTheWholeLadderIsHeard(t *testing.T) {
	o := night(t)
	o.say("cust001", "我们被勒索了，所有文件都打不开！")
	o.pass(20 * time.Minute)
	said := o.say("cust001", "转人工")
	o.wants(said, "user:cust001", "再次告诉了负责人")
	o.wants(said, "user:staff005", "E1", "补充", "转人工")
}
