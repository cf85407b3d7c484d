package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"guanjia/configs"
	"guanjia/faq"
	"guanjia/handlers"
)

// exported is the built-in FAQ in a folder of its own.
func exported(t *testing.T) (*configs.Loaded, *environment, *strings.Builder) {
	t.Helper()
	var out strings.Builder
	env := &environment{ctx: t.Context(), out: &out, errOut: &out, lookup: os.LookupEnv, lang: "en"}
	dir := filepath.Join(t.TempDir(), "faq")
	if err := (&faqExportCommand{Dir: dir}).Run(env); err != nil {
		t.Fatal(err)
	}
	if _, usage := errors.AsType[usageError]((&faqExportCommand{Dir: dir}).Run(env)); !usage {
		t.Error("it was exported over what is there")
	}
	cfg, err := configs.Load("", func(name string) (string, bool) {
		v, ok := map[string]string{"GUANJIA_FAQ_DIR": dir, "GUANJIA_FAQ_ANSWER_AT": "0.55", "GUANJIA_FAQ_CLARIFY_AT": "0.41"}[name]
		return v, ok
	})
	if err != nil || cfg.FAQ.Dir != dir {
		t.Fatal(err, cfg.FAQ.Dir)
	}
	return cfg, env, &out
}

func read(t *testing.T, file string) string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestAVariantIsPromotedAsOneLine(t *testing.T) {
	cfg, env, out := exported(t)
	file := filepath.Join(cfg.FAQ.Dir, "onsite.yaml")
	was := read(t, file)
	p := &promotion{cfg: cfg, entry: faq.Entry{ID: "onsite", Variants: faq.Variants{ZH: []string{"你们能不能派个人上门来看看机器"}}}}
	if err := p.try(env); err != nil {
		t.Fatal(err)
	}
	if read(t, file) != was {
		t.Error("written before it was tried")
	}
	if err := p.write(); err != nil {
		t.Fatal(err)
	}
	line := "    - 你们能不能派个人上门来看看机器\n"
	if is := read(t, file); strings.Replace(is, line, "", 1) != was || !strings.Contains(is, line) {
		t.Errorf("more than a line changed:\n%s", is)
	}
	for _, want := range []string{"onsite.yaml:", "\n+" + strings.TrimSuffix(line, "\n"), "regression questions: ", "→ answer onsite"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not said:\n%s", want, out)
		}
	}
	if err := p.write(); err == nil || !strings.Contains(err.Error(), "changed meanwhile") {
		t.Errorf("another change was overwritten: %v", err)
	}
	if left, _ := filepath.Glob(filepath.Join(cfg.FAQ.Dir, ".promote-*")); len(left) > 0 {
		t.Error(left)
	}
}

func TestWhatMakesAnswersWorseIsRefused(t *testing.T) {
	cfg, env, _ := exported(t)
	both := faq.Text{ZH: "有手机客户端吗", EN: "Is there an app"}
	for name, tc := range map[string]struct {
		entry faq.Entry
		into  string
		want  []string
	}{
		"a question of another entry": {
			faq.Entry{ID: "onsite", Variants: faq.Variants{ZH: []string{"售前咨询是谁在回答，真专家还是客服念稿子"}}},
			"",
			[]string{"Nothing was written", "“售前咨询是谁在回答，真专家还是客服念稿子” was right before", `should be "presales-scope"`},
		},
		"a variant of another entry": {
			faq.Entry{ID: "onsite", Variants: faq.Variants{ZH: []string{"你们几点上班"}}},
			"",
			[]string{"Nothing was written", "onsite.yaml:", `"你们几点上班" of "presales-hours" also belongs to "onsite"`},
		},
		"HTML": {
			faq.Entry{ID: "app", Title: both, Answer: faq.Text{ZH: "<b>没有</b>", EN: "No"}, Source: faq.Source{Doc: "E1"}, Variants: faq.Variants{ZH: []string{"有手机客户端吗"}}},
			"",
			[]string{"app.yaml:", "HTML (<b>)"},
		},
		"no English": {
			faq.Entry{ID: "app", Title: faq.Text{ZH: "有手机客户端吗"}, Answer: faq.Text{ZH: "没有"}, Variants: faq.Variants{ZH: []string{"有手机客户端吗"}}},
			"",
			[]string{"give --title-en --answer-en"},
		},
		"another file than the entry's": {faq.Entry{ID: "onsite", Variants: faq.Variants{ZH: []string{"会派人来吗"}}}, "backup.yaml", []string{"stands in onsite.yaml"}},
		"a file elsewhere":              {faq.Entry{ID: "app", Title: both, Answer: both, Variants: faq.Variants{ZH: []string{"有手机客户端吗"}}}, "../app.yaml", []string{"must be a .yaml file of faq.dir"}},
	} {
		p := &promotion{cfg: cfg, entry: tc.entry, into: tc.into}
		err := p.try(env)
		if err == nil {
			t.Errorf("%s is taken", name)
			continue
		}
		for _, w := range tc.want {
			if !strings.Contains(err.Error(), w) {
				t.Errorf("%s: %q is not said: %v", name, w, err)
			}
		}
	}
	fresh, err := os.ReadDir(cfg.FAQ.Dir)
	if err != nil || len(fresh) != 21 {
		t.Errorf("%d files, %v", len(fresh), err)
	}
}

func TestANewEntryGetsAFileOfItsOwnOrAPlaceInAnother(t *testing.T) {
	cfg, env, out := exported(t)
	c := &faqPromoteCommand{TitleEN: "Is there an app for the phone", AnswerEN: "No, use DingTalk."}
	e, err := c.entry("en", handlers.Candidate{ID: "E1", Entry: "mobile-app", Question: " 有没有\n手机客户端 ", Answer: "没有，请用钉钉。"})
	if err != nil || e.Title.ZH != "有没有 手机客户端" || e.Answer.ZH != "没有，请用钉钉。" || e.Source.Doc != "E1" {
		t.Fatalf("%+v %v", e, err)
	}
	for _, into := range []string{"", "backup.yaml"} {
		p := &promotion{cfg: cfg, entry: e, into: into}
		if err := p.try(env); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		if !strings.Contains(string(p.is), "- id: mobile-app\n") || !strings.HasPrefix(string(p.is), string(p.was)) {
			t.Errorf("into %q:\n%s", into, p.is)
		}
	}
	if !strings.Contains(out.String(), "advice: mobile-app.yaml:") {
		t.Errorf("no word of the few variants:\n%s", out)
	}
	for name, k := range map[string]handlers.Candidate{
		"no words":  {ID: "E1", Entry: "mobile-app", Answer: "没有"},
		"no id":     {ID: "E1", Entry: "Mobile App", Question: "有客户端吗"},
		"a lecture": {ID: "E1", Entry: "mobile-app", Question: strings.Repeat("长", 201)},
	} {
		if _, err := new(faqPromoteCommand).entry("en", k); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}
