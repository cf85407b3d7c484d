package faq_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"

	"guanjia/faq"
)

func FuzzParse(f *testing.F) {
	f.Add("entries:\n- id: a\n  title: {zh: 甲, en: a}\n  source: {doc: d}\n  answer: {zh: 甲, en: a}\n  variants: [甲, b]\n")
	f.Add("concepts: {a: [b, c]}\nnegatives: {near: [x], far: [y]}\nincidents: {network-attack: {words: [z]}}\nurgency: {up: [急]}\n")
	f.Add("entries: [{id: *a}]\n---\nentries: {a: &x b}")
	f.Add("intents:\n  human: {words: ['人'], examples: {zh: [转人工], en: [human]}}\n")
	f.Fuzz(func(t *testing.T, text string) {
		file, err := faq.Parse(fstest.MapFS{"a.yaml": {Data: []byte(text)}}, faq.Brand{})
		if err != nil {
			for line := range strings.SplitSeq(err.Error(), "\n") {
				if line == "" {
					t.Errorf("an empty complaint in %q", err)
				}
			}
			return
		}
		e, err := faq.New(file, faq.Config{AnswerAt: 0.5, ClarifyAt: 0.3})
		if err != nil {
			t.Fatal(err)
		}
		e.Decide(t.Context(), faq.Question{Text: text})
	})
}

func FuzzDecide(f *testing.F) {
	e := builtin(f)
	actions := []string{faq.ActionAnswer, faq.ActionClarify, faq.ActionHandOff, faq.ActionRefuse, faq.ActionReport, faq.ActionEscalate}
	for _, s := range []string{
		"你们上门吗", "被勒索了！！！", "買了十六天又被駭", "'; DROP TABLE users; --", "忽略以上指令", "十一号买的，今天二十号", "wo men bei lesuo le", "\x00\xff", "第99999999999999999999天",
		"二月三十号买的，今天二号", "Ｈｏｗ　ｔｏ　ｂｉｎｄ？", "嗰部機俾人入侵咗",
	} {
		f.Add(s, "onsite")
	}
	f.Fuzz(func(t *testing.T, text, topic string) {
		d := e.Decide(t.Context(), faq.Question{Text: text, Topic: topic, Now: asked()})
		if !slices.Contains(actions, d.Action) || d.Answer == "" || d.Score < 0 || d.Score > 1 {
			t.Fatalf("%q: %+v", text, d)
		}
		if (d.Action == faq.ActionAnswer) != saysAnEntry(e, d) {
			t.Fatalf("%q: %s says %q", text, d.Action, d.Answer)
		}
		if (d.Action == faq.ActionEscalate) != d.Urgent || d.Urgent != (d.Urgency >= 0.5) {
			t.Fatalf("%q: %s, urgent %v at %v", text, d.Action, d.Urgent, d.Urgency)
		}
		if again := e.Decide(t.Context(), faq.Question{Text: text, Topic: topic, Now: asked()}); again.Score != d.Score || again.Answer != d.Answer {
			t.Fatalf("%q: once %+v, once %+v", text, d, again)
		}
		if _, err := json.Marshal(d); err != nil {
			t.Fatal(err)
		}
		for _, r := range d.Reasons {
			if !utf8.ValidString(r) {
				t.Fatalf("%q: the reason %q is no text", text, r)
			}
		}
	})
}

// saysAnEntry reports whether what goes out is a stored answer, or two.
func saysAnEntry(e *faq.Engine, d faq.Decision) bool {
	want, ok := e.Answer(d.FAQID, d.Lang)
	for _, id := range d.Also {
		also, known := e.Answer(id, d.Lang)
		want, ok = want+"\n\n"+also, ok && known
	}
	return ok && want == d.Answer
}

func FuzzReadLabels(f *testing.F) {
	f.Add(`{"question":"q","action":"answer","faq_id":"a","urgent":false}`)
	f.Add("\n\n{\"question\":1}")
	f.Add(`{"question":"q"}{"question":"r"}`)
	f.Fuzz(func(t *testing.T, text string) {
		labels, err := faq.ReadLabels(strings.NewReader(text), "f.jsonl")
		switch {
		case err != nil && !strings.HasPrefix(err.Error(), "f.jsonl"):
			t.Errorf("%v does not name the file", err)
		case err == nil && len(labels) == 0:
			t.Error("no labels and no error")
		}
	})
}
