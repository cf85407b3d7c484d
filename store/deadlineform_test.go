package store_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"guanjia/bot"
	"guanjia/scheduler"
	"guanjia/store"
	"guanjia/store/storetest"
)

// What the id of a deadline says is not kept twice; that of an earlier version,
// which did so, is still understood.
func TestDeadlinesOfEveryFormAreRead(t *testing.T) {
	srv := storetest.Start(t)
	s, err := store.Open(t.Context(), store.Config{URL: srv.URL})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	due := start.Add(time.Hour)
	want := []scheduler.Deadline{
		{ID: "case.update|I7", Due: due, Kind: "case.update", Subject: "I7", Run: 3},
		{ID: "case.validity|C7", Due: due.Add(1 * time.Second), Kind: "case.validity", Subject: "C7", Run: 1},
		{ID: "page|E1|2", Due: due.Add(2 * time.Second), Kind: "page", Subject: "E1", Run: 2, Data: json.RawMessage(`{"a":1}`)},
		{ID: "morning|2027-01-01", Due: due.Add(3 * time.Second), Kind: "morning"},
		{ID: "a|b|c", Due: due.Add(4 * time.Second), Kind: "a", Subject: "b|c"},
	}
	if err := s.Commit(t.Context(), bot.Change{Now: start, Set: want}); err != nil {
		t.Fatal(err)
	}
	c := srv.Client()
	short := c.HGet(t.Context(), "{guanjia}:tm", "case.update|I7").Val()
	if len(short) > 40 {
		t.Errorf("%d bytes: %s", len(short), short)
	}
	old, err := json.Marshal(map[string]any{"id": "case.validity|C7", "kind": "case.validity", "subject": "C7", "run": 1, "due": want[1].Due.UnixMicro()})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.HSet(t.Context(), "{guanjia}:tm", "case.validity|C7", old).Err(); err != nil {
		t.Fatal(err)
	}
	got, err := s.Due(t.Context(), 9)
	if err != nil || !cmp.Equal(got, want) {
		t.Error(err, cmp.Diff(want, got))
	}
}
