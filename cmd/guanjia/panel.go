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
// the switch of the desk, a shop, and time that can be put forward.
func newPanel(s *service, pace time.Duration) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /_sim/panel/features", func(w http.ResponseWriter, r *http.Request) {
		answer(w, r, []string{"clock", "hours", "buy", "renew", "forward"})
	})
	mux.HandleFunc("GET /_sim/panel/clock", func(w http.ResponseWriter, r *http.Request) {
		clock, err := s.clock(r.Context(), pace, time.Now())
		if err != nil {
			http.Error(w, "the store is away", http.StatusServiceUnavailable)
			return
		}
		answer(w, r, clock)
	})
	order := func(pattern string, refused int, do func(*http.Request) (any, error)) {
		mux.HandleFunc("POST /_sim/panel/"+pattern, func(w http.ResponseWriter, r *http.Request) {
			out, err := do(r)
			if err != nil {
				http.Error(w, err.Error(), refused)
				return
			}
			answer(w, r, out)
		})
	}
	done := struct{}{}
	order("hours", http.StatusBadRequest, func(r *http.Request) (any, error) { return done, s.setDesk(r) })
	order("buy", http.StatusBadGateway, func(r *http.Request) (any, error) { return s.buy(r.Context()) })
	order("renew", http.StatusBadGateway, func(r *http.Request) (any, error) { return s.renew(r) })
	order("forward", http.StatusBadRequest, func(r *http.Request) (any, error) {
		var l leap
		if err := readOrder(r, &l); err != nil {
			return nil, errLeap
		}
		return done, s.forward(r.Context(), l)
	})
	return http.NewCrossOriginProtection().Handler(mux)
}

// clock is the time and whether the desk is open, in words.
func (s *service) clock(ctx context.Context, pace time.Duration, now time.Time) (map[string]any, error) {
	mode, win, err := s.handler.Desk(ctx, now)
	if err != nil {
		return nil, err
	}
	cal := s.settings.Load().Calendar
	note := func(lang string) string {
		switch {
		case !win.Open:
			return text(lang, "非营业 至 ", "closed until ") + cal.FormatOpening(win.Opens, lang)
		case win.Closes.IsZero():
			return text(lang, "营业中", "open")
		}
		return text(lang, "营业中 至 ", "open until ") + cal.FormatClosing(win.Closes, lang)
	}
	shown := ""
	if pace > 0 {
		shown = pace.String()
	}
	return map[string]any{"now": now.In(cal.Location()), "open": win.Open, "note": note("zh"), "note_en": note("en"), "mode": mode, "pace": shown}, nil
}

// buy is what a shop does when somebody paid.
func (s *service) buy(ctx context.Context) (json.RawMessage, error) {
	return s.shop(ctx, &purchaseSendCommand{
		Type: "purchase.created", Product: "emergency", Company: "某电商公司", Contact: "陈晓", Mobile: "+8613900000001", UserID: "cust001",
	})
}

// renew is what a shop does when somebody paid once more.
func (s *service) renew(r *http.Request) (json.RawMessage, error) {
	var body struct {
		Case string `json:"case"`
	}
	if err := readOrder(r, &body); err != nil {
		return nil, errors.New(`expected {"case":"C1"}`)
	}
	c, err := s.loadCase(r.Context(), body.Case)
	if err != nil {
		return nil, err
	}
	return s.shop(r.Context(), &purchaseSendCommand{Type: "purchase.renewed", Order: c.OrderID})
}

// shop sends a signed event to the bot's own webhook.
func (s *service) shop(ctx context.Context, c *purchaseSendCommand) (json.RawMessage, error) {
	body, err := c.body()
	if err != nil {
		return nil, err
	}
	status, reply, err := postPurchase(ctx, "http://"+s.listener.Addr().String()+"/hooks/purchases", s.cfg.HTTP.PurchaseSecrets[0], body)
	if err == nil && status >= http.StatusMultipleChoices {
		err = fmt.Errorf("the bot answered %d: %s", status, reply)
	}
	return reply, err
}

func (s *service) setDesk(r *http.Request) error {
	var body struct {
		Mode handlers.Mode `json:"mode"`
	}
	if err := readOrder(r, &body); err != nil {
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

func readOrder(r *http.Request, into any) error {
	return json.NewDecoder(http.MaxBytesReader(nil, r.Body, 1<<10)).Decode(into)
}

func answer(w http.ResponseWriter, r *http.Request, v any) {
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(v); err != nil {
		zerolog.Ctx(r.Context()).Debug().Err(err).Msg("panel answer not sent")
	}
}
