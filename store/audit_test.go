package store_test

import (
	"slices"
	"testing"
	"time"

	"guanjia/bot"
	"guanjia/scheduler"
	"guanjia/store"
	"guanjia/store/storetest"
)

func TestWhatACheckupReads(t *testing.T) {
	s, err := store.Open(t.Context(), store.Config{URL: storetest.Start(t).URL})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	now := time.Now()
	ref := bot.DocRef{Kind: "escalation", ID: "E1"}
	err = s.Commit(t.Context(), bot.Change{
		Now: now, Set: []scheduler.Deadline{{ID: "a", Due: now, Kind: "k"}},
		Index: []bot.IndexChange{{Index: "x", Member: "1", Score: 1}, {Index: "x", Member: "2", Score: 1}, {Index: "x", Member: "3", Score: 1}},
		Log:   []bot.Entry{{Of: ref, At: now, Kind: "asked", Person: "cust001", Text: "救命"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if gone, err := s.Missing(t.Context(), "b", "a", "c"); err != nil || !slices.Equal(gone, []string{"b", "c"}) {
		t.Errorf("missing %v, %v", gone, err)
	}
	if gone, err := s.Missing(t.Context()); err != nil || len(gone) != 0 {
		t.Errorf("missing %v, %v", gone, err)
	}
	var all []string
	for offset := 0; offset < 6; offset += 2 {
		ids, err := s.Page(t.Context(), "x", offset, 2)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, ids...)
	}
	if !slices.Equal(all, []string{"1", "2", "3"}) {
		t.Errorf("pages %v", all)
	}
	if err := s.DropTimelines(t.Context(), ref, bot.DocRef{Kind: "case", ID: "none"}); err != nil {
		t.Fatal(err)
	}
	if left, err := s.Timeline(t.Context(), ref); err != nil || len(left) != 0 {
		t.Errorf("%v %v", left, err)
	}
	if n, err := s.PurgeTexts(t.Context(), now.Add(time.Hour)); err != nil || n != 0 {
		t.Errorf("words are left: %d, %v", n, err)
	}
}
