package llm

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"guanjia/faq"
)

// What a wording must keep to, beside its words being the stored answer's.
const (
	keptPairs  = 0.8  // of its pairs of neighbouring words, so many are the stored answer's
	keptWords  = 0.7  // of the stored answer's words, so many stand in it
	around     = 2    // words on either side of a number, a negation or a promise that stay
	longerBy   = 10   // characters, for a greeting
	maxWording = 2000 // characters
)

// Words that a sentence turns on. In Chinese single characters are enough: each
// must stand in the wording as often as in the stored answer, and between the
// same neighbours.
const (
	turningHan   = "不没無无非未否别別勿莫免费費保证證诺諾必定绝絕肯确確马馬立即赔賠退惠折元块塊价價钱錢全任只仅零一二三四五六七八九十百千万萬亿億两兩半"
	turningWords = " no not none never nor cannot cant dont doesnt wont isnt arent without unless except only neither " +
		"guarantee guarantees guaranteed promise promises promised ensure ensures assure assured certain certainly sure surely definitely always must " +
		"free refund discount price fee cost charge compensation immediately instantly all every any full fully completely " +
		"zero one two three four five six seven eight nine ten hundred thousand million half "
	courteous = " 您 好 请 的 hello please you your the a an "
)

var links = regexp.MustCompile(`(?i)(?:[a-z][a-z0-9+.-]*://|www\.)[^\s\p{Han}，。；）)]+|[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}`)

// wording gives the model's wording of the one answer of a decision if it says
// the same.
func (b *Brain) wording(v verdict, d faq.Decision) (string, bool) {
	if !b.cfg.Wording || v.Wording == "" || d.Action != faq.ActionAnswer || d.FAQID != v.Entry || len(d.Also) > 0 {
		return "", false
	}
	i := slices.IndexFunc(b.Entries(), func(e faq.Entry) bool { return e.ID == v.Entry })
	if i < 0 {
		return "", false
	}
	text := strings.TrimSpace(v.Wording)
	return text, faithful(text, b.Entries()[i], d.Lang)
}

// faithful reports whether a wording of an entry's answer adds nothing to it and
// leaves no fact out. It errs on the side of the stored answer: an entry without
// facts in the language cannot be worded. What is made of the stored answer's words
// is in its language.
func faithful(text string, e faq.Entry, lang string) bool {
	stored := e.Answer.In(lang)
	return text != "" && visible(text, stored) &&
		len([]rune(text)) <= min(maxWording, longerBy+len([]rune(stored))) &&
		sameLinks(text, stored) && keepsFacts(text, stored, e) && sameWords(words(text), words(stored))
}

// visible reports whether a text has no sign, beside usual punctuation, that the
// stored answer does not have: no mention, tag, currency or invisible character.
func visible(text, stored string) bool {
	for _, r := range text {
		switch {
		case unicode.IsLetter(r), unicode.IsDigit(r), strings.ContainsRune(" \n，。、；：？！,.;:?!（）()“”\"'-", r), strings.ContainsRune(stored, r):
		default:
			return false
		}
	}
	return true
}

func sameLinks(text, stored string) bool {
	return slices.Equal(slices.Sorted(slices.Values(links.FindAllString(text, -1))), slices.Sorted(slices.Values(links.FindAllString(stored, -1))))
}

// keepsFacts reports whether the facts of the stored answer are all there, and
// nothing is that the entry forbids.
func keepsFacts(text, stored string, e faq.Entry) bool {
	text, stored = fold(text), fold(stored)
	kept := 0
	for _, f := range e.Facts {
		switch f = fold(f); {
		case strings.Contains(text, f):
			kept++
		case strings.Contains(stored, f):
			return false
		}
	}
	return kept > 0 && !slices.ContainsFunc(e.MustNot, func(m string) bool {
		return strings.Contains(text, fold(m)) && !strings.Contains(stored, fold(m)) // 不承诺恢复 holds 承诺恢复
	})
}

// words cuts a text: a Han character is a word, else letters or digits in a row,
// in lower case; an apostrophe joins.
func words(text string) []string {
	var list []string
	var last rune // what the word that is being read is made of; 0: it has ended
	for _, r := range norm.NFKC.String(text) {
		kind := rune(0)
		switch {
		case unicode.Is(unicode.Han, r):
			list, last = append(list, string(r)), 0
			continue
		case r == '\'' || r == '’':
			continue
		case unicode.IsDigit(r):
			kind = 'd'
		case unicode.IsLetter(r) || unicode.IsMark(r):
			kind = 'l'
		}
		switch {
		case kind != 0 && kind == last:
			list[len(list)-1] += string(unicode.ToLower(r))
		case kind != 0:
			list = append(list, string(unicode.ToLower(r)))
		}
		last = kind
	}
	return list
}

// turning reports whether a sentence turns on a word.
func turning(word string) bool {
	return strings.ContainsFunc(word, func(r rune) bool { return unicode.IsNumber(r) || strings.ContainsRune(turningHan, r) }) ||
		strings.Contains(turningWords, " "+word+" ")
}

// sameWords reports whether a text is made of the stored one's words and pairs of
// words, and whether what a sentence turns on stands as often in both, and between
// the same words.
func sameWords(text, stored []string) bool {
	if len(text) == 0 {
		return false
	}
	in := " " + strings.Join(stored, " ") + " "
	pairs := 0
	for i, w := range text {
		if !strings.Contains(in, " "+w+" ") && !strings.Contains(courteous, " "+w+" ") {
			return false
		}
		if i > 0 && strings.Contains(in, " "+text[i-1]+" "+w+" ") {
			pairs++
		}
		if window := text[max(0, i-around):min(len(text), i+around+1)]; turning(w) && !strings.Contains(in, " "+strings.Join(window, " ")+" ") {
			return false
		}
	}
	if float64(pairs) < keptPairs*float64(len(text)-1) {
		return false
	}
	return covers(text, stored) >= keptWords && slices.Equal(turns(text), turns(stored))
}

// covers is the part of the stored words that a text has.
func covers(text, stored []string) float64 {
	kept := 0
	for _, w := range stored {
		if slices.Contains(text, w) {
			kept++
		}
	}
	return float64(kept) / float64(max(1, len(stored)))
}

// turns lists the words that sentences turn on, sorted.
func turns(list []string) []string {
	var t []string
	for _, w := range list {
		if turning(w) {
			t = append(t, w)
		}
	}
	slices.Sort(t)
	return t
}
