package handlers_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"guanjia/bot"
	"guanjia/handlers"
)

func (o *office) terms() (n int) {
	for ref := range o.docs {
		if ref.Kind == "terms" {
			n++
		}
	}
	return n
}

func TestACaseKeepsTheTermsItWasBoughtUnder(t *testing.T) {
	o := newOffice(t)
	p := o.purchase()
	p.Contacts[0].UserID = "cust001"
	o.buy(p)
	again := p
	again.OrderID, again.Delivery = "order-2", "msg_2"
	o.buy(again)
	if n := o.terms(); n != 1 {
		t.Errorf("two cases of the same terms made %d documents of them", n)
	}
	o.set.Cases.Service.ResponsePeriod = 2 * 24 * time.Hour
	again.OrderID, again.Delivery = "order-3", "msg_3"
	again.Contacts[0].UserID = "cust003"
	o.buy(again)
	if n := o.terms(); n != 2 {
		t.Errorf("%d documents of two terms", n)
	}
	o.hear("cust003", "", "我们的网站被篡改了")
	o.wants(o.hear("staff001", "", "受理 I1"), "user:staff001", "7月3日24:00")
	o.hear("staff001", "", "绑定 C1")
	o.hear("cust001", "", "我们的网站被篡改了")
	o.wants(o.hear("staff001", "", "受理 I2"), "user:staff001", "7月6日24:00")
}

func TestFieldsOfANewerVersionSurviveInACase(t *testing.T) {
	o := bought(t)
	ref := bot.DocRef{Kind: "case", ID: "C1"}
	d := o.docs[ref]
	d.Body = json.RawMessage(strings.Replace(string(d.Body), "{", `{"from_the_future":{"x":1},`, 1))
	o.docs[ref] = d
	o.hear("staff001", "", "已联系 C1")
	body := string(o.docs[ref].Body)
	if !strings.Contains(body, `"from_the_future":{"x":1}`) || !strings.Contains(body, `"contacts"`) || o.get("C1").First.At.IsZero() {
		t.Error(body)
	}
}

func TestACaseIsListedInTheZoneOfTheService(t *testing.T) {
	o := bought(t)
	r, found, err := o.handler.CaseRecord(t.Context(), "C1")
	if err != nil || !found {
		t.Fatal(found, err)
	}
	raw, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{`"purchased_at":"2027-07-01T10:30:00+08:00"`, `"valid_until":"2027-07-17T00:00:00+08:00"`} {
		if !strings.Contains(string(raw), part) {
			t.Errorf("no %s in %s", part, raw)
		}
	}
	if line := handlers.CaseLine(r); !strings.Contains(line, "until 2027-07-17T00:00:00+08:00") {
		t.Error(line)
	}
}
