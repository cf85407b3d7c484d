package dingsim

import (
	"sync"
	"time"
)

// How a push ended.
const (
	outcomeAcked       = "acked"       // an answer came within 3 s
	outcomeLate        = "late"        // an answer came after that
	outcomeUnacked     = "unacked"     // none came within 3 s, or the connection ended before
	outcomeUndelivered = "undelivered" // no connection was open; lost
	outcomeDropped     = "dropped"     // lost by the fault drop_frames
	outcomeSwallowed   = "swallowed"   // sent into a zombie connection; lost
)

// Ack is how one push of a callback or event ended.
type Ack struct {
	Seq        int64  `json:"seq"`
	MessageID  string `json:"message_id"` // of the frame; new for every delivery
	MsgID      string `json:"msg_id"`     // of the message or event; the same for every delivery
	Topic      string `json:"topic"`
	Connection string `json:"connection"`
	Outcome    string `json:"outcome"` // acked, late, unacked, undelivered, dropped or swallowed
	Code       int    `json:"code"`    // the client's; 0 without an answer
	Message    string `json:"message"`
	Data       string `json:"data"`
	LatencyMS  int64  `json:"latency_ms"`
}

// PushCounts sums up the acks.
type PushCounts struct {
	Pushed  int64 `json:"pushed"`  // frames written to a connection
	Acked   int64 `json:"acked"`   // answered with 200
	Refused int64 `json:"refused"` // answered with anything else
	Unacked int64 `json:"unacked"` // not answered within 3 s
	Lost    int64 `json:"lost"`    // undelivered, dropped or swallowed
	Pings   int64 `json:"pings"`   // SYSTEM ping frames written
	Pongs   int64 `json:"pongs"`   // … and answered with the same data
	Garbage int64 `json:"garbage"` // frames from clients that could not be read
}

// ackLog keeps the last acks.
type ackLog struct {
	mu     sync.Mutex
	rows   []Ack
	last   int64
	counts PushCounts
}

func (l *ackLog) add(a Ack) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.last++
	a.Seq = l.last
	l.rows = append(l.rows, a)
	if len(l.rows) > keepRecords+keepRecords/10 {
		l.rows = append([]Ack(nil), l.rows[len(l.rows)-keepRecords:]...)
	}
	switch {
	case a.Outcome == outcomeUnacked:
		l.counts.Unacked++
	case a.Outcome != outcomeAcked && a.Outcome != outcomeLate:
		l.counts.Lost++
	case a.Code == 200:
		l.counts.Acked++
	default:
		l.counts.Refused++
	}
}

func (l *ackLog) count(f func(*PushCounts)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	f(&l.counts)
}

func (l *ackLog) since(seq int64) []Ack {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := []Ack{}
	for _, a := range l.rows {
		if a.Seq > seq {
			out = append(out, a)
		}
	}
	return out
}

func (l *ackLog) total() PushCounts {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.counts
}

// ackOf turns a client's answer into a row.
func (f *flight) ackOf(a clientAck, now time.Time) Ack {
	row := f.row(outcomeAcked)
	if took := now.Sub(f.at); took > ackWindow {
		row.Outcome = outcomeLate
	}
	row.Code, row.Message, row.Data = a.Code, a.Message, a.Data
	row.LatencyMS = now.Sub(f.at).Milliseconds()
	return row
}

func (f *flight) row(outcome string) Ack {
	return Ack{MessageID: f.messageID, MsgID: f.push.id, Topic: f.push.topic, Connection: f.connID(), Outcome: outcome}
}
