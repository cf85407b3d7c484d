package dingsim

import (
	"maps"
	"math/rand/v2"
	"strconv"
	"sync"
	"time"
)

// push is one message or event on its way to the bot, over all its deliveries.
type push struct {
	kind  string // CALLBACK or EVENT
	topic string // of the callback; for an event its type
	id    string // msgId or eventId
	data  func(baseURL string) string
	extra map[string]string // further headers
	raw   []byte            // the frame itself, for tests of bots with broken ones
	done  bool              // answered as wanted; guarded by hub.mu

	answered func(clientAck) // told of every answer; may be nil
}

func (p *push) wants() string {
	if p.kind == kindEvent {
		return kindEvent + " *"
	}
	return p.kind + " " + p.topic
}

// flight is one delivery of a push.
type flight struct {
	push      *push
	messageID string
	conn      *streamConn // nil: none was open
	at        time.Time
	reported  bool // an "unacked" row was written
}

func (f *flight) connID() string {
	if f.conn == nil {
		return ""
	}
	return f.conn.id
}

// hub knows the open connections and what is under way on them.
type hub struct {
	acks    ackLog
	agenda  *agenda
	faults  *faultBox
	changed func() // the list of connections changed

	mu      sync.Mutex
	tickets map[string]ticket
	conns   []*streamConn
	flights map[string]*flight
	cycle   int // generation of the disconnect_every schedule
}

type ticket struct {
	clientID string
	base     string
	wants    map[string]bool
	expires  time.Time
}

func newHub(a *agenda, f *faultBox, changed func()) *hub {
	return &hub{agenda: a, faults: f, changed: changed, tickets: map[string]ticket{}, flights: map[string]*flight{}}
}

// send delivers a push, and plans what faults and the protocol add to it.
func (h *hub) send(p *push) {
	f := h.faults.get()
	h.deliver(p, f)
	if f.Duplicate {
		h.deliver(p, f)
	}
	again := []time.Duration{time.Duration(f.RedeliverAfter)}
	if p.kind == kindEvent {
		again = []time.Duration{10 * time.Second, 30 * time.Second} // the documented re-pushes
	}
	for _, d := range again {
		if d > 0 {
			h.agenda.after(d, func() { h.resend(p) })
		}
	}
}

func (h *hub) resend(p *push) {
	h.mu.Lock()
	done := p.done
	h.mu.Unlock()
	if !done {
		h.deliver(p, h.faults.get())
	}
}

// deliver writes one frame to a connection picked at random, or loses it.
func (h *hub) deliver(p *push, f faults) {
	h.mu.Lock()
	defer h.mu.Unlock()
	fl := &flight{push: p, messageID: newMessageID(), at: time.Now(), conn: h.pick(p.wants())}
	switch {
	case f.DropFrames:
		h.acks.add(fl.row(outcomeDropped))
	case fl.conn == nil:
		h.acks.add(fl.row(outcomeUndelivered))
	case fl.conn.zombie:
		h.acks.add(fl.row(outcomeSwallowed))
	case !fl.conn.queue(fl.frame()):
		h.acks.add(fl.row(outcomeUndelivered))
	default:
		h.acks.count(func(c *PushCounts) { c.Pushed++ })
		h.flights[fl.messageID] = fl
		h.agenda.after(ackWindow, func() { h.overdue(fl) })
	}
}

func (f *flight) frame() frame {
	headers := map[string]string{
		"topic": f.push.topic, "contentType": "application/json", "messageId": f.messageID,
		"time": strconv.FormatInt(f.at.UnixMilli(), 10), "appId": f.conn.appID, "connectionId": f.conn.id,
	}
	if f.push.kind == kindEvent {
		headers["topic"] = "*"
	}
	maps.Copy(headers, f.push.extra)
	return frame{SpecVersion: "1.0", Type: f.push.kind, Headers: headers, Data: f.push.data(f.conn.base), raw: f.push.raw}
}

// pick needs the lock. DingTalk takes one of the connections at random.
func (h *hub) pick(wants string) *streamConn {
	var open []*streamConn
	for _, c := range h.conns {
		if !c.going && c.wants[wants] {
			open = append(open, c)
		}
	}
	if len(open) == 0 {
		return nil
	}
	return open[rand.IntN(len(open))] //nolint:gosec // no secret depends on it
}

func (h *hub) overdue(fl *flight) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.flights[fl.messageID] == fl && !fl.reported {
		fl.reported = true
		h.acks.add(fl.row(outcomeUnacked))
	}
}

// answered takes a client's ack in.
func (h *hub) answered(a clientAck, now time.Time) {
	h.mu.Lock()
	fl := h.flights[a.messageID()]
	if fl == nil {
		h.mu.Unlock()
		return // an ack for a ping or a disconnect, or a second one
	}
	delete(h.flights, fl.messageID)
	if a.Code == 200 && (fl.push.kind != kindEvent || a.eventDone()) {
		fl.push.done = true
	}
	h.acks.add(fl.ackOf(a, now))
	h.mu.Unlock()
	if fl.push.answered != nil {
		fl.push.answered(a)
	}
}

func (h *hub) join(c *streamConn) {
	h.mu.Lock()
	h.conns = append(h.conns, c)
	h.mu.Unlock()
	h.changed()
}

// leave forgets a connection; what was not answered on it never will be.
func (h *hub) leave(c *streamConn) {
	h.mu.Lock()
	for i, other := range h.conns {
		if other == c {
			h.conns = append(h.conns[:i:i], h.conns[i+1:]...)
			break
		}
	}
	for id, fl := range h.flights {
		if fl.conn == c {
			delete(h.flights, id)
			if !fl.reported {
				h.acks.add(fl.row(outcomeUnacked))
			}
		}
	}
	h.mu.Unlock()
	h.changed()
}
