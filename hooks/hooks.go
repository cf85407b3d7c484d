// Package hooks takes in what shop systems send over HTTP: signed purchase
// events (Standard Webhooks) and the SPI of the Aliyun Marketplace. It checks who
// sends and what it says, asks the desk, and answers only when that is durable.
package hooks

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/rs/zerolog"
	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"guanjia/engagement"
)

// Receipt is what the desk made of a purchase.
type Receipt struct {
	Case        string
	BindingCode string
	// Fresh is set when this event made the case.
	Fresh bool
}

// ErrUnknownOrder is returned by a Desk for an event of an order that is unknown.
var ErrUnknownOrder = errors.New("unknown order")

// Desk takes in purchases. Besides ErrUnknownOrder it returns
// *engagement.FieldError for a field that is wrong and *engagement.Refusal for
// what the order's state does not allow; after any other error nothing may be
// assumed. It has stored the purchase durably when it returns nil.
type Desk interface {
	Purchase(ctx context.Context, p engagement.Purchase, now time.Time) (Receipt, error)
}

// Config holds the secrets of the senders.
type Config struct {
	// Secrets sign purchase events, "whsec_…"; several while they are rotated.
	Secrets []string
	// MarketplaceKey is the key of the Aliyun Marketplace SPI; "" turns it off.
	MarketplaceKey string
}

// maxBody is the longest purchase event, in bytes (contract §3).
const maxBody = 64 << 10

// answerWithin bounds the asking of the desk; senders wait five seconds and more,
// and repeat what was not answered.
const answerWithin = 4 * time.Second

// maxAtOnce bounds the events that are being stored at the same time; the others
// wait, so that a shop that catches up does not take the store from the chat.
const maxAtOnce = 32

// Handler answers /hooks/….
type Handler struct {
	desk    Desk
	signers []*standardwebhooks.Webhook
	key     string
	mux     *http.ServeMux
	turns   chan struct{}
}

// New makes a handler. It fails for a secret that is not base64 behind "whsec_".
func New(desk Desk, cfg Config) (*Handler, error) {
	h := &Handler{desk: desk, key: cfg.MarketplaceKey, mux: http.NewServeMux(), turns: make(chan struct{}, maxAtOnce)}
	for i, s := range cfg.Secrets {
		w, err := standardwebhooks.NewWebhook(s)
		if err != nil {
			return nil, fmt.Errorf("http.purchase_secrets[%d] is not base64 behind whsec_", i) // the cause quotes the secret
		}
		h.signers = append(h.signers, w)
	}
	if len(h.signers) > 0 {
		h.mux.HandleFunc("/hooks/purchases", only(http.MethodPost, h.purchases))
	}
	if h.key != "" {
		h.mux.HandleFunc("/hooks/aliyun-marketplace", only(http.MethodGet, h.marketplace))
	}
	return h, nil
}

// ServeHTTP answers a request.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), answerWithin)
	defer cancel()
	h.mux.ServeHTTP(w, r.WithContext(ctx))
}

// only lets one method through; a HEAD in particular must have no effect.
func only(method string, next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Method != method {
			w.Header().Set("Allow", method)
			answer(w, http.StatusMethodNotAllowed, complaint{Error: "send a " + method + " request"})
			return
		}
		next(w, r)
	}
}

// ask asks the desk when it is this event's turn.
func (h *Handler) ask(ctx context.Context, p engagement.Purchase, now time.Time) (Receipt, error) {
	select {
	case h.turns <- struct{}{}:
		defer func() { <-h.turns }()
	case <-ctx.Done():
		return Receipt{}, fmt.Errorf("wait for a turn: %w", ctx.Err())
	}
	return h.desk.Purchase(ctx, p, now)
}

// complaint is the body of a refusal.
type complaint struct {
	Error string `json:"error"`
	Field string `json:"field,omitempty"`
}

func (h *Handler) purchases(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if _, over := errors.AsType[*http.MaxBytesError](err); over {
		answer(w, http.StatusRequestEntityTooLarge, complaint{Error: "the body is longer than 64 KiB"})
		return
	}
	if err != nil {
		answer(w, http.StatusBadRequest, complaint{Error: "the body could not be read"})
		return
	}
	if !h.signed(body, r.Header) {
		answer(w, http.StatusUnauthorized, complaint{Error: "the signature or its time is not valid"})
		return
	}
	now := time.Now()
	p, err := decode(body, now)
	if err != nil {
		h.refuse(w, r, err)
		return
	}
	p.Delivery, p.Source = r.Header.Get(standardwebhooks.HeaderWebhookID), "webhook"
	if err := visible(standardwebhooks.HeaderWebhookID, p.Delivery, maxDelivery); err != nil {
		h.refuse(w, r, err)
		return
	}
	rc, err := h.ask(r.Context(), p, now)
	if err != nil {
		h.refuse(w, r, err)
		return
	}
	zerolog.Ctx(r.Context()).Info().Str("kind", string(p.Type)).Str("case", rc.Case).Bool("fresh", rc.Fresh).Msg("purchase event taken in")
	h.accept(w, p, rc)
}

func (h *Handler) accept(w http.ResponseWriter, p engagement.Purchase, rc Receipt) {
	body := map[string]string{"case": rc.Case}
	status := http.StatusOK
	if p.Type == engagement.PurchaseCreated {
		body["binding_code"] = rc.BindingCode
		if rc.Fresh {
			status = http.StatusAccepted
		}
	}
	answer(w, status, body)
}

// signed compares in constant time with each secret.
func (h *Handler) signed(body []byte, header http.Header) bool {
	ok := false
	for _, s := range h.signers {
		ok = s.Verify(body, header) == nil || ok
	}
	return ok
}

// refuse tells a sender what is wrong on its side, and nothing of ours.
func (h *Handler) refuse(w http.ResponseWriter, r *http.Request, err error) {
	status, c := judge(err)
	note(r.Context(), status, c.Field, err)
	if status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "5")
	}
	answer(w, status, c)
}

// judge turns a desk's error into words for the sender.
func judge(err error) (status int, c complaint) {
	if f, ok := errors.AsType[*engagement.FieldError](err); ok {
		return http.StatusBadRequest, complaint{Error: f.Field + " " + f.Problem, Field: f.Field}
	}
	if e, ok := errors.AsType[*engagement.Refusal](err); ok {
		return http.StatusConflict, complaint{Error: "the order does not allow this: " + string(e.Why), Field: "data.order_id"}
	}
	if errors.Is(err, ErrUnknownOrder) {
		return http.StatusNotFound, complaint{Error: "no purchase with this order_id is known", Field: "data.order_id"}
	}
	return http.StatusServiceUnavailable, complaint{Error: "the event could not be stored; send it again"}
}

// note logs a refusal without anything that the sender wrote.
func note(ctx context.Context, status int, field string, err error) {
	log := zerolog.Ctx(ctx)
	if status == http.StatusServiceUnavailable {
		log.Warn().Err(err).Msg("cannot take in a purchase event, its sender must repeat it")
		return
	}
	log.Info().Int("status", status).Str("field", field).Msg("purchase event refused")
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // the sender is gone
}
