package configs

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"guanjia/calendar"
)

// maxDepth bounds nesting, and maxFile the size of a configuration in bytes: no
// honest file comes near, and an alias bomb must not eat the machine.
const (
	maxDepth  = 12
	maxColumn = 128 // of a dash
	maxFile   = 4 << 20
)

// decoder reads a YAML tree into a Config. The library would stop at the first
// mistake; an engineer wants to see all of them at once, so only its parser is
// used here.
type decoder struct {
	file     string
	env      func(string) (string, bool)
	problems Problems
	// at remembers where each path stands, for the checks that come later.
	at map[string]position
	// vars remembers which paths the environment overrides.
	vars map[string]variable
	// anchors are the values that aliases repeat; nodes counts the values read.
	anchors map[string]ast.Node
	nodes   int
}

type position struct{ line, column int }

// decodeFile reads data over the values that cfg already has.
func (d *decoder) decodeFile(data []byte, cfg *Config) {
	if len(data) > maxFile {
		d.add(position{}, "", fmt.Sprintf("the file has %d bytes, at most %d are read; keep only the configuration in it", len(data), maxFile))
		return
	}
	tokens := lexer.Tokenize(strings.TrimPrefix(string(data), "\ufeff")) // some editors begin a file with that mark
	if at := tooDeep(tokens); at != nil {
		d.add(position{at.Position.Line, at.Position.Column}, "", "nested too deeply; check brackets, braces and dashes there")
		return
	}
	f, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey()) // pairs finds them, and does not stop there
	if err != nil {
		d.add(syntaxPosition(err), "", "not valid YAML: "+syntaxMessage(err))
		return
	}
	for i, doc := range f.Docs {
		if i > 0 && doc.Body != nil {
			d.add(posOf(doc.Body), "", "a second YAML document; put everything into the first")
			return
		}
		if doc.Body != nil && doc.Body.Type() != ast.NullType && doc.Body.Type() != ast.CommentType {
			d.decode(doc.Body, reflect.ValueOf(cfg).Elem(), "", 0)
		}
	}
}

// tooDeep is the first bracket or brace beyond maxDepth, or dash beyond maxColumn:
// for a million of them the parser would take all memory there is.
func tooDeep(tokens token.Tokens) *token.Token {
	depth := 0
	for _, t := range tokens {
		switch t.Type { //nolint:exhaustive // the rest does not nest
		case token.SequenceStartType, token.MappingStartType:
			depth++
		case token.SequenceEndType, token.MappingEndType:
			depth--
		}
		dash := t.Type == token.SequenceEntryType || t.Type == token.MappingKeyType
		if t.Position != nil && (depth > maxDepth || dash && depth == 0 && t.Position.Column > maxColumn) {
			return t
		}
	}
	return nil
}

func (d *decoder) add(p position, path, message string) {
	d.problems = append(d.problems, Problem{File: d.file, Line: p.line, Column: p.column, Path: path, Message: message})
}

// decode puts a node into v, by v's type.
func (d *decoder) decode(n ast.Node, v reflect.Value, path string, depth int) {
	d.at[path] = posOf(n)
	if depth > maxDepth {
		d.add(posOf(n), path, "nested too deeply")
		return
	}
	n, ok := d.resolve(n, path)
	if !ok {
		return
	}
	if n.Type() == ast.NullType {
		return // "key:" with nothing after it keeps the default
	}
	switch {
	case v.Type() == reflect.TypeFor[calendar.DateSpec]():
		d.decodeDate(n, v, path)
	case v.Kind() == reflect.Struct:
		d.decodeStruct(n, v, path, depth)
	case v.Kind() == reflect.Map:
		d.decodeMap(n, v, path, depth)
	case v.Kind() == reflect.Slice:
		d.decodeList(n, v, path, depth)
	default:
		d.decodeScalar(n, v, path)
	}
}

func (d *decoder) decodeStruct(n ast.Node, v reflect.Value, path string, depth int) {
	for _, kv := range d.pairs(n, path) {
		key := keyOf(kv)
		field, ok := fieldByTag(v, key)
		if !ok {
			d.add(posOf(kv.Key), join(path, key), "unknown key; "+suggest(key, tagsOf(v.Type())))
			continue
		}
		d.decode(kv.Value, field, join(path, key), depth+1)
	}
}

func (d *decoder) decodeMap(n ast.Node, v reflect.Value, path string, depth int) {
	out := reflect.MakeMap(v.Type())
	for _, kv := range d.pairs(n, path) {
		key := keyOf(kv)
		elem := reflect.New(v.Type().Elem()).Elem()
		d.decode(kv.Value, elem, join(path, key), depth+1)
		out.SetMapIndex(reflect.ValueOf(key), elem)
	}
	v.Set(out)
}

// pairs gives a mapping's entries, each key once.
func (d *decoder) pairs(n ast.Node, path string) []*ast.MappingValueNode {
	var kvs []*ast.MappingValueNode
	switch m := n.(type) {
	case *ast.MappingNode:
		kvs = m.Values
	case *ast.MappingValueNode:
		kvs = []*ast.MappingValueNode{m}
	default:
		d.add(posOf(n), path, "expected a block of keys here")
		return nil
	}
	seen := map[string]bool{}
	return slices.DeleteFunc(slices.Clone(kvs), func(kv *ast.MappingValueNode) bool {
		key := keyOf(kv)
		if seen[key] {
			d.add(posOf(kv.Key), join(path, key), "the key is there twice; keep one of them")
			return true
		}
		seen[key] = true
		return false
	})
}

func (d *decoder) decodeList(n ast.Node, v reflect.Value, path string, depth int) {
	seq, ok := n.(*ast.SequenceNode)
	if !ok {
		d.add(posOf(n), path, "expected a list, such as [a, b]")
		return
	}
	out := reflect.MakeSlice(v.Type(), len(seq.Values), len(seq.Values))
	for i, e := range seq.Values {
		d.decode(e, out.Index(i), path+"["+strconv.Itoa(i)+"]", depth+1)
	}
	v.Set(out)
}

func (d *decoder) decodeScalar(n ast.Node, v reflect.Value, path string) {
	if _, ok := n.(ast.ScalarNode); !ok {
		d.add(posOf(n), path, "expected a single value")
		return
	}
	text, err := expand(unquote(n), d.env)
	if err == nil {
		err = setScalar(v, text)
	}
	if err != nil {
		d.add(posOf(n), path, err.Error())
	}
}

func (d *decoder) decodeDate(n ast.Node, v reflect.Value, path string) {
	spec := calendar.DateSpec{}
	if _, ok := n.(*ast.SequenceNode); ok {
		d.decodeList(n, reflect.ValueOf(&spec.Open).Elem(), path, 0)
		v.Set(reflect.ValueOf(spec))
		return
	}
	known := len(d.problems)
	d.decodeScalar(n, reflect.ValueOf(&spec.Kind).Elem(), path)
	switch {
	case len(d.problems) > known:
	case spec.Kind == calendar.SpecOff || spec.Kind == calendar.SpecWork:
		v.Set(reflect.ValueOf(spec))
	default:
		d.add(posOf(n), path, fmt.Sprintf("%q is no kind of day; use off, work or a list such as [\"10:00-12:00\"]", spec.Kind))
	}
}

// keyOf is the key of an entry, written with quotes or without.
func keyOf(kv *ast.MappingValueNode) string {
	if explicit, ok := kv.Key.(*ast.MappingKeyNode); ok {
		return unquote(explicit.Value)
	}
	return unquote(kv.Key)
}

// unquote is the text of a scalar as it was meant.
func unquote(n ast.Node) string {
	switch s := n.(type) {
	case *ast.StringNode:
		return s.Value
	case *ast.LiteralNode:
		return s.Value.Value
	}
	if t := n.GetToken(); t != nil {
		return t.Value
	}
	return n.String()
}

func posOf(n ast.Node) position {
	if t := n.GetToken(); t != nil && t.Position != nil {
		p := position{t.Position.Line, t.Position.Column}
		if kv, ok := n.(*ast.MappingValueNode); ok {
			return posOf(kv.Key)
		}
		return p
	}
	return position{}
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

func fieldByTag(v reflect.Value, tag string) (reflect.Value, bool) {
	for i := range v.NumField() {
		if tagOf(v.Type().Field(i)) == tag {
			return v.Field(i), true
		}
	}
	return reflect.Value{}, false
}

func tagOf(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
	return name
}

func tagsOf(t reflect.Type) []string {
	tags := map[string]bool{}
	for field := range t.Fields() {
		tags[tagOf(field)] = true
	}
	return slices.Sorted(maps.Keys(tags))
}
