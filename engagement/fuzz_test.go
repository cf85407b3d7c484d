package engagement_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"guanjia/engagement"
)

// Whatever a shop sends: it is refused with the field that is wrong, or it
// becomes a case that can be stored and whose clocks run to their end.
func FuzzPurchase(f *testing.F) {
	f.Add("order-1", "emergency", "2027-07-01T10:30:00+08:00", "示例科技", "陈经理", "+8613800000000", "")
	f.Add("o", "professional", "2099-01-01T00:00:00Z", "<img>", "@all", "", "cust001")
	f.Add("", "gold", "", "", "", "call me", "")
	f.Fuzz(func(t *testing.T, order, product, at, company, name, mobile, userID string) {
		now := time.Date(2027, 7, 1, 10, 30, 0, 0, beijing())
		bought, err := time.Parse(time.RFC3339, at)
		if err != nil {
			bought = time.Time{}
		}
		p := engagement.Purchase{
			Type: engagement.PurchaseCreated, OrderID: order, Product: engagement.Product(product), PurchasedAt: bought, Company: company,
			Contacts: []engagement.Contact{{Name: name, Mobile: mobile, UserID: userID}},
		}
		if err := p.Validate(terms().Service, now); err != nil {
			if fe, ok := errors.AsType[*engagement.FieldError](err); !ok || fe.Field == "" || fe.Problem == "" {
				t.Errorf("refused with %v", err)
			}
			return
		}
		w := newWorld(t, now, terms(), p)
		w.until(now.Add(100 * day))
		if _, err := json.Marshal(w.c.Listing(beijing())); err != nil {
			t.Error(err)
		}
		if p.Product == engagement.Emergency && w.c.State != engagement.Expired {
			t.Errorf("it is %s after 100 days", w.c.State)
		}
	})
}
