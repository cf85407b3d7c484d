package dingsim

import "time"

// dismiss tells one connection to go: a disconnect frame, silence, then the
// end of TCP. The oldest goes first, as on the platform's schedule.
func (h *hub) dismiss(grace time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, c := range h.conns {
		if c.going || c.zombie {
			continue
		}
		c.queue(c.system("disconnect", `{"reason":"connection is expired"}`))
		c.going = true
		h.agenda.after(grace, c.close)
		return
	}
}

// schedule dismisses one connection every so often, until it is called again.
func (h *hub) schedule(every, grace time.Duration) {
	h.mu.Lock()
	h.cycle++
	mine := h.cycle
	h.mu.Unlock()
	if every <= 0 {
		return
	}
	var turn func()
	turn = func() {
		h.mu.Lock()
		current := h.cycle == mine
		h.mu.Unlock()
		if current {
			h.dismiss(grace)
			h.agenda.after(every, turn)
		}
	}
	h.agenda.after(every, turn)
}

// haunt turns the connections of this moment into zombies, or back.
func (h *hub) haunt(on bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, c := range h.conns {
		c.zombie = on
	}
}

// closeAll ends every connection at once.
func (h *hub) closeAll() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, c := range h.conns {
		c.close()
	}
}

// Connection is an open stream connection.
type Connection struct {
	ID       string    `json:"id"`
	ClientID string    `json:"client_id"`
	Since    time.Time `json:"since"`
	Going    bool      `json:"going,omitempty"` // it has been told to go
}

func (h *hub) list() []Connection {
	h.mu.Lock()
	defer h.mu.Unlock()
	out := []Connection{}
	for _, c := range h.conns {
		out = append(out, Connection{ID: c.id, ClientID: c.clientID, Since: c.since, Going: c.going})
	}
	return out
}
