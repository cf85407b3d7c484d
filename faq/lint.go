package faq

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// What an FAQ must have to be sure of its answers: refusing gets better with
// every variant up to these (docs/evaluation.md).
const (
	minVariants = 25
	minEnglish  = 8
	minHant     = 3
	minReports  = 40
	minNear     = 60
	minFar      = 100
)

// Finding is something in an FAQ that will make it answer worse.
type Finding struct {
	Place  string // file:line:column, the file as it is named in the FAQ folder
	What   string // what is wrong
	Remedy string // what to do about it
	// Collision is set when two questions are taken for one another: answers are
	// worse at once, and not only less sure.
	Collision bool

	at    place
	owner string // the entry it is about, "" if it is about none
	text  string // the question it is about, "" if it is about none
}

// String is the finding on one line.
func (f Finding) String() string { return f.Place + ": " + f.What + "; " + f.Remedy }

// Lint looks for entries that collide or lack variants. An FAQ with findings can
// be used; one without is what calibration assumes. The order is that of the
// files.
func (e *Engine) Lint(ctx context.Context) []Finding {
	l := &linter{Engine: e}
	for _, entry := range e.file.Entries {
		l.entry(entry)
	}
	l.classes()
	l.negatives()
	l.collisions(ctx)
	l.duplicates()
	slices.SortStableFunc(l.found, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.at.file, b.at.file), cmp.Compare(a.at.line, b.at.line), cmp.Compare(a.at.column, b.at.column), cmp.Compare(a.What, b.What))
	})
	return l.found
}

// linter collects findings.
type linter struct {
	*Engine
	found []Finding
}

func (l *linter) find(at place, owner, text, what, remedy string) {
	l.found = append(l.found, Finding{Place: at.String(), What: what, Remedy: remedy, at: at, owner: owner, text: text})
}

// collide is find for two questions that are taken for one another.
func (l *linter) collide(a asked, what, remedy string) {
	l.find(a.at, a.owner, a.text, what, remedy)
	l.found[len(l.found)-1].Collision = true
}

// at is where a part of an entry stands, or the entry itself.
func (l *linter) at(id, part string) place {
	if p, ok := l.file.at[partKey(id, part)]; ok {
		return p
	}
	return l.file.at[entryKey(id)]
}

// entry looks at one entry by itself.
func (l *linter) entry(e Entry) {
	v := e.Variants
	for _, c := range []struct {
		kind      string
		have, min int
	}{
		{"variants", len(v.All()), minVariants},
		{"English variants", countLang(v.All(), langEN), minEnglish},
		{"Traditional Chinese variants", max(len(v.ZHHant), countHant(v.ZH)), minHant},
	} {
		if c.have < c.min {
			l.find(l.at(e.ID, "variants"), e.ID, "", fmt.Sprintf("entry %q has %d %s", e.ID, c.have, c.kind),
				fmt.Sprintf("write at least %d, as different from each other as people talk", c.min))
		}
	}
	for lang, text := range map[string]string{langZH: e.Answer.ZH, langEN: e.Answer.EN} {
		if spoken(text) != lang {
			l.find(l.at(e.ID, "answer"), e.ID, "", fmt.Sprintf("answer.%s of entry %q is in another language", lang, e.ID), "translate it")
		}
	}
	for _, other := range l.file.Entries {
		if other.ID < e.ID && len(e.Any) > 0 && slices.Equal(slices.Sorted(slices.Values(e.Any)), slices.Sorted(slices.Values(other.Any))) {
			l.find(l.at(e.ID, "concepts"), e.ID, "", fmt.Sprintf("entries %q and %q are told by the same concepts", other.ID, e.ID),
				"give one of them a concept of its own")
		}
	}
}

// spoken is the language of most of a text's letters; names may be foreign.
func spoken(text string) string {
	han, latin := 0, 0
	for _, r := range text {
		switch {
		case unicode.Is(unicode.Han, r):
			han++
		case unicode.Is(unicode.Latin, r):
			latin++
		}
	}
	if latin > 4*han { // a word of English has about as many letters as a clause of Chinese
		return langEN
	}
	return langZH
}

func countLang(texts []string, lang string) (n int) {
	for _, t := range texts {
		if language(t) == lang {
			n++
		}
	}
	return n
}

// countHant counts the texts that have a character of Traditional Chinese.
func countHant(texts []string) (n int) {
	for _, t := range texts {
		if isHant(t) {
			n++
		}
	}
	return n
}

// isHant reports whether a text is written in Traditional Chinese: one of its
// characters is written otherwise in Simplified.
func isHant(text string) bool {
	n := newNormalizer()
	return strings.ContainsFunc(text, func(r rune) bool {
		return unicode.Is(unicode.Han, r) && n.normalize(string(r)) != string(r)
	})
}

// classes looks at how many reports tell each class of incidents, where there
// are any.
func (l *linter) classes() {
	if len(l.file.Incidents) == 0 {
		return
	}
	for _, c := range classes() {
		if n := len(l.file.Incidents[c].Report.All()); n < minReports {
			l.find(cmp.Or(l.file.at[partKey("incidents", c)], l.anywhere("incidents")), "", "", fmt.Sprintf("incident class %q has %d report_examples", c, n),
				fmt.Sprintf("write at least %d", minReports))
		}
	}
}

// negatives looks at how much there is that must not be answered.
func (l *linter) negatives() {
	for _, c := range []struct {
		kind      string
		have, min int
	}{{"near", len(l.file.Negatives.Near), minNear}, {"far", len(l.file.Negatives.Far), minFar}} {
		if c.have < c.min {
			l.find(l.anywhere("negatives"), "", "", fmt.Sprintf("there are %d negatives.%s", c.have, c.kind),
				fmt.Sprintf("write at least %d questions that no entry answers", c.min))
		}
	}
}

// anywhere is the first place of the files, for what is missing in all of them.
func (l *linter) anywhere(string) place {
	if len(l.file.asked) > 0 {
		return place{l.file.asked[0].at.file, 1, 1}
	}
	return place{"faq", 1, 1}
}
