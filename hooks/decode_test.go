package hooks_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"guanjia/engagement"
)

// event is a good event with one part of it replaced.
func event(old, replacement string) string {
	return strings.Replace(created(now()), old, replacement, 1)
}

func TestEveryFieldIsComplainedAboutByItsName(t *testing.T) {
	const people = `[{"name":"陈晓","mobile":"+86 139-0000-0001","user_id":"","union_id":""}]`
	const at = "data.customer.contacts"
	for name, c := range map[string]struct{ body, field string }{
		"nothing":               {"", "body"},
		"half an object":        {created(now())[:60], "body"},
		"something after it":    {created(now()) + "x", "body"},
		"no UTF-8":              {event("某电商", "\xff"), "body"},
		"no type":               {event(`"type"`, `"typ"`), "type"},
		"a type of a number":    {event(`"purchase.created"`, `1`), "type"},
		"type twice":            {event(`{"type"`, `{"type":"purchase.renewed","type"`), "type"},
		"TYPE is another name":  {event(`"type"`, `"TYPE"`), "type"},
		"a time that is none":   {event("2026-11-24T10:30:00+08:00", "24.11.2026"), "timestamp"},
		"data of an array":      {event(`"data":{`, `"data":[],"x":{`), "data"},
		"no order":              {event(`"o-1"`, `" "`), "data.order_id"},
		"an order with a space": {event(`"o-1"`, `"o 1"`), "data.order_id"},
		"an invisible order":    {event(`"o-1"`, `"o\u200b1"`), "data.order_id"},
		"a broken order":        {event(`"o-1"`, `"o\ud8001"`), "data.order_id"},
		"a long order":          {event(`"o-1"`, `"`+strings.Repeat("o", 129)+`"`), "data.order_id"},
		"an order twice":        {event(`"order_id"`, `"order_id":"o-2","order_id"`), "data.order_id"},
		"a product of null":     {event(`"emergency"`, `null`), "data.product"},
		"years ago":             {strings.Replace(created("2009-09-10T00:00:00Z"), "emergency", "professional", 1), "data.purchased_at"},
		"no date":               {event(`"purchased_at"`, `"purchased"`), "data.purchased_at"},
		"a customer of a word":  {event(`"customer":{`, `"customer":"x","y":{`), "data.customer"},
		"no company":            {event(`"某电商"`, `""`), "data.customer.company"},
		"two lines of company":  {event(`某电商`, `某\n电商`), "data.customer.company"},
		"a company of a number": {event(`"某电商"`, `7`), "data.customer.company"},
		"contacts of an object": {event(people, `{}`), at},
		"contacts of null":      {event(people, `null`), at},
		"no contacts":           {event(people, `[]`), at},
		"200 contacts":          {event(people, "["+strings.Repeat(people[1:len(people)-1]+",", 199)+people[1:]), at},
		"a contact of a word":   {event(people, `["x"]`), at + "[0]"},
		"no name":               {event(`"陈晓"`, `""`), at + "[0].name"},
		"a name of a number":    {event(`"陈晓"`, `1`), at + "[0].name"},
		"an id of a number":     {event(`"user_id":""`, `"user_id":1`), at + "[0].user_id"},
		"nothing to reach":      {event("+86 139-0000-0001", ""), at + "[0].mobile"},
		"the second contact":    {event(`}]`, `},{"name":"王","mobile":"+861"}]`), at + "[1].mobile"},
		"deep in a new field":   {event(`"customer"`, `"new":`+strings.Repeat(`[`, 20)+strings.Repeat(`]`, 20)+`,"customer"`), "data.new[0][0][0][0][0][0][0][0][0][0][0][0][0][0]"},
		"very deep":             {strings.Repeat("[", 20000) + strings.Repeat("]", 20000), "body"},
	} {
		d, h := newHandler(t)
		rec := post(t, h, secret, "msg_1", time.Now(), c.body)
		var said struct{ Error, Field string }
		if err := json.Unmarshal(rec.Body.Bytes(), &said); err != nil || rec.Code != http.StatusBadRequest || said.Field != c.field || !strings.HasPrefix(said.Error, c.field) {
			t.Errorf("%s: %d %s, want 400 for %s", name, rec.Code, rec.Body, c.field)
		}
		if len(d.got) != 0 {
			t.Errorf("%s: taken in: %+v", name, d.got)
		}
	}
}

func TestMobilesAreWrittenInOneWay(t *testing.T) {
	for in, want := range map[string]string{
		"+8613900000001": "+8613900000001", "+86 139-0000-0001": "+8613900000001", "13900000001": "+8613900000001",
		"139 0000 0001": "+8613900000001", "8613900000001": "+8613900000001", "0086 139 0000 0001": "+8613900000001",
		"+852 5123 4567": "+85251234567", "+1 (202) 555-0123": "+12025550123", "+4915112345678": "+4915112345678",
		"+86139": "", "+86010-12345678": "", "139000000012": "", "5123 4567": "", "+0012345678": "", "+1234567890123456": "",
		"13900000001<img>": "", "++8613900000001": "", "一三九": "",
	} {
		d, h := newHandler(t)
		rec := post(t, h, secret, "msg_1", time.Now(), event("+86 139-0000-0001", in))
		switch {
		case want == "" && (rec.Code != http.StatusBadRequest || !strings.Contains(rec.Body.String(), "data.customer.contacts[0].mobile")):
			t.Errorf("%q: %d %s, want 400", in, rec.Code, rec.Body)
		case want != "" && (rec.Code != http.StatusAccepted || d.got[0].Contacts[0].Mobile != want):
			t.Errorf("%q: %d %+v, want %s", in, rec.Code, d.got, want)
		}
	}
}

func TestWhatAShopAddsAndWhatPeopleAreCalledIsLeftAlone(t *testing.T) {
	d, h := newHandler(t)
	const name, company = `<img onerror=alert(1)> @all`, `[点我](https://example.com) "公司"`
	quoted := func(s string) string { b, _ := json.Marshal(s); return string(b) } //nolint:errchkjson // a string
	body := fmt.Sprintf(`{"v":1.5e999,"type":"purchase.created","data":{"order_id":"订单-7/甲","coupon":{"a":[1,null,true]},"product":"professional",
		"purchased_at":%q,"customer":{"company":%s,"contacts":[{"name":%s,"union_id":"u1","title":"CTO"}]}}}`, now(), quoted(company), quoted(name))
	if rec := post(t, h, secret, "msg_1", time.Now(), body); rec.Code != http.StatusAccepted {
		t.Fatalf("%d %s", rec.Code, rec.Body)
	}
	got := d.got[0]
	got.PurchasedAt = time.Time{}
	want := engagement.Purchase{
		Type: engagement.PurchaseCreated, OrderID: "订单-7/甲", Product: engagement.Professional, Company: company,
		Contacts: []engagement.Contact{{Name: name, UnionID: "u1"}}, Delivery: "msg_1", Source: "webhook",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
