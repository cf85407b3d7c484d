package faq

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// reader turns the syntax trees of FAQ files into a File. It does not stop at a
// mistake: all of them come back together.
type reader struct {
	name string // the file being read
	file *File
	errs []problem
}

// problem is a mistake in a file, with its place and remedy.
type problem struct {
	at  place
	err error
}

// complain notes a mistake at a place, with what to do about it.
func (r *reader) complain(p place, format string, args ...any) {
	r.errs = append(r.errs, problem{p, fmt.Errorf("%s: %w", p, fmt.Errorf(format, args...))})
}

// maxShown is how many mistakes are listed; a file that is none has one a line.
const maxShown = 50

// joined is every mistake in the order of the files, nil if there is none.
func (r *reader) joined() error {
	slices.SortStableFunc(r.errs, func(a, b problem) int {
		return cmp.Or(cmp.Compare(a.at.file, b.at.file), cmp.Compare(a.at.line, b.at.line), cmp.Compare(a.at.column, b.at.column),
			cmp.Compare(a.err.Error(), b.err.Error()))
	})
	var errs []error
	for _, p := range r.errs[:min(len(r.errs), maxShown)] {
		errs = append(errs, p.err)
	}
	if more := len(r.errs) - maxShown; more > 0 {
		errs = append(errs, fmt.Errorf("and %d more mistakes; correct these first", more))
	}
	return errors.Join(errs...)
}

func (r *reader) placeOf(t *token.Token) place {
	if t == nil || t.Position == nil {
		return place{r.name, 1, 1}
	}
	return place{r.name, max(t.Position.Line, 1), max(t.Position.Column, 1)}
}

func (r *reader) at(n ast.Node) place {
	if n == nil {
		return place{r.name, 1, 1}
	}
	return r.placeOf(n.GetToken())
}

// document reads one file's text.
func (r *reader) document(name string, data []byte) {
	r.name = name
	if !r.plain(data) {
		return
	}
	data, _ = unixLines(data)
	tree, err := parser.ParseBytes(data, 0)
	if err != nil {
		p, message := place{name, 1, 1}, err.Error()
		if ye, ok := errors.AsType[yaml.Error](err); ok {
			p, message = r.placeOf(ye.GetToken()), ye.GetMessage()
		}
		r.complain(p, "is no YAML: %s; check indentation, quotes and brackets there", strings.TrimSpace(message))
		return
	}
	for _, doc := range tree.Docs {
		if doc.Body != nil {
			r.root(doc.Body)
		}
	}
}

// field is what to do with the value of a key.
type field struct {
	key  string
	read func(v ast.Node)
}

// mapping reads a mapping whose keys are known.
func (r *reader) mapping(n ast.Node, what string, fields ...field) {
	for _, kv := range r.pairs(n, what) {
		i := slices.IndexFunc(fields, func(f field) bool { return f.key == kv.key })
		if i < 0 {
			known := make([]string, len(fields))
			for i, f := range fields {
				known[i] = f.key
			}
			r.complain(kv.at, "%s has no key %q; known keys: %s", what, kv.key, strings.Join(known, ", "))
			continue
		}
		fields[i].read(kv.value)
	}
}

// pair is one key of a mapping with its value.
type pair struct {
	key   string
	at    place
	value ast.Node
}

// pairs lists a mapping in its order; keys that stand in it twice are mistakes.
func (r *reader) pairs(n ast.Node, what string) []pair {
	if single, ok := n.(*ast.MappingValueNode); ok {
		n = &ast.MappingNode{BaseNode: &ast.BaseNode{}, Values: []*ast.MappingValueNode{single}}
	}
	m, ok := n.(*ast.MappingNode)
	if !ok {
		if _, null := n.(*ast.NullNode); !null {
			r.complain(r.at(n), "%s must be a mapping of keys to values", what)
		}
		return nil
	}
	var list []pair
	for _, v := range m.Values {
		key := r.at(v.Key)
		list = append(list, pair{scalar(v.Key), key, v.Value})
	}
	return list
}

// texts reads a list of words or sentences.
func (r *reader) texts(n ast.Node, what string) []string {
	var list []string
	r.each(n, what, func(v ast.Node) {
		if s := r.text(v, what); s != "" {
			list = append(list, s)
		}
	})
	return list
}

// each visits the elements of a list.
func (r *reader) each(n ast.Node, what string, visit func(ast.Node)) {
	switch l := n.(type) {
	case *ast.SequenceNode:
		for _, v := range l.Values {
			visit(v)
		}
	case *ast.NullNode:
	default:
		r.complain(r.at(n), "%s must be a list; write it as [a, b] or as lines with a dash", what)
	}
}

// text reads a word or sentence.
func (r *reader) text(n ast.Node, what string) string {
	switch n.(type) {
	case *ast.MappingNode, *ast.MappingValueNode, *ast.SequenceNode, *ast.AliasNode, *ast.AnchorNode:
		r.complain(r.at(n), "%s must be plain text; put text with a colon, comma or bracket in quotes, and write anchors out", what)
		return ""
	}
	return strings.TrimSpace(scalar(n))
}

// scalar is the text of a node as it was written: 24/7 and no are words here.
func scalar(n ast.Node) string {
	switch v := n.(type) {
	case *ast.StringNode:
		return v.Value
	case *ast.LiteralNode:
		return v.Value.Value
	case *ast.NullNode:
		return ""
	default:
		return strings.TrimSpace(n.GetToken().Value)
	}
}
