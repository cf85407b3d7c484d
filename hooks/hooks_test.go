package hooks_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"guanjia/engagement"
	"guanjia/hooks"
)

const (
	secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	older  = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
)

// desk remembers orders, and fails when it is told to.
type desk struct {
	mu     sync.Mutex
	orders map[string]bool
	got    []engagement.Purchase
	fail   error
}

func (d *desk) Purchase(_ context.Context, p engagement.Purchase, now time.Time) (hooks.Receipt, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.fail != nil {
		return hooks.Receipt{}, d.fail
	}
	if err := p.Validate(engagement.Service{Validity: 15 * 24 * time.Hour}, now); err != nil {
		return hooks.Receipt{}, err
	}
	if p.Type != engagement.PurchaseCreated && !d.orders[p.OrderID] {
		return hooks.Receipt{}, hooks.ErrUnknownOrder
	}
	d.got = append(d.got, p)
	fresh := !d.orders[p.OrderID]
	d.orders[p.OrderID] = true
	return hooks.Receipt{Case: "C1", BindingCode: "ABCD2345", Fresh: fresh}, nil
}

func newHandler(tb testing.TB) (*desk, *hooks.Handler) {
	tb.Helper()
	d := &desk{orders: map[string]bool{}}
	h, err := hooks.New(d, hooks.Config{Secrets: []string{older, secret}, MarketplaceKey: "k"})
	if err != nil {
		tb.Fatal(err)
	}
	return d, h
}

func post(tb testing.TB, h http.Handler, key, id string, at time.Time, body string) *httptest.ResponseRecorder {
	tb.Helper()
	w, err := standardwebhooks.NewWebhook(key)
	if err != nil {
		tb.Fatal(err)
	}
	signature, err := w.Sign(id, at, []byte(body))
	if err != nil {
		tb.Fatal(err)
	}
	r := httptest.NewRequestWithContext(tb.Context(), http.MethodPost, "/hooks/purchases", strings.NewReader(body))
	r.Header.Set("webhook-id", id)
	r.Header.Set("webhook-timestamp", strconv.FormatInt(at.Unix(), 10))
	r.Header.Set("webhook-signature", signature)
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	return rec
}

func created(purchasedAt string) string {
	return `{"type":"purchase.created","timestamp":"2026-11-24T10:30:00+08:00","data":{"order_id":"o-1","product":"emergency","purchased_at":"` + purchasedAt +
		`","customer":{"company":"某电商","contacts":[{"name":"陈晓","mobile":"+86 139-0000-0001","user_id":"","union_id":""}]}}}`
}

func now() string { return time.Now().Format(time.RFC3339) }

func TestPurchaseIsAnsweredOnceItIsStored(t *testing.T) {
	d, h := newHandler(t)
	first := post(t, h, secret, "msg_1", time.Now(), created(now()))
	if want := `{"binding_code":"ABCD2345","case":"C1"}`; first.Code != http.StatusAccepted || strings.TrimSpace(first.Body.String()) != want {
		t.Errorf("%d %s", first.Code, first.Body)
	}
	again := post(t, h, older, "msg_2", time.Now(), created(now()))
	if again.Code != http.StatusOK || again.Body.String() != first.Body.String() {
		t.Errorf("the same order: %d %s", again.Code, again.Body)
	}
	if d.got[0].Delivery != "msg_1" || d.got[0].Contacts[0].Name != "陈晓" {
		t.Errorf("%+v", d.got[0])
	}
	renewed := post(t, h, secret, "msg_3", time.Now(), `{"type":"purchase.renewed","timestamp":"`+now()+`","data":{"order_id":"o-1"}}`)
	if renewed.Code != http.StatusOK || strings.TrimSpace(renewed.Body.String()) != `{"case":"C1"}` {
		t.Errorf("renewed: %d %s", renewed.Code, renewed.Body)
	}
}

func TestRefusalsNameWhatIsWrong(t *testing.T) {
	d, h := newHandler(t)
	good := created(now())
	for name, c := range map[string]struct {
		key, body string
		at        time.Time
		fail      error
		status    int
		field     string
	}{
		"a foreign key":         {key: "whsec_AAAA9r8GKYqrTwjUPD8ILPZIo2LaLaSw", body: good, status: 401},
		"an old signature":      {body: good, at: time.Now().Add(-6 * time.Minute), status: 401},
		"a future signature":    {body: good, at: time.Now().Add(6 * time.Minute), status: 401},
		"too long":              {body: `{"x":"` + strings.Repeat("x", 65<<10) + `"}`, status: 413},
		"no JSON":               {body: `<x>`, status: 400, field: "body"},
		"an array":              {body: `[]`, status: 400, field: "body"},
		"two objects":           {body: good + good, status: 400, field: "body"},
		"no data":               {body: `{"type":"purchase.created"}`, status: 400, field: "data"},
		"an unknown type":       {body: strings.Replace(good, "purchase.created", "purchase.eaten", 1), status: 400, field: "type"},
		"a number for an order": {body: strings.Replace(good, `"o-1"`, `7`, 1), status: 400, field: "data.order_id"},
		"an unknown product":    {body: strings.Replace(good, `"emergency"`, `"gold"`, 1), status: 400, field: "data.product"},
		"no date":               {body: created("tomorrow"), status: 400, field: "data.purchased_at"},
		"the year 2099":         {body: created("2099-01-01T00:00:00Z"), status: 400, field: "data.purchased_at"},
		"long ago":              {body: created("2009-01-01T00:00:00Z"), status: 400, field: "data.purchased_at"},
		"a wrong number":        {body: strings.Replace(good, "+86 139-0000-0001", "abc", 1), status: 400, field: "data.customer.contacts[0].mobile"},
		"a mobile that is none": {body: strings.Replace(good, `"+86 139-0000-0001"`, `{}`, 1), status: 400, field: "data.customer.contacts[0].mobile"},
		"contacts of no kind":   {body: strings.Replace(good, `[{"name"`, `{"a":[{"name"`, 1)[:len(good)+5], status: 400},
		"an unknown order":      {body: `{"type":"purchase.cancelled","timestamp":"` + now() + `","data":{"order_id":"o-9"}}`, status: 404},
		"the store away":        {body: good, fail: errors.New("dial redis:6379"), status: 503},
	} {
		d.fail = c.fail
		if c.key == "" {
			c.key = secret
		}
		if c.at.IsZero() {
			c.at = time.Now()
		}
		rec := post(t, h, c.key, "msg_x", c.at, c.body)
		var said struct{ Error, Field string }
		if err := json.Unmarshal(rec.Body.Bytes(), &said); err != nil || said.Error == "" {
			t.Errorf("%s: %q is no complaint", name, rec.Body)
		}
		if rec.Code != c.status || c.field != "" && said.Field != c.field || strings.Contains(said.Error, "redis") {
			t.Errorf("%s: %d %+v, want %d %s", name, rec.Code, said, c.status, c.field)
		}
	}
	if len(d.got) != 0 {
		t.Errorf("taken in: %+v", d.got)
	}
}

func TestSignatureOfThePublishedVector(t *testing.T) {
	w, err := standardwebhooks.NewWebhook(secret)
	if err != nil {
		t.Fatal(err)
	}
	got, err := w.Sign("msg_p5jXN8AQM9LWM0D4loKWxJek", time.Unix(1614265330, 0), []byte(`{"test": 2432232314}`))
	if err != nil || got != "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=" {
		t.Errorf("%s %v", got, err)
	}
	if _, err := hooks.New(&desk{}, hooks.Config{Secrets: []string{"whsec_no base64"}}); err == nil || strings.Contains(err.Error(), "no base64!") {
		t.Errorf("a secret that is none: %v", err)
	}
}

func TestWhatIsNotConfiguredIsNotThere(t *testing.T) {
	h, err := hooks.New(&desk{}, hooks.Config{})
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/hooks/purchases", "/hooks/aliyun-marketplace"} {
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, strings.NewReader("{}")))
		if rec.Code != http.StatusNotFound {
			t.Errorf("%s: %d", path, rec.Code)
		}
	}
}

func FuzzPurchase(f *testing.F) {
	f.Add(created("2026-11-24T10:30:00+08:00"))
	f.Add(`{"type":"purchase.renewed","data":{"order_id":null}}`)
	f.Add(`{"data":{"customer":{"contacts":[1,{}]}}}`)
	f.Add(`{"type":"purchase.created","type":1,"data":{"a":[[[[{}]]]]}}`)
	f.Fuzz(func(t *testing.T, body string) {
		d, h := newHandler(t)
		rec := post(t, h, secret, "msg_f", time.Now(), body)
		var said struct{ Case, Error, Field string }
		if err := json.Unmarshal(rec.Body.Bytes(), &said); err != nil {
			t.Fatalf("%q: %d %q: %v", body, rec.Code, rec.Body, err)
		}
		switch rec.Code {
		case http.StatusAccepted:
			p := d.got[0]
			if len(p.Contacts) == 0 || len(p.Contacts) > 50 || p.Company == "" || strings.ContainsAny(p.OrderID, " \n\x00") || said.Case == "" {
				t.Errorf("%q: taken in as %+v", body, p)
			}
		case http.StatusBadRequest:
			if said.Field == "" || said.Error == "" {
				t.Errorf("%q: refused without a field: %s", body, rec.Body)
			}
		case http.StatusNotFound, http.StatusRequestEntityTooLarge:
		default:
			t.Errorf("%q: %d %s", body, rec.Code, rec.Body)
		}
	})
}
