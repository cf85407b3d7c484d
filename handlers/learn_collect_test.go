package handlers_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"guanjia/bot"
	"guanjia/handlers"
)

const expert = bot.Recipient("user:staff001")

// replied is an office in which somebody asked what the FAQ does not know, and an
// expert replied.
func replied(t *testing.T) *office {
	t.Helper()
	o := newOffice(t)
	o.say("cust001", "专业版多少钱一年")
	o.say("staff001", "接单 E1")
	o.say("staff001", "您好，报价请看官网的价格页。")
	o.say("cust001", "好的谢谢")
	o.say("staff001", "不客气，还可以找售前要正式报价单。")
	return o
}

func TestAReplyIsCollectedForTheFAQ(t *testing.T) {
	o := replied(t)
	o.wants(o.say("staff001", "收录 Ｅ１ Price-List"), expert, "已收录 E1", "新条目 **price-list**", "专业版多少钱一年", "价格页", "faq promote E1")
	o.wants(o.say("staff002", "收录 E1 price-list"), "user:staff002", "已由李工收录到 price-list")
	o.say("staff001", "这句话是收录之后说的")
	got, err := o.handler.Candidates(t.Context(), o.now)
	want := []handlers.Candidate{{
		ID: "E1", Entry: "price-list", Question: "专业版多少钱一年", Answer: "您好，报价请看官网的价格页。\n不客气，还可以找售前要正式报价单。", By: "李工", At: o.now,
	}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
	entries := o.entries[bot.DocRef{Kind: "escalation", ID: "E1"}]
	if !slices.ContainsFunc(entries, func(e bot.Entry) bool { return e.Kind == "collected" && e.By == "李工" && e.Text == "price-list" }) {
		t.Errorf("it is not audited: %+v", entries)
	}
}

func TestWhatCannotBeCollectedIsSaid(t *testing.T) {
	for words, want := range map[string][]string{
		"收录":                  {"收录 E12 条目编号"},
		"收录 E1":               {"收录 E1 条目编号"},
		"收录 E1 price list":    {"收录 E1 条目编号"},
		"collect E1":          {"collect E1 ENTRY-ID"},
		"收录 E1 价格":            {"「价格」不能作为条目编号", "小写字母"},
		"收录 E1 ../../etc":     {"不能作为条目编号"},
		"收录 E77 price-list":   {"没有找到 E77"},
		"collect E77 price-x": {"There is no E77"},
	} {
		o := replied(t)
		o.wants(o.say("staff001", words), expert, want...)
		if len(o.index[handlers.IndexCollected]) != 0 {
			t.Errorf("%s: collected all the same", words)
		}
	}
	o := replied(t)
	o.wants(o.say("staff003", "收录 E1 price-list"), "user:staff003", "需要专家或值班经理")
	o.wants(o.say("cust002", "收录 E1 price-list"), "user:cust002", "只有服务团队")
	o.wants(o.say("staff005", "收录 E1 price-list"), "user:staff005", "已收录 E1")
	o = newOffice(t)
	o.say("cust001", "专业版多少钱一年")
	o.say("staff001", "接单 E1")
	o.wants(o.say("staff001", "收录 E1 price-list"), expert, "还没有转给对方的回复")
	o = newOffice(t)
	o.say("cust001", "转人工")
	o.say("staff001", "接单 E1")
	o.say("staff001", "您好")
	o.wants(o.say("staff001", "收录 E1 price-list"), expert, "没有可以收录的问题")
	o.say("cust001", "专业版多少钱一年")
	o.wants(o.say("staff001", "收录 E1 onsite"), expert, "又一种问法", "专业版多少钱一年")
}

func TestACollectedQuestionGoesWithItsWords(t *testing.T) {
	o := replied(t)
	o.say("staff001", "收录 E1 price-list")
	ref := bot.DocRef{Kind: "escalation", ID: "E1"}
	for i, e := range o.entries[ref] {
		if e.Person != "" { // as the retention does
			o.entries[ref][i].Text = ""
		}
	}
	if got, err := o.handler.Candidates(t.Context(), o.now); err != nil || len(got) != 0 {
		t.Errorf("%+v %v", got, err)
	}
	if _, err := o.handler.CandidateOf(t.Context(), "E1"); !errors.Is(err, handlers.ErrNotCollected) {
		t.Error(err)
	}
}

func TestWhatIsInTheFAQIsNoCandidateAnyMore(t *testing.T) {
	o := replied(t)
	o.say("staff001", "收录 E1 price-list")
	k, err := o.handler.CandidateOf(t.Context(), "e 1")
	if err != nil {
		t.Fatal(err)
	}
	if err := o.Commit(t.Context(), o.handler.Promoted(k, "price-list", o.now)); err != nil {
		t.Fatal(err)
	}
	if got, err := o.handler.Candidates(t.Context(), o.now); err != nil || len(got) != 0 {
		t.Errorf("%+v %v", got, err)
	}
	o.wants(o.say("staff001", "收录 E1 other"), expert, "已经进入 FAQ")
}

// tallied is an office that counts.
type tallied struct {
	*office
	counts map[string]int64
}

func (s *tallied) AddUsage(_ context.Context, kind, month string, n int64) error {
	s.counts[kind+"|"+month] += n
	return nil
}

func (s *tallied) Usage(_ context.Context, kind, month string) (int64, error) {
	return s.counts[kind+"|"+month], nil
}

func TestAnswersThatGoOutAreCounted(t *testing.T) {
	o := newOffice(t)
	s := &tallied{o, map[string]int64{}}
	o.handler = handlers.New(s, func() handlers.Settings { return o.set })
	o.say("cust001", "你们上门吗")
	o.say("cust001", "没帮助")
	o.say("cust002", "专业版怎么绑定服务器，绑错了可以解绑吗")
	o.say("cust002", "有帮助")
	o.say("cust003", "今天天气怎么样")
	got, err := handlers.HitCounts(t.Context(), s, "2027-07", []string{"bind-servers", "onsite", "unbind-server", "backup"})
	want := []handlers.Hits{{ID: "bind-servers", Answers: 1, Helpful: 1}, {ID: "onsite", Answers: 1, Unhelpful: 1}, {ID: "unbind-server", Answers: 1}, {ID: "backup"}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Error(diff, err, s.counts)
	}
}
