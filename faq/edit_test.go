package faq_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"guanjia/faq"
)

const head = `# What people ask.
entries:
- id: onsite # the oldest one
  title: {zh: 提供现场服务吗, en: Does somebody come on site}
  source: {doc: "20200629", section: 6}
  answer: {zh: 原则上不提供现场服务。, en: In principle no.}
`

func TestAVariantIsPutAtTheEndOfItsListAndNothingElseChanges(t *testing.T) {
	for name, tc := range map[string]struct{ variants, question, want string }{
		"lines": {
			"  variants:\n    zh:\n    - 你们上门吗 # colloquial\n\n    # English\n    en:\n    - do you come\n", "会派人来吗",
			"  variants:\n    zh:\n    - 你们上门吗 # colloquial\n    - 会派人来吗\n\n    # English\n    en:\n    - do you come\n",
		},
		"English": {
			"  variants:\n    zh:\n    - 你们上门吗\n    en:\n      - do you come\n# the end\n", "Will you visit: yes?",
			"  variants:\n    zh:\n    - 你们上门吗\n    en:\n      - do you come\n      - \"Will you visit: yes?\"\n# the end\n",
		},
		"Traditional Chinese": {
			"  variants:\n    zh: [你们上门吗]\n    zh-Hant: [你們到府嗎]\n", "會派人來嗎",
			"  variants:\n    zh: [你们上门吗]\n    zh-Hant: [你們到府嗎, 會派人來嗎]\n",
		},
		"no list of the language": {
			"  variants:\n    zh:\n    - 你们上门吗\n  facts: [原则上不提供现场服务]\n", "will you visit",
			"  variants:\n    zh:\n    - 你们上门吗\n    en:\n    - \"will you visit\"\n  facts: [原则上不提供现场服务]\n",
		},
		"one line": {
			"  variants: {zh: [你们上门吗, \"a, b\" ], en: [do you come]} # short\n", "会来吗[急]",
			"  variants: {zh: [你们上门吗, \"a, b\", \"会来吗[急]\"], en: [do you come]} # short\n",
		},
		"one line without the language": {"  variants: {zh: [你们上门吗]}\n", "will you visit", "  variants: {zh: [你们上门吗], en: [\"will you visit\"]}\n"},
		"a list of both":                {"  variants: [你们上门吗,]\n", "会来吗", "  variants: [你们上门吗, 会来吗]\n"},
		"none":                          {"", "会来吗", "  variants:\n  - 会来吗\n"},
		"long ones": {
			"  variants:\n  - >-\n    你们\n    # no comment\n    上门吗\n  - \"do\n    you\"\n", "会来吗",
			"  variants:\n  - >-\n    你们\n    # no comment\n    上门吗\n  - \"do\n    you\"\n  - 会来吗\n",
		},
		"no end of the last line": {"  variants:\n  - 你们上门吗", "会来吗", "  variants:\n  - 你们上门吗\n  - 会来吗\n"},
	} {
		for tail, file := range map[string]string{"": tc.variants, "- id: other\n  title: {zh: 甲, en: a}\n": tc.variants + "- id: other\n  title: {zh: 甲, en: a}\n"} {
			if tail != "" && !strings.HasSuffix(tc.variants, "\n") && tc.variants != "" || strings.Contains(tc.variants, "# the end") && tail != "" {
				continue
			}
			got, err := faq.WithVariant("a.yaml", []byte(head+file), "onsite", tc.question)
			if diff := cmp.Diff(head+tc.want+tail, string(got)); diff != "" || err != nil {
				t.Errorf("%s: %v\n%s", name, err, diff)
			}
		}
	}
	crlf := strings.ReplaceAll(head+"  variants:\n  - 你们上门吗\n", "\n", "\r\n")
	if got, err := faq.WithVariant("a.yaml", []byte(crlf), "onsite", "会来吗"); err != nil || string(got) != crlf+"  - 会来吗\r\n" {
		t.Errorf("%q %v", got, err)
	}
	if _, err := faq.WithVariant("a.yaml", []byte(head), "nobody", "会来吗"); err == nil || !strings.Contains(err.Error(), `"nobody"`) {
		t.Error(err)
	}
}

func TestAnEntryIsPutAtTheEndOfItsFile(t *testing.T) {
	e := faq.Entry{
		ID: "app", Title: faq.Text{ZH: "有手机客户端吗", EN: "Is there an app?"}, Source: faq.Source{Doc: "E12"},
		Answer: faq.Text{ZH: "没有。\n请用钉钉: 搜索「安全管家」。", EN: "No \"app\": use DingTalk."}, Variants: faq.Variants{ZH: []string{"有手机客户端吗"}},
	}
	lines := "- id: app\n  title:\n    zh: 有手机客户端吗\n    en: \"Is there an app?\"\n  source: {doc: \"E12\", section: \"\"}\n  answer:\n" +
		"    zh: \"没有。\\n请用钉钉: 搜索「安全管家」。\"\n    en: \"No \\\"app\\\": use DingTalk.\"\n  variants:\n  - 有手机客户端吗\n"
	for name, tc := range map[string]struct{ before, want string }{
		"a new file":      {"", "entries:\n" + lines},
		"behind others":   {head, head + lines},
		"before the rest": {head + "negatives:\n  near: [甲]\n", head + lines + "negatives:\n  near: [甲]\n"},
		"no entries yet":  {"negatives:\n  near: [甲]", "negatives:\n  near: [甲]\nentries:\n" + lines},
	} {
		got, err := faq.WithEntry("a.yaml", []byte(tc.before), e)
		if diff := cmp.Diff(tc.want, string(got)); diff != "" || err != nil {
			t.Errorf("%s: %v\n%s", name, err, diff)
		}
	}
	f, err := faq.Parse(fstest.MapFS{"a.yaml": {Data: []byte("entries:\n" + lines)}}, faq.Brand{})
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := f.Entry("app"); cmp.Diff(e, got) != "" {
		t.Error(cmp.Diff(e, got))
	}
	if _, err := faq.WithEntry("a.yaml", []byte("entries: []\n"), e); err == nil || !strings.Contains(err.Error(), "a.yaml:1:10") || !strings.Contains(err.Error(), "- id: app") {
		t.Error(err)
	}
}

// FuzzWithVariant wants that whatever a file looks like and whatever was asked,
// the file is refused or has the question, and all else is as before.
func FuzzWithVariant(f *testing.F) {
	f.Add(head+"  variants:\n    zh:\n    - 你们上门吗\n", "会来吗")
	f.Add(head+"  variants: {zh: [你们上门吗,], en: []}\n", "will: you? #no")
	f.Add(head+"  variants:\n  - |\n    x\n", "\x00\ufeff\u2028'\"")
	f.Add("entries: [{id: onsite, variants: [a]}]", "b")
	f.Fuzz(func(t *testing.T, text, question string) {
		before, err := faq.Parse(fstest.MapFS{"a.yaml": {Data: []byte(text)}}, faq.Brand{})
		if err != nil {
			return
		}
		changed, err := faq.WithVariant("a.yaml", []byte(text), "onsite", question)
		if err != nil {
			return
		}
		after, err := faq.Parse(fstest.MapFS{"a.yaml": {Data: changed}}, faq.Brand{})
		if err != nil {
			return // refused, and the file is as before
		}
		if faq.OnlyEntry(before, after, "onsite", question) != nil {
			return // refused as well
		}
		was, _ := before.Entry("onsite")
		is, _ := after.Entry("onsite")
		if len(is.Variants.All()) != len(was.Variants.All())+1 || !cmp.Equal(was.Answer, is.Answer) {
			t.Errorf("%q\nbecomes\n%q", text, changed)
		}
	})
}

func TestAChangeThatTouchesMoreIsSeen(t *testing.T) {
	read := func(text string) *faq.File {
		f, err := faq.Parse(fstest.MapFS{"a.yaml": {Data: []byte(text)}}, faq.Brand{})
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	before := read(good)
	for name, tc := range map[string]struct{ from, to, says string }{
		"as it should be":   {"[你们上门吗,", "[你们上门吗, 会来吗,", ""},
		"nothing":           {"", "", "would not have the question"},
		"another answer":    {"[你们上门吗, do you come on site]\n- id: hours\n  title: {zh: 几点上班,", "[你们上门吗, 会来吗, do you come on site]\n- id: hours\n  title: {zh: 几点,", "more than the entry"},
		"its own answer":    {"原则上不提供现场服务。, en: In principle no.}\n  concepts: {any: [visit]}\n  variants: [", "提供。, en: In principle no.}\n  concepts: {any: [visit]}\n  variants: [会来吗, ", "more of the entry"},
		"a variant is gone": {"[你们上门吗,", "[会来吗,", "has 2 variants afterwards"},
		"a concept":         {"[上门, on site]", "[上门, on site, 会来吗]", "more than the entry"},
	} {
		err := faq.OnlyEntry(before, read(strings.Replace(good, tc.from, tc.to, 1)), "onsite", "会来吗")
		if (err == nil) != (tc.says == "") || err != nil && !strings.Contains(err.Error(), tc.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
