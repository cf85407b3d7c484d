package engagement_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"guanjia/engagement"
)

func TestBadPurchasesNameTheField(t *testing.T) {
	now := at(t, "2027-07-01 10:30")
	for name, tc := range map[string]struct {
		spoil func(*engagement.Purchase)
		field string
	}{
		"type":             {func(p *engagement.Purchase) { p.Type = "purchase.lost" }, "type"},
		"no order":         {func(p *engagement.Purchase) { p.OrderID = " " }, "data.order_id"},
		"long order":       {func(p *engagement.Purchase) { p.OrderID = strings.Repeat("9", 300) }, "data.order_id"},
		"renewed, none":    {func(p *engagement.Purchase) { p.Type, p.OrderID = engagement.PurchaseRenewed, "" }, "data.order_id"},
		"unknown product":  {func(p *engagement.Purchase) { p.Product = "gold" }, "data.product"},
		"no date":          {func(p *engagement.Purchase) { p.PurchasedAt = time.Time{} }, "data.purchased_at"},
		"2099":             {func(p *engagement.Purchase) { p.PurchasedAt = at(t, "2099-01-01 00:00") }, "data.purchased_at"},
		"over already":     {func(p *engagement.Purchase) { p.PurchasedAt = at(t, "2027-06-01 00:00") }, "data.purchased_at"},
		"no company":       {func(p *engagement.Purchase) { p.Company = "" }, "data.customer.company"},
		"control":          {func(p *engagement.Purchase) { p.Company = "a\x00b" }, "data.customer.company"},
		"no contact":       {func(p *engagement.Purchase) { p.Contacts = nil }, "data.customer.contacts"},
		"200 contacts":     {func(p *engagement.Purchase) { p.Contacts = make([]engagement.Contact, 200) }, "data.customer.contacts"},
		"unreachable":      {func(p *engagement.Purchase) { p.Contacts[0].Mobile = "" }, "data.customer.contacts[0].mobile"},
		"not a number":     {func(p *engagement.Purchase) { p.Contacts[0].Mobile = "call me" }, "data.customer.contacts[0].mobile"},
		"name of two rows": {func(p *engagement.Purchase) { p.Contacts[0].Name = "a\nb" }, "data.customer.contacts[0].name"},
	} {
		t.Run(name, func(t *testing.T) {
			p := purchase(now)
			tc.spoil(&p)
			fe, ok := errors.AsType[*engagement.FieldError](p.Validate(terms().Service, now))
			if !ok || fe.Field != tc.field {
				t.Errorf("%v, want %s", fe, tc.field)
			}
		})
	}
	p := purchase(now)
	p.Company, p.Contacts, p.Anonymous = "", nil, true
	if err := p.Validate(terms().Service, now); err != nil {
		t.Errorf("a shop that knows no customer: %v", err)
	}
	p = purchase(now)
	p.Company, p.Contacts[0].Name = "<img src=x onerror=alert(1)>", "[点我](http://x) @all"
	if err := p.Validate(terms().Service, now); err != nil {
		t.Errorf("markup is only text: %v", err)
	}
}
