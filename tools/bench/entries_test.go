package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"guanjia/faq"
)

// mostEntries is how many entries the largest FAQ has.
func mostEntries() int {
	if n, err := strconv.Atoi(os.Getenv("GUANJIA_BENCH_ENTRIES")); err == nil {
		return n
	}
	return 200
}

// BenchmarkEntries decides questions of larger and larger FAQs, of made-up words
// of which few are frequent, beside BM25 over the same words.
func BenchmarkEntries(b *testing.B) {
	for _, n := range []int{20, 200, 1000, 5000, 10_000} {
		if n > mostEntries() {
			return
		}
		e, questions := made(b, n)
		base := newBM25(questions)
		b.Run(fmt.Sprintf("entries=%d", n), func(b *testing.B) {
			var ours, theirs time.Duration
			i := 0
			for b.Loop() {
				q := questions[i%n][1]
				i++
				began := time.Now()
				e.Decide(b.Context(), faq.Question{Text: q, Now: began})
				middle := time.Now()
				base.best(q)
				ours, theirs = ours+middle.Sub(began), theirs+time.Since(middle)
			}
			b.ReportMetric(float64(ours.Nanoseconds())/float64(i)/1000, "us/question")
			b.ReportMetric(float64(theirs.Nanoseconds())/float64(i)/1000, "us/BM25")
			b.ReportMetric(float64(ours)/float64(theirs), "of_BM25")
		})
	}
}

// made is an FAQ of n entries with three variants each.
func made(b *testing.B, n int) (e *faq.Engine, questions [][]string) {
	b.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	words := rand.NewZipf(r, 1.1, 20, 20_000)
	var text strings.Builder
	text.WriteString("entries:\n")
	for i := range n {
		fmt.Fprintf(&text, "- id: e%d\n  title: {zh: 条目%s, en: entry %s}\n  source: {doc: made}\n  answer: {zh: 答, en: answer}\n  variants:\n    en:\n", i, letters(uint64(i)), letters(uint64(i)))
		var all []string
		for v := range 3 {
			q := "topic" + letters(uint64(i)) + " " + letters(uint64(v))
			for range 6 {
				q += " " + letters(words.Uint64()+100)
			}
			all = append(all, q)
			fmt.Fprintf(&text, "    - %q\n", q)
		}
		questions = append(questions, all)
	}
	file, err := faq.Parse(fstest.MapFS{"a.yaml": {Data: []byte(text.String())}}, faq.Brand{Product: "x", Provider: "y", TicketURL: "https://example.com"})
	if err != nil {
		b.Fatal(err)
	}
	if e, err = faq.New(file, faq.Config{AnswerAt: 0.5, ClarifyAt: 0.4}); err != nil {
		b.Fatal(err)
	}
	return e, questions
}

// letters is a number as a word.
func letters(n uint64) string {
	word := ""
	for n++; n > 0; n /= 20 {
		word += string("bcdfghjklmnpqrstvwxz"[n%20]) + string("aeiou"[n%5])
	}
	return word
}

type bm25 struct {
	posts map[string]map[int]float64
	size  []float64
	mean  float64
}

func newBM25(questions [][]string) *bm25 {
	m := &bm25{posts: map[string]map[int]float64{}, size: make([]float64, len(questions))}
	for i, q := range questions {
		for _, w := range strings.Fields(strings.Join(q, " ")) {
			if m.posts[w] == nil {
				m.posts[w] = map[int]float64{}
			}
			m.posts[w][i]++
			m.size[i]++
			m.mean += 1 / float64(len(questions))
		}
	}
	return m
}

func (m *bm25) best(q string) int {
	scores := make([]float64, len(m.size))
	for _, w := range strings.Fields(q) {
		post := m.posts[w]
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
