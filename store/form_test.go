package store_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"guanjia/bot"
	"guanjia/scheduler"
	"guanjia/store"
	"guanjia/store/storetest"
)

// What only names another thing takes a field of a packed hash, not a key.
func TestSmallThingsShareHashes(t *testing.T) {
	srv := storetest.Start(t)
	s, err := store.Open(t.Context(), store.Config{URL: srv.URL})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	c := srv.Client()
	const many = 20_000
	for from := 0; from < many; from += 500 {
		change := bot.Change{Now: start}
		for i := from; i < from+500; i++ {
			change.Put = append(change.Put, bot.Doc{
				DocRef: bot.DocRef{Kind: "order", ID: fmt.Sprint("order-", i)}, Body: json.RawMessage(fmt.Sprintf(`{"case":"C%d"}`, i)),
			})
			change.Log = append(change.Log, bot.Entry{Of: bot.DocRef{Kind: "case", ID: fmt.Sprint("C", i)}, At: start, Kind: "said", Text: "x", Person: fmt.Sprint("cust", i)})
			change.Set = append(change.Set, scheduler.Deadline{ID: fmt.Sprint("k|", i), Due: start.Add(time.Hour), Kind: "k", Subject: fmt.Sprint(i), Run: 7})
		}
		if err := s.Commit(t.Context(), change); err != nil {
			t.Fatal(err)
		}
	}
	for _, pattern := range []string{"{guanjia}:doc:order:*", "{guanjia}:words:*", "{guanjia}:tm:*"} {
		keys := c.Keys(t.Context(), pattern).Val()
		if len(keys) > many/2 {
			t.Errorf("%d keys %s", len(keys), pattern)
		}
		for _, k := range keys[:10] {
			if n, form := c.HLen(t.Context(), k).Val(), c.ObjectEncoding(t.Context(), k).Val(); n > 30 || form != "listpack" {
				t.Errorf("%s holds %d as a %s", k, n, form)
			}
		}
	}
	docs, err := s.Load(t.Context(), bot.DocRef{Kind: "order", ID: "order-7"}, bot.DocRef{Kind: "case", ID: "C1"}, bot.DocRef{Kind: "order", ID: "order-19999"}, bot.DocRef{Kind: "order", ID: "no"})
	if err != nil || docs[0].Version != 1 || string(docs[0].Body) != `{"case":"C7"}` || docs[1].Version != 0 || string(docs[2].Body) != `{"case":"C19999"}` || docs[3].Version != 0 {
		t.Errorf("%+v %v", docs, err)
	}
	if got, err := s.Erase(t.Context(), "cust77"); err != nil || got.Entries != 1 {
		t.Errorf("%+v %v", got, err)
	}
	if got, err := s.Erase(t.Context(), "77"); err != nil || got.Entries != 0 {
		t.Errorf("the words of others: %+v %v", got, err)
	}
}

// A line of a timeline has tabs in it: what is empty at its end is left out.
func TestLinesOfATimelineAreStoredBriefly(t *testing.T) {
	srv := storetest.Start(t)
	s, err := store.Open(t.Context(), store.Config{URL: srv.URL})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	of, at := bot.DocRef{Kind: "case", ID: "C1"}, time.UnixMilli(1_796_009_523_831)
	want := []bot.Entry{
		{Of: of, At: at, Kind: "purchased", By: "webhook", Text: "下单：应急响应服务"},
		{Of: of, At: at, Kind: "words", By: "陈经理", Text: "<救命>\t\\n \"谢谢\"\n\\", Person: "cust001"},
		{Of: of, At: at, Kind: "called", By: "bot", Internal: true},
		{Of: of, At: at, Kind: "taken"},
		{Of: of, At: at, Kind: "said", Text: "\t\n\t"},
		{Of: of, At: at, Kind: "said", By: "\\", Text: `\t\\t`},
		{Of: of, At: at},
	}
	if err := s.Commit(t.Context(), bot.Change{Now: start, Log: want}); err != nil {
		t.Fatal(err)
	}
	lines := srv.Client().LRange(t.Context(), "{guanjia}:log:case:C1", 0, -1).Val()
	for i, line := range []string{
		"1796009523831	purchased	webhook	下单：应急响应服务",
		`1796009523831	words	陈经理	<救命>\t\\n "谢谢"\n\\	cust001`,
		"1796009523831	called	bot			internal",
		"1796009523831	taken",
		`1796009523831	said		\t\n\t`,
		`1796009523831	said	\\	\\t\\\\t`,
		"1796009523831",
	} {
		if lines[i] != line {
			t.Errorf("%s, not %s", lines[i], line)
		}
	}
	// A later version may know more of a line.
	if err := srv.Client().RPush(t.Context(), "{guanjia}:log:case:C1", "1796009523831\ttaken\t\t\t\t\tnew").Err(); err != nil {
		t.Fatal(err)
	}
	want = append(want, want[3])
	if got, err := s.Timeline(t.Context(), of); err != nil || !cmp.Equal(got, want) {
		t.Error(err, cmp.Diff(want, got))
	}
}
