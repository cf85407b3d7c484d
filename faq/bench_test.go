package faq_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"guanjia/faq"
)

// questions are the labelled ones, whatever they are labelled with.
func questions(b *testing.B) []string {
	b.Helper()
	labels := labelsIn(b, "testdata/regression.jsonl")
	out := make([]string, len(labels))
	for i, l := range labels {
		out[i] = l.Question
	}
	return out
}

// BenchmarkDecide puts the labelled questions to the built-in FAQ, in the same
// run as BM25 over words and characters.
func BenchmarkDecide(b *testing.B) {
	e, qs := builtin(b), questions(b)
	base := newBM25(e.Entries())
	b.ReportAllocs()
	var ours, theirs time.Duration
	n := 0
	for b.Loop() {
		q := qs[n%len(qs)]
		n++
		began := time.Now()
		e.Decide(b.Context(), faq.Question{Text: q, Now: asked()})
		middle := time.Now()
		base.best(q)
		ours, theirs = ours+middle.Sub(began), theirs+time.Since(middle)
	}
	b.ReportMetric(float64(ours.Nanoseconds())/float64(n)/1000, "us/question")
	b.ReportMetric(float64(ours)/float64(theirs), "of_BM25")
}

// BenchmarkThousand is the same with a thousand entries, of a public set.
func BenchmarkThousand(b *testing.B) {
	var many []publicIntent
	for _, in := range publicSet(b, "clinc150") {
		plain := slices.DeleteFunc(in.Train, func(q string) bool { return strings.ContainsFunc(q, unicode.IsDigit) }) // two numbers make no two questions
		for part := range slices.Chunk(plain, 14) {
			many = append(many, publicIntent{ID: fmt.Sprintf("%s_%d", in.ID, len(many)), Train: part, Test: in.Test[:1]})
		}
	}
	many = many[:1000]
	e := asFAQ(b, many, 15)
	base := newBM25(e.Entries())
	var ours, theirs time.Duration
	n := 0
	for b.Loop() {
		q := many[n%len(many)].Test[0]
		n++
		began := time.Now()
		e.Decide(b.Context(), faq.Question{Text: q, Now: asked()})
		middle := time.Now()
		base.best(q)
		ours, theirs = ours+middle.Sub(began), theirs+time.Since(middle)
	}
	b.ReportMetric(float64(ours.Nanoseconds())/float64(n)/1000, "us/question")
	b.ReportMetric(float64(ours)/float64(theirs), "of_BM25")
}

// BenchmarkLoad is reading and training the built-in FAQ.
func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		retrained(b)
	}
}

// bm25 is the plain baseline: words, and single characters of Chinese.
type bm25 struct {
	posts map[string]map[int]float64
	size  []float64
	mean  float64
}

func newBM25(entries []faq.Entry) *bm25 {
	m := &bm25{posts: map[string]map[int]float64{}, size: make([]float64, len(entries))}
	for i, e := range entries {
		for _, t := range tokens(strings.Join(append(e.Variants.All(), e.Title.ZH, e.Title.EN), " ")) {
			if m.posts[t] == nil {
				m.posts[t] = map[int]float64{}
			}
			m.posts[t][i]++
			m.size[i]++
			m.mean += 1 / float64(len(entries))
		}
	}
	return m
}

func (m *bm25) best(q string) int {
	scores := make([]float64, len(m.size))
	for _, t := range tokens(q) {
		post := m.posts[t]
		idf := math.Log(1 + (float64(len(m.size))-float64(len(post))+0.5)/(float64(len(post))+0.5))
		for i, tf := range post {
			scores[i] += idf * tf * 2.2 / (tf + 1.2*(0.25+0.75*m.size[i]/m.mean))
		}
	}
	best := 0
	for i, s := range scores {
		if s > scores[best] {
			best = i
		}
	}
	return best
}

func tokens(text string) []string {
	var out []string
	for _, w := range strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		var latin strings.Builder
		for _, r := range w {
			if unicode.Is(unicode.Han, r) {
				out = append(out, string(r))
				continue
			}
			latin.WriteRune(r)
		}
		if latin.Len() > 0 {
			out = append(out, latin.String())
		}
	}
	return out
}
