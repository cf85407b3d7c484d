package store_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"guanjia/bot"
	"guanjia/scheduler"
	"guanjia/store"
	"guanjia/store/storetest"
)

// callers is how many conversations a benchmark works for at a time.
const callers = 50

// rate runs do n times from all callers and tells how often a second that was.
func rate(b *testing.B, n int, do func(caller, i int)) float64 {
	b.Helper()
	var next atomic.Int64
	var all sync.WaitGroup
	began := time.Now()
	for c := range callers {
		all.Go(func() {
			for i := next.Add(1); i <= int64(n); i = next.Add(1) {
				do(c, int(i))
			}
		})
	}
	all.Wait()
	return float64(n) / time.Since(began).Seconds()
}

func bare50(b *testing.B, srv *storetest.Server) *redis.Client {
	b.Helper()
	c := redis.NewClient(&redis.Options{Addr: srv.Addr, PoolSize: 2 * callers})
	b.Cleanup(func() { _ = c.Close() })
	return c
}

// answer is an ordinary change: the person's document, a deadline, a message to
// say, and two lines of the timeline.
func answer(n int, version int64, m *bot.Mail) bot.Change {
	id := strconv.Itoa(n)
	ref := bot.DocRef{Kind: "person", ID: "cust" + id}
	return bot.Change{
		Now: start, Put: []bot.Doc{{DocRef: ref, Version: version, Body: json.RawMessage(`{"name":"陈晓","lang":"zh","text":"` + strings.Repeat("x", 300) + `"}`)}},
		Set: []scheduler.Deadline{{ID: "note|" + id, Due: start.Add(time.Hour), Kind: "desk_note", Data: json.RawMessage(`{"words":"` + strings.Repeat("y", 80) + `"}`)}},
		Say: []bot.Outgoing{{ID: id + ".0", To: bot.User("cust" + id), Text: strings.Repeat("z", 300)}},
		Log: []bot.Entry{
			{Of: ref, At: start, Kind: "said", Person: "cust001", Text: "有效期多久"},
			{Of: ref, At: start, Kind: "answered", By: "bot", Text: "15 天"},
		},
		Done: bot.Claim{Mail: m},
	}
}

// rawReceive and rawCommit write the same bytes in a bare MULTI, with no check
// of anything.
func rawReceive(b *testing.B, c *redis.Client, body []byte, conversation string, n int) {
	b.Helper()
	id := strconv.Itoa(n)
	_, err := c.TxPipelined(b.Context(), func(p redis.Pipeliner) error {
		p.SetNX(b.Context(), "raw:seen:"+id, "1", 48*time.Hour)
		p.RPush(b.Context(), "raw:mb:"+conversation, body)
		p.ZAddNX(b.Context(), "raw:due:in", redis.Z{Score: float64(start.UnixMicro()), Member: conversation})
		return nil
	})
	if err != nil {
		b.Error(err)
	}
}

func rawCommit(b *testing.B, c *redis.Client, ch bot.Change, conversation string) {
	b.Helper()
	ctx := b.Context()
	doc, deadline, out := ch.Put[0], ch.Set[0], ch.Say[0]
	_, err := c.TxPipelined(ctx, func(p redis.Pipeliner) error {
		p.Set(ctx, "raw:doc:"+doc.ID, string(doc.Body), 0)
		raw, _ := json.Marshal(deadline)
		p.ZAdd(ctx, "raw:due:tm", redis.Z{Score: float64(deadline.Due.UnixMicro()), Member: deadline.ID})
		p.HSet(ctx, "raw:tm", deadline.ID, raw)
		raw, _ = json.Marshal(out)
		p.RPush(ctx, "raw:ob:"+string(out.To), raw)
		p.ZAddNX(ctx, "raw:due:out", redis.Z{Score: float64(start.UnixMicro()), Member: string(out.To)})
		for _, e := range ch.Log {
			raw, _ = json.Marshal(e)
			p.RPush(ctx, "raw:log:"+doc.ID, raw)
		}
		p.LPop(ctx, "raw:mb:"+conversation)
		p.ZRem(ctx, "raw:due:in", conversation)
		return nil
	})
	if err != nil && !errors.Is(err, redis.Nil) {
		b.Error(err)
	}
}

// BenchmarkReceive is a frame on its way to its ack, against a bare MULTI of the
// same bytes.
func BenchmarkReceive(b *testing.B) {
	srv := storetest.Start(b, "--appendfsync", "always")
	s, c := open(b, store.Config{URL: srv.URL}), bare50(b, srv)
	n := max(b.N, 2*callers)
	b.ResetTimer()
	raw := rate(b, n, func(caller, i int) {
		m := message(fmt.Sprint("c", caller), fmt.Sprint("raw", i))
		body, _ := json.Marshal(m) //nolint:errchkjson // it has an encoding
		rawReceive(b, c, body, m.Conversation, i)
	})
	ours := rate(b, n, func(caller, i int) {
		if _, err := s.Receive(b.Context(), message(fmt.Sprint("c", caller), fmt.Sprint("m", i))); err != nil {
			b.Error(err)
		}
	})
	b.ReportMetric(ours, "messages/s")
	b.ReportMetric(ours/raw, "of_raw_MULTI")
}

// BenchmarkMessage is the whole way of a message through the store, received,
// claimed and answered, against two bare MULTIs of the same bytes.
func BenchmarkMessage(b *testing.B) {
	srv := storetest.Start(b, "--appendfsync", "always")
	s, c := open(b, store.Config{URL: srv.URL}), bare50(b, srv)
	n := max(b.N, 2*callers)
	b.ResetTimer()
	raw := rate(b, n, func(caller, i int) {
		m := message(fmt.Sprint("c", caller), fmt.Sprint("raw", i))
		body, _ := json.Marshal(m) //nolint:errchkjson // it has an encoding
		rawReceive(b, c, body, m.Conversation, i)
		rawCommit(b, c, answer(i, 0, nil), m.Conversation)
	})
	mail, handled := make(chan bot.Mail, callers), make(chan struct{}, n)
	var workers sync.WaitGroup
	began := time.Now()
	workers.Go(func() { claimAll(b, s, n, mail) })
	for range callers {
		workers.Go(func() {
			for m := range mail {
				num, _ := strconv.Atoi(strings.TrimPrefix(m.Message.ID, "m")) // as given below
				if err := s.Commit(b.Context(), answer(num, 0, &m)); err != nil {
					b.Error(err)
				}
				handled <- struct{}{}
			}
		})
	}
	rate(b, n, func(caller, i int) {
		if _, err := s.Receive(b.Context(), message(fmt.Sprint("c", caller), fmt.Sprint("m", i))); err != nil {
			b.Error(err)
		}
	})
	for range n {
		<-handled
	}
	ours := float64(n) / time.Since(began).Seconds()
	workers.Wait()
	b.ReportMetric(ours, "messages/s")
	b.ReportMetric(ours/raw, "of_raw_MULTI")
}

// claimAll is what the dispatcher's loop does.
func claimAll(b *testing.B, s *store.Store, n int, mail chan<- bot.Mail) {
	b.Helper()
	defer close(mail)
	for left := n; left > 0; {
		got, _, err := s.ClaimMail(b.Context(), start, callers)
		if err != nil {
			b.Error(err)
			return
		}
		left -= len(got)
		for _, m := range got {
			mail <- m
		}
	}
}

// BenchmarkCommit is a change against a bare MULTI of the same bytes.
func BenchmarkCommit(b *testing.B) {
	srv := storetest.Start(b, "--appendfsync", "always")
	s, c := open(b, store.Config{URL: srv.URL}), bare50(b, srv)
	n := max(b.N, 2*callers)
	b.ResetTimer()
	raw := rate(b, n, func(_, i int) { rawCommit(b, c, answer(i, 0, nil), "c") })
	ours := rate(b, n, func(_, i int) {
		if err := s.Commit(b.Context(), answer(i, 0, nil)); err != nil {
			b.Error(err)
		}
	})
	b.ReportMetric(ours, "commits/s")
	b.ReportMetric(ours/raw, "of_raw_MULTI")
}

// BenchmarkDeadlines is setting and firing, in the batches of the scheduler.
func BenchmarkDeadlines(b *testing.B) {
	srv := storetest.Start(b, "--appendfsync", "always")
	s := open(b, store.Config{URL: srv.URL})
	n := max(b.N, 2*callers)
	for i := range n {
		if i%1000 == 0 {
			c := bot.Change{Now: start}
			for j := i; j < min(n, i+1000); j++ {
				c.Set = append(c.Set, scheduler.Deadline{ID: strconv.Itoa(j), Due: start})
			}
			if err := s.Commit(b.Context(), c); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ResetTimer()
	began := time.Now()
	for left := n; left > 0; {
		ds, _, err := s.ClaimDeadlines(b.Context(), start, 16)
		if err != nil {
			b.Fatal(err)
		}
		var firing sync.WaitGroup
		for _, d := range ds {
			firing.Go(func() {
				if err := s.Commit(b.Context(), bot.Change{Now: start, Done: bot.Claim{Deadline: &d}}); err != nil {
					b.Error(err)
				}
			})
		}
		firing.Wait()
		left -= len(ds)
	}
	b.ReportMetric(float64(n)/time.Since(began).Seconds(), "fired/s")
}

// BenchmarkMemory is what one deadline and one document take in Redis.
func BenchmarkMemory(b *testing.B) {
	srv := storetest.Start(b, "--appendonly", "no")
	s, raw := open(b, store.Config{URL: srv.URL}), bare50(b, srv)
	used := func() float64 {
		info, err := raw.InfoMap(b.Context(), "memory").Result()
		if err != nil {
			b.Fatal(err)
		}
		n, _ := strconv.ParseFloat(info["Memory"]["used_memory"], 64)
		return n
	}
	const batches, each = 20, 500
	fill := func(add func(c *bot.Change, n int)) float64 {
		before := used()
		for i := range batches {
			c := bot.Change{Op: "op", Now: start}
			for j := range each {
				add(&c, i*each+j)
			}
			if err := s.Commit(b.Context(), c); err != nil {
				b.Fatal(err)
			}
			raw.Del(b.Context(), "{guanjia}:op:op")
		}
		return (used() - before) / (batches * each)
	}
	for b.Loop() {
		raw.FlushAll(b.Context())
		b.ReportMetric(fill(func(c *bot.Change, n int) {
			c.Set = append(c.Set, scheduler.Deadline{
				ID: fmt.Sprintf("page|E%d|1", n), Due: start, Kind: "page", Subject: fmt.Sprint("E", n), Data: json.RawMessage(`"` + strings.Repeat("x", 60) + `"`),
			})
		}), "B/deadline")
		b.ReportMetric(fill(func(c *bot.Change, n int) {
			c.Put = append(c.Put, bot.Doc{DocRef: bot.DocRef{Kind: "escalation", ID: fmt.Sprint("E", n)}, Body: json.RawMessage(`"` + strings.Repeat("x", 350) + `"`)})
		}), "B/document")
	}
}
