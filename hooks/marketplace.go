package hooks

import (
	"crypto/md5" //nolint:gosec // the marketplace's own scheme
	"crypto/subtle"
	"encoding/hex"
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
// gives the same one.
func (h *Handler) marketplace(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if !h.tokenValid(q) {
		answer(w, http.StatusForbidden, map[string]string{"success": "false"})
		return
	}
	p := engagement.Purchase{Source: "marketplace", Anonymous: true, OrderID: q.Get("instanceId")}
	reply := map[string]string{"success": "true"}
	switch q.Get("action") {
	case "createInstance":
		p.Type, p.Product, p.PurchasedAt, p.OrderID = engagement.PurchaseCreated, engagement.Emergency, time.Now(), q.Get("orderBizId")
		reply = map[string]string{"instanceId": p.OrderID}
	case "renewInstance":
		p.Type = engagement.PurchaseRenewed
	case "releaseInstance":
		p.Type = engagement.PurchaseCancelled
	case "expiredInstance": // our own clock ends the validity
		answer(w, http.StatusOK, reply)
		return
	default:
		answer(w, http.StatusBadRequest, map[string]string{"success": "false"})
		return
	}
	p.Delivery = strings.Join([]string{"marketplace", q.Get("action"), q.Get("orderId"), q.Get("orderBizId")}, "|")
	rc, err := h.desk.Purchase(r.Context(), p, time.Now())
	if err != nil {
		h.refuse(w, r, err)
		return
	}
	zerolog.Ctx(r.Context()).Info().Str("kind", string(p.Type)).Str("case", rc.Case).Msg("marketplace event taken in")
	answer(w, http.StatusOK, reply)
}

// tokenValid recomputes the token: the MD5 of all other parameters in the order
// of their names, joined as in a query, with the key last.
func (h *Handler) tokenValid(q url.Values) bool {
	token := strings.ToLower(q.Get("token"))
	names := make([]string, 0, len(q))
	for n := range q {
		if n != "token" {
			names = append(names, n)
		}
	}
	slices.Sort(names)
	var b strings.Builder
	for _, n := range names {
		b.WriteString(n + "=" + q.Get(n) + "&")
	}
	sum := md5.Sum([]byte(b.String() + "key=" + h.key)) //nolint:gosec // see above
	return subtle.ConstantTimeCompare([]byte(hex.EncodeToString(sum[:])), []byte(token)) == 1
}
