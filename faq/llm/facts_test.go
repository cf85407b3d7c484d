package llm

import (
	"slices"
	"testing"

	"guanjia/faq"
)

func entryOf(tb testing.TB, id string) faq.Entry {
	tb.Helper()
	list := engine(tb).Entries()
	i := slices.IndexFunc(list, func(e faq.Entry) bool { return e.ID == id })
	if i < 0 {
		tb.Fatalf("no entry %s", id)
	}
	return list[i]
}

func TestAWordingWithNothingNewIsLetThrough(t *testing.T) {
	for _, tc := range []struct{ id, wording string }{
		{"onsite", "原则上不提供现场服务，由团队远程为您提供支持。"},
		{"onsite", "您好，原则上不提供现场服务，团队远程为您提供支持。"},
		{"backup", "每天备份，并且本地备份和异地备份各留一份。"},
		{"data-recovery", "数据恢复的难度很大，因此不承诺恢复结果。因安全问题受损的数据，团队会评估情况、提供解决方案，并协助您修复。"},
		{"validity-recurrence", "应急响应服务的有效期是15天，响应服务周期是5天。响应周期结束后，如果在15天有效期内再次发生安全事件，会继续为您提供服务。"},
	} {
		if e := entryOf(t, tc.id); !faithful(tc.wording, e, langZH) {
			t.Errorf("%s: %q was not let through; stored: %q", tc.id, tc.wording, e.Answer.ZH)
		}
	}
}

func TestAWordingWithAnythingNewOrMissingIsDropped(t *testing.T) {
	const onsite = "原则上不提供现场服务，由团队远程为您提供支持。"
	for _, tc := range []struct{ name, id, wording string }{
		{"nothing", "onsite", ""},
		{"another claim", "data-recovery", "保证恢复全部数据，只要99元"},
		{"a negation dropped", "onsite", "原则上提供现场服务，由团队远程为您提供支持。"},
		{"a fact dropped", "data-recovery", "因安全问题受损的数据，团队会评估情况、提供解决方案，并协助您修复。"},
		{"a negation moved", "onsite", "原则上提供现场服务，不由团队远程为您提供支持。"},
		{"numbers swapped", "validity-recurrence", "应急响应服务的有效期是 5 天，响应服务周期是 15 天。响应周期结束后，如果在 15 天有效期内再次发生安全事件，会继续为您提供服务。"},
		{"a number added", "onsite", onsite + "24"},
		{"a number in full width", "onsite", onsite + "２４"},
		{"a number in Chinese", "onsite", onsite + "三天"},
		{"a number of another script", "onsite", onsite + "٢٤"},
		{"a promise", "onsite", "保证" + onsite},
		{"free", "onsite", onsite + "免费"},
		{"a link", "onsite", onsite + "evil.example"},
		{"a link with its scheme", "onsite", onsite + "https://evil.example/a"},
		{"a link changed", "non-security", "软件问题、基础网络问题、云服务器问题不属于安全事件，不在应急响应的处理范围内。请提交工单，由售后团队处理：https://example.com/ticket2"},
		{"a link dropped", "non-security", "软件问题、基础网络问题、云服务器问题不属于安全事件，不在应急响应的处理范围内。请提交工单，由售后团队处理。"},
		{"a number dropped", "validity-recurrence", "应急响应服务的有效期是 15 天，响应服务周期是 5 天。响应周期结束后，如果在有效期内再次发生安全事件，会继续为您提供服务。"},
		{"words in another order", "emergency-how", "应急处置期间打电话联系您，并建立沟通群，行进里群在都通沟的，会队团务服，后务服响买购。"},
		{"a product", "onsite", onsite + "CloudGuard"},
		{"a currency", "onsite", onsite + "￥"},
		{"a mention", "onsite", onsite + "@all"},
		{"a tag", "onsite", "<b>" + onsite + "</b>"},
		{"something invisible", "onsite", onsite + "\u202e"},
		{"an emoji", "onsite", onsite + "🎉"},
		{"the wrong language", "onsite", "In principle no. Support is given remotely."},
		{"twice as long", "onsite", onsite + onsite},
	} {
		if faithful(tc.wording, entryOf(t, tc.id), langZH) {
			t.Errorf("%s: %q was let through", tc.name, tc.wording)
		}
	}
	if faithful("In principle yes. Support is given remotely.", entryOf(t, "onsite"), langEN) {
		t.Error("an entry without facts in the language cannot be worded")
	}
}

func TestAWordingGoesOutOnlyWhenItIsWanted(t *testing.T) {
	e := engine(t)
	v := entry("onsite")
	v.Wording = "您好，原则上不提供现场服务，由团队远程为您提供支持。"
	const question = "从头到尾都是远程弄对吧"
	for _, wanted := range []bool{false, true} {
		b, end := inside(t, e, Config{Wording: wanted}, votes(v))
		before, d := b.Both(t.Context(), ask(question))
		want := answerOf(t, e, "onsite")
		if wanted {
			want = v.Wording
		}
		if end.calls.Load() != 1 || before.FAQID != "onsite" || d.Answer != want || (d.Source == "llm") != wanted {
			t.Errorf("wanted %v: %+v", wanted, d)
		}
	}
}

func FuzzFaithful(f *testing.F) {
	for _, s := range []string{"", "原则上不提供现场服务，由团队远程为您提供支持。", "保证恢复全部数据，只要99元", "https://evil.example", "\xff\u202e"} {
		f.Add(s)
	}
	e := entryOf(f, "onsite")
	f.Fuzz(func(t *testing.T, s string) {
		if !faithful(s, e, langZH) {
			return
		}
		if !slices.Equal(turns(words(s)), turns(words(e.Answer.ZH))) || len([]rune(s)) > 2*len([]rune(e.Answer.ZH)) {
			t.Errorf("%q was let through", s)
		}
	})
}

func FuzzParse(f *testing.F) {
	good := text(verdict{Entry: "onsite", Answerable: true, Intent: faq.IntentFAQ, Quote: "上门"})
	for _, s := range []string{"", "{", "{}", good, "```json\n" + good + "\n```", "<think>{" + good, `{"entry":1}`, `{"entry":"a","intent":"b","quote":null}`} {
		f.Add(s, "你们上门吗")
	}
	ids := []string{"onsite", "backup"}
	f.Fuzz(func(t *testing.T, reply, said string) {
		v, err := parse(reply)
		if err != nil {
			return
		}
		c := v.checked(clean(said), ids)
		if !c.usable() {
			return
		}
		if c.Entry != none && !slices.Contains(ids, c.Entry) || c.Urgent && c.Intent != faq.IntentIncident || !quotes(c.Quote, said) && !quotes(c.Quote, clean(said)) {
			t.Errorf("%q about %q: %+v", reply, said, c)
		}
	})
}

func FuzzClean(f *testing.F) {
	for _, s := range []string{"", "你好\x00\u202e", "13812345678 a@b.cc", "\xff\xfe", "ﷺﷺﷺ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c := clean(s)
		if n := len([]rune(c)); n > headRunes+tailRunes+1 {
			t.Errorf("%d characters", n)
		}
		for _, r := range c {
			if r < ' ' || r == 0x202e || r == 0x200b {
				t.Errorf("%q holds %U", c, r)
			}
		}
	})
}
