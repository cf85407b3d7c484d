package faq

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// ByHandError is returned for a file whose form is such that nothing can be put
// into it without changing the rest.
type ByHandError struct {
	Place string // file:line:column
	Lines string // what to put there
}

// Error names the place and the remedy.
func (e *ByHandError) Error() string {
	return fmt.Sprintf("%s: nothing can be put in here by program; write it yourself:\n%s", e.Place, e.Lines)
}

// WithVariant is the text of an FAQ file with one more variant of an entry, at
// the end of the list of its language. Everything else stays as it was written,
// comments included. Errors are those of Parse, and *ByHandError.
func WithVariant(name string, src []byte, id, question string) ([]byte, error) {
	d, err := open(name, src)
	if err != nil {
		return nil, err
	}
	entry := d.entry(id)
	if entry == nil {
		return nil, fmt.Errorf("%s:1:1: there is no entry %q", name, id)
	}
	line := "- " + scalarText(question)
	variants := valueOf(entry, "variants")
	switch v := variants.(type) {
	case nil:
		return d.appendKey(entry, "variants:", line)
	case *ast.SequenceNode:
		return d.appendItem(v, line)
	}
	lang := language(question)
	if lang == langZH && isHant(question) && valueOf(variants, langHant) != nil {
		lang = langHant
	}
	if list, ok := valueOf(variants, lang).(*ast.SequenceNode); ok {
		return d.appendItem(list, line)
	}
	return d.appendKey(variants, lang+":", line)
}

// langHant is the key of variants in Traditional Chinese.
const langHant = "zh-Hant"

// WithEntry is the text of an FAQ file with one more entry at its end; of an
// empty text it makes a file.
func WithEntry(name string, src []byte, e Entry) ([]byte, error) {
	d, err := open(name, src)
	if err != nil {
		return nil, err
	}
	if list, ok := d.top("entries").(*ast.SequenceNode); ok {
		return d.appendItem(list, e.lines()...)
	}
	if last := len(d.lines) - 1; d.lines[last] == "" {
		d.lines = d.lines[:last]
	}
	return d.insert(len(d.lines), 0, append([]string{"entries:"}, e.lines()...)), nil
}

// lines writes an entry as an element of a list.
func (e Entry) lines() []string {
	both := func(key string, t Text) []string {
		return []string{"  " + key + ":", "    zh: " + scalarText(t.ZH), "    en: " + scalarText(t.EN)}
	}
	out := append([]string{"- id: " + e.ID}, both("title", e.Title)...)
	out = append(out, "  source: {doc: "+quotedText(e.Source.Doc)+", section: "+quotedText(e.Source.Section)+"}")
	out = append(out, both("answer", e.Answer)...)
	out = append(out, "  variants:")
	for _, v := range e.Variants.All() {
		out = append(out, "  - "+scalarText(v))
	}
	return out
}

// page is an FAQ file that is being changed: its lines, and what stands where.
type page struct {
	name  string
	lines []string
	docs  []*ast.DocumentNode
	crlf  bool // its lines end as Windows ends them
}

// unixLines has lines end in one character: the parser counts two as two lines.
func unixLines(src []byte) (text []byte, crlf bool) {
	text = bytes.ReplaceAll(src, []byte("\r\n"), []byte("\n"))
	return text, len(text) < len(src)
}

// bytes is the text of lines, with the line ends of the file.
func (d *page) bytes(lines []string) []byte {
	if d.crlf {
		return []byte(strings.Join(lines, "\r\n"))
	}
	return []byte(strings.Join(lines, "\n"))
}

func open(name string, src []byte) (*page, error) {
	r := &reader{file: &File{}, name: name}
	if !r.plain(src) {
		return nil, r.joined()
	}
	text, crlf := unixLines(src)
	tree, err := parser.ParseBytes(text, 0)
	if err != nil {
		return nil, fmt.Errorf("%s:1:1: is no YAML: %w", name, err)
	}
	return &page{name: name, lines: strings.Split(string(text), "\n"), docs: tree.Docs, crlf: crlf}, nil
}

// top is the value of a key at the top of the file, nil if there is none.
func (d *page) top(key string) ast.Node {
	for _, doc := range d.docs {
		if v := valueOf(doc.Body, key); v != nil {
			return v
		}
	}
	return nil
}

// entry is the node of an entry, nil if it is not in this file.
func (d *page) entry(id string) ast.Node {
	for _, doc := range d.docs {
		list, ok := valueOf(doc.Body, "entries").(*ast.SequenceNode)
		if !ok {
			continue
		}
		for _, v := range list.Values {
			if n := valueOf(v, "id"); n != nil && scalar(n) == id {
				return v
			}
		}
	}
	return nil
}

func pairsOf(n ast.Node) []*ast.MappingValueNode {
	switch m := n.(type) {
	case *ast.MappingNode:
		return m.Values
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{m}
	}
	return nil
}

// valueOf is the value of a key, nil if there is none.
func valueOf(n ast.Node, key string) ast.Node {
	for _, kv := range pairsOf(n) {
		if scalar(kv.Key) == key {
			if _, null := kv.Value.(*ast.NullNode); !null {
				return kv.Value
			}
		}
	}
	return nil
}

// appendItem puts an element at the end of a list.
func (d *page) appendItem(list *ast.SequenceNode, item ...string) ([]byte, error) {
	if list.IsFlowStyle && len(item) == 1 {
		return d.inside(list, list.End, strings.TrimPrefix(item[0], "- "), len(list.Values) == 0)
	}
	if list.IsFlowStyle || len(list.Entries) == 0 {
		return nil, d.byHand(list, item)
	}
	at := list.Entries[len(list.Entries)-1].Start.Position
	if !d.has(at, "-") {
		return nil, d.byHand(list, item)
	}
	return d.insert(d.end(at.Line-1, at.Column-1, false), at.Column-1, item), nil
}

// appendKey puts a key with a list of one at the end of a mapping.
func (d *page) appendKey(mapping ast.Node, key, item string) ([]byte, error) {
	if m, ok := mapping.(*ast.MappingNode); ok && m.IsFlowStyle {
		return d.inside(m, m.End, key+" ["+strings.TrimPrefix(item, "- ")+"]", len(m.Values) == 0)
	}
	pairs := pairsOf(mapping)
	if len(pairs) == 0 {
		return nil, d.byHand(mapping, []string{key, item})
	}
	last := pairs[len(pairs)-1].Key.GetToken()
	if !d.has(last.Position, last.Value) {
		return nil, d.byHand(mapping, []string{key, item})
	}
	indent := last.Position.Column - 1
	return d.insert(d.end(last.Position.Line-1, indent, true), indent, []string{key, item}), nil
}

// has reports whether a text stands at a place, in case the parser is wrong about
// that.
func (d *page) has(at *token.Position, text string) bool {
	if at == nil || at.Line < 1 || at.Line > len(d.lines) || at.Column < 1 {
		return false
	}
	line := []rune(d.lines[at.Line-1])
	return at.Column <= len(line) && strings.HasPrefix(string(line[at.Column-1:]), text)
}

// inside puts text in front of the bracket or brace that closes a list or
// mapping of one line.
func (d *page) inside(n ast.Node, end *token.Token, text string, empty bool) ([]byte, error) {
	if end == nil || !d.has(end.Position, end.Value) {
		return nil, d.byHand(n, []string{text})
	}
	at, col := end.Position.Line-1, end.Position.Column-1
	line := []rune(d.lines[at])
	before := strings.TrimRight(string(line[:col]), " ")
	switch {
	case strings.HasSuffix(before, ","):
		text = " " + text
	case !empty:
		text = ", " + text
	}
	out := slices.Clone(d.lines)
	out[at] = before + text + string(line[col:])
	return d.bytes(out), nil
}

func (d *page) byHand(n ast.Node, lines []string) error {
	r := &reader{name: d.name}
	return &ByHandError{r.at(n).String(), strings.Join(lines, "\n")}
}

// end is the line after a block that begins in line from, counted from 0: what
// follows is indented more than the block, or, below a key, a list's dash.
func (d *page) end(from, indent int, dashes bool) int {
	end := from + 1
	for i := from + 1; i < len(d.lines); i++ {
		text := strings.TrimLeft(d.lines[i], " ")
		depth := len(d.lines[i]) - len(text)
		if strings.TrimSpace(text) == "" {
			continue
		}
		if depth < indent || depth == indent && (!dashes || !strings.HasPrefix(text, "- ")) {
			break
		}
		end = i + 1
	}
	return end
}

// insert puts lines in front of a line.
func (d *page) insert(at, indent int, lines []string) []byte {
	out := slices.Clone(d.lines)
	if at == len(out) { // the last line has no end
		out = append(out, "")
	}
	for i, l := range lines {
		out = slices.Insert(out, at+i, strings.Repeat(" ", indent)+l)
	}
	return d.bytes(out)
}
