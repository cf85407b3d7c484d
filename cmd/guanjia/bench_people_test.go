package main

import (
	"context"
	"fmt"
	"testing"
	"time"

	"guanjia/dingsim"
	"guanjia/store/storetest"
)

// BenchmarkPeople measures frame in → reply out with more and more people who
// talk at the same time, beside the bare echo bot.
func BenchmarkPeople(b *testing.B) {
	base, address := simulate(b)
	echo(b, base, address)
	sim, address := simulate(b)
	cfg, err := (&demoCommand{}).configuration(&environment{}, address)
	if err != nil {
		b.Fatal(err)
	}
	cfg.Redis.URL = storetest.Start(b).URL
	running(b, cfg)
	for people := 1; people <= 10*chats; people *= 10 {
		b.Run(fmt.Sprintf("people=%d", people), func(b *testing.B) {
			n := max(100, people)
			chatter(b, base, people, people) // everybody is known
			chatter(b, sim, people, people)
			var ours, theirs []float64
			for b.Loop() {
				theirs = append(theirs, chatter(b, base, people, n))
				ours = append(ours, chatter(b, sim, people, n))
			}
			b.ReportMetric(median(ours), "bot-msg/s")
			b.ReportMetric(median(theirs), "echo-msg/s")
		})
	}
}

// chatter lets people say n things, each the next one as soon as somebody is
// answered, and tells how many were answered in a second.
func chatter(b *testing.B, sim *dingsim.Server, people, n int) float64 {
	b.Helper()
	last := int64(0)
	if rs := sim.Messages(0); len(rs) > 0 {
		last = rs[len(rs)-1].Seq
	}
	began, said := time.Now(), 0
	say := func() {
		if said == n {
			return
		}
		if _, err := sim.Say(dingsim.Say{From: fmt.Sprintf("guest%03d", said%people+1), Text: "有效期多久"}); err != nil {
			b.Error(err)
		}
		said++
	}
	for range people {
		say()
	}
	ctx, cancel := context.WithTimeout(b.Context(), time.Minute)
	defer cancel()
	for answers := 0; answers < n; {
		err := sim.WaitFor(ctx, last, func(r dingsim.Record) bool {
			last = r.Seq
			answers++
			return true
		})
		if err != nil {
			b.Fatalf("%d of %d messages were answered: %v", answers, n, err)
		}
		say()
	}
	return float64(n) / time.Since(began).Seconds()
}
