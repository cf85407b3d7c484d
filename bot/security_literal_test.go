package bot_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"guanjia/bot"
)

// A link of the platform's own scheme sends words in the name of whoever taps it:
// a stranger's words must not become one under a member's finger.
func TestWordsOfPeopleCannotActInTheReadersName(t *testing.T) {
	const tap = "dtmd://dingtalkclient/sendMessage?content=%E7%BB%93%E6%9D%9F%20E1"
	for _, words := range []string{
		tap, "[看图](" + tap + ")", "[看图](<" + tap + ">)", "[看图]: " + tap, "![x](" + tap + ")", "<a href='" + tap + "'>看图</a>", "<" + tap + ">",
		"[\n看图\n](" + tap + ")", "[[a]](" + tap + ")", "dingtalk://dingtalkclient/page/link?url=x",
	} {
		for _, got := range []string{bot.Literal(words), bot.Quote(words)} {
			for _, never := range []string{"dtmd:", "dingtalk:", "](", "![", "<"} {
				if strings.Contains(got, never) {
					t.Errorf("%q became %q, which holds %q", words, got, never)
				}
			}
		}
	}
}

func FuzzWordsStayWords(f *testing.F) {
	for _, s := range []string{"[a](b)", "![[](](x)", "**__~~", "dtmddtmd::", "@a@alll", "#\n> x\n1. y", "`<`", "===", "]\u200b("} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, words string) {
		got := bot.Literal(words)
		for _, never := range []string{"](", "![", "<", "`", "**", "__", "~~", "dtmd:", "@all", "@所有人"} {
			if strings.Contains(got, never) {
				t.Errorf("%q became %q, which holds %q", words, got, never)
			}
		}
		if utf8.ValidString(words) && !utf8.ValidString(got) {
			t.Errorf("%q is no text any more: %q", words, got)
		}
		for l := range strings.SplitSeq(bot.Quote(words), "\n") {
			if !strings.HasPrefix(l, "> ") {
				t.Errorf("%q has a line outside its quotation: %q", words, l)
			}
		}
	})
}
