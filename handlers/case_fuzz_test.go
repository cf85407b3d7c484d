package handlers_test

import (
	"strings"
	"testing"

	"guanjia/engagement"
)

// Nothing that a customer or a stranger types does what only the team may do,
// and nothing that anybody types breaks a step.
func FuzzWordsAboutACase(f *testing.F) {
	for _, s := range []string{
		"受理 I1", "拒绝 I1 x", "延长 C1 99999999999999d x", "延长 I1 -2d x", "延长 C1 2d3h x", "报告 I1 javascript:alert(1)", "绑定 C1", "绑定 AAAA2222",
		"评价 C1 5", "评价 C1 ９", "rate c1 0", "已完成", "状态 I1", "结案", "暂停", "开通 a b c 13800000000", "我们被勒索了", "重开 I1", "进展 I1 \x00", "",
	} {
		f.Add(s, true)
		f.Add(s, false)
	}
	if _, err := builtin(); err != nil { // the training must not count as the time of an input
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, words string, staff bool) {
		o := bought(t)
		o.hear("cust001", "cid1", "我们的服务器被勒索了，文件全被加密了")
		before := o.get("C1")
		who := "cust001"
		if staff {
			who = "staff005"
		}
		for _, group := range []string{"", "cid1", "cid7"} {
			o.hear(who, group, words)
		}
		after := o.get("C1")
		if !staff && (after.Incident("I1").State != engagement.Reported || !after.Validity.End.Equal(before.Validity.End) || after.Room.ID != before.Room.ID || !after.First.At.IsZero()) {
			t.Errorf("%q by a customer changed %+v", words, after)
		}
		for _, m := range o.heard {
			if strings.Contains(m.Text, "%!") && !strings.Contains(words, "%") { // a text with the wrong verbs
				t.Errorf("%q is answered with %q", words, m.Text)
			}
		}
	})
}
