package handlers_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"guanjia/bot"
	"guanjia/calendar"
	"guanjia/handlers"
)

// onPage does on a page what the words say.
func (o *office) onPage(who, words string) (reply string, done bool, said []bot.Outgoing) {
	o.t.Helper()
	o.now = o.now.Add(time.Second)
	c, reply, done, err := o.handler.Act(o.t.Context(), who, "en", words, o.now)
	if err != nil {
		o.t.Fatal(err)
	}
	if done {
		if err := o.Commit(o.t.Context(), c); err != nil {
			o.t.Fatal(err)
		}
	}
	return reply, done, c.Say
}

func TestPagesActByTheRulesOfTheChat(t *testing.T) {
	o := bought(t)
	o.hear("cust001", "cid1", "服务器被勒索了")
	steps := []struct {
		who, words string
		done       bool
		reply      string
	}{
		{"duty-manager", "ack E1", false, "no member of the team"},
		{"chen", "accept I1", false, "expert"},
		{"li", "ack E1", true, "E1"},
		{"王工", "ack E1", false, "李工"},
		{"wang", "close E1", false, "李工"},
		{"duty-manager", "note E1 先断网", true, "E1"},
		{"duty-manager", "handoff E1 wang", true, "王工"},
		{"wang", "accept I1", true, "I1"},
		{"wang", "update I1 已隔离", true, "I1"},
		{"li", "extend C1 2d 要求", false, "manager"},
		{"duty-manager", "extend C1 2d 要求", true, "C1"},
		{"duty-manager", "contacted C1", true, "C1"},
		{"zhou", "contacted C1", false, "duty-manager"},
		{"li", "hours closed", false, "manager"},
		{"duty-manager", "hours closed 台风", true, ""},
		{"duty-manager", "close E1", true, "E1"},
		{"duty-manager", "close E99", false, "E99"},
	}
	for _, s := range steps {
		reply, done, said := o.onPage(s.who, s.words)
		if done != s.done || !strings.Contains(reply, s.reply) {
			t.Errorf("%s: %s: %v %q, want %v %q", s.who, s.words, done, reply, s.done, s.reply)
		}
		for _, m := range said {
			if kind, id := m.To.Split(); id == "" || kind == "reply" {
				t.Errorf("%s: a reply goes to %s: %s", s.words, m.To, m.Text)
			}
		}
	}
	if i := o.get("C1").Incidents[0]; i.Expert != "wang" || i.AcceptedBy != "王工" {
		t.Errorf("accepted by %s (%s)", i.AcceptedBy, i.Expert)
	}
	mode, w, err := o.handler.Desk(t.Context(), o.now)
	if err != nil || mode != handlers.ModeClosed || w.Open {
		t.Errorf("the desk: %s %+v %v", mode, w, err)
	}
}

func TestPagesDoNothingElse(t *testing.T) {
	o := bought(t)
	before := len(o.docs)
	for _, words := range []string{"", "你好", "open o-9 某公司 张三 13800000000", "switch E1", "bind C1", "status C1", "mine", "human", "1", "ack", "note 没有编号", "urgent"} {
		if reply, done, said := o.onPage("duty-manager", words); done || len(said) > 0 || reply == "" {
			t.Errorf("%q: %v %q %v", words, done, reply, said)
		}
	}
	if len(o.docs) != before {
		t.Error("something was written")
	}
}

func TestTwoManagersAtOnceAreOneAndAnother(t *testing.T) {
	o := bought(t)
	o.hear("cust001", "cid1", "服务器被勒索了")
	first, _, _, err := o.handler.Act(t.Context(), "li", "zh", "接单 E1", o.now)
	if err != nil {
		t.Fatal(err)
	}
	second, _, _, err := o.handler.Act(t.Context(), "wang", "zh", "接单 E1", o.now)
	if err != nil {
		t.Fatal(err)
	}
	if err := o.Commit(t.Context(), first); err != nil {
		t.Fatal(err)
	}
	if err := o.Commit(t.Context(), second); !errors.Is(err, bot.ErrConflict) {
		t.Fatalf("both took it: %v", err)
	}
	if reply, done, _ := o.onPage("wang", "ack E1"); done || !strings.Contains(reply, "李工") {
		t.Errorf("%v %q", done, reply)
	}
}

func TestDeedsTellWhoDidWhatAndWhere(t *testing.T) {
	o := bought(t)
	began := o.now
	o.hear("cust001", "cid1", "服务器被勒索了")
	o.hear("staff001", "", "接单 E1")
	o.onPage("duty-manager", "contacted C1")
	o.onPage("duty-manager", "hours open 演练")
	for _, by := range []string{"duty-manager", "李工"} { // in the millisecond of their deeds
		if err := o.Commit(t.Context(), o.handler.Noted(handlers.KindSignIn, by, "192.0.2.1", o.now)); err != nil {
			t.Fatal(err)
		}
	}
	deeds, err := o.handler.Deeds(t.Context(), began, o.now.Add(time.Second))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, d := range deeds {
		where := "chat"
		if d.Page {
			where = "page"
		}
		got = append(got, strings.Join([]string{d.By, d.Kind, d.Ref, where}, " "))
		if strings.Contains(d.Text, "勒索") {
			t.Errorf("a customer's words are in the audit: %+v", d)
		}
	}
	for _, want := range []string{"李工 taken E1 chat", "duty-manager contacted C1 page", "duty-manager hours  page", "duty-manager signin  page"} {
		if !slices.Contains(got, want) {
			t.Errorf("no %q in %q", want, got)
		}
	}
	if n := strings.Count(strings.Join(got, "\n"), "contacted"); n != 1 {
		t.Errorf("one deed stands %d times", n)
	}
	if late, err := o.handler.Deeds(t.Context(), o.now.Add(time.Hour), o.now.Add(2*time.Hour)); err != nil || len(late) != 0 {
		t.Errorf("%v %v", late, err)
	}
}

func TestInsightCountsWaitsTargetsAndLoad(t *testing.T) {
	o := bought(t)
	from := o.now.Add(-time.Hour)
	o.hear("cust001", "cid1", "服务器被勒索了")
	o.now = o.now.Add(2 * time.Minute)
	o.hear("staff001", "", "受理 I1")
	o.until(o.now.Add(45 * time.Minute)) // the first call is missed
	in, err := o.handler.Insight(t.Context(), from, o.now)
	if err != nil {
		t.Fatal(err)
	}
	if in.Escalations < 2 || in.Cases != 1 || in.Taken.N < 1 || in.Taken.P50 != 2*time.Minute || in.Accepted.Met != 1 || in.Contacted.Missed != 1 || in.Untaken == 0 {
		t.Errorf("%+v", in)
	}
	if i := slices.IndexFunc(in.Load, func(l handlers.Load) bool { return l.Member == "李工" && l.Work > 0 && l.Sleep == 0 }); i < 0 {
		t.Errorf("load: %+v", in.Load)
	}
	if none, err := o.handler.Insight(t.Context(), o.now.Add(time.Hour), o.now.Add(2*time.Hour)); err != nil || none.Escalations+none.Cases != 0 {
		t.Errorf("%+v %v", none, err)
	}
}

func TestListsGiveWhatIsAskedForInOrder(t *testing.T) {
	o := bought(t)
	second := o.purchase()
	second.OrderID, second.Delivery = "order-2", "msg_2"
	o.buy(second)
	o.hear("cust001", "cid1", "服务器被勒索了")
	cases, err := o.handler.CaseDocs(t.Context(), []string{"C2", "C9", "C1"})
	if err != nil || len(cases) != 2 || cases[0].ID != "C2" || cases[1].ID != "C1" {
		t.Errorf("%v %v", cases, err)
	}
	of, err := o.handler.CasesOf(t.Context(), []string{"I1", "I9"})
	if err != nil || len(of) != 1 || of["I1"] == "" {
		t.Errorf("%v %v", of, err)
	}
	calls, err := o.handler.EscalationRecords(t.Context(), []string{"E9", "E1"})
	if err != nil || len(calls) != 1 || calls[0].ID != "E1" || calls[0].Name != "cust001" {
		t.Errorf("%v %v", calls, err)
	}
	if words, err := o.handler.PageWords(t.Context(), "e1"); err != nil || !strings.Contains(words, "接单 E1") || !strings.Contains(words, "服务器被勒索了") {
		t.Errorf("%q %v", words, err)
	}
	if words, err := o.handler.PageWords(t.Context(), "E9"); err != nil || words != "" {
		t.Errorf("%q %v", words, err)
	}
	if ids, err := o.handler.EscalationsOf(t.Context(), "I1"); err != nil || !slices.Equal(ids, []string{"E1"}) {
		t.Errorf("%v %v", ids, err)
	}
}

func TestTurnsHoldTheShiftChangesOfManagers(t *testing.T) {
	o := newOffice(t, func(s *handlers.Settings) {
		rota, err := calendar.NewRota(calendar.OnCall{Rotations: []calendar.Rotation{{Name: "primary", Members: []string{"li"}, Period: 24 * time.Hour, Start: "2027-07-01T00:00"}}}, s.Calendar.Location())
		if err != nil {
			t.Fatal(err)
		}
		s.Rota = rota
	})
	if reply, done, said := o.onPage("duty-manager", "override primary wang 2027-07-02T18:00 2027-07-03T09:00"); !done || !strings.Contains(reply, "王工") || len(said) != 1 || said[0].To != "user:staff002" {
		t.Fatalf("%v %q %v", done, reply, said)
	}
	turns, err := o.handler.Turns(t.Context(), o.now, o.now.Add(72*time.Hour))
	if err != nil || !slices.ContainsFunc(turns, func(x calendar.Turn) bool { return x.Member == "wang" && x.From.Hour() == 18 && x.To.Hour() == 9 }) {
		t.Errorf("%v %v", turns, err)
	}
	if reply, done, _ := o.onPage("duty-manager", "override primary wang 2020-07-02T18:00 2020-07-03T09:00"); done || reply == "" {
		t.Errorf("a shift in the past: %v %q", done, reply)
	}
}

func TestWordsOfATimelineStandWithoutThoseOfTheBot(t *testing.T) {
	for text, want := range map[string][3]string{
		"I1 上报：有害程序事件":                          {"reported", "I1", "有害程序事件"},
		"I12 Reported: network attack (网络攻击事件)": {"reported", "I12", "network attack (网络攻击事件)"},
		"延长：客户要求：两天":                            {"extended", "", "客户要求：两天"},
		"建群":                                    {"channel_created", "", ""},
		"I1：服务器：被勒索":                            {"words", "I1", "服务器：被勒索"},
		"Iceland is fine":                       {"words", "", "Iceland is fine"},
	} {
		of, words := handlers.EventWords(bot.Entry{Kind: want[0], Text: text})
		if of != want[1] || words != want[2] {
			t.Errorf("%q: %q %q", text, of, words)
		}
	}
	if handlers.ClassNamed("有害程序事件") != "harmful-program" || handlers.ClassNamed("network attack (网络攻击事件)") != "network-attack" || handlers.ClassNamed("别的") != "" {
		t.Error("a class is not found by its name")
	}
}
