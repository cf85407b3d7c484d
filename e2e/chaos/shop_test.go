package chaos_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// buy lets the shop report a purchase every so often, to any replica, and again
// until one says that it has it.
func (p *people) buy(ctx context.Context, every time.Duration) {
	r := built.chance("shop")
	p.seats.Go(func() {
		for pause(ctx, between(r, every/2, every*3/2)) {
			company := "公司" + p.w.book.mark("p")
			contact := r.IntN(10) < 6
			if contact {
				p.plans.set("call "+company, 1)
			}
			p.plans.set(company, r.IntN(3))
			at := time.Now().Truncate(time.Second)
			body := order(company, p.guests.Add(1), at)
			p.seats.Go(func() { p.deliver(ctx, purchase{company, at, contact}, body) })
		}
	})
}

// order is the body of a purchase event. The contact is a guest, known to the
// platform by number.
func order(company string, guest int64, at time.Time) []byte {
	now := at.Format(time.RFC3339)
	b, _ := json.Marshal(map[string]any{"type": "purchase.created", "timestamp": now, "data": map[string]any{
		"order_id": "o-" + company, "product": "emergency", "purchased_at": now,
		"customer": map[string]any{"company": company, "contacts": []any{
			map[string]string{"name": "陈晓", "mobile": fmt.Sprintf("+86137%08d", guest), "user_id": "", "union_id": ""},
		}},
	}}) // made of strings only
	return b
}

func (p *people) deliver(ctx context.Context, bought purchase, body []byte) {
	for i := 0; ctx.Err() == nil; i++ {
		bot := p.w.bots[i%len(p.w.bots)]
		if status := post(ctx, bot.url("/hooks/purchases"), "msg_"+bought.company, body); status == http.StatusAccepted || status == http.StatusOK {
			p.w.book.bought(bought)
			return
		}
		pause(ctx, 300*time.Millisecond)
	}
}

// post sends a signed webhook and returns the status, 0 without an answer.
func post(ctx context.Context, url, id string, body []byte) int {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return 0
	}
	id = base64.RawURLEncoding.EncodeToString([]byte(id))
	at := strconv.FormatInt(time.Now().Unix(), 10)
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secretOfShop, "whsec_"))
	if err != nil {
		return 0
	}
	mac := hmac.New(sha256.New, key)
	_, _ = fmt.Fprintf(mac, "%s.%s.%s", id, at, body) // never fails
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Webhook-Id", id)
	req.Header.Set("Webhook-Timestamp", at)
	req.Header.Set("Webhook-Signature", "v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0
	}
	defer resp.Body.Close() //nolint:errcheck // only its status
	return resp.StatusCode
}
