package guanjia_test

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"guanjia/handlers"
)

// pages are the book's, by name.
func pages(t *testing.T) map[string]string {
	t.Helper()
	names, err := filepath.Glob("docs/*.md")
	if err != nil || len(names) < 5 {
		t.Fatal(names, err)
	}
	all := map[string]string{"README.md": contents(t, "README.md")}
	for _, n := range names {
		all[n] = contents(t, n)
	}
	return all
}

func TestTheCardTeachesWordsThatTheBotKnows(t *testing.T) {
	card, n := contents(t, "docs/expert-card.md"), 0
	for line := range strings.Lines(card) {
		if !strings.HasPrefix(line, "| `") {
			continue
		}
		cell := strings.Split(line, "|")[1]
		for _, m := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(cell, -1) {
			n++
			if _, ok := handlers.ParseCommand(m[1]); !ok {
				t.Errorf("the card teaches %q, which is no command", m[1])
			}
		}
		for _, m := range regexp.MustCompile(`\(([a-z ·]+)\)`).FindAllStringSubmatch(cell, -1) {
			for word := range strings.SplitSeq(m[1], " · ") {
				if _, ok := handlers.ParseCommand(word); !ok && word != "open" && word != "closed" && word != "auto" {
					t.Errorf("the card teaches %q, which is no command", word)
				}
			}
		}
	}
	if n < 20 {
		t.Errorf("found only %d words on the card", n)
	}
}

func TestTheBookNamesKeysThatThereAre(t *testing.T) {
	reference := contents(t, "docs/configuration.md")
	sections := regexp.MustCompile(`(?m)^## (\w+)$`).FindAllStringSubmatch(reference, -1)
	names := make([]string, len(sections))
	for i, s := range sections {
		names[i] = s[1]
	}
	key := regexp.MustCompile("`((?:" + strings.Join(names, "|") + `)\.[a-z_.]+)` + "`")
	for page, text := range pages(t) {
		for _, m := range key.FindAllStringSubmatch(text, -1) {
			known := strings.Contains(reference, "`"+m[1]+"`") || strings.Contains(reference, "`"+m[1]+"[") || strings.Contains(reference, "`"+m[1]+".")
			if !known && !strings.HasSuffix(m[1], ".yaml") {
				t.Errorf("%s: there is no key %s", page, m[1])
			}
		}
	}
}
