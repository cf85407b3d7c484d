package main

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"guanjia/bot"
	"guanjia/console"
	"guanjia/engagement"
	"guanjia/handlers"
)

// newDesk is the console's desk over a bot that is not running, with two cases,
// an incident in the first one, and somebody who asks for a person.
func newDesk(t *testing.T) desk {
	t.Helper()
	cfg, err := (&demoCommand{}).configuration(&environment{}, "http://127.0.0.1:1")
	if err != nil {
		t.Fatal(err)
	}
	cfg.FAQ.AnswerAt, cfg.FAQ.ClarifyAt = .55, .41 // calibrating takes long
	s, err := newService(zerolog.Nop().WithContext(t.Context()), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.listener.Close(); s.store.Close() })
	d := desk{s: s, find: newFinder(s.store)}
	for _, c := range [][3]string{{"o-1", "华东电商", "cust001"}, {"o-2", "Northwind Traders", "cust002"}} {
		_, err := handlers.NewPurchases(s.handler, s.store).Purchase(t.Context(), engagement.Purchase{
			Type: engagement.PurchaseCreated, OrderID: c[0], Product: engagement.Emergency, PurchasedAt: time.Now(), Company: c[1],
			Contacts: []engagement.Contact{{Name: "陈晓", Mobile: "+8613900000001", UserID: c[2]}}, Delivery: c[0], Source: "webhook",
		}, time.Now())
		if err != nil {
			t.Fatal(err)
		}
	}
	hear(t, s, "cust001", "服务器被勒索了，文件都打不开")
	hear(t, s, "guest9", "转人工")
	return d
}

// hear hands words in as a message would.
func hear(t *testing.T, s *service, who, words string) {
	t.Helper()
	c, err := s.handler.Handle(t.Context(), bot.Message{ID: who + words, Conversation: who, Kind: bot.KindText, Text: words, Sender: bot.Person{StaffID: who, Name: "客户" + who}}, time.Now())
	if err == nil {
		err = s.store.Commit(t.Context(), c)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// TestDeskBehindTheConsole plays on one desk, in this order: to train the FAQ
// takes longer than all of it.
func TestDeskBehindTheConsole(t *testing.T) {
	d := newDesk(t)
	t.Run("lists what is looked for", func(t *testing.T) { listsWhatIsLookedFor(t, d) })
	t.Run("has something to show on every page", func(t *testing.T) { otherPagesHaveSomethingToShow(t, d) })
	t.Run("shows what is done on pages", func(t *testing.T) { whatIsDoneIsSeen(t, d) })
	t.Run("lets one of two managers at once take it", func(t *testing.T) { twoManagersAtOnce(t, d) })
}

func listsWhatIsLookedFor(t *testing.T, d desk) {
	t.Helper()
	for words, want := range map[string]string{
		"": "C2 C1", "电商": "C1", "northwind": "C2", "o-2": "C2", "c1": "C1", "C 2": "C2", "i1": "C1", "I9": "", "nobody": "", "%": "",
	} {
		found, err := d.Cases(t.Context(), console.Query{Words: words, State: "open", Size: 50}, time.Now())
		var ids []string
		for _, c := range found.List {
			ids = append(ids, c.ID)
		}
		if got := strings.Join(ids, " "); err != nil || got != want || found.All != len(ids) || found.Partial {
			t.Errorf("%q: %q of %d, want %q (%v)", words, got, found.All, want, err)
		}
	}
	for state, want := range map[string]int{"open": 2, "closed": 0, "all": 2} {
		if found, err := d.Cases(t.Context(), console.Query{State: state, Size: 1}, time.Now()); err != nil || found.All != want || len(found.List) != min(want, 1) {
			t.Errorf("%s: %d %v", state, found.All, err)
		}
	}
	for words, want := range map[string]int{"": 2, "E1": 1, "e 2": 1, "I1": 1, "C9": 0, "guest9": 1, "客户": 2, "x": 0} {
		if found, err := d.Escalations(t.Context(), console.Query{Words: words, State: "all", Size: 50}, time.Now()); err != nil || found.All != want {
			t.Errorf("%q: %d escalations, want %d (%v)", words, found.All, want, err)
		}
	}
}

func twoManagersAtOnce(t *testing.T, d desk) {
	t.Helper()
	var wg sync.WaitGroup
	outcomes := make([]console.Outcome, 8)
	who := []string{"li", "wang"}
	for i := range outcomes {
		wg.Go(func() {
			var err error
			outcomes[i], err = d.Do(t.Context(), console.Action{Words: "ack E1", By: who[i%2], Lang: "en"}, time.Now())
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	e, _, err := d.Escalation(t.Context(), "E1", "li")
	if err != nil || e.Holder == "" {
		t.Fatal(e.Holder, err)
	}
	taken := 0
	for _, l := range e.Timeline {
		if l.Kind == "taken" {
			taken++
		}
	}
	if taken != 1 {
		t.Errorf("taken %d times", taken)
	}
	for i, o := range outcomes {
		if !o.Done && !strings.Contains(o.Text, e.Holder) {
			t.Errorf("%s is not told who has it: %q", who[i%2], o.Text)
		}
	}
}

func whatIsDoneIsSeen(t *testing.T, d desk) {
	t.Helper()
	now := time.Now()
	if err := d.SignedIn(t.Context(), "duty-manager", "192.0.2.1", now); err != nil {
		t.Fatal(err)
	}
	from := now.Add(24 * time.Hour).Format("2006-01-02T15:04")
	for _, words := range []string{"contacted C1", "extend C1 2d 客户要求", "hours closed 台风", "override primary wang " + from + " " + now.Add(30*time.Hour).Format("2006-01-02T15:04")} {
		if o, err := d.Do(t.Context(), console.Action{Words: words, By: "duty-manager", Lang: "zh"}, time.Now()); err != nil || !o.Done {
			t.Errorf("%s: %+v %v", words, o, err)
		}
	}
	n, err := d.Now(t.Context(), time.Now())
	if err != nil || n.Desk.Open || n.Desk.Mode != "closed" || n.OpenCases != 2 || n.OpenCalls != 2 || n.Unheld != 2 || len(n.Incidents) != 1 || len(n.Deadlines) == 0 {
		t.Errorf("%+v %v", n, err)
	}
	c, found, err := d.Case(t.Context(), "C1", "en")
	if err != nil || !found || c.ContactedBy != "duty-manager" || !strings.Contains(c.Incidents[0].Draft, "summary (draft)") || len(c.Escalations) != 1 {
		t.Errorf("%+v %v", c, err)
	}
	a, err := d.Audit(t.Context(), now.Add(-time.Hour), time.Now())
	if err != nil || len(a.Lines) != 5 {
		t.Fatalf("%+v %v", a.Lines, err)
	}
	for _, l := range a.Lines {
		if !l.Page || l.By != "duty-manager" {
			t.Errorf("%+v", l)
		}
	}
	rota, err := d.Rota(t.Context(), now, now.AddDate(0, 0, 7))
	if err != nil || len(rota.Rotations) == 0 || len(rota.Members) == 0 {
		t.Errorf("%+v %v", rota, err)
	}
}

func otherPagesHaveSomethingToShow(t *testing.T, d desk) {
	t.Helper()
	now := time.Now()
	h, err := d.Health(t.Context(), now)
	if err != nil || len(h.Checks) != 4 || len(h.Quota) != 2 || len(h.Waiting) != 6 || len(h.Warnings) != 1 || len(h.Versions) != 5 {
		t.Errorf("%+v %v", h, err)
	}
	in, err := d.Insight(t.Context(), now)
	if err != nil || in.Escalations != 2 || in.Cases != 2 || len(in.Days) != insightDays || in.Days[insightDays-1].Calls != 2 || in.Days[insightDays-1].Cases != 2 {
		t.Errorf("%+v %v", in, err)
	}
	f, err := d.FAQ(t.Context(), "en", now)
	if err != nil || len(f.Entries) < 10 || f.AnswerAt != .55 {
		t.Errorf("%d entries, %v", len(f.Entries), err)
	}
	ans, err := d.Ask(t.Context(), "有效期多久", "en", now)
	if err != nil || ans.Action != "answer" || len(ans.Candidates) == 0 || ans.Candidates[0].Title == ans.Candidates[0].ID {
		t.Errorf("%+v %v", ans, err)
	}
	y, err := d.Year(t.Context(), 2026, now)
	if err != nil || len(y.Days) != 365 || y.Last < 2026 {
		t.Errorf("%d days, %v", len(y.Days), err)
	}
	body, found, err := d.Export(t.Context(), "C1")
	if err != nil || !found || !strings.Contains(string(body), `"order_id": "o-1"`) {
		t.Errorf("%s %v", body, err)
	}
	for _, id := range []string{"C9", "E1", "x", ""} {
		if _, found, err := d.Case(t.Context(), id, "zh"); err != nil || found {
			t.Errorf("case %q: %v %v", id, found, err)
		}
		if _, found, err := d.Export(t.Context(), id); err != nil || found {
			t.Errorf("export %q: %v %v", id, found, err)
		}
	}
	if _, found, err := d.Escalation(t.Context(), "C1", ""); err != nil || found {
		t.Errorf("an escalation with a case's number: %v %v", found, err)
	}
}
