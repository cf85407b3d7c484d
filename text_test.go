package guanjia_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestNoFileNamesAMachineOrARegistry(t *testing.T) {
	for name, text := range texts(t) {
		report(t, checkPlaces(name, text))
	}
}

// texts are the text files that are or may become part of the repository, by
// slash-separated name. Without git, as in an unpacked archive, that is every
// file outside of hidden and built folders.
func texts(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, name := range tracked(t) {
		content, err := os.ReadFile(filepath.FromSlash(name))
		switch {
		case errors.Is(err, fs.ErrNotExist): // deleted, not yet committed
		case err != nil:
			if info, statErr := os.Stat(name); statErr != nil || !info.IsDir() {
				t.Fatal(err)
			}
		case bytes.IndexByte(content[:min(len(content), 8000)], 0) < 0:
			all[name] = string(content)
		}
	}
	if len(all) < 10 {
		t.Fatalf("found only %d text files; is this the root of the repository?", len(all))
	}
	return all
}

func tracked(t *testing.T) []string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard").Output()
	if err == nil {
		return strings.Split(strings.TrimRight(string(out), "\x00"), "\x00")
	}
	var all []string
	err = filepath.WalkDir(".", func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && p != "." && (d.Name() == ".git" || d.Name() == "node_modules" || d.Name() == "bin" || d.Name() == "artifacts"):
			return fs.SkipDir
		case d.Type().IsRegular():
			all = append(all, filepath.ToSlash(p))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// places are what a file must not name: somebody's machine, and the mirror that
// somebody's machine happens to use. They are put together from parts, so that
// this file passes its own test.
var places = []struct {
	is   *regexp.Regexp
	what string
}{
	{regexp.MustCompile(`(?:^|[^\w.\-/])/` + `(?:work|root|farm)/[\w.\-]*`), "a path of one machine"},
	{regexp.MustCompile(`(?:^|[^\w.\-/])/` + `tmp/[\w.\-]+`), "a path of one machine; use t.TempDir or mktemp"},
	{regexp.MustCompile(`(?:^|[^\w.\-/])/` + `(?:home|Users)/[\w.\-]+`), "a path of one machine"},
	{regexp.MustCompile(`(?i)\b(?:` + strings.Join([]string{
		`proxy\.` + `golang\.org`, `sum\.` + `golang\.org`, `goproxy\.` + `(?:cn|io)`,
		`registry\.` + `(?:npmjs\.org|npmmirror\.com|yarnpkg\.com)`,
		`(?:deb|security|ftp\.\w+)\.` + `debian\.org`, `(?:archive|security)\.` + `ubuntu\.com`,
		`(?:files\.)?python` + `hosted\.org`, `\bpypi\.` + `org`,
	}, "|") + `)\b`), "a registry; which one is used is for each machine to say"},
}

// checkPlaces finds machine paths and registry hosts in one file.
func checkPlaces(name, text string) []string {
	var found []string
	for n, line := range strings.Split(text, "\n") {
		for _, p := range places {
			if hit := p.is.FindString(line); hit != "" {
				found = append(found, fmt.Sprintf("%s:%d: %q is %s", name, n+1, strings.TrimSpace(hit), p.what))
			}
		}
	}
	return found
}
