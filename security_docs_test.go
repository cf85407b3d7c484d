package guanjia_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestEveryDependencyHasItsReason(t *testing.T) {
	mod, err := os.ReadFile("go.mod")
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile("docs/dependencies.md")
	if err != nil {
		t.Fatal(err)
	}
	direct := regexp.MustCompile(`(?m)^\t(\S+) (v\S+)$`) // the indirect ones have a remark behind them
	row := regexp.MustCompile(`(?m)^\| (\S+) \| (v\S+) \| (\S+) \| (20\d\d-\d\d) \| \S.*\|$`)
	var want, got []string
	for _, m := range direct.FindAllStringSubmatch(string(mod), -1) {
		want = append(want, m[1]+" "+m[2])
	}
	for _, m := range row.FindAllStringSubmatch(string(page), -1) {
		got = append(got, m[1]+" "+m[2])
	}
	slices.Sort(want)
	slices.Sort(got)
	if len(want) < 10 || !slices.Equal(want, got) {
		t.Errorf("go.mod has %q\ndocs/dependencies.md has %q", want, got)
	}
}

// A threat whose test was renamed or removed is not shown to be met any more.
func TestTheSecurityPagesNameTestsThatExist(t *testing.T) {
	names := map[string]bool{}
	declared := regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`)
	for _, s := range house(t) {
		for _, m := range declared.FindAllStringSubmatch(s.text, -1) {
			names[m[1]] = true
		}
	}
	named := regexp.MustCompile("`((?:Test|Fuzz)\\w+|\\w+\\.txtar)`")
	for _, page := range []string{"docs/security.md", "docs/privacy.md"} {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		found := named.FindAllStringSubmatch(string(text), -1)
		if len(found) == 0 {
			t.Errorf("%s names no test", page)
		}
		for _, m := range found {
			_, err := os.Stat(filepath.Join("e2e", "testdata", m[1]))
			if !names[m[1]] && err != nil {
				t.Errorf("%s names %s, which does not exist", page, m[1])
			}
		}
	}
}

func TestTheBillOfMaterialsListsWhatIsLinked(t *testing.T) {
	binary := filepath.Join(t.TempDir(), "guanjia")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", binary, "./cmd/guanjia").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	out, err := exec.CommandContext(t.Context(), "scripts/sbom", binary).Output()
	if err != nil {
		t.Fatal(err)
	}
	var bom struct {
		BOMFormat  string
		Components []struct{ Name, Version, PURL string }
	}
	if err := json.Unmarshal(out, &bom); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if bom.BOMFormat != "CycloneDX" || len(bom.Components) < 10 {
		t.Fatalf("%s", out)
	}
	for _, c := range bom.Components {
		if c.Name == "" || c.Version == "" || !strings.HasPrefix(c.PURL, "pkg:golang/"+c.Name+"@") {
			t.Errorf("%+v", c)
		}
	}
}
