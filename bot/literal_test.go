package bot_test

import (
	"strings"
	"testing"

	"guanjia/bot"
)

func TestWordsOfPeopleCannotBecomeMarkup(t *testing.T) {
	for words, never := range map[string]string{
		"[点我](http://evil.example)": "](", "![x](http://evil.example/x.png)": "![", "<img src=x>": "<img", "@all 快看": "@all", "@所有人": "@所有人", "**粗**": "**",
	} {
		if got := bot.Literal(words); strings.Contains(got, never) {
			t.Errorf("%q still holds %q", got, never)
		}
	}
	for _, words := range []string{"我们被勒索了！文件名是 a_b-c.locked，IP 10.0.0.1:22", "how are you? 100% (sure)", "1.5 倍", "a*b=c"} {
		if got := bot.Literal(words); got != words {
			t.Errorf("%q became %q", words, got)
		}
	}
	if got := bot.Quote("一\n# 二"); !strings.HasPrefix(got, "> 一\n> ") || strings.Contains(got, "> # ") {
		t.Error(got)
	}
}
