package configs_test

import (
	"cmp"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"guanjia/calendar"
	"guanjia/configs"
)

//go:generate go test -run TestTheReferenceIsWhatTheCodeReads . -update

var update = flag.Bool("update", false, "rewrite docs/configuration.md")

// referenceFile is written by this test and by nobody else.
const referenceFile = "../docs/configuration.md"

func TestTheReferenceIsWhatTheCodeReads(t *testing.T) {
	r := reference{t: t, sources: map[string][]*ast.File{}, comments: exampleComments(string(configs.Example()))}
	l, err := configs.Parse("defaults", nil, env())
	if err != nil {
		t.Fatal(err)
	}
	want := preamble + r.sections(reflect.ValueOf(l.Config))
	if *update {
		if err := os.WriteFile(referenceFile, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(referenceFile)
	if err != nil {
		t.Fatal(err)
	}
	if diff := gocmp.Diff(strings.Split(want, "\n"), strings.Split(string(got), "\n")); diff != "" {
		t.Errorf("docs/configuration.md is not what the code says; run make docs, and look at what changed:\n%s", diff)
	}
}

// reference writes the document, from the types, their comments, the defaults and
// the example.
type reference struct {
	t        *testing.T
	sources  map[string][]*ast.File // by package path
	comments map[string]string      // of the example, by path
}

func (r *reference) sections(cfg reflect.Value) string {
	r.t.Helper()
	var b strings.Builder
	for i := range cfg.NumField() {
		key := tag(cfg.Type().Field(i))
		fmt.Fprintf(&b, "\n## %s\n\n", key)
		if c := r.comments[key]; c != "" {
			fmt.Fprintf(&b, "%s\n\n", c)
		}
		b.WriteString("| key | type | default | meaning |\n| --- | --- | --- | --- |\n")
		r.rows(&b, cfg.Field(i), key)
	}
	return b.String()
}

// rows writes a line for each value below v.
func (r *reference) rows(b *strings.Builder, v reflect.Value, path string) {
	r.t.Helper()
	switch {
	case v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Struct:
		r.rows(b, reflect.New(v.Type().Elem()).Elem(), path+"[]")
		return
	case v.Kind() != reflect.Struct:
		return
	}
	for i := range v.NumField() {
		f := v.Type().Field(i)
		key := path + "." + tag(f)
		if inner := v.Field(i); inner.Kind() == reflect.Struct || (inner.Kind() == reflect.Slice && inner.Type().Elem().Kind() == reflect.Struct) {
			r.rows(b, inner, key)
			continue
		}
		text := r.meaning(v.Type(), f, key)
		if text == "" {
			r.t.Errorf("%s: nobody says what it means; comment the field of %s, the key in configs/guanjia.example.yaml, or add it to unsaid", key, v.Type())
		}
		standard := shown(v.Field(i))
		if strings.Contains(path, "[]") {
			standard = "" // of an entry, not of the list
		}
		fmt.Fprintf(b, "| `%s` | %s | %s | %s |\n", key, kindOf(f.Type), standard, text)
	}
}

// meaning is the field's comment in the code, else the example's words beside it.
// Go's names in it become those of the file.
func (r *reference) meaning(t reflect.Type, f reflect.StructField, path string) string {
	r.t.Helper()
	text := strings.ReplaceAll(r.fieldComment(t, f.Name), "\n", " ")
	for other := range t.Fields() {
		text = regexp.MustCompile(`\b`+other.Name+`\b`).ReplaceAllString(text, "`"+tag(other)+"`")
	}
	text = cmp.Or(text, r.comments[path], unsaid(path))
	return strings.NewReplacer("|", `\|`, "<", "&lt;").Replace(text)
}

// fieldComment is what stands above or behind a field; one comment may be about
// several fields, and names them.
func (r *reference) fieldComment(t reflect.Type, name string) string {
	r.t.Helper()
	before := ""
	for _, f := range r.structOf(t) {
		text := strings.TrimSpace(f.Doc.Text() + f.Comment.Text())
		for _, n := range f.Names {
			switch {
			case n.Name != name:
			case text == "" && regexp.MustCompile(`\b`+name+`\b`).MatchString(before):
				return before
			default:
				return text
			}
		}
		if text != "" {
			before = text
		}
	}
	return ""
}

// structOf finds the fields of a struct in the source.
func (r *reference) structOf(t reflect.Type) []*ast.Field {
	r.t.Helper()
	var fields []*ast.Field
	for _, file := range r.parse(t.PkgPath()) {
		ast.Inspect(file, func(n ast.Node) bool {
			if s, ok := n.(*ast.TypeSpec); ok && s.Name.Name == t.Name() {
				if st, ok := s.Type.(*ast.StructType); ok {
					fields = st.Fields.List
				}
			}
			return true
		})
	}
	return fields
}

func (r *reference) parse(pkg string) []*ast.File {
	r.t.Helper()
	if files, ok := r.sources[pkg]; ok {
		return files
	}
	names, err := fs.Glob(os.DirFS(".."), filepath.ToSlash(strings.TrimPrefix(pkg, "guanjia/"))+"/*.go")
	if err != nil {
		r.t.Fatal(err)
	}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join("..", name), nil, parser.ParseComments)
		if err != nil {
			r.t.Fatal(err)
		}
		r.sources[pkg] = append(r.sources[pkg], file)
	}
	return r.sources[pkg]
}

func tag(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
	return name
}

// kindOf says what may be written there.
func kindOf(t reflect.Type) string {
	switch {
	case t == reflect.TypeFor[time.Duration]():
		return "duration"
	case t == reflect.TypeFor[map[string]calendar.DateSpec]():
		return "date → off, work or intervals"
	case t.Kind() == reflect.Slice:
		return "list of " + kindOf(t.Elem()) + "s"
	case t.Kind() == reflect.Map:
		return "name → " + kindOf(t.Elem())
	}
	kinds := map[reflect.Kind]string{reflect.String: "text", reflect.Int: "whole number", reflect.Float64: "number", reflect.Bool: "true or false"}
	return kinds[t.Kind()]
}

// shown is a default as it would be written.
func shown(v reflect.Value) string {
	switch {
	case v.Type() == reflect.TypeFor[time.Duration]():
		return "`" + brief(time.Duration(v.Int())) + "`"
	case v.Kind() == reflect.Slice:
		parts := make([]string, v.Len())
		for i := range parts {
			parts[i] = strings.Trim(shown(v.Index(i)), "`")
		}
		return "`[" + strings.Join(parts, ", ") + "]`"
	case v.Kind() == reflect.Map:
		return "`{}`"
	case v.Kind() == reflect.String:
		return fmt.Sprintf("`%s`", map[bool]string{true: `""`, false: v.String()}[v.String() == ""])
	}
	return fmt.Sprintf("`%v`", v.Interface())
}

// brief writes a duration as a person would.
func brief(d time.Duration) string {
	if d >= 24*time.Hour && d%(24*time.Hour) == 0 {
		return fmt.Sprintf("%dd", d/(24*time.Hour))
	}
	s := d.String()
	for _, nothing := range [...]string{"m0s", "h0m"} {
		if strings.HasSuffix(s, nothing) {
			s = strings.TrimSuffix(s, nothing[1:])
		}
	}
	return s
}

// exampleComments are the words beside a key of the example, and those above a
// section.
func exampleComments(example string) map[string]string {
	found := map[string]string{}
	behind := regexp.MustCompile(`^  (\w+):.*?\s#\s(.*)$`)
	section, above := "", ""
	for line := range strings.Lines(example) {
		line = strings.TrimRight(line, "\n")
		switch {
		case strings.HasPrefix(line, "# "):
			above = strings.TrimSpace(above + " " + strings.TrimPrefix(line, "# "))
			continue
		case line != "" && line[0] != ' ':
			section, _, _ = strings.Cut(line, ":")
			found[section] = above
		}
		above = ""
		if m := behind.FindStringSubmatch(line); m != nil {
			found[section+"."+m[1]] = m[2]
		}
	}
	return found
}
