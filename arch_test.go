package guanjia_test

import (
	"fmt"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
)

// module is the module's path, the prefix of every import of our own.
const module = "guanjia"

// anything in a room's list allows every import of our own.
const anything = "*"

// A room is a package and what its code (tests excepted) may import of ours.
type room struct {
	dir      string
	may      []string
	why      string
	optional bool // the folder need not exist yet
}

// rooms is the picture of ARCHITECTURE.md. A package that is not on it fails
// the test: put it in with a reason, and draw it there too.
//
// Beside these rows one rule holds everywhere: a package of test doubles,
// room/roomtest, may import what its room may, and the room itself.
func rooms() []room {
	return []room{
		{dir: ".", why: "no code, only the tests of the house"},

		// Below: no I/O of their own, plain functions of state and time.
		{dir: "scheduler", why: "fires deadlines; knows their kind only by name"},
		{dir: "calendar", why: "pure time: hours, holidays, rota"},
		{dir: "faq", why: "words in, decision out"},
		{dir: "faq/llm", may: []string{"faq"}, why: "implements the interfaces that faq declares", optional: true},
		{dir: "bot", may: []string{"scheduler"}, why: "bot.Change carries scheduler.Deadline, so that words and deadlines are committed together"},
		{dir: "escalation", may: []string{"bot", "scheduler", "calendar"}, why: "values only"},
		{dir: "engagement", may: []string{"bot", "scheduler", "calendar"}, why: "values only; asks for an escalation through an interface of its own"},

		// The edges: each knows one thing of the outside.
		{dir: "store", may: []string{"bot", "scheduler", "escalation", "engagement"}, why: "implements the interfaces that those declare"},
		{dir: "bot/dingtalk", may: []string{"bot"}, why: "the only code that knows the vendor"},
		{dir: "handlers", may: []string{"bot", "scheduler", "faq", "calendar", "escalation", "engagement"}, why: "words for people; never store, dingtalk or configs"},
		{dir: "hooks", may: []string{"bot", "engagement"}, why: "the third transport: what a shop system sends; asks the domain through interfaces of its own", optional: true},
		{dir: "console", may: []string{"bot", "scheduler", "escalation", "engagement"}, why: "the second transport; never handlers or store", optional: true},
		{dir: "configs", may: []string{
			"bot", "bot/dingtalk", "calendar", "console", "engagement", "escalation", "faq", "faq/llm", "handlers", "scheduler", "store",
		}, why: "composes the Config of each; only cmd imports it"},
		{dir: "cmd/guanjia", may: []string{anything}, why: "wires; no rule lives here"},

		// Outside: they know the bot only by its edges.
		{dir: "dingsim", why: "written from the vendor's documents; shares no code with the bot"},
		{dir: "e2e", may: []string{"dingsim", "e2e/port"}, why: "black box: the real binary, a real Redis, the simulator"},
		{dir: "e2e/port", why: "where the programs of black-box tests listen"},
		{dir: "e2e/chaos", may: []string{"dingsim", "e2e/port"}, why: "everything breaks while people talk; a judge reads the simulator's record"},
		{dir: "e2e/days", may: []string{"e2e/port"}, why: "whole engagements in virtual time: two instances on a real Redis; tests only"},
		{dir: "e2e/nodeclients", may: []string{"dingsim"}, why: "the vendor's official Node clients against the simulator"},
	}
}

// A fence keeps a module of somebody else inside the rooms that know it.
type fence struct {
	pkg string // the import path and everything below it
	in  []string
	why string
}

func fences() []fence {
	return []fence{
		{"github.com/open-dingtalk", []string{"bot/dingtalk"}, "another platform must need another package, not another program"},
		{"github.com/redis/go-redis", []string{"store", "cmd/guanjia"}, "only store knows a Redis key"},
		{"github.com/alicebob/miniredis", []string{"store", "cmd/guanjia"}, "only store knows a Redis key"},
		{"github.com/sashabaranov/go-openai", []string{"faq/llm"}, "the answers must stand without a model"},
		{"github.com/robfig/cron", []string{"scheduler", "configs"}, "its runner would fire on every replica; we only parse with it"},
		{"github.com/alecthomas/kong", []string{"cmd/guanjia"}, "flags belong to the program"},
		{"github.com/rs/zerolog/log", nil, "the logger comes from the context"},
	}
}

// folders are the parts of the repository that hold no package of the bot.
func folders() []string {
	return []string{"deploy", "docs", "docs/adr", "scripts", "tools", ".ci"}
}

func TestPackagesImportOnlyWhatTheirRoomAllows(t *testing.T) {
	report(t, checkImports(rooms(), house(t)))
}

func TestLibrariesStayInTheRoomsThatKnowThem(t *testing.T) {
	report(t, checkFences(fences(), house(t)))
}

func TestEveryRoomExists(t *testing.T) {
	for _, r := range rooms() {
		if _, err := os.Stat(r.dir); err != nil && !r.optional {
			t.Errorf("%s: %v; the architecture promises it (%s)", r.dir, err, r.why)
		}
	}
	for _, dir := range folders() {
		if _, err := os.Stat(dir); err != nil {
			t.Error(err)
		}
	}
}

// checkImports says which direct imports of our own the table does not allow.
func checkImports(table []room, files []source) []string {
	rows := map[string]room{}
	for _, r := range table {
		rows[r.dir] = r
	}
	found := map[string]bool{}
	for _, f := range files {
		r, ok := rowOf(rows, f.dir)
		if !ok {
			found[fmt.Sprintf("%s: the package is not in the table of arch_test.go; add a row with a reason, and draw it in ARCHITECTURE.md", f.dir)] = true
			continue
		}
		if f.test {
			continue
		}
		for _, imported := range f.imports() {
			dir, ours := strings.CutPrefix(imported, module+"/")
			if !ours || slices.Contains(r.may, dir) || slices.Contains(r.may, anything) {
				continue
			}
			found[fmt.Sprintf("%s: imports %s, but %s may import %s (%s)", f.path, dir, f.dir, listed(r.may), r.why)] = true
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// rowOf is the row of a package, or the one that follows for test doubles.
func rowOf(rows map[string]room, dir string) (room, bool) {
	if r, ok := rows[dir]; ok {
		return r, true
	}
	parent := path.Dir(dir)
	r, ok := rows[parent]
	if !ok || path.Base(dir) != path.Base(parent)+"test" {
		return room{}, false
	}
	r.may = append(slices.Clone(r.may), parent)
	return r, true
}

// checkFences says which files import a library from outside its fence.
func checkFences(table []fence, files []source) []string {
	var found []string
	for _, f := range files {
		if f.test {
			continue
		}
		for _, imported := range f.imports() {
			for _, l := range table {
				if within(imported, l.pkg) && !slices.ContainsFunc(l.in, func(dir string) bool { return within(f.dir, dir) }) {
					found = append(found, fmt.Sprintf("%s: imports %s, which belongs to %s only: %s", f.path, imported, listed(l.in), l.why))
				}
			}
		}
	}
	return found
}

// within reports whether p is root or lies below it.
func within(p, root string) bool {
	return p == root || strings.HasPrefix(p, root+"/")
}

func listed(names []string) string {
	if len(names) == 0 {
		return "nothing"
	}
	return strings.Join(names, ", ")
}
