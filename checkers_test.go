package guanjia_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A checker that finds nothing in the house may be a good house or a blind
// checker. Here each of them is shown what it must find, and what it must leave
// alone; findings are compared by their place and first words.

// A fixture is one file, and what a checker must say about it.
type fixture struct {
	name  string
	check func([]source) []string
	file  string
	text  string // follows the package clause, which is line 1
	want  []string
}

func run(t *testing.T, fixtures []fixture) {
	t.Helper()
	for _, f := range fixtures {
		t.Run(f.name, func(t *testing.T) {
			s, err := parse(f.file, "package faq\n"+f.text)
			if err != nil {
				t.Fatal(err)
			}
			compare(t, f.check([]source{s}), f.want)
		})
	}
}

func TestTheImportCheckersFindWhatTheTableForbids(t *testing.T) {
	imports := func(files []source) []string { return checkImports(rooms(), files) }
	libraries := func(files []source) []string { return checkFences(fences(), files) }
	run(t, []fixture{
		{"a domain that imports the store", imports, "faq/a.go", `import "guanjia/store"`, []string{"faq/a.go: imports store"}},
		{"a subpackage is not its parent", imports, "handlers/a.go", `import "guanjia/bot/dingtalk"`, []string{"handlers/a.go: imports bot/dingtalk"}},
		{"the simulator sharing code with the bot", imports, "dingsim/a.go", `import "guanjia/bot"`, []string{"dingsim/a.go: imports bot"}},
		{"somebody else than cmd reading the configuration", imports, "console/a.go", `import "guanjia/configs"`, []string{"console/a.go: imports configs"}},
		{"a room nobody drew", imports, "widgets/a.go", ``, []string{"widgets: the package is not in the table"}},
		{"a room nobody drew, tests only", imports, "widgets/a_test.go", ``, []string{"widgets: the package is not in the table"}},
		{"what the table allows", imports, "store/a.go", "import (\n\"guanjia/bot\"\n\"guanjia/scheduler\"\n)", nil},
		{"doubles may import their room", imports, "store/storetest/a.go", `import "guanjia/store"`, nil},
		{"doubles may import no more than their room", imports, "store/storetest/a.go", `import "guanjia/handlers"`, []string{"store/storetest/a.go: imports handlers"}},
		{"the program may import everything", imports, "cmd/guanjia/a.go", `import "guanjia/console"`, nil},
		{"a test may import its helpers", imports, "handlers/a_test.go", `import "guanjia/dingsim"`, nil},

		{"the SDK outside its room", libraries, "bot/a.go", `import "github.com/open-dingtalk/dingtalk-stream-sdk-go/client"`, []string{"bot/a.go: imports github.com/open-dingtalk"}},
		{"the simulator using the SDK", libraries, "dingsim/a.go", `import "github.com/open-dingtalk/dingtalk-stream-sdk-go/payload"`, []string{"dingsim/a.go: imports github.com/open-dingtalk"}},
		{"Redis in a handler", libraries, "handlers/a.go", `import "github.com/redis/go-redis/v9"`, []string{"handlers/a.go: imports github.com/redis"}},
		{"Redis under store", libraries, "store/storetest/a.go", `import "github.com/redis/go-redis/v9"`, nil},
		{"the model outside faq/llm", libraries, "faq/a.go", `import "github.com/sashabaranov/go-openai"`, []string{"faq/a.go: imports github.com/sashabaranov"}},
		{"cron where schedules are validated", libraries, "configs/a.go", `import "github.com/robfig/cron/v3"`, nil},
		{"cron in a handler", libraries, "handlers/a.go", `import "github.com/robfig/cron/v3"`, []string{"handlers/a.go: imports github.com/robfig"}},
		{"the global logger, even in cmd", libraries, "cmd/guanjia/a.go", `import "github.com/rs/zerolog/log"`, []string{"cmd/guanjia/a.go: imports github.com/rs/zerolog/log"}},
		{"a logger of one's own", libraries, "bot/a.go", `import "github.com/rs/zerolog"`, nil},
	})
}

func TestTheStyleCheckersFindWhatTheyAreFor(t *testing.T) {
	run(t, []fixture{
		{"a package without a word", checkPackageComments, "faq/a.go", ``, []string{"faq: no package comment"}},
		{"exported names without a word", checkNames, "faq/a.go", "func F() {}\ntype T struct{}\nfunc (*T) M() {}\nconst C = 1\nvar V = 1", []string{
			"faq/a.go:2: F has no comment", "faq/a.go:3: T has no comment", "faq/a.go:4: M has no comment",
			"faq/a.go:5: C has no comment", "faq/a.go:6: V has no comment",
		}},
		{"a directive is not a word", checkNames, "faq/a.go", "//go:noinline\nfunc F() {}", []string{"faq/a.go:3: F has no comment"}},
		{"generic receivers too", checkNames, "faq/a.go", "// T is.\ntype T[A, B any] struct{}\nfunc (T[A, B]) M() {}", []string{"faq/a.go:4: M has no comment"}},
		{"what nobody outside can reach", checkNames, "faq/a.go", "func f() {}\ntype t struct{}\nfunc (t) M() {}", nil},
		{"one comment for a group of constants", checkNames, "faq/a.go", "// Kinds.\nconst (\nA = 1\nB = 2\n)", nil},

		{"an init", checkInits, "faq/a.go", "func init() {}", []string{"faq/a.go:2: init"}},
		{"a method may be called init", checkInits, "faq/a.go", "func (t) init() {}", nil},

		{"mutable state", checkGlobals, "faq/a.go", "var cache = map[string]int{}", []string{"faq/a.go:2: variable cache"}},
		{"state without a value", checkGlobals, "faq/a.go", "var last int", []string{"faq/a.go:2: variable last"}},
		{"an excuse without a reason", checkGlobals, "faq/a.go", "var a = map[string]int{} //nolint:gochecknoglobals", []string{"faq/a.go:2: variable a"}},
		{"an excuse for another linter", checkGlobals, "faq/a.go", "var a = map[string]int{} //nolint:unused // why", []string{"faq/a.go:2: variable a"}},
		{"an excuse on the last line, which golangci-lint does not read", checkGlobals, "faq/a.go", "var a = f(\n`x`,\n) //nolint:gochecknoglobals // why", []string{"faq/a.go:2: variable a"}},
		{"an excuse", checkGlobals, "faq/a.go", "var a = map[string]int{} //nolint:gochecknoglobals // read only", nil},
		{"an error that is no sentinel", checkGlobals, "faq/a.go", "var errLast error", []string{"faq/a.go:2: variable errLast"}},
		{"what is as good as constant", checkGlobals, "faq/a.go", "var ErrA = errors.New(``)\nvar re = regexp.MustCompile(``)\nvar _ I = t{}\n//go:embed x\nvar files embed.FS", nil},

		{"a sleep", checkSleeps, "faq/a.go", "import \"time\"\nfunc f() { time.Sleep(1) }", []string{"faq/a.go:3: time.Sleep"}},
		{"a sleep handed on", checkSleeps, "faq/a.go", "import \"time\"\nvar nap = time.Sleep", []string{"faq/a.go:3: time.Sleep"}},
		{"a sleeping test", checkSleeps, "faq/a_test.go", "import \"time\"\nfunc f() { time.Sleep(1) }", []string{"faq/a_test.go:3: time.Sleep"}},
		{"a test that sleeps in a bubble", checkSleeps, "faq/a_test.go", "import (\n\"testing/synctest\"\n\"time\"\n)\nfunc f() { synctest.Test(nil, nil); time.Sleep(1) }", nil},

		{"a bucket", checkBuckets, "faq/util/a.go", "", []string{"faq/util: the name says nothing"}},

		{"a long file", checkBudgets, "faq/a.go", strings.Repeat("\n", 500), []string{"faq/a.go: 501 lines, at most 500"}},
		{"a file that just fits", checkBudgets, "faq/a.go", strings.Repeat("\n", 499), nil},
		{"a test file may be longer", checkBudgets, "faq/a_test.go", strings.Repeat("\n", 799), nil},
		{"a long test file", checkBudgets, "faq/a_test.go", strings.Repeat("\n", 800), []string{"faq/a_test.go: 801 lines, at most 800"}},
		{"a long function", checkBudgets, "faq/a.go", "func f() {" + strings.Repeat("\n", 70) + "}", []string{"faq/a.go: f has 71 lines, at most 70"}},
		{"a function that just fits", checkBudgets, "faq/a.go", "func f() {" + strings.Repeat("\n", 69) + "}", nil},
		{"long on the whole", checkAims, "faq/a.go", "func f() {" + strings.Repeat("\n", 40) + "}\n" + strings.Repeat("\n", 100), []string{
			"median file: 142 lines", "median function: 41 lines", "ninth decile of functions: 41 lines",
		}},
	})
}

func TestThePlaceCheckerFindsMachinesAndRegistries(t *testing.T) {
	slash := "/"
	for _, c := range []struct {
		text string
		want []string
	}{
		{"cd " + slash + "work/main", []string{`a.md:1: "` + slash + `work/main" is a path`}},
		{"ok\n\"" + slash + "root/.cache\"", []string{`a.md:2: "\"` + slash + `root/.cache" is a path`}},
		{"FILE=" + slash + "tmp/scratch.txt", []string{`a.md:1: "=` + slash + `tmp/scratch.txt" is a path`}},
		{slash + "home/somebody", []string{`a.md:1: "` + slash + `home/somebody" is a path`}},
		{"GOPROXY=https://proxy." + "golang.org,direct", []string{`a.md:1: "proxy.` + `golang.org" is a registry`}},
		{`"resolved": "https://registry.` + `npmjs.org/x.tgz"`, []string{`a.md:1: "registry.` + `npmjs.org" is a registry`}},
		{"deb http://deb." + "debian.org/debian", []string{`a.md:1: "deb.` + `debian.org" is a registry`}},
		{"tmpfs: [/tmp]", nil},
		{"https://example.com/work/order/root/x docs/work/x ./work/x https://pkg.go.dev/golang.org/x/text", nil},
	} {
		compare(t, checkPlaces("a.md", c.text), c.want)
	}
}

func TestTheLinkCheckerFindsDeadLinks(t *testing.T) {
	docs := map[string]string{
		"README.md":     "# Guanjia\n## 配置 `guanjia.yaml`\n## What is it?\n## What is it?\n```\n# not a heading\n```\n",
		"docs/guide.md": "# Guide\n",
	}
	there := func(name string) bool {
		return slices.Contains(slices.Collect(maps.Keys(docs)), name) || name == "docs" || name == "docs/a b.png"
	}
	for _, c := range []struct {
		text string
		want []string
	}{
		{"[a](../README.md) [b](/README.md#guanjia) [c](guide.md) ![d](<a%20b.png>) [e](../docs)", nil},
		{"[a](../README.md#配置-guanjiayaml) [b](../README.md#what-is-it) [c](../README.md#what-is-it-1)", nil},
		{"[a](https://example.com/x) [b](mailto:a@example.com) <https://example.com>", nil},
		{"`[a](none.md)`\n```\n[a](none.md)\n```\n", nil},
		{"[a](none.md)", []string{`docs/a.md: the link "none.md" leads nowhere: there is no docs/none.md`}},
		{"[a][x]\n\n[x]: none.md\n", []string{`docs/a.md: the link "none.md" leads nowhere`}},
		{`<img src="none.png">`, []string{`docs/a.md: the link "none.png" leads nowhere`}},
		{"[a](../../elsewhere.md)", []string{`docs/a.md: the link "../../elsewhere.md" leads nowhere: it leaves the repository`}},
		{"[a](../README.md#not-a-heading)", []string{`docs/a.md: the link "../README.md#not-a-heading" leads nowhere: README.md has no heading`}},
		{"[a](../README.md#what-is-it-2)", []string{`docs/a.md: the link "../README.md#what-is-it-2" leads nowhere: README.md has no heading`}},
	} {
		compare(t, checkLinks("docs/a.md", c.text, docs, there), c.want)
	}
}

func TestTheTargetCheckerFindsWhatMakeLacks(t *testing.T) {
	makefile := "test: setup ## tests\n\techo\nfuzz-check:\n"
	compare(t, checkTargets("a.md", "`make test`, then\n    make fuzz-check\nand make sure", makefile), nil)
	compare(t, checkTargets("a.md", "`make fuzz`\n$ make tests\n", makefile), []string{
		`a.md: the Makefile has no target "fuzz"`, `a.md: the Makefile has no target "tests"`,
	})
}

// compare wants as many findings as expected, each beginning as expected.
func compare(t *testing.T, got, want []string) {
	t.Helper()
	for i := range min(len(got), len(want)) {
		if strings.HasPrefix(got[i], want[i]) {
			got[i] = want[i]
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
}
