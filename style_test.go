package guanjia_test

import (
	"fmt"
	"go/ast"
	"go/token"
	"maps"
	"path"
	"slices"
	"strings"
	"testing"
)

func TestEveryPackageAndExportedNameIsDocumented(t *testing.T) {
	files := house(t)
	report(t, checkPackageComments(files))
	report(t, checkNames(files))
}

func TestNothingHappensBeforeMain(t *testing.T) {
	report(t, checkInits(house(t)))
}

func TestNoPackageHasMutableState(t *testing.T) {
	report(t, checkGlobals(house(t)))
}

func TestNobodySleeps(t *testing.T) {
	report(t, checkSleeps(house(t)))
}

func TestNoPackageIsABucket(t *testing.T) {
	report(t, checkBuckets(house(t)))
}

// checkPackageComments asks for one package comment in every package.
func checkPackageComments(files []source) []string {
	documented := map[string]bool{}
	for _, f := range files {
		if !f.test {
			documented[f.dir] = documented[f.dir] || says(f.file.Doc)
		}
	}
	var found []string
	for _, dir := range slices.Sorted(maps.Keys(documented)) {
		if !documented[dir] {
			found = append(found, dir+": no package comment; say in doc.go what it does and what it promises")
		}
	}
	return found
}

// checkNames asks for a comment on every exported name outside of tests.
func checkNames(files []source) []string {
	var found []string
	for _, f := range files {
		if f.test {
			continue
		}
		for _, d := range f.file.Decls {
			for _, name := range undocumented(d) {
				found = append(found, fmt.Sprintf("%s:%d: %s has no comment", f.path, f.line(name.Pos()), name.Name))
			}
		}
	}
	return found
}

func undocumented(d ast.Decl) []*ast.Ident {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Name.IsExported() && exportedReceiver(d) && !says(d.Doc) {
			return []*ast.Ident{d.Name}
		}
	case *ast.GenDecl:
		var names []*ast.Ident
		for _, s := range d.Specs {
			switch s := s.(type) {
			case *ast.TypeSpec:
				if s.Name.IsExported() && !says(s.Doc) && !says(d.Doc) {
					names = append(names, s.Name)
				}
			case *ast.ValueSpec:
				if i := slices.IndexFunc(s.Names, (*ast.Ident).IsExported); i >= 0 && !says(s.Doc) && !says(s.Comment) && !says(d.Doc) {
					names = append(names, s.Names[i])
				}
			}
		}
		return names
	}
	return nil
}

// says reports whether a comment has words beside its directives.
func says(c *ast.CommentGroup) bool { return strings.TrimSpace(c.Text()) != "" }

// exportedReceiver reports whether a function is reachable from outside: it has
// no receiver, or one of an exported type.
func exportedReceiver(d *ast.FuncDecl) bool {
	if d.Recv == nil {
		return true
	}
	typ := d.Recv.List[0].Type
	for {
		switch x := typ.(type) {
		case *ast.StarExpr:
			typ = x.X
		case *ast.IndexExpr:
			typ = x.X
		case *ast.IndexListExpr:
			typ = x.X
		case *ast.Ident:
			return x.IsExported()
		default:
			return true
		}
	}
}

// checkInits finds init functions, in tests too.
func checkInits(files []source) []string {
	var found []string
	for _, f := range files {
		for _, d := range f.file.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
				found = append(found, fmt.Sprintf("%s:%d: init; let a constructor do it", f.path, f.line(fn.Pos())))
			}
		}
	}
	return found
}

// checkGlobals finds package variables. Sentinel errors, compiled regular
// expressions, embedded files and interface checks are as good as constants;
// every other one says why it never changes, in the form that gochecknoglobals
// reads too.
func checkGlobals(files []source) []string {
	var found []string
	for _, f := range files {
		if f.test {
			continue
		}
		excused := excuses(f)
		for _, d := range f.file.Decls {
			gen, ok := d.(*ast.GenDecl)
			if !ok || gen.Tok != token.VAR || embeds(gen.Doc) {
				continue
			}
			for _, s := range gen.Specs {
				v, ok := s.(*ast.ValueSpec)
				if !ok || constantLike(v) || excused[f.line(gen.Pos())] || excused[f.line(v.Pos())] {
					continue
				}
				found = append(found, fmt.Sprintf("%s:%d: variable %s; a field, a function or a constant, else `//nolint:gochecknoglobals // why it never changes` on that line", f.path, f.line(v.Pos()), v.Names[0].Name))
			}
		}
	}
	return found
}

// excuses are the lines that carry a nolint for globals with an explanation.
func excuses(f source) map[int]bool {
	lines := map[int]bool{}
	for _, group := range f.file.Comments {
		for _, c := range group.List {
			rest, ok := strings.CutPrefix(c.Text, "//nolint:")
			linters, why, explained := strings.Cut(rest, " // ")
			if ok && explained && strings.Contains(linters, "gochecknoglobals") && strings.TrimSpace(why) != "" {
				lines[f.line(c.Pos())] = true
			}
		}
	}
	return lines
}

// constantLike reports whether a variable is one only because Go has no
// constants of its type.
func constantLike(v *ast.ValueSpec) bool {
	if embeds(v.Doc) || !slices.ContainsFunc(v.Names, func(n *ast.Ident) bool { return n.Name != "_" }) {
		return true
	}
	for i, n := range v.Names {
		if i >= len(v.Values) {
			return false
		}
		call, ok := v.Values[i].(*ast.CallExpr)
		if !ok {
			return false
		}
		sentinel := (strings.HasPrefix(n.Name, "Err") || strings.HasPrefix(n.Name, "err")) &&
			(calls(call, "errors", "New") || calls(call, "fmt", "Errorf"))
		if !sentinel && !calls(call, "regexp", "MustCompile") {
			return false
		}
	}
	return true
}

func embeds(doc *ast.CommentGroup) bool {
	return doc != nil && slices.ContainsFunc(doc.List, func(c *ast.Comment) bool { return strings.HasPrefix(c.Text, "//go:embed ") })
}

// calls reports whether a call is pkg.name(…).
func calls(call *ast.CallExpr, pkg, name string) bool {
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || sel.Sel.Name != name {
		return false
	}
	x, ok := sel.X.(*ast.Ident)
	return ok && x.Name == pkg
}

// checkSleeps finds time.Sleep. A test may use it in a bubble, where it costs
// no time; a file that does not import testing/synctest has no bubble.
func checkSleeps(files []source) []string {
	var found []string
	for _, f := range files {
		if f.test && slices.Contains(f.imports(), "testing/synctest") {
			continue
		}
		ast.Inspect(f.file, func(n ast.Node) bool {
			if sel, ok := n.(*ast.SelectorExpr); ok && sel.Sel.Name == "Sleep" {
				if x, ok := sel.X.(*ast.Ident); ok && x.Name == "time" {
					found = append(found, fmt.Sprintf("%s:%d: time.Sleep; select on a timer and ctx.Done(), in a test use a synctest bubble or wait for the condition", f.path, f.line(n.Pos())))
				}
			}
			return true
		})
	}
	return found
}

// checkBuckets finds packages named after nothing in particular.
func checkBuckets(files []source) []string {
	banned := []string{"util", "utils", "common", "types", "models", "helper", "helpers", "misc", "base", "shared", "lib"}
	found := map[string]bool{}
	for _, f := range files {
		if slices.Contains(banned, path.Base(f.dir)) || slices.Contains(banned, f.file.Name.Name) {
			found[f.dir+": the name says nothing; put the code beside its user, or name the package after what it does"] = true
		}
	}
	return slices.Sorted(maps.Keys(found))
}
