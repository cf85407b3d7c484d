package store_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"guanjia/bot"
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
	c, e := srv.Client(), bot.DocRef{Kind: "case", ID: "C1"}
	const many = 20_000
	for from := 0; from < many; from += 500 {
		change := bot.Change{Now: start}
		for i := from; i < from+500; i++ {
			change.Put = append(change.Put, bot.Doc{
				DocRef: bot.DocRef{Kind: "order", ID: fmt.Sprint("order-", i)}, Body: json.RawMessage(fmt.Sprintf(`{"case":"C%d"}`, i)),
			})
			change.Log = append(change.Log, bot.Entry{Of: e, At: start, Kind: "said", Text: "x", Person: fmt.Sprint("cust", i)})
		}
		if err := s.Commit(t.Context(), change); err != nil {
			t.Fatal(err)
		}
	}
	for _, pattern := range []string{"{guanjia}:doc:order:*", "{guanjia}:words:*"} {
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
	docs, err := s.Load(t.Context(), bot.DocRef{Kind: "order", ID: "order-7"}, e, bot.DocRef{Kind: "order", ID: "order-19999"}, bot.DocRef{Kind: "order", ID: "no"})
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
