package main

import (
	"bytes"
	"slices"
	"strings"
	"testing"
)

func TestHelpIsWhollyInOneLanguage(t *testing.T) {
	commands := []string{
		"", "demo", "init", "serve", "check", "faq", "faq ask", "faq eval", "faq lint", "faq gaps", "calendar", "calendar next", "calendar show",
		"calendar import", "purchase", "purchase send", "case", "case list", "case show", "case export", "erase", "dingsim", "health", "version",
	}
	for lang, foreign := range map[string][]string{
		"zh": {"Usage", "Flags:", "Commands:", "Arguments:", "[flags]", "Show ", "Run "},
		"en": {"用法", "选项", "命令", "参数", "显示"},
	} {
		for _, command := range commands {
			var out, errOut bytes.Buffer
			code := run(append(strings.Fields(command), "--help", "--lang", lang), strings.NewReader(""), &out, &errOut)
			if code != exitOK || out.Len() == 0 || errOut.Len() > 0 {
				t.Errorf("guanjia %s --help --lang %s: code %d, %s", command, lang, code, errOut.String())
			}
			if slices.ContainsFunc(foreign, func(w string) bool { return strings.Contains(out.String(), w) }) {
				t.Errorf("guanjia %s --help --lang %s:\n%s", command, lang, out.String())
			}
		}
	}
}
