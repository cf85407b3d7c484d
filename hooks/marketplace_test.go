package hooks_test

import (
	"crypto/md5"
	"encoding/hex"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"guanjia/engagement"
	"guanjia/hooks"
)

// get calls the SPI. The query is what is signed too, so its names must be in
// order and its values need no escapes; an empty token is replaced by the right one.
func get(t *testing.T, h http.Handler, query, token string) *httptest.ResponseRecorder {
	t.Helper()
	if token == "" {
		token = tokenOf(query, "k")
	}
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/hooks/aliyun-marketplace?token="+token+"&"+query, http.NoBody))
	return rec
}

func tokenOf(sorted, key string) string {
	sum := md5.Sum([]byte(sorted + "&key=" + key))
	return hex.EncodeToString(sum[:])
}

func said(rec *httptest.ResponseRecorder) string { return strings.TrimSpace(rec.Body.String()) }

const create = "action=createInstance&aliUid=1&orderBizId=42&orderId=7"

func TestMarketplaceEventsReachTheDeskAsPurchases(t *testing.T) {
	d, h := newHandler(t)
	for _, c := range []struct{ query, want string }{
		{create, `{"instanceId":"42"}`},
		{create, `{"instanceId":"42"}`},
		{"action=renewInstance&instanceId=42&orderId=8", `{"success":"true"}`},
		{"action=renewInstance&expiredOn=2027-01-01&instanceId=42", `{"success":"true"}`},
		{"action=expiredInstance&instanceId=42", `{"success":"true"}`},
		{"action=releaseInstance&instanceId=42&isRefund=true", `{"success":"true"}`},
	} {
		if rec := get(t, h, c.query, ""); rec.Code != http.StatusOK || said(rec) != c.want {
			t.Errorf("%s: %d %s, want %s", c.query, rec.Code, rec.Body, c.want)
		}
	}
	bought := engagement.Purchase{
		Type: engagement.PurchaseCreated, OrderID: "42", Product: engagement.Emergency,
		Anonymous: true, Source: "marketplace", Delivery: "marketplace|createInstance|7",
	}
	later := func(typ engagement.PurchaseType, delivery string) engagement.Purchase {
		return engagement.Purchase{Type: typ, OrderID: "42", Anonymous: true, Source: "marketplace", Delivery: delivery}
	}
	want := []engagement.Purchase{
		bought, bought,
		later(engagement.PurchaseRenewed, "marketplace|renewInstance|8"),
		later(engagement.PurchaseRenewed, "marketplace|renewInstance|2027-01-01"),
		later(engagement.PurchaseCancelled, "marketplace|releaseInstance|"),
	}
	for i := range d.got {
		if d.got[i].Type == engagement.PurchaseCreated && d.got[i].PurchasedAt.IsZero() {
			t.Error("bought at no time")
		}
	}
	if diff := cmp.Diff(want, d.got, cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".PurchasedAt" }, cmp.Ignore())); diff != "" {
		t.Error(diff)
	}
}

func TestMarketplaceTokenCoversAllThatWasReceived(t *testing.T) {
	good := tokenOf(create, "k")
	for name, c := range map[string]struct {
		query, token string
		want         int
	}{
		"as signed":                   {create, good, 200},
		"in capitals":                 {create, strings.ToUpper(good), 200},
		"in another order":            {"orderId=7&orderBizId=42&aliUid=1&action=createInstance", good, 200},
		"with a parameter more":       {create + "&zone=1", good, 403},
		"with one less":               {strings.TrimSuffix(create, "&orderId=7"), good, 403},
		"with another value":          {strings.Replace(create, "42", "43", 1), good, 403},
		"a parameter twice":           {create + "&orderId=8", good, 403},
		"two tokens":                  {create + "&token=" + good, good, 403},
		"signed with another key":     {create, tokenOf(create, "other"), 403},
		"signed with no key":          {create, tokenOf(create, ""), 403},
		"a short token":               {create, good[:8], 403},
		"a query that is none":        {create + "&x=%zz", good, 403},
		"a separator of another kind": {create + "&a;b", good, 403},
	} {
		d, h := newHandler(t)
		rec := get(t, h, c.query, c.token)
		if rec.Code != c.want || c.want == 403 && said(rec) != `{"success":"false"}` || (len(d.got) == 1) != (c.want == 200) {
			t.Errorf("%s: %d %s, %d taken in", name, rec.Code, rec.Body, len(d.got))
		}
	}
}

func TestMarketplaceTokenIsOverDecodedValues(t *testing.T) {
	d, h := newHandler(t)
	const plain = "action=createInstance&expiredOn=2027-01-01 00:00:00&orderBizId=42&套餐=应急 1+1&x="
	q := url.Values{
		"action": {"createInstance"}, "expiredOn": {"2027-01-01 00:00:00"}, "orderBizId": {"42"}, "套餐": {"应急 1+1"}, "x": {""},
	}
	sorted := strings.Replace(strings.TrimSuffix(plain, "&x="), "&套餐", "&x=&套餐", 1) // by bytes
	if rec := get(t, h, q.Encode(), tokenOf(sorted, "k")); rec.Code != http.StatusOK || len(d.got) != 1 {
		t.Errorf("%d %s", rec.Code, rec.Body)
	}
}

func TestMarketplaceFailuresAreInItsOwnWords(t *testing.T) {
	for name, c := range map[string]struct {
		query string
		fail  error
		want  int
	}{
		"no action":                   {"instanceId=42", nil, 400},
		"an action of another kind":   {"action=upgradeInstance&instanceId=42", nil, 400},
		"no order":                    {"action=createInstance&aliUid=1", nil, 400},
		"an order with a line":        {"action=createInstance&orderBizId=4%0A2", nil, 400},
		"an instance that is unknown": {"action=renewInstance&instanceId=9&orderId=8", nil, 404},
		"a cancelled one":             {"action=renewInstance&instanceId=42&orderId=8", &engagement.Refusal{Why: engagement.WhyCancelled}, 409},
		"the store away":              {create, errors.New("dial redis:6379"), 503},
	} {
		d, h := newHandler(t)
		d.fail = c.fail
		sorted, err := url.QueryUnescape(c.query)
		if err != nil {
			t.Fatal(err)
		}
		if rec := get(t, h, c.query, tokenOf(sorted, "k")); rec.Code != c.want || said(rec) != `{"success":"false"}` || len(d.got) != 0 {
			t.Errorf("%s: %d %s, %d taken in", name, rec.Code, rec.Body, len(d.got))
		}
	}
}

func TestMarketplaceContactIsTakenWhereItIsGiven(t *testing.T) {
	for mobile, want := range map[string][]engagement.Contact{"13900000001": {{Mobile: "+8613900000001"}}, "none": nil} {
		d, h := newHandler(t)
		if rec := get(t, h, "action=createInstance&mobile="+mobile+"&orderBizId=42", ""); rec.Code != http.StatusOK {
			t.Fatalf("%d %s", rec.Code, rec.Body)
		}
		if diff := cmp.Diff(want, d.got[0].Contacts); diff != "" {
			t.Error(diff)
		}
	}
}

func TestMarketplaceIsOffWithoutItsKey(t *testing.T) {
	h, err := hooks.New(&desk{}, hooks.Config{Secrets: []string{secret}})
	if err != nil {
		t.Fatal(err)
	}
	if rec := get(t, h, create, tokenOf(create, "")); rec.Code != http.StatusNotFound {
		t.Errorf("%d %s", rec.Code, rec.Body)
	}
}
