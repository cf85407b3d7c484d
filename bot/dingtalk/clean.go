package dingtalk

import (
	"strings"
	"unicode"

	"guanjia/bot"
)

// clean makes a person's words safe to keep and show: no control or
// bidirectional override characters, trimmed, at most bot.MaxText runes.
func clean(s string) (words string, cut bool) {
	s = strings.TrimSpace(strings.Map(printable, s))
	rs := []rune(s)
	if len(rs) <= bot.MaxText {
		return s, false
	}
	return string(rs[:bot.MaxText]), true
}

// cleanName is clean for a name somebody chose: one line, 60 runes.
func cleanName(s string) string {
	s, _ = clean(strings.Join(strings.Fields(s), " "))
	if rs := []rune(s); len(rs) > 60 {
		return string(rs[:60]) + "…"
	}
	return s
}

// printable drops what a reader cannot see but a screen obeys.
func printable(r rune) rune {
	switch {
	case r == '\n' || r == '\t':
		return r
	case r == '\r' || r == '\u2028' || r == '\u2029':
		return '\n'
	case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r), r == '\u200b', r == '\ufeff':
		return -1
	}
	return r
}

// bounded cuts an id of a stranger to what a real one can be long.
func bounded(s string, limit int) string {
	if len(s) > limit {
		return strings.ToValidUTF8(s[:limit], "")
	}
	return s
}
