package store_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"guanjia/bot"
	"guanjia/scheduler"
	"guanjia/store"
	"guanjia/store/storetest"
)

// eachBackend runs a behaviour on a real Redis and on the embedded one, whose
// Lua differs.
func eachBackend(t *testing.T, f func(t *testing.T, open func() *store.Store)) {
	t.Helper()
	t.Run("redis", func(t *testing.T) {
		url := storetest.Start(t).URL
		f(t, func() *store.Store { return open(t, store.Config{URL: url}) })
	})
	t.Run("memory", func(t *testing.T) {
		s := open(t, store.Config{URL: "memory"})
		f(t, func() *store.Store { return s })
	})
}

func open(tb testing.TB, cfg store.Config) *store.Store {
	tb.Helper()
	s, err := store.Open(tb.Context(), cfg)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(s.Close)
	return s
}

var start = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)

func message(conversation, id string) bot.Message {
	return bot.Message{ID: id, Conversation: conversation, Kind: bot.KindText, Text: "问题 " + id, Sender: bot.Person{StaffID: "cust001"}, ReceivedAt: start}
}

func receive(t *testing.T, s *store.Store, m bot.Message) bool {
	t.Helper()
	fresh, err := s.Receive(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	return fresh
}

func claimMail(t *testing.T, s *store.Store, now time.Time) []bot.Mail {
	t.Helper()
	mail, _, err := s.ClaimMail(t.Context(), now, 10)
	if err != nil {
		t.Fatal(err)
	}
	return mail
}

func commit(t *testing.T, s *store.Store, c bot.Change) {
	t.Helper()
	if c.Now.IsZero() {
		c.Now = start
	}
	if err := s.Commit(t.Context(), c); err != nil {
		t.Fatal(err)
	}
}

func TestMessageIsKeptOnceAndInOrder(t *testing.T) {
	eachBackend(t, func(t *testing.T, open func() *store.Store) {
		t.Helper()
		s := open()
		for i := range 3 {
			if !receive(t, s, message("c1", fmt.Sprint("m", i))) {
				t.Error("a new message is not fresh")
			}
		}
		if receive(t, s, message("c1", "m1")) {
			t.Error("a repeated message is fresh")
		}
		for i := range 3 {
			mail := claimMail(t, s, start)
			if len(mail) != 1 || mail[0].Message.ID != fmt.Sprint("m", i) || mail[0].Attempt != 1 {
				t.Fatalf("turn %d: %+v", i, mail)
			}
			if again := claimMail(t, s, start.Add(time.Second)); len(again) != 0 {
				t.Fatalf("claimed twice: %+v", again)
			}
			commit(t, s, bot.Change{Done: bot.Claim{Mail: &mail[0]}})
		}
		if rest := claimMail(t, s, start.Add(time.Hour)); len(rest) != 0 {
			t.Errorf("left over: %+v", rest)
		}
	})
}

func TestDeadReplicasWorkIsTakenOverAndItsCommitFenced(t *testing.T) {
	eachBackend(t, func(t *testing.T, open func() *store.Store) {
		t.Helper()
		dead, alive := open(), open()
		receive(t, dead, message("c1", "m1"))
		lost := claimMail(t, dead, start)
		if got := claimMail(t, alive, start.Add(9*time.Second)); len(got) != 0 {
			t.Fatal("taken over while the lease held")
		}
		got := claimMail(t, alive, start.Add(10*time.Second))
		if len(got) != 1 || got[0].Attempt != 2 {
			t.Fatalf("not taken over: %+v", got)
		}
		err := dead.Commit(t.Context(), bot.Change{Now: start, Done: bot.Claim{Mail: &lost[0]}, Say: []bot.Outgoing{{ID: "x", To: bot.User("u")}}})
		if !errors.Is(err, bot.ErrFenced) {
			t.Errorf("the late commit got %v", err)
		}
		commit(t, alive, bot.Change{Done: bot.Claim{Mail: &got[0]}})
		if ps, _, _ := alive.ClaimParcels(t.Context(), start, 5); len(ps) != 0 {
			t.Errorf("the fenced commit said something: %+v", ps)
		}
	})
}

func TestChangeIsAllOrNothing(t *testing.T) {
	eachBackend(t, func(t *testing.T, open func() *store.Store) {
		t.Helper()
		s := open()
		ref := bot.DocRef{Kind: "person", ID: "p1"}
		put := func(version int64, body string) bot.Doc {
			return bot.Doc{DocRef: ref, Version: version, Body: json.RawMessage(body)}
		}
		commit(t, s, bot.Change{Put: []bot.Doc{put(0, `{"n":1}`)}})
		late := bot.Change{
			Now: start, Put: []bot.Doc{put(0, `{"n":2}`)}, Say: []bot.Outgoing{{ID: "x", To: bot.User("u")}},
			Set: []scheduler.Deadline{{ID: "d", Due: start}}, Log: []bot.Entry{{Of: ref, Text: "x"}},
		}
		if err := s.Commit(t.Context(), late); !errors.Is(err, bot.ErrConflict) {
			t.Fatalf("outdated write got %v", err)
		}
		if err := s.Commit(t.Context(), bot.Change{Now: start, Check: []bot.Doc{put(0, "")}, Say: late.Say}); !errors.Is(err, bot.ErrConflict) {
			t.Fatalf("outdated check got %v", err)
		}
		docs, err := s.Load(t.Context(), ref, bot.DocRef{Kind: "person", ID: "nobody"})
		if err != nil || string(docs[0].Body) != `{"n":1}` || docs[0].Version != 1 || docs[1].Version != 0 {
			t.Errorf("%+v %v", docs, err)
		}
		ps, _, _ := s.ClaimParcels(t.Context(), start, 5)
		ds, _, _ := s.ClaimDeadlines(t.Context(), start, 5)
		log, _ := s.Timeline(t.Context(), ref)
		if len(ps)+len(ds)+len(log) != 0 {
			t.Errorf("a refused change left traces: %v %v %v", ps, ds, log)
		}
	})
}

func TestRepeatedCommitHasOneEffect(t *testing.T) {
	eachBackend(t, func(t *testing.T, open func() *store.Store) {
		t.Helper()
		s := open()
		c := bot.Change{Op: "once", Now: start, Say: []bot.Outgoing{{ID: "a", To: bot.User("u"), Text: "x"}}}
		commit(t, s, c)
		commit(t, s, c)
		ps, _, err := s.ClaimParcels(t.Context(), start, 5)
		if err != nil || len(ps) != 1 || len(ps[0].More) != 0 {
			t.Errorf("%+v %v", ps, err)
		}
	})
}

func TestPagesGoFirstAndRecipientsKeepTheirOrder(t *testing.T) {
	eachBackend(t, func(t *testing.T, open func() *store.Store) {
		t.Helper()
		s := open()
		commit(t, s, bot.Change{Say: []bot.Outgoing{
			{ID: "1", To: bot.User("u"), Priority: bot.PriorityNormal, Text: "eins"},
			{ID: "2", To: bot.User("u"), Priority: bot.PriorityNormal, Text: "zwei"},
			{ID: "3", To: bot.User("v"), Priority: bot.PriorityPage, Text: "drei"},
		}})
		ps, _, err := s.ClaimParcels(t.Context(), start, 1)
		if err != nil || len(ps) != 1 || ps[0].Outgoing.ID != "3" {
			t.Fatalf("first is not the page: %+v %v", ps, err)
		}
		ps, _, _ = s.ClaimParcels(t.Context(), start, 5)
		if len(ps) != 1 || ps[0].Outgoing.ID != "1" || len(ps[0].More) != 1 || ps[0].More[0].ID != "2" {
			t.Fatalf("%+v", ps)
		}
		if err := s.Delivered(t.Context(), ps[0], []bot.Delivery{{ID: "1", OK: true}}, start); err != nil {
			t.Fatal(err)
		}
		ps, _, _ = s.ClaimParcels(t.Context(), start, 5)
		if len(ps) != 1 || ps[0].Outgoing.ID != "2" || ps[0].Attempt != 1 {
			t.Fatalf("%+v", ps)
		}
		if err := s.RetryParcel(t.Context(), ps[0], start.Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
		if ps, _, _ = s.ClaimParcels(t.Context(), start.Add(30*time.Second), 5); len(ps) != 1 || ps[0].Outgoing.ID != "3" {
			t.Fatalf("only the page's lease has ended: %+v", ps)
		}
		if ps, _, _ = s.ClaimParcels(t.Context(), start.Add(time.Minute), 5); len(ps) == 0 || ps[len(ps)-1].Attempt != 2 {
			t.Fatalf("%+v", ps)
		}
	})
}

func TestDeliveryIsReportedWhereAsked(t *testing.T) {
	eachBackend(t, func(t *testing.T, open func() *store.Store) {
		t.Helper()
		s := open()
		commit(t, s, bot.Change{Say: []bot.Outgoing{
			{ID: "1", To: bot.User("u"), Report: "delivery", Subject: "E1", Text: "words"},
			{ID: "2", To: bot.User("v"), Report: "delivery", ReportFailureOnly: true},
		}})
		ps, _, _ := s.ClaimParcels(t.Context(), start, 5)
		for _, p := range ps {
			d := bot.Delivery{ID: p.Outgoing.ID, OK: p.Outgoing.ID == "2", Reason: "群已解散"}
			if err := s.Delivered(t.Context(), p, []bot.Delivery{d}, start); err != nil {
				t.Fatal(err)
			}
		}
		ds, _, err := s.ClaimDeadlines(t.Context(), start, 5)
		if err != nil || len(ds) != 1 || ds[0].Subject != "E1" || ds[0].Kind != "delivery" {
			t.Fatalf("%+v %v", ds, err)
		}
		if st, err := s.Stats(t.Context(), start); err != nil || st.Dead != 1 || st.Pages+st.Messages != 0 {
			t.Errorf("%+v %v", st, err)
		}
	})
}

func TestDeadlineFiresWhenDueAndMovesWhenSetAgain(t *testing.T) {
	eachBackend(t, func(t *testing.T, open func() *store.Store) {
		t.Helper()
		s := open()
		commit(t, s, bot.Change{Set: []scheduler.Deadline{
			{ID: "a", Due: start.Add(time.Minute), Kind: "k", Subject: "E1", Run: 3, Data: json.RawMessage(`{"x":1}`)},
			{ID: "b", Due: start.Add(time.Minute)},
		}})
		ds, next, err := s.ClaimDeadlines(t.Context(), start, 5)
		if err != nil || len(ds) != 0 || !next.Equal(start.Add(time.Minute)) {
			t.Fatalf("%+v %v %v", ds, next, err)
		}
		commit(t, s, bot.Change{Set: []scheduler.Deadline{{ID: "a", Due: start.Add(time.Hour), Kind: "k", Subject: "E1", Run: 4}}, Clear: []string{"b"}})
		if ds, _, _ = s.ClaimDeadlines(t.Context(), start.Add(59*time.Minute), 5); len(ds) != 0 {
			t.Fatalf("moved or cancelled deadlines fired: %+v", ds)
		}
		late := start.Add(time.Hour + time.Second)
		ds, _, _ = s.ClaimDeadlines(t.Context(), late, 5)
		want := []scheduler.Claimed{{
			Deadline: scheduler.Deadline{ID: "a", Due: start.Add(time.Hour), Kind: "k", Subject: "E1", Run: 4},
			Fence:    late.Add(10 * time.Second).UnixMicro(), Attempt: 1,
		}}
		if diff := cmp.Diff(want, ds); diff != "" {
			t.Fatal(diff)
		}
		// Firing it may set it again under the same id.
		again := scheduler.Deadline{ID: "a", Due: start.Add(2 * time.Hour), Kind: "k"}
		commit(t, s, bot.Change{Now: late, Done: bot.Claim{Deadline: &ds[0]}, Set: []scheduler.Deadline{again}})
		if ds, next, _ := s.ClaimDeadlines(t.Context(), late, 5); len(ds) != 0 || !next.Equal(again.Due) {
			t.Errorf("%+v %v", ds, next)
		}
	})
}

func TestManyReplicasHandleEachMessageOnce(t *testing.T) {
	eachBackend(t, func(t *testing.T, open func() *store.Store) {
		t.Helper()
		const conversations, each = 10, 20
		first := open()
		for i := range conversations * each {
			receive(t, first, message(fmt.Sprint("c", i%conversations), fmt.Sprint("m", i)))
		}
		var mu sync.Mutex
		handled := map[string][]string{}
		var replicas sync.WaitGroup
		for range 3 {
			s := open()
			replicas.Go(func() {
				for {
					mail, _, err := s.ClaimMail(t.Context(), start, 3)
					if err != nil {
						t.Error(err)
						return
					}
					if st, err := s.Stats(t.Context(), start); err != nil || len(mail) == 0 && st.Mail == 0 {
						return
					}
					for _, m := range mail {
						mu.Lock()
						handled[m.Message.Conversation] = append(handled[m.Message.Conversation], m.Message.ID)
						mu.Unlock()
						if err := s.Commit(t.Context(), bot.Change{Now: start, Done: bot.Claim{Mail: &m}}); err != nil {
							t.Error(err)
						}
					}
				}
			})
		}
		replicas.Wait()
		for i := range conversations {
			var want []string
			for j := range each {
				want = append(want, fmt.Sprint("m", j*conversations+i))
			}
			if diff := cmp.Diff(want, handled[fmt.Sprint("c", i)]); diff != "" {
				t.Error(diff)
			}
		}
	})
}

func TestPoisonIsBuriedAndTheConversationGoesOn(t *testing.T) {
	eachBackend(t, func(t *testing.T, open func() *store.Store) {
		t.Helper()
		s := open()
		receive(t, s, message("c1", "poison"))
		receive(t, s, message("c1", "next"))
		now := start
		for want := 1; want <= 3; want++ {
			mail := claimMail(t, s, now)
			if len(mail) != 1 || mail[0].Attempt != want {
				t.Fatalf("claim %d: %+v", want, mail)
			}
			now = now.Add(11 * time.Second)
		}
		mail := claimMail(t, s, now)
		if err := s.BuryMail(t.Context(), mail[0], now, "panic"); err != nil {
			t.Fatal(err)
		}
		mail = claimMail(t, s, now)
		if len(mail) != 1 || mail[0].Message.ID != "next" || mail[0].Attempt != 1 {
			t.Errorf("%+v", mail)
		}
	})
}

func TestWordsCanBeErasedAndRunOut(t *testing.T) {
	eachBackend(t, func(t *testing.T, open func() *store.Store) {
		t.Helper()
		s := open()
		of := bot.DocRef{Kind: "escalation", ID: "E1"}
		commit(t, s, bot.Change{
			Put: []bot.Doc{{DocRef: bot.DocRef{Kind: "person", ID: "cust001"}, Body: json.RawMessage(`{"name":"陈晓"}`)}},
			Log: []bot.Entry{
				{Of: of, At: start, Kind: "said", By: "陈晓", Person: "cust001", Text: "我们被勒索了"},
				{Of: of, At: start.Add(time.Hour), Kind: "said", By: "Alice", Person: "cust002", Text: "us too"},
				{Of: of, At: start, Kind: "acked", By: "李工", Text: "接单"},
			},
		})
		e, err := s.Erase(t.Context(), "cust001")
		if diff := cmp.Diff(store.Erased{Documents: 1, Entries: 1}, e); diff != "" || err != nil {
			t.Fatal(diff, err)
		}
		if n, err := s.PurgeWords(t.Context(), start.Add(2*time.Hour)); n != 1 || err != nil {
			t.Errorf("purged %d %v", n, err)
		}
		log, err := s.Timeline(t.Context(), of)
		if err != nil || len(log) != 3 || log[0].Text+log[1].Text != "" || log[2].Text != "接单" {
			t.Errorf("%+v %v", log, err)
		}
		if n, err := s.PurgeWords(t.Context(), start.Add(3*time.Hour)); n != 0 || err != nil {
			t.Errorf("purged %d again %v", n, err)
		}
	})
}

func TestBudgetIsSharedAndRefills(t *testing.T) {
	eachBackend(t, func(t *testing.T, open func() *store.Store) {
		t.Helper()
		a, b := open(), open()
		var waited time.Duration
		for i := range 4 {
			w, err := []*store.Store{a, b}[i%2].Allow(t.Context(), "x", 3, 3*time.Second, start)
			if err != nil || (i < 3 && w != 0) {
				t.Fatalf("call %d: %v %v", i, w, err)
			}
			waited = w
		}
		if waited != time.Second {
			t.Errorf("fourth call waits %v, want 1s", waited)
		}
		if w, err := a.Allow(t.Context(), "x", 3, 3*time.Second, start.Add(waited)); w != 0 || err != nil {
			t.Errorf("still waits %v %v", w, err)
		}
	})
}

func TestStoreComesBackAfterAnOutage(t *testing.T) {
	srv := storetest.Start(t, "--appendfsync", "always")
	s := open(t, store.Config{URL: srv.URL})
	receive(t, s, message("c1", "before"))
	srv.Kill()
	began := time.Now()
	ctx, cancel := context.WithTimeout(t.Context(), 2700*time.Millisecond)
	defer cancel()
	if _, err := s.Receive(ctx, message("c1", "during")); err == nil {
		t.Error("a message was kept without Redis")
	}
	if took := time.Since(began); took > 3*time.Second {
		t.Errorf("it took %v to say so", took)
	}
	srv.Restart()
	if !receive(t, s, message("c1", "after")) {
		t.Error("not fresh")
	}
	if mail := claimMail(t, s, start); len(mail) != 1 || mail[0].Message.ID != "before" {
		t.Errorf("the first message did not survive: %+v", mail)
	}
}

func TestPrivateChildKeepsItsState(t *testing.T) {
	dir := t.TempDir()
	s, err := store.Open(t.Context(), store.Config{Data: dir})
	if err != nil {
		t.Fatal(err)
	}
	receive(t, s, message("c1", "m1"))
	if _, err := store.Open(t.Context(), store.Config{Data: dir}); err == nil {
		t.Error("two bots share a folder")
	}
	s.Close()
	s = open(t, store.Config{Data: dir})
	if mail := claimMail(t, s, start); len(mail) != 1 {
		t.Errorf("lost: %+v", mail)
	}
	if w := s.Warnings(t.Context()); len(w) != 0 {
		t.Errorf("the private child is not set up as advised: %v", w)
	}
}

func TestAddressesAreRead(t *testing.T) {
	for url, ok := range map[string]bool{
		"redis://127.0.0.1:6379/0": true, "rediss://u:p%40@h:1/2": true, "redis+sentinel://h1,h2:26380/mymaster/0": true,
		"redis+cluster://h1,h2": true, "rediss+cluster://u:p@h1": true,
		"redis+sentinel://h1,h2": false, "http://x": false, "localhost": false, "redis+cluster://": false, "redis://h/x": false,
	} {
		s, err := store.Open(t.Context(), store.Config{URL: url})
		if (err == nil) != ok {
			t.Errorf("%s: %v", url, err)
		}
		if err == nil {
			s.Close()
		}
	}
}
