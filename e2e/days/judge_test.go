package days_test

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/google/go-cmp/cmp"

	"guanjia/engagement"
)

// `go test ./e2e/days -write` writes the transcripts anew. Read every line of the
// difference before it is committed: they are the contract's, not the bot's.
var write = flag.Bool("write", false, "write the transcripts anew")

// judge compares what was said, to the second, and looks at each word by rules
// that know nothing of the story.
func (p *play) judge(file string) {
	p.Helper()
	path := filepath.Join("testdata", file)
	got := strings.Join(p.transcript(), "\n") + "\n"
	if *write {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			p.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		p.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		p.Errorf("said something else (-want +got):\n%s", diff)
	}
	p.wantQuiet()
	p.wantNothingTwice()
	p.wantRemindersBeforeEnds()
}

// wantRemindersBeforeEnds wants nobody to be reminded of an end that they have
// been told of that very minute.
func (p *play) wantRemindersBeforeEnds() {
	p.Helper()
	ended := map[string]time.Time{}
	for _, w := range p.people.words(0) {
		subject := w.to + strings.Trim(strings.SplitN(w.text, " ", 2)[0], "*")
		switch {
		case strings.Contains(w.text, "结束。**"):
			ended[subject] = w.at
		case strings.Contains(w.text, "提醒**：还剩") && w.at.Sub(ended[subject]) < time.Minute:
			p.Errorf("a reminder after the end: %s", w)
		}
	}
}

// wantQuiet wants a customer to hear in the night only what answers to something
// that was done that minute.
func (p *play) wantQuiet() {
	p.Helper()
	for _, w := range p.people.words(0) {
		hour := w.at.Hour()
		customer := strings.HasPrefix(w.to, "group:") || strings.HasPrefix(w.to, "user:cust")
		answers := slices.ContainsFunc(p.done, func(at time.Time) bool { return !w.at.Before(at) && w.at.Sub(at) < 2*time.Second })
		if customer && (hour >= 22 || hour < 8) && !answers && !strings.Contains(w.text, "正在通知下一位同事") {
			p.Errorf("a customer is told in the night: %s", w)
		}
	}
}

// wantNothingTwice wants no words to be said twice to the same people, but for the
// reminders that come until something is done, and a ladder that climbs.
func (p *play) wantNothingTwice() {
	p.Helper()
	again := []string{"没有收到进展", "正在通知下一位同事", "排班提醒"}
	said := map[string]bool{}
	for _, w := range p.people.words(0) {
		key := w.to + w.text
		if said[key] && !slices.ContainsFunc(again, func(words string) bool { return strings.Contains(w.text, words) }) {
			p.Errorf("said twice: %s", w)
		}
		said[key] = true
	}
}

// wantStates wants the cases to have come that far.
func (p *play) wantStates(want map[string]engagement.State) {
	p.Helper()
	records, err := p.one().handler.CaseRecords(p.Context(), false, 0)
	if err != nil {
		p.Fatal(err)
	}
	got := map[string]engagement.State{}
	for _, r := range records {
		got[r.ID] = r.State
	}
	if diff := cmp.Diff(want, got); diff != "" {
		p.Errorf("the cases are elsewhere (-want +got):\n%s", diff)
	}
}
