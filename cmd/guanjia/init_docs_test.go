package main

import (
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestEveryCommandInTheBookIsOne(t *testing.T) {
	names, err := filepath.Glob("../../docs/*.md")
	if err != nil || len(names) < 5 {
		t.Fatal(names, err)
	}
	found := map[string]string{}
	for _, name := range append(names, "../../README.md", "../../compose.yaml") {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range commandLines(string(text)) {
			found[line] = name
		}
	}
	if len(found) < 20 {
		t.Errorf("found only %d commands: %q", len(found), slices.Sorted(maps.Keys(found)))
	}
	for line, name := range found {
		parser, err := newParser("en", io.Discard, io.Discard, func(int) {})
		if err != nil {
			t.Fatal(err)
		}
		_, err = parser.Parse(strings.Fields(line))
		named := err != nil && (strings.HasPrefix(err.Error(), `expected "<`) || strings.HasPrefix(err.Error(), "missing flags")) // a mention, without arguments
		if err != nil && !named {
			t.Errorf("%s: guanjia %s: %v", name, line, err)
		}
	}
}

// commandLines are the arguments of guanjia where a page shows it being called: on
// a line of its own, or in `words`.
func commandLines(text string) []string {
	text = strings.ReplaceAll(text, "\\\n", " ")
	var lines []string
	for _, form := range []string{
		"(?m)^(?:#   )?(?:[A-Z_]+=\\S+ )?(?:go run \\./cmd/)?guanjia ([a-z][^\n]*)$",
		"`guanjia ([a-z][^`\n]*)`",
	} {
		for _, m := range regexp.MustCompile(form).FindAllStringSubmatch(text, -1) {
			line, _, _ := strings.Cut(m[1], "  ") // what stands behind it
			for _, end := range []string{" #", " >", " |", " &&"} {
				line, _, _ = strings.Cut(line, end)
			}
			if !strings.ContainsAny(line, "[]…`,") { // a form, not a call
				lines = append(lines, strings.Join(strings.Fields(strings.NewReplacer("'", "", "`", "").Replace(line)), " "))
			}
		}
	}
	return lines
}
