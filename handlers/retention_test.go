package handlers_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"guanjia/bot"
)

func TestACasePastItsRetentionIsGoneWithEverythingThatPointsAtIt(t *testing.T) {
	o := newOffice(t)
	p := o.purchase()
	p.Contacts[0].UserID = "cust001"
	bought := o.buy(p)
	o.makeRoom(false, "")
	o.hear("cust001", "", "我们的网站被篡改了")
	o.hear("staff001", "", "受理 I1")
	o.hear("staff001", "", "结案 I1")
	keep := 30 * 24 * time.Hour
	drop := func() []bot.DocRef {
		t.Helper()
		c, gone, err := o.handler.DropOld(t.Context(), o.now.Add(-keep), o.now)
		if err != nil {
			t.Fatal(err)
		}
		if err := o.Commit(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		return gone
	}
	o.until(o.now.AddDate(0, 0, 20)) // over, and kept
	if gone := drop(); len(gone) != 0 || o.get(bought.Case).OrderID != p.OrderID {
		t.Fatalf("gone too early: %v", gone)
	}
	o.until(o.now.AddDate(0, 0, 40))
	gone := drop()
	if len(gone) == 0 {
		t.Fatal("nothing is old")
	}
	for ref, d := range o.docs {
		switch ref.Kind {
		case "person", "alias", "rota", "desk", "last": // of people, not of the case
		case "terms": // of all cases that were bought under them
		default:
			t.Errorf("left: %s %s %s", ref.Kind, ref.ID, d.Body)
		}
		if strings.Contains(string(d.Body), p.Company) {
			t.Errorf("%s %s still names the company", ref.Kind, ref.ID)
		}
	}
	for name, members := range o.index {
		if len(members) > 0 && name != "talks" {
			t.Errorf("index %s: %v", name, members)
		}
	}
	if again := drop(); len(again) != 0 {
		t.Errorf("dropped again: %v", again)
	}
}

func TestAnOldCaseThatStillRunsStays(t *testing.T) {
	o := newOffice(t)
	bought := o.buy(o.purchase())
	o.now = o.now.AddDate(0, 0, 10)
	if _, gone, err := o.handler.DropOld(t.Context(), o.now.Add(-time.Hour), o.now); err != nil || len(gone) != 0 {
		t.Errorf("%v %v", gone, err)
	}
	var body map[string]json.RawMessage
	if err := json.Unmarshal(o.docs[bot.DocRef{Kind: "case", ID: bought.Case}].Body, &body); err != nil {
		t.Error(err)
	}
}
