package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/rs/zerolog"

	"guanjia/bot"
	"guanjia/handlers"
)

// newPanel is what the simulator's page shows of the bot in the demo: the clock,
// and the switch of the desk.
func newPanel(s *service, pace time.Duration) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /_sim/panel/features", func(w http.ResponseWriter, r *http.Request) {
		answer(w, r, []string{"clock", "hours", "buy"})
	})
	mux.HandleFunc("GET /_sim/panel/clock", func(w http.ResponseWriter, r *http.Request) {
		now := time.Now()
		mode, win, err := s.handler.Desk(r.Context(), now)
		if err != nil {
			http.Error(w, "the store is away", http.StatusServiceUnavailable)
			return
		}
		cal := s.settings.Load().Calendar
		note := "非营业 至 " + cal.FormatOpening(win.Opens, "zh")
		if win.Open {
			note = "营业中"
			if !win.Closes.IsZero() {
				note += " 至 " + cal.FormatClosing(win.Closes, "zh")
			}
		}
		shown := ""
		if pace > 0 {
			shown = pace.String()
		}
		answer(w, r, map[string]any{"now": now.In(cal.Location()), "open": win.Open, "note": note, "mode": mode, "pace": shown})
	})
	mux.HandleFunc("POST /_sim/panel/hours", func(w http.ResponseWriter, r *http.Request) {
		if err := s.setDesk(r); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("POST /_sim/panel/buy", func(w http.ResponseWriter, r *http.Request) {
		bought, err := s.buy(r.Context())
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		answer(w, r, bought)
	})
	return http.NewCrossOriginProtection().Handler(mux)
}

// buy is what a shop does when somebody paid: a signed event to the bot's own
// webhook.
func (s *service) buy(ctx context.Context) (json.RawMessage, error) {
	c := purchaseSendCommand{Type: "purchase.created", Product: "emergency", Company: "某电商公司", Contact: "陈晓", Mobile: "+8613900000001", UserID: "cust001"}
	body, err := c.body()
	if err != nil {
		return nil, err
	}
	status, reply, err := postPurchase(ctx, "http://"+s.listener.Addr().String()+"/hooks/purchases", s.cfg.HTTP.PurchaseSecrets[0], body)
	if err == nil && status != http.StatusAccepted {
		err = fmt.Errorf("the bot answered %d: %s", status, reply)
	}
	return reply, err
}

func (s *service) setDesk(r *http.Request) error {
	var body struct {
		Mode handlers.Mode `json:"mode"`
	}
	if err := json.NewDecoder(http.MaxBytesReader(nil, r.Body, 1<<10)).Decode(&body); err != nil {
		return errors.New(`expected {"mode":"open|closed|auto"}`)
	}
	switch body.Mode {
	case handlers.ModeOpen, handlers.ModeClosed, handlers.ModeAuto:
	default:
		return errors.New("mode must be open, closed or auto")
	}
	for {
		change, err := s.handler.SetDesk(r.Context(), body.Mode, "演示页面", time.Now())
		if err == nil {
			err = s.store.Commit(r.Context(), change)
		}
		if !errors.Is(err, bot.ErrConflict) {
			return err
		}
	}
}

func answer(w http.ResponseWriter, r *http.Request, v any) {
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(v); err != nil {
		zerolog.Ctx(r.Context()).Debug().Err(err).Msg("panel answer not sent")
	}
}
