package main

import (
	"context"
	"testing"
	"time"

	"guanjia/bot"
	"guanjia/scheduler"
	"guanjia/store"
	"guanjia/store/storetest"
)

// A replica whose clock was an hour ahead died with a page in its hands, and its
// machine began again with the right time.
func TestWhatAClockThatWasAheadHeldIsFreeSoonAfterTheStart(t *testing.T) {
	const lease = 300 * time.Millisecond
	st, err := store.Open(t.Context(), store.Config{URL: storetest.Start(t).URL, Lease: lease})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(st.Close)
	ahead := time.Now().Add(time.Hour)
	if err := st.Commit(t.Context(), bot.Change{
		Now: ahead, Say: []bot.Outgoing{{ID: "E1|1|li|chat", To: bot.User("staff001"), Priority: bot.PriorityPage}},
		Set: []scheduler.Deadline{{ID: "escalation.climb|E1", Due: ahead.Add(time.Second), Wait: time.Second, Kind: "escalation.climb", Subject: "E1"}},
	}); err != nil {
		t.Fatal(err)
	}
	if ps, _, err := st.ClaimParcels(t.Context(), ahead, 9, bot.PriorityPage); err != nil || len(ps) != 1 {
		t.Fatal(ps, err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- (&service{store: st}).keepTime(ctx) }()
	var pages, calls int
	for end := time.Now().Add(10 * time.Second); (pages == 0 || calls == 0) && time.Now().Before(end); scheduler.Pause(t.Context(), lease/10) {
		ps, _, err := st.ClaimParcels(t.Context(), time.Now(), 9, bot.PriorityPage)
		if err != nil {
			t.Fatal(err)
		}
		ds, _, err := st.ClaimDeadlines(t.Context(), time.Now(), 9)
		if err != nil {
			t.Fatal(err)
		}
		pages, calls = pages+len(ps), calls+len(ds)
	}
	if pages == 0 || calls == 0 {
		t.Errorf("%d pages and %d calls came back", pages, calls)
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
