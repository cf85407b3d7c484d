package store_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"guanjia/bot"
	"guanjia/store"
	"guanjia/store/storetest"
)

var start = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)

func message(conversation, id string) bot.Message {
	return bot.Message{ID: id, Conversation: conversation, Kind: bot.KindText, Text: "问题 " + id, Sender: bot.Person{StaffID: "cust001"}, ReceivedAt: start}
}

func receive(t *testing.T, s *store.Store, m bot.Message) {
	t.Helper()
	if _, err := s.Receive(t.Context(), m); err != nil {
		t.Fatal(err)
	}
}

func heads(t *testing.T, s *store.Store, now time.Time) []string {
	t.Helper()
	mail, _, err := s.ClaimMail(t.Context(), now, 100)
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, m := range mail {
		ids = append(ids, m.Message.ID)
	}
	return ids
}

// refused expects that a message is refused in time for the platform to hear it.
func refused(t *testing.T, s *store.Store, m bot.Message) {
	t.Helper()
	began := time.Now()
	if _, err := s.Receive(t.Context(), m); err == nil {
		t.Error("a message was kept without Redis")
	}
	if took := time.Since(began); took > 3*time.Second {
		t.Errorf("it took %v to say that a message cannot be kept", took)
	}
}

// recovers expects that the store works again soon, by itself.
func recovers(t *testing.T, s *store.Store) {
	t.Helper()
	began := time.Now()
	for {
		_, err := s.Receive(t.Context(), message("after", fmt.Sprint("after", time.Since(began))))
		if err == nil {
			break
		}
		if time.Since(began) > 5*time.Second {
			t.Fatalf("not back 5 s after Redis is: %v", err)
		}
	}
	t.Logf("back after %v", time.Since(began))
}

func TestStoreComesBackAfterACrashOfRedis(t *testing.T) {
	srv := storetest.Start(t, "--appendfsync", "always")
	s := open(t, store.Config{URL: srv.URL})
	receive(t, s, message("c1", "before"))
	srv.Kill()
	for range 3 {
		refused(t, s, message("c1", "during"))
	}
	if err := s.Ping(t.Context()); err == nil {
		t.Error("a Redis that is away answers")
	}
	srv.Restart()
	recovers(t, s)
	if got := heads(t, s, start); !slices.Contains(got, "before") {
		t.Errorf("the acknowledged message did not survive: %v", got)
	}
}

func TestStoreComesBackAfterRedisHangs(t *testing.T) {
	srv := storetest.Start(t)
	s := open(t, store.Config{URL: srv.URL})
	receive(t, s, message("c1", "before"))
	srv.Hang()
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() { refused(t, s, message("c1", fmt.Sprint("during", i))) })
	}
	all.Wait()
	srv.Resume()
	recovers(t, s)
}

func TestStoreOpensWhileRedisIsAway(t *testing.T) {
	srv := storetest.Start(t)
	srv.Kill()
	s := open(t, store.Config{URL: srv.URL})
	refused(t, s, message("c1", "m1"))
	srv.Restart()
	recovers(t, s)
}

func TestRedisThatTakesNoWritesIsNoticed(t *testing.T) {
	srv := storetest.Start(t)
	replica := srv.StartReplica()
	s := open(t, store.Config{URL: replica.URL})
	if err := s.Ping(t.Context()); err == nil {
		t.Error("a read-only replica passes for a Redis to work with")
	}
}

// The client library sends a write again when its answer was lost.
func TestLostAnswersDoubleNothing(t *testing.T) {
	srv := storetest.Start(t)
	proxy := srv.StartProxy(7)
	const conversations, each = 8, 25
	of := bot.DocRef{Kind: "escalation", ID: "E1"}
	var all sync.WaitGroup
	for c := range conversations {
		s := open(t, store.Config{URL: proxy.URL})
		all.Go(func() {
			for i := range each {
				m := message(fmt.Sprint("c", c), fmt.Sprint("c", c, "m", i))
				persist(t, func(ctx context.Context) error { _, err := s.Receive(ctx, m); return err })
			}
		})
	}
	all.Wait()
	s := open(t, store.Config{URL: proxy.URL, Lease: time.Hour})
	settled := 0
	for now := start; settled < conversations*each; now = now.Add(2 * time.Hour) {
		mail, _, err := s.ClaimMail(t.Context(), now, 100) // a lost claim comes back when its lease ends
		if err != nil {
			continue
		}
		for _, m := range mail {
			persist(t, func(ctx context.Context) error {
				return s.Commit(ctx, bot.Change{
					Now: start, Done: bot.Claim{Mail: &m}, Log: []bot.Entry{{Of: of, Text: m.Message.ID}},
					Say: []bot.Outgoing{{ID: m.Message.ID + ".0", To: "user:u", Mergeable: true}},
				})
			})
			settled++
		}
	}
	log, err := open(t, store.Config{URL: srv.URL}).Timeline(t.Context(), of)
	if err != nil || len(log) != conversations*each {
		t.Errorf("%d effects of %d messages, %v", len(log), conversations*each, err)
	}
	if st, err := open(t, store.Config{URL: srv.URL}).Stats(t.Context(), start); err != nil || st.Messages+st.Pages != conversations*each || st.Mail != 0 {
		t.Errorf("%+v %v", st, err)
	}
	if proxy.Cuts() < 50 {
		t.Errorf("only %d answers were lost, that proves nothing", proxy.Cuts())
	}
}

// persist repeats a write until it is known to be made. One that ends work is fenced
// when it is repeated, by the library or here.
func persist(t *testing.T, write func(context.Context) error) {
	t.Helper()
	for range 20 {
		err := write(t.Context())
		if err == nil || errors.Is(err, bot.ErrFenced) {
			return
		}
		if errors.Is(err, bot.ErrConflict) {
			t.Error(err)
			return
		}
	}
	t.Error("twenty tries were not enough")
}
