package bot

import (
	"regexp"
	"strings"
)

// Literal makes a person's words safe inside markdown: they show as they were
// typed, and cannot become a link, a picture, a heading, markup or a call to
// everybody. Ordinary words, digits and punctuation are not changed.
func Literal(s string) string {
	s = plain.Replace(plain.Replace(s)) // three asterisks are two pairs
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		if blockMark.MatchString(l) {
			lines[i] = "\u200b" + l
		}
	}
	return strings.Join(lines, "\n")
}

// plain takes the sense of markup from what it replaces.
var plain = strings.NewReplacer( //nolint:gochecknoglobals // immutable, and dear to make
	"<", "&lt;",
	"](", "]\u200b(",
	"![", "!\u200b[",
	"`", "'",
	"**", "*\u200b*",
	"__", "_\u200b_",
	"~~", "~\u200b~",
	"dtmd:", "dtmd\u200b:", "dingtalk:", "dingtalk\u200b:", // addresses that make the reader's client act
	"@all", "@\u200ball", "@ALL", "@\u200bALL", "@所有人", "@\u200b所有人",
)

var blockMark = regexp.MustCompile(`^\s*(#|>|[-+*]\s|\d+[.)]\s|-{3,}|={3,})`)

// Quote shows a person's words as a quotation.
func Quote(s string) string {
	lines := strings.Split(Literal(strings.TrimSpace(s)), "\n")
	return "> " + strings.Join(lines, "\n> ")
}
