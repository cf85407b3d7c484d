package dingsim

import (
	"cmp"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

type openRequest struct {
	ClientID      string         `json:"clientId"`
	ClientSecret  string         `json:"clientSecret"`
	Subscriptions []subscription `json:"subscriptions"`
	UA            string         `json:"ua"`
	LocalIP       string         `json:"localIp"`
	Extras        map[string]any `json:"extras"`
}

type subscription struct {
	Type  string `json:"type"`
	Topic string `json:"topic"`
}

func (s *Server) gatewayEndpoints() []endpoint {
	return []endpoint{
		{pattern: "POST /v1.0/gateway/connections/open", free: true, open: true, xml: true, handle: s.openConnection},
	}
}

// openConnection checks the credentials in the body and gives a ticket.
func (s *Server) openConnection(c *call) (any, *refusal) {
	var req openRequest
	if no := c.decode(&req); no != nil {
		return nil, no
	}
	if no := required("clientId", req.ClientID != "", "clientSecret", req.ClientSecret != "", "subscriptions", len(req.Subscriptions) > 0); no != nil {
		return nil, no
	}
	if status := s.faults.get().OpenStatus; status != 0 {
		return nil, openRefusal(status)
	}
	if req.ClientID != s.cfg.ClientID || req.ClientSecret != s.cfg.ClientSecret {
		return nil, openRefusal(http.StatusUnauthorized)
	}
	wants, no := topics(req.Subscriptions)
	if no != nil {
		return nil, no
	}
	t := s.hub.ticket(ticket{clientID: req.ClientID, base: s.base(c.host), wants: wants})
	endpoint := "ws" + strings.TrimPrefix(s.base(c.host), "http") + "/connect"
	return map[string]any{"endpoint": endpoint, "ticket": t}, nil
}

func openRefusal(status int) *refusal {
	switch status {
	case http.StatusUnauthorized:
		return refuse(status, "authFailed", "鉴权失败")
	case http.StatusServiceUnavailable:
		return refuse(status, "ServiceUnavailable", "The request has failed due to a temporary failure of the server.")
	default:
		return refuse(status, "connectionRefused", http.StatusText(status))
	}
}

func topics(subs []subscription) (map[string]bool, *refusal) {
	out := map[string]bool{}
	for _, s := range subs {
		switch {
		case s.Type == kindEvent && s.Topic == "*", s.Type == kindCallback && s.Topic != "", s.Type == kindSystem:
			out[s.Type+" "+s.Topic] = true
		default:
			return nil, refuse(http.StatusBadRequest, "InvalidParameter.subscriptions",
				"subscription of type "+s.Type+" and topic "+s.Topic+" is not supported")
		}
	}
	return out, nil
}

// ticket stores t under a new name.
func (h *hub) ticket(t ticket) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	now := time.Now()
	for name, old := range h.tickets {
		if now.After(old.expires) {
			delete(h.tickets, name)
		}
	}
	t.expires = now.Add(ticketLife)
	name := newTicket()
	h.tickets[name] = t
	return name
}

// redeem takes a ticket; each is good for exactly one connection.
func (h *hub) redeem(name string) (ticket, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	t, ok := h.tickets[name]
	delete(h.tickets, name)
	return t, ok && time.Now().Before(t.expires)
}

// rawTicket reads the ticket from the query as official clients write it:
// escaped or not, so that a plus sign stays a plus sign.
func rawTicket(query string) string {
	for part := range strings.SplitSeq(query, "&") {
		if v, ok := strings.CutPrefix(part, "ticket="); ok {
			if plain, err := url.PathUnescape(v); err == nil {
				return plain
			}
			return v
		}
	}
	return ""
}

// serveConnect turns a ticket into a websocket and stays until it ends.
func (s *Server) serveConnect(w http.ResponseWriter, r *http.Request) {
	t, ok := s.hub.redeem(rawTicket(r.URL.RawQuery))
	if !ok {
		newHost.write(w, nil, refuse(http.StatusUnauthorized, "invalidTicket", "ticket is unknown, used or expired"))
		return
	}
	up := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}
	ws, err := up.Upgrade(w, r, nil)
	if err != nil {
		return // Upgrade has answered
	}
	c := &streamConn{
		id: randomHex(16), clientID: t.clientID, appID: randomHex(8), base: t.base, wants: t.wants, since: time.Now(),
		ws: ws, out: make(chan []byte, 10_000), over: make(chan struct{}), pings: map[string]bool{},
	}
	s.hub.join(c)
	defer s.hub.leave(c)
	s.log.Debug().Str("connection", c.id).Msg("stream connection opened")
	var writer sync.WaitGroup
	writer.Go(func() { c.write(s.hub, s.cfg.PingEvery) })
	c.read(s.hub)
	writer.Wait()
}

// base is how clients reach the simulator.
func (s *Server) base(host string) string {
	return cmp.Or(strings.TrimSuffix(s.cfg.BaseURL, "/"), "http://"+host)
}
