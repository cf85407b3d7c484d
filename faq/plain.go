package faq

import (
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/token"
)

const (
	// maxDepth is how deep brackets and braces may nest; an FAQ needs three.
	maxDepth = 16
	// maxColumn is how far lines may be indented, nested dashes included.
	maxColumn = 64
)

// plain refuses what the parser would need very long for, and what no FAQ needs:
// nesting without end, and aliases, by which few lines stand for many. It reads
// the tokens only, in one pass.
func (r *reader) plain(data []byte) bool {
	depth, before := 0, len(r.errs)
	for _, t := range lexer.Tokenize(string(data)) {
		switch t.Type { //nolint:exhaustive // the rest is harmless
		case token.SequenceStartType, token.MappingStartType:
			depth++
		case token.SequenceEndType, token.MappingEndType:
			depth--
		case token.AnchorType, token.AliasType, token.TagType, token.MergeKeyType:
			r.complain(r.placeOf(t), "anchors, aliases and tags (%s) are not read; write the text out, and quote a text that begins with one of & * !", t.Value)
		}
		if depth > maxDepth || depth == 0 && indentOf(t) > maxColumn {
			r.complain(r.placeOf(t), "is nested too deep; an FAQ needs three levels, check brackets, dashes and indentation there")
		}
		if len(r.errs) > before {
			return false
		}
	}
	return true
}

// indentOf is the column of a dash, of a question mark or of a key, 0 for every
// other token.
func indentOf(t *token.Token) int {
	switch t.Type {
	case token.SequenceEntryType, token.MappingKeyType:
	case token.MappingValueType:
		if t.Prev == nil {
			return 0
		}
		t = t.Prev
	default:
		return 0
	}
	if t.Position == nil {
		return 0
	}
	return t.Position.Column
}
