package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"runtime"
	"strconv"
	"strings"
	"syscall"
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
		text, questions := written(n)
		began := time.Now()
		e := made(b, text)
		training, held, peak := time.Since(began), heldMB(), peakMB(b)
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
			b.ReportMetric(training.Seconds(), "s/train")
			b.ReportMetric(held, "MB-held")
			b.ReportMetric(peak, "MB-peak")
		})
	}
}

// heldMB is what lives in memory, in MB: the FAQ, when nothing else does.
func heldMB() float64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc) / 1e6
}

// peakMB is the most memory that the process has had, in MB. FAQs are trained in the
// order of their size, so that the last one had it.
func peakMB(b *testing.B) float64 {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return float64(u.Maxrss) * 1024 / 1e6
}

// written is an FAQ of n entries with three variants each.
func written(n int) (faqText string, questions [][]string) {
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
	return text.String(), questions
}

// made reads, trains and calibrates an FAQ, as the program does.
func made(b *testing.B, text string) *faq.Engine {
	b.Helper()
	file, err := faq.Parse(fstest.MapFS{"a.yaml": {Data: []byte(text)}}, faq.Brand{Product: "x", Provider: "y", TicketURL: "https://example.com"})
	if err != nil {
		b.Fatal(err)
	}
	e, err := faq.New(file, faq.Config{})
	if err != nil {
		b.Fatal(err)
	}
	return e
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
