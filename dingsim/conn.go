package dingsim

import (
	"encoding/json"
	"strconv"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// streamConn is one websocket of a bot.
type streamConn struct {
	id, clientID, appID, base string
	since                     time.Time
	wants                     map[string]bool // "CALLBACK /v1.0/…", "EVENT *"
	ws                        *websocket.Conn
	out                       chan []byte
	over                      chan struct{}
	end                       sync.Once

	// guarded by hub.mu
	going  bool            // it got its disconnect frame: nothing more comes
	zombie bool            // it answers websocket pings and carries nothing
	pings  map[string]bool // message ids of unanswered SYSTEM pings
}

// queue hands a frame to the writer; false: the connection is gone or its
// client has stopped reading. Never blocks.
func (c *streamConn) queue(f frame) bool {
	select {
	case <-c.over:
		return false
	default:
	}
	select {
	case c.out <- f.bytes():
		return true
	default:
		c.close()
		return false
	}
}

// close ends the TCP connection with no close frame, as DingTalk does.
func (c *streamConn) close() {
	c.end.Do(func() {
		close(c.over)
		_ = c.ws.Close() // nothing is left to be said on it
	})
}

func (c *streamConn) write(h *hub, pingEvery time.Duration) {
	defer c.close()
	tick := time.NewTicker(pingEvery)
	defer tick.Stop()
	for {
		select {
		case <-c.over:
			return
		case b := <-c.out:
			_ = c.ws.SetWriteDeadline(time.Now().Add(5 * time.Second)) // only a closed connection refuses
			if c.ws.WriteMessage(websocket.TextMessage, b) != nil {
				return
			}
		case <-tick.C:
			h.ping(c)
		}
	}
}

// read takes the client's frames in until the connection ends.
func (c *streamConn) read(h *hub) {
	defer c.close()
	c.ws.SetReadLimit(maxBody)
	for {
		kind, b, err := c.ws.ReadMessage()
		if err != nil {
			return
		}
		var a clientAck
		if kind != websocket.TextMessage || json.Unmarshal(b, &a) != nil || a.messageID() == "" {
			h.acks.count(func(n *PushCounts) { n.Garbage++ })
			continue
		}
		if !h.pong(c, a) {
			h.answered(a, time.Now())
		}
	}
}

// ping sends a SYSTEM ping, which the client must answer with the same data.
func (h *hub) ping(c *streamConn) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if c.going || c.zombie {
		return
	}
	f := c.system("ping", `{"opaque":"`+randomHex(8)+`"}`)
	if len(c.pings) > 100 {
		clear(c.pings) // a client that never answers
	}
	c.pings[f.Headers["messageId"]+f.Data] = true
	if c.queue(f) {
		h.acks.count(func(n *PushCounts) { n.Pings++ })
	}
}

// pong tells whether the frame answers a ping of ours.
func (h *hub) pong(c *streamConn, a clientAck) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !c.pings[a.messageID()+a.Data] {
		return false
	}
	delete(c.pings, a.messageID()+a.Data)
	h.acks.count(func(n *PushCounts) { n.Pongs++ })
	return true
}

func (c *streamConn) system(topic, data string) frame {
	now := time.Now()
	return frame{SpecVersion: "1.0", Type: kindSystem, Data: data, Headers: map[string]string{
		"topic": topic, "contentType": "application/json", "messageId": newMessageID(),
		"time": strconv.FormatInt(now.UnixMilli(), 10), "connectionId": c.id,
	}}
}
