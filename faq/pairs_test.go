package faq_test

import (
	"testing"
	"testing/fstest"

	"guanjia/faq"
)

func TestAPhraseInTwoHalvesIsFoundInItsClauseWithLittleBetween(t *testing.T) {
	f, err := faq.Parse(fstest.MapFS{"a.yaml": {Data: []byte(`entries:
- id: hours
  title: {zh: 几点上班, en: Opening hours}
  source: {doc: d, section: "1"}
  answer: {zh: 九点, en: At nine}
intents:
  human: {words: ["喊|叫 ‥ 师傅|大哥", "get … colleague|boss"]}
`)}}, faq.Brand{})
	if err != nil {
		t.Fatal(err)
	}
	e, err := faq.New(f, faq.Config{})
	if err != nil {
		t.Fatal(err)
	}
	for question, want := range map[string]bool{
		"喊师傅": true, "叫一下大哥": true, "喊楼下的那位师傅": false, "喊了。师傅不在": false, "师傅在喊": false,
		"get me your boss": true, "get me one of your very nice colleagues": true, "get out, boss": false, "boss gets it": false,
	} {
		if d := e.Decide(t.Context(), faq.Question{Text: question, Now: asked()}); (d.Intent == faq.IntentHuman) != want {
			t.Errorf("%q: %s, want a person %v", question, d.Intent, want)
		}
	}
}
