package faq

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Only so much of a question is looked at: what is asked stands at the beginning
// or at the end of a long one.
const (
	headRunes = 400
	tailRunes = 100
	maxRunes  = headRunes + tailRunes
)

// normalizer brings the ways of typing together. It is immutable.
type normalizer struct {
	simple    []uint16 // by rune from firstHan: the Simplified character, 0 if it is one
	regional  *strings.Replacer
	cantonese *strings.Replacer // for text that is simplified already
}

const (
	firstHan = 0x4e00
	lastHan  = 0x9fff
)

func newNormalizer() *normalizer {
	n := &normalizer{simple: make([]uint16, lastHan-firstHan+1), regional: longestFirst(regionalWords())}
	to := []rune(simplified)
	i := 0
	for _, r := range traditional {
		n.simple[r-firstHan] = uint16(to[i]) //nolint:gosec // all in the basic plane, see the test
		i++
	}
	words := cantoneseWords()
	for i := range words {
		words[i] = strings.Map(n.simplify, words[i])
	}
	n.cantonese = longestFirst(words)
	return n
}

// longestFirst makes a replacer of pairs that prefers long words, for it takes the
// first of its pairs that fits.
func longestFirst(pairs []string) *strings.Replacer {
	type pair struct{ from, to string }
	var list []pair
	for p := range slices.Chunk(pairs, 2) {
		list = append(list, pair{p[0], p[1]})
	}
	slices.SortStableFunc(list, func(a, b pair) int { return len(b.from) - len(a.from) })
	pairs = pairs[:0]
	for _, p := range list {
		pairs = append(pairs, p.from, p.to)
	}
	return strings.NewReplacer(pairs...)
}

// cantoneseSigns are characters that only written Cantonese uses.
const cantoneseSigns = "咗嘅唔啲嚟喺㗎哋冇佢嘢揾畀嗰咁咩噉睇"

// normalize gives text in one way of writing: width and compatibility forms
// (NFKC), lower case, Simplified characters and the mainland's words, single
// spaces, four signs of punctuation (? 。 , and space), no links, no @mentions, no
// invisible characters, and at most two of the same sign in a row.
func (n *normalizer) normalize(s string) string {
	s = shorten(s)
	if !norm.NFKC.IsNormalString(s) {
		s = norm.NFKC.String(s)
	}
	if strings.ContainsFunc(s, n.isTraditional) {
		s = strings.Map(n.simplify, n.regional.Replace(s))
	}
	if strings.ContainsAny(s, cantoneseSigns) {
		s = n.cantonese.Replace(s)
	}
	return n.clean(dropLinks(s))
}

func (n *normalizer) isTraditional(r rune) bool {
	return r >= firstHan && r <= lastHan && n.simple[r-firstHan] != 0
}

func (n *normalizer) simplify(r rune) rune {
	if n.isTraditional(r) {
		return rune(n.simple[r-firstHan])
	}
	return r
}

// shorten cuts the middle out of a text that is too long, and broken bytes out
// of any.
func shorten(s string) string {
	if len(s) > maxRunes {
		if head := offset(s, headRunes); len(s)-head > 4*tailRunes {
			tail := len(s) - 4*tailRunes
			for !utf8.RuneStart(s[tail]) && tail < len(s)-1 {
				tail++
			}
			s = s[:head] + " " + s[tail:]
		}
	}
	return strings.ToValidUTF8(s, "")
}

// offset is where the rune number count begins, or the length of a shorter text.
func offset(s string, count int) int {
	for i := range s {
		if count == 0 {
			return i
		}
		count--
	}
	return len(s)
}

// dropLinks takes links and @mentions out: they say nothing about the question.
func dropLinks(s string) string {
	if !strings.ContainsAny(s, "@/") && !strings.Contains(s, "www.") {
		return s
	}
	words := strings.Fields(s)
	kept := words[:0]
	for _, w := range words {
		if strings.HasPrefix(w, "@") && len(words) > 1 {
			continue
		}
		if i := linkStart(w); i >= 0 {
			j := i + linkLength(w[i:])
			w = w[:i] + " " + w[j:]
		}
		kept = append(kept, w)
	}
	return strings.Join(kept, " ")
}

func linkStart(w string) int {
	for _, form := range [...]string{"http://", "https://", "ftp://", "www."} {
		if i := strings.Index(strings.ToLower(w), form); i >= 0 && i < len(w) {
			return i
		}
	}
	return -1
}

// linkLength is how far a link goes: to the first sign that is not ASCII.
func linkLength(w string) int {
	for i := range len(w) {
		if w[i] >= utf8.RuneSelf {
			return i
		}
	}
	return len(w)
}

// clean lowers the case and thins out signs.
func (n *normalizer) clean(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	var last rune
	run := 0
	for _, r := range s {
		if r = sign(r); r < 0 {
			continue
		}
		if r == last {
			run++
		} else {
			run = 1
		}
		if run > 2 || run > 1 && isStop(r) || r == ' ' && last == 0 {
			continue
		}
		b.WriteRune(r)
		last = r
	}
	return strings.TrimRight(b.String(), " ")
}

func isStop(r rune) bool { return r == ' ' || r == '?' || r == '。' || r == ',' }

// sign maps a rune to what is kept of it: lower-case letters and digits as they
// are, the ends of sentences and clauses, a space for the rest; -1 for nothing.
func sign(r rune) rune {
	switch {
	case r < utf8.RuneSelf:
		return asciiSign(r)
	case r >= firstHan && r <= lastHan:
		return r
	case unicode.IsLetter(r):
		return unicode.ToLower(r)
	case unicode.IsDigit(r):
		return r
	case unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Mn, r):
		return -1
	}
	switch r {
	case '。', '…', '︒':
		return '。'
	case '、':
		return ','
	case '×':
		return 'x'
	case '’', '‘':
		return -1
	}
	return ' '
}

func asciiSign(r rune) rune {
	switch {
	case r >= 'A' && r <= 'Z':
		return r + 'a' - 'A'
	case r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '?' || r == ',':
		return r
	case r == '!' || r == ';' || r == '.' || r == '\n':
		return '。'
	case r == '\'':
		return -1
	}
	return ' '
}

// language is "en" for words with Latin letters and without a Han character
// (contract §5), else "zh".
func language(text string) string {
	latin := false
	for _, r := range text {
		if unicode.Is(unicode.Han, r) {
			return langZH
		}
		latin = latin || unicode.Is(unicode.Latin, r)
	}
	if latin {
		return langEN
	}
	return langZH
}

// The languages of answers.
const (
	langZH = "zh"
	langEN = "en"
)
