package faq_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"unicode"

	"guanjia/faq"
)

// crowd is a file of n entries that ask about things with made-up names.
func crowd(n int) string {
	var text strings.Builder
	text.WriteString("entries:\n")
	syllables := []rune("甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉")
	for i := range n {
		a, b, c := i%20, i/20%20, i/400%20
		thing := string([]rune{syllables[a], syllables[b], syllables[c]})
		latin := fmt.Sprintf("%c%c%c%c%c%c", 'b'+a, 'a'+c, 'c'+b, 'd'+a, 'b'+c, 'a'+b)
		fmt.Fprintf(&text, "- id: crowd-%d\n  title: {zh: %s怎么用, en: entry %d}\n  source: {doc: made}\n  answer: {zh: 答, en: answer}\n  variants:\n    zh: [%s在哪里, 为什么要有%s]\n    en: [where is %s]\n",
			i, thing, i, thing, thing, latin)
	}
	return text.String()
}

// parsed reads a text together with the files of a folder, "" for none.
func parsed(tb testing.TB, text, folder string) *faq.File {
	tb.Helper()
	fsys := fstest.MapFS{"crowd.yaml": {Data: []byte(text)}}
	names, err := filepath.Glob(filepath.Join(folder, "*.yaml"))
	if err != nil {
		tb.Fatal(err)
	}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			tb.Fatal(err)
		}
		fsys[filepath.Base(name)] = &fstest.MapFile{Data: data}
	}
	file, err := faq.Parse(fsys, faq.Brand{Product: "安全管家", Provider: "安全服务中心", TicketURL: "https://example.com/ticket"})
	if err != nil {
		tb.Fatal(err)
	}
	return file
}

// TestTheBuiltInFAQIsDecidedTheSameInACrowd adds so many entries that only the
// nearest compete; what they are to the rules must not change with their number.
func TestTheBuiltInFAQIsDecidedTheSameInACrowd(t *testing.T) {
	e, err := faq.New(parsed(t, crowd(500), "../configs/faq"), faq.Config{AnswerAt: 0.4, ClarifyAt: 0.2})
	if err != nil {
		t.Fatal(err)
	}
	rep := faq.Eval(t.Context(), e.Decide, labelsIn(t, "testdata/regression.jsonl"), asked())
	checkFloors(t, rep, []floor{
		{"entry first", rep.Top1, 0.96, false},
		{"entry among three", rep.Top3, 0.99, false},
		{"sure answers out of scope", rep.FalseAnswers, 0.95, true},
		{"incident recall", rep.IncidentRecall, 0.99, false},
		{"incident precision", rep.IncidentPrecision, 0.98, false},
		{"urgency recall", rep.UrgencyRecall, 0.99, false},
		{"actions", rep.Fields["action"], 0.95, false},
	})
	own := faq.Tally{}
	for _, entry := range e.Entries() {
		if strings.HasPrefix(entry.ID, "crowd-") {
			own.All++
			if d := e.Decide(t.Context(), faq.Question{Text: entry.Title.ZH, Now: asked()}); d.FAQID == entry.ID {
				own.Right++
			}
		}
	}
	if own.All != 500 || own.Rate() < 0.95 {
		t.Errorf("of the titles in the crowd %v find their entry", own)
	}
	t.Log(own)
}

// TestManyEntriesAreToldApart makes four entries of each public intent; any of the
// four is right.
func TestManyEntriesAreToldApart(t *testing.T) {
	set := publicSet(t, "clinc150")
	var many []publicIntent
	for _, in := range set {
		plain := slices.DeleteFunc(slices.Clone(in.Train), func(q string) bool { return strings.ContainsFunc(q, unicode.IsDigit) }) // two numbers make no two questions
		for part, questions := range slices.Collect(slices.Chunk(plain[:40], 10)) {
			many = append(many, publicIntent{ID: fmt.Sprintf("%s_part%d", in.ID, part), Train: questions})
		}
	}
	e := asFAQ(t, many, 10)
	right, all := 0, 0
	for _, in := range set {
		for _, q := range in.Test {
			all++
			c := e.Decide(t.Context(), faq.Question{Text: q, Now: asked()}).Candidates
			if len(c) > 0 && strings.HasPrefix(e.Title(c[0].ID, "en"), idOf(in)+"-part") {
				right++
			}
		}
	}
	t.Logf("%d of %d", right, all)
	if float64(right) < 0.82*float64(all) {
		t.Errorf("%d of %d are of the right intent", right, all)
	}
}

// TestMemoryGrowsWithTheEntries and not with their square: a weight for each pair of
// a feature and an entry is what ten thousand of them cannot have.
func TestMemoryGrowsWithTheEntries(t *testing.T) {
	allocated := func(n int) uint64 {
		file := parsed(t, crowd(n), "")
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if _, err := faq.New(file, faq.Config{AnswerAt: 0.4, ClarifyAt: 0.2}); err != nil {
			t.Fatal(err)
		}
		runtime.ReadMemStats(&after)
		return after.TotalAlloc - before.TotalAlloc
	}
	few, many := allocated(600), allocated(1800)
	t.Logf("%d kB, %d kB", few>>10, many>>10)
	if many > 4*few {
		t.Errorf("600 entries take %d kB, 1800 take %d kB", few>>10, many>>10)
	}
}
