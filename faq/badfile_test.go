package faq_test

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"guanjia/faq"
)

// good is a file with nothing wrong, for cases that change one thing in it.
const good = `concepts:
  visit: [上门, on site]
entries:
- id: onsite
  title: {zh: 提供现场服务吗, en: Does somebody come on site}
  source: {doc: "20200629", section: 6}
  answer: {zh: 原则上不提供现场服务。, en: In principle no.}
  concepts: {any: [visit]}
  variants: [你们上门吗, do you come on site]
- id: hours
  title: {zh: 几点上班, en: When are you open}
  source: {doc: "20200629", section: 2}
  answer: {zh: 工作日九点。, en: At nine on working days.}
  variants: [什么时候上班, opening hours]
`

func TestABadFileIsRefusedWithPlaceAndRemedy(t *testing.T) {
	change := func(from, to string) string {
		if !strings.Contains(good, from) {
			t.Fatalf("%q is not in the good file", from)
		}
		return strings.Replace(good, from, to, 1)
	}
	for name, tc := range map[string]struct{ text, place, says, remedy string }{
		"an id twice":                 {change("id: hours", "id: onsite"), "a.yaml:10:7", `"onsite" is there twice, first at a.yaml:4:7`, "another id"},
		"a variant in two entries":    {change("什么时候上班", "你们上门吗？"), "a.yaml:14:14", `also belongs to "onsite", at a.yaml:9:14`, "leave it in one"},
		"an unknown concept":          {change("any: [visit]", "any: [vsit]"), "a.yaml:8:13", `concept "vsit"`, "add it there or correct the name"},
		"no source":                   {change("  source: {doc: \"20200629\", section: 6}\n", ""), "a.yaml:4:7", `entry "onsite" has no source`, "write source:"},
		"no English answer":           {change(", en: In principle no.", ""), "a.yaml:7:11", "no answer.en", "in Chinese and in English"},
		"no Chinese title":            {change("zh: 提供现场服务吗, ", ""), "a.yaml:5:10", "no title.zh", "in Chinese and in English"},
		"HTML":                        {change("工作日九点。", "<b>工作日</b>九点。"), "a.yaml:13:11", "HTML (<b>)", "markdown"},
		"HTML that does things":       {change("工作日九点。", `"<script src=//x>九点"`), "a.yaml:13:11", "HTML", "markdown"},
		"an id with blanks":           {change("id: hours", "id: Opening Hours"), "a.yaml:10:7", `"Opening Hours"`, "a-z, 0-9"},
		"a fact that nobody says":     {change("  concepts:", "  facts: [两小时到场]\n  concepts:"), "a.yaml:8:10", "两小时到场", "word by word"},
		"an unknown key":              {change("  variants: [什么", "  varients: [什么"), "a.yaml:14:3", `no key "varients"`, "known keys"},
		"an unknown placeholder":      {change("工作日九点。", "'{{sla}} 分钟'"), "a.yaml:13:11", "{{sla}}", "use {{product}}"},
		"a variant without a word":    {change("什么时候上班", "'？？？'"), "a.yaml:14:14", "has no word", "take it out"},
		"no YAML":                     {change("title: {zh: 几点上班", "title: {zh: [几点上班"), "a.yaml:", "is no YAML", "check indentation"},
		"a picture":                   {"\x89PNG\r\n\x1a\n\x00\x00", "a.yaml:", "", ""},
		"JSON of something else":      {`{"name": "x", "version": 1}`, "a.yaml:1:2", `no key "name"`, "known keys: concepts, entries"},
		"empty":                       {"", "a.yaml:1:1", "has no entries", `"entries:"`},
		"only a comment":              {"# later\n", "a.yaml:1:1", "has no entries", `"entries:"`},
		"entries that are a text":     {"entries: later\n", "a.yaml:1:10", "must be a list", "dash"},
		"ten megabytes":               {good + "# " + strings.Repeat("x", 10<<20), "a.yaml:1:1", "at most 4194304", "split it"},
		"brackets without end":        {"entries: " + strings.Repeat("[", 1<<20), "a.yaml:1:", "nested too deep", "check brackets"},
		"braces without end":          {strings.Repeat("{a: ", 1<<18), "a.yaml:1:", "nested too deep", "check brackets"},
		"dashes without end":          {strings.Repeat("- ", 1<<18), "a.yaml:1:", "nested too deep", "check brackets"},
		"keys without end":            {strings.Repeat("a: ", 1<<18), "a.yaml:1:", "nested too deep", "check brackets"},
		"an aliases bomb":             {"concepts:\n  a: &a [x, x]\n  b: &b [*a, *a]\n" + good, "a.yaml:2:6", "aliases", "write the text out"},
		"an alias of another entry":   {change("[什么时候上班, opening hours]", "*other"), "a.yaml:14:13", "aliases", "quote"},
		"lines of Windows":            {strings.ReplaceAll(change("id: hours", "id: onsite"), "\n", "\r\n"), "a.yaml:10:7", "is there twice", "another id"},
		"a hundred thousand mistakes": {"entries:\n" + strings.Repeat("- x\n", 100_000), "a.yaml:2:3", "must be a mapping", "more mistakes; correct these first"},
	} {
		begin := time.Now()
		_, err := faq.Parse(fstest.MapFS{"a.yaml": {Data: []byte(tc.text)}}, faq.Brand{})
		switch {
		case err == nil:
			t.Errorf("%s is taken", name)
		case !strings.HasPrefix(err.Error(), tc.place) || !strings.Contains(err.Error(), tc.says) || !strings.Contains(err.Error(), tc.remedy):
			t.Errorf("%s, wanted at %s with %q and %q:\n%.600s", name, tc.place, tc.says, tc.remedy, err)
		}
		if took := time.Since(begin); took > time.Minute { // it was hours
			t.Errorf("%s takes %v to be refused", name, took)
		}
	}
	if _, err := faq.Parse(fstest.MapFS{"a.yaml": {Data: []byte(good)}}, faq.Brand{}); err != nil {
		t.Errorf("the file with nothing wrong: %v", err)
	}
}
