package hooks

import (
	"crypto/md5" //nolint:gosec // the marketplace's own scheme
	"crypto/subtle"
	"encoding/hex"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/rs/zerolog"

	"guanjia/engagement"
)

// marketplace answers the SPI of the Aliyun Marketplace: every parameter is
// signed by the token, and the instance is the order itself, so that a repeat
// gives the same one. Parameters are never logged: the token among them can be
// replayed.
func (h *Handler) marketplace(w http.ResponseWriter, r *http.Request) {
	q, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil || !h.tokenValid(q) {
		answer(w, http.StatusForbidden, done(false))
		return
	}
	now := time.Now()
	p, reply, err := order(q, now)
	if err != nil {
		h.decline(w, r, err)
		return
	}
	if p.Type == "" {
		answer(w, http.StatusOK, reply)
		return
	}
	rc, err := h.ask(r.Context(), p, now)
	if err != nil {
		h.decline(w, r, err)
		return
	}
	zerolog.Ctx(r.Context()).Info().Str("kind", string(p.Type)).Str("case", rc.Case).Bool("fresh", rc.Fresh).Msg("marketplace event taken in")
	answer(w, http.StatusOK, reply)
}

// order reads what the SPI asks for, and what it is told when that is done. An
// event without a type needs nothing to be done.
func order(q url.Values, now time.Time) (p engagement.Purchase, reply map[string]string, err error) {
	p = engagement.Purchase{Source: "marketplace", Anonymous: true}
	name := "instanceId"
	reply = done(true)
	switch q.Get("action") {
	case "createInstance":
		name = "orderBizId"
		p.Type, p.Product, p.PurchasedAt, p.Contacts = engagement.PurchaseCreated, engagement.Emergency, now, contactOf(q)
		reply = map[string]string{"instanceId": q.Get(name)}
	case "renewInstance":
		p.Type = engagement.PurchaseRenewed
	case "releaseInstance":
		p.Type = engagement.PurchaseCancelled
	case "expiredInstance": // our own clock ends the validity
	default:
		return p, nil, wrong("action", "is none that is answered here")
	}
	p.OrderID = q.Get(name)
	p.Delivery = delivery(q)
	return p, reply, visible(name, p.OrderID, maxID)
}

// delivery is the idempotency key: the marketplace repeats a call as it was, and
// names each payment by an order of its own, or at least by its new end.
func delivery(q url.Values) string {
	payment := q.Get("orderId")
	if payment == "" {
		payment = q.Get("expiredOn")
	}
	return strings.Join([]string{"marketplace", q.Get("action"), payment}, "|")
}

// contactOf is whom the marketplace names, which it seldom does: it knows an
// account, and a mobile only where the vendor asks for one at the purchase.
func contactOf(q url.Values) []engagement.Contact {
	mobile, ok := e164(q.Get("mobile"))
	if !ok {
		return nil
	}
	return []engagement.Contact{{Mobile: mobile}}
}

// decline refuses in the SPI's words; the reason is in our log.
func (h *Handler) decline(w http.ResponseWriter, r *http.Request, err error) {
	status, c := judge(err)
	note(r.Context(), status, c.Field, err)
	if status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "5")
	}
	answer(w, status, done(false))
}

func done(ok bool) map[string]string {
	if ok {
		return map[string]string{"success": "true"}
	}
	return map[string]string{"success": "false"}
}

// tokenValid recomputes the token: the MD5 of all other parameters in the order
// of their names, joined as in a query but decoded, with the key last. A
// parameter that is there twice could mean another thing to us than to the
// signer.
func (h *Handler) tokenValid(q url.Values) bool {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(q)) {
		if len(q[name]) != 1 {
			return false
		}
		if name != "token" {
			b.WriteString(name + "=" + q.Get(name) + "&")
		}
	}
	sum := md5.Sum([]byte(b.String() + "key=" + h.key)) //nolint:gosec // see above
	want, got := hex.EncodeToString(sum[:]), strings.ToLower(q.Get("token"))
	return subtle.ConstantTimeCompare([]byte(want), []byte(got)) == 1
}
