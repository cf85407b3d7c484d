package faq

import (
	"slices"
	"strings"
	"unicode"
)

// conceptWeight is how much a concept counts against a character.
const conceptWeight = 4

// tokenizer turns a question into weighted features: characters and pairs of
// them for Han, stems and pieces of words for Latin, and concepts.
type tokenizer struct {
	concepts *lexicon
}

// tokens gives the features of normalized text, sorted, so that sums over them
// come out the same every time.
func (t *tokenizer) tokens(text string) map[string]float64 {
	out := map[string]float64{}
	var run []rune
	han := false
	flush := func() {
		if len(run) > 0 {
			if han {
				hanTokens(run, out)
			} else {
				wordTokens(string(run), out)
			}
		}
		run = run[:0]
	}
	for _, r := range text {
		isHan := unicode.Is(unicode.Han, r)
		switch {
		case isHan || unicode.IsLetter(r) || unicode.IsDigit(r):
			if isHan != han {
				flush()
				han = isHan
			}
			run = append(run, r)
		case r == '\'':
		default:
			flush()
		}
	}
	flush()
	for _, hit := range t.concepts.find(text) {
		out["#"+hit.group] += conceptWeight
	}
	return out
}

func hanTokens(run []rune, out map[string]float64) {
	for i, r := range run {
		out[string(r)]++
		if i+1 < len(run) {
			out[string(run[i:i+2])]++
		}
	}
}

func wordTokens(w string, out map[string]float64) {
	if isStop(w) {
		out[w] += 0.2
		return
	}
	out["w:"+stem(w)] += 2
	for n := 3; n <= 4; n++ {
		for i := 0; i+n <= len(w) && len(w) > n; i++ {
			out["g:"+w[i:i+n]] += 0.3
		}
	}
}

func isStop(w string) bool {
	_, ok := slices.BinarySearch(stopWords(), w)
	return ok
}

func stopWords() []string {
	return []string{
		"a", "after", "an", "and", "any", "are", "be", "can", "could", "do", "does", "for", "from", "have", "how", "i", "if", "in", "is",
		"it", "me", "my", "need", "of", "on", "or", "our", "please", "should", "that", "the", "there", "they", "this", "to", "us", "was", "we", "what",
		"when", "where", "which", "will", "with", "would", "you", "your",
	}
}

// stem cuts the commonest English endings.
func stem(w string) string {
	for _, end := range [...]string{"ations", "ation", "ings", "ing", "ies", "ied", "ed", "es", "s"} {
		if cut, ok := strings.CutSuffix(w, end); ok && len(cut) >= 3 {
			return cut
		}
	}
	return w
}

// lexicon finds phrases of named groups in text: the longest match wins, and a
// Latin phrase must stand on word boundaries.
type lexicon struct {
	phrases []phrase // longest first within a first rune
	byFirst map[rune][]int
}

type phrase struct {
	words string
	group string
	latin bool
}

type hit struct {
	group, words string
	at           int // byte offset
}

func newLexicon(groups map[string][]string) *lexicon {
	l := &lexicon{byFirst: map[rune][]int{}}
	for group, list := range groups {
		for _, w := range list {
			if n := normalize(w); n != "" {
				l.phrases = append(l.phrases, phrase{n, group, isLatin(n)})
			}
		}
	}
	slices.SortFunc(l.phrases, func(a, b phrase) int {
		if d := len(b.words) - len(a.words); d != 0 {
			return d
		}
		return strings.Compare(a.words+a.group, b.words+b.group)
	})
	for i, p := range l.phrases {
		first := []rune(p.words)[0]
		l.byFirst[first] = append(l.byFirst[first], i)
	}
	return l
}

func isLatin(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r > unicode.MaxASCII })
}

// find lists the phrases in text from left to right, without overlaps.
func (l *lexicon) find(text string) []hit {
	var hits []hit
	skip := 0
	for at, r := range text {
		if at < skip {
			continue
		}
		for _, i := range l.byFirst[r] {
			p := l.phrases[i]
			if strings.HasPrefix(text[at:], p.words) && (!p.latin || onBoundary(text, at, len(p.words))) {
				hits = append(hits, hit{p.group, p.words, at})
				skip = at + len(p.words)
				break
			}
		}
	}
	return hits
}

func onBoundary(text string, at, n int) bool {
	return (at == 0 || !isWordByte(text[at-1])) && (at+n >= len(text) || !isWordByte(text[at+n]))
}

func isWordByte(b byte) bool {
	return b >= 'a' && b <= 'z' || b >= '0' && b <= '9'
}
