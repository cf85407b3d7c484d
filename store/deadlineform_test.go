package store_test

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"guanjia/bot"
	"guanjia/scheduler"
	"guanjia/store"
	"guanjia/store/storetest"
)

// What the id of a deadline says, and its lane, is not kept twice.
func TestDeadlinesAreStoredBriefly(t *testing.T) {
	srv := storetest.Start(t)
	s, err := store.Open(t.Context(), store.Config{URL: srv.URL})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	due := start.Add(time.Hour)
	want := []scheduler.Deadline{
		{ID: "case.validity|C7", Due: due, Kind: "case.validity", Subject: "C7"},
		{ID: "case.channel|C7", Due: due.Add(1 * time.Second), Kind: "case.channel", Subject: "C7", Run: 3},
		{ID: "page|E1|2", Due: due.Add(2 * time.Second), Kind: "page", Subject: "E1", Run: 2, Data: json.RawMessage(`{"a":1}`)},
		{ID: "morning|2027-01-01", Due: due.Add(3 * time.Second), Kind: "morning"},
		{ID: "a|b|c", Due: due.Add(4 * time.Second), Kind: "a", Subject: "b|c"},
		{ID: "plain", Due: due.Add(5 * time.Second), Kind: "plain"},
		{ID: "x|y", Due: due.Add(6 * time.Second), Kind: "x|y", Subject: "z"},
	}
	if err := s.Commit(t.Context(), bot.Change{Now: start, Set: want}); err != nil {
		t.Fatal(err)
	}
	bodies := map[string]string{
		"case.channel|C7": `{"run":3}`, "page|E1|2": `{"kind":"page","subject":"E1","run":2,"data":{"a":1}}`,
		"morning|2027-01-01": `{"kind":"morning"}`, "x|y": `{"kind":"x|y","subject":"z"}`,
	}
	c := srv.Client()
	stored := func() map[string]string {
		all := map[string]string{}
		for _, k := range c.Keys(t.Context(), "{guanjia}:tm:*").Val() {
			maps.Copy(all, c.HGetAll(t.Context(), k).Val())
		}
		return all
	}
	if got := stored(); !cmp.Equal(got, bodies) {
		t.Error(cmp.Diff(bodies, got))
	}
	listed := func() {
		t.Helper()
		got, err := s.Due(t.Context(), 9) // of one lease in any order
		slices.SortFunc(got, func(a, b scheduler.Deadline) int { return a.Due.Compare(b.Due) })
		if err != nil || !cmp.Equal(got, want) {
			t.Error(err, cmp.Diff(want, got))
		}
	}
	listed()
	got, _, err := s.ClaimDeadlines(t.Context(), want[6].Due, 9)
	if err != nil || len(got) != len(want) {
		t.Fatalf("%d claimed, %v", len(got), err)
	}
	for i, c := range got {
		if !cmp.Equal(c.Deadline, want[i]) {
			t.Error(cmp.Diff(want[i], c.Deadline))
		}
	}
	listed() // when they were due, not when their leases end
	want = want[:1]
	for _, c := range got[1:] {
		if err := s.BuryDeadline(t.Context(), c, due, "no handler"); err != nil {
			t.Fatal(err)
		}
	}
	listed()
	want[0].Due = due.Add(time.Minute)
	if err := s.Commit(t.Context(), bot.Change{Now: start, Set: want}); err != nil {
		t.Fatal(err)
	}
	listed()
	if left := stored(); len(left) != 0 {
		t.Errorf("bodies of what is gone: %v", left)
	}
}
