package guanjia_test

import (
	"fmt"
	"net/url"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

func TestDocumentsLinkToWhatIsThere(t *testing.T) {
	all := texts(t)
	for name, text := range all {
		if path.Ext(name) == ".md" {
			report(t, checkLinks(name, text, all, exists))
		}
	}
}

func TestDocumentsNameTargetsThatMakeKnows(t *testing.T) {
	all := texts(t)
	for name, text := range all {
		if path.Ext(name) == ".md" {
			report(t, checkTargets(name, text, all["Makefile"]))
		}
	}
}

func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

var (
	inlineLink    = regexp.MustCompile(`\]\(\s*<?([^)\s>]+)>?(?:\s+["'][^)]*)?\)`)
	referenceLink = regexp.MustCompile(`(?m)^ {0,3}\[[^\]]+\]:\s*<?(\S+?)>?(?:\s|$)`)
	htmlLink      = regexp.MustCompile(`(?:href|src)="([^"]+)"`)
	heading       = regexp.MustCompile(`(?m)^#{1,6}\s+(.+?)\s*#*\s*$`)
	htmlAnchor    = regexp.MustCompile(`(?:id|name)="([^"]+)"`)
	fenced        = regexp.MustCompile("(?ms)^ *(```|~~~).*?^ *(```|~~~) *$")
	inlineCode    = regexp.MustCompile("`[^`\n]*`")
	markup        = regexp.MustCompile(`!?\[([^\]]*)\]\([^)]*\)|[*` + "`" + `]`)
	makeTarget    = regexp.MustCompile("(?m)(?:`|^\\s*\\$? ?)make ([a-z][a-z-]*)")
)

// checkLinks finds links of a Markdown file that lead nowhere in the
// repository. Links to other hosts are not followed: a test must not need a
// network.
func checkLinks(name, text string, docs map[string]string, exists func(string) bool) []string {
	plain := inlineCode.ReplaceAllString(fenced.ReplaceAllString(text, ""), "")
	var found []string
	for _, form := range []*regexp.Regexp{inlineLink, referenceLink, htmlLink} {
		for _, m := range form.FindAllStringSubmatch(plain, -1) {
			if why := broken(name, m[1], docs, exists); why != "" {
				found = append(found, fmt.Sprintf("%s: the link %q leads nowhere: %s", name, m[1], why))
			}
		}
	}
	return found
}

// broken says why a link leads nowhere, or nothing.
func broken(from, link string, docs map[string]string, exists func(string) bool) string {
	u, err := url.Parse(link)
	if err != nil {
		return err.Error()
	}
	if u.Scheme != "" || u.Host != "" {
		return ""
	}
	target := from
	switch {
	case strings.HasPrefix(u.Path, "/"):
		target = path.Clean(u.Path[1:])
	case u.Path != "":
		target = path.Join(path.Dir(from), u.Path)
	}
	if strings.HasPrefix(target, "..") {
		return "it leaves the repository"
	}
	if !exists(target) {
		return "there is no " + target
	}
	if text, ok := docs[target]; ok && u.Fragment != "" && path.Ext(target) == ".md" && !slices.Contains(anchors(text), u.Fragment) {
		return fmt.Sprintf("%s has no heading #%s", target, u.Fragment)
	}
	return ""
}

// anchors are the names that a forge gives to a document's headings: lower
// case, punctuation dropped, blanks to hyphens, repeats numbered.
func anchors(text string) []string {
	text = fenced.ReplaceAllString(text, "")
	var all []string
	for _, m := range heading.FindAllStringSubmatch(text, -1) {
		slug := strings.Map(func(r rune) rune {
			switch {
			case r == ' ':
				return '-'
			case unicode.IsLetter(r), unicode.IsNumber(r), unicode.IsMark(r), r == '-', r == '_':
				return unicode.ToLower(r)
			}
			return -1
		}, markup.ReplaceAllString(m[1], "$1"))
		numbered := slug
		for n := 1; slices.Contains(all, numbered); n++ {
			numbered = fmt.Sprintf("%s-%d", slug, n)
		}
		all = append(all, numbered)
	}
	for _, m := range htmlAnchor.FindAllStringSubmatch(text, -1) {
		all = append(all, m[1])
	}
	return all
}

// checkTargets finds `make something` in a document that the Makefile lacks.
func checkTargets(name, text, makefile string) []string {
	var found []string
	for _, m := range makeTarget.FindAllStringSubmatch(text, -1) {
		if !strings.HasPrefix(makefile, m[1]+":") && !strings.Contains(makefile, "\n"+m[1]+":") {
			found = append(found, fmt.Sprintf("%s: the Makefile has no target %q", name, m[1]))
		}
	}
	return found
}
