package guanjia_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// A source is one Go file of the repository, parsed.
type source struct {
	path string // slash-separated, from the root
	dir  string // its folder, "." for the root
	test bool
	text string
	file *ast.File
	set  *token.FileSet
}

// line is the line on which a node begins.
func (s source) line(p token.Pos) int { return s.set.Position(p).Line }

// imports are the paths of the file's direct imports.
func (s source) imports() []string {
	var all []string
	for _, i := range s.file.Imports {
		if p, err := strconv.Unquote(i.Path.Value); err == nil {
			all = append(all, p)
		}
	}
	return all
}

// skipped are folders that hold no code of the house.
func skipped(name string) bool {
	if strings.HasPrefix(name, ".") && name != "." {
		return true
	}
	return slices.Contains([]string{"testdata", "tools", "node_modules", "bin", "dist", "artifacts", "guanjia-data"}, name)
}

// house parses every Go file of the repository.
func house(t *testing.T) []source {
	t.Helper()
	var all []source
	err := filepath.WalkDir(".", func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && skipped(d.Name()):
			return fs.SkipDir
		case d.IsDir() || filepath.Ext(p) != ".go":
			return nil
		}
		text, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		s, err := parse(filepath.ToSlash(p), string(text))
		all = append(all, s)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func parse(name, text string) (source, error) {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, name, text, parser.ParseComments|parser.SkipObjectResolution)
	return source{
		path: name,
		dir:  path.Dir(name),
		test: strings.HasSuffix(name, "_test.go"),
		text: text,
		file: file,
		set:  set,
	}, err
}

// report fails the test with each finding.
func report(t *testing.T, findings []string) {
	t.Helper()
	for _, f := range findings {
		t.Error(f)
	}
}
