package faq_test

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"time"
	"unicode"

	"guanjia/faq"
)

// publicIntent is an intent of a public set.
type publicIntent struct {
	ID          string
	Train, Test []string
}

func publicSet(tb testing.TB, name string) []publicIntent {
	tb.Helper()
	f, err := os.Open("testdata/public/" + name + ".json.gz")
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // only read
	z, err := gzip.NewReader(f)
	if err != nil {
		tb.Fatal(err)
	}
	var set []publicIntent
	if err := json.NewDecoder(z).Decode(&set); err != nil {
		tb.Fatal(err)
	}
	return set
}

// asFAQ makes an entry of each intent, with at most k of its questions; a
// question of two intents is left to the first.
func asFAQ(tb testing.TB, set []publicIntent, k int) *faq.Engine {
	tb.Helper()
	var b strings.Builder
	b.WriteString("entries:\n")
	taken := map[string]bool{}
	for _, in := range set {
		id := idOf(in)
		fmt.Fprintf(&b, "- id: %s\n  title: {zh: 条目%s, en: %s}\n  source: {doc: public}\n  answer: {zh: 答, en: answer}\n  variants:\n    en:\n",
			id, id, strconv.Quote(id))
		n := 0
		for _, q := range in.Train {
			key := strings.Map(func(r rune) rune {
				if unicode.IsLetter(r) || unicode.IsDigit(r) {
					return unicode.ToLower(r)
				}
				return -1
			}, q)
			if n < k && key != "" && !taken[key] {
				taken[key] = true
				n++
				fmt.Fprintf(&b, "    - %s\n", strconv.Quote(q))
			}
		}
	}
	file, err := faq.Parse(fstest.MapFS{"a.yaml": {Data: []byte(b.String())}}, faq.Brand{Product: "x", Provider: "y", TicketURL: "https://example.com"})
	if err != nil {
		tb.Fatal(err)
	}
	e, err := faq.New(file, faq.Config{AnswerAt: 0.5, ClarifyAt: 0.4})
	if err != nil {
		tb.Fatal(err)
	}
	return e
}

// told is the share of test questions whose intent is the first, or among the
// first three, of the engine's candidates.
func told(tb testing.TB, e *faq.Engine, set []publicIntent) (first, three float64, each time.Duration) {
	tb.Helper()
	all := 0
	began := time.Now()
	for i, in := range set {
		for _, q := range in.Test {
			all++
			c := e.Decide(tb.Context(), faq.Question{Text: q, Now: asked()}).Candidates
			for n := range min(3, len(c)) {
				if e.Title(c[n].ID, "zh") != e.Title(e.Entries()[indexOf(e, i, set)].ID, "zh") {
					continue
				}
				three++
				if n == 0 {
					first++
				}
			}
		}
	}
	return first / float64(all), three / float64(all), time.Since(began) / time.Duration(all)
}

// indexOf is where the engine keeps the i-th intent: its entries are sorted by id.
func indexOf(e *faq.Engine, i int, set []publicIntent) int {
	want := idOf(set[i])
	for n, entry := range e.Entries() {
		if entry.ID == want {
			return n
		}
	}
	return -1
}

// idOf is an intent's name as the id of an entry.
func idOf(in publicIntent) string {
	return strings.ReplaceAll(strings.ToLower(strings.NewReplacer("?", "", "(", "", ")", "").Replace(in.ID)), "_", "-")
}

// BenchmarkPublic prints how well the matcher tells the intents of public sets,
// trained with all of their training questions.
func BenchmarkPublic(b *testing.B) {
	for _, name := range []string{"clinc150", "banking77"} {
		b.Run(name, func(b *testing.B) {
			set := publicSet(b, name)
			for b.Loop() {
				began := time.Now()
				e := asFAQ(b, set, 1000)
				b.ReportMetric(time.Since(began).Seconds(), "s-load")
				first, three, each := told(b, e, set)
				b.ReportMetric(first, "top-1")
				b.ReportMetric(three, "top-3")
				b.ReportMetric(float64(each.Microseconds()), "us/question")
			}
		})
	}
}

// TestPublicIntentsAreTold keeps the matcher from getting worse at what it was
// not made for, with forty questions an intent to keep it short.
func TestPublicIntentsAreTold(t *testing.T) {
	set := publicSet(t, "clinc150")
	if first, three, _ := told(t, asFAQ(t, set, 40), set); first < 0.86 || three < 0.94 {
		t.Errorf("first %.3f, among three %.3f", first, three)
	}
}
