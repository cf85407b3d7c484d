package dingsim

import (
	"context"
	"slices"
	"sort"
	"sync"
	"time"
)

// The ways a message takes through the simulator.
const (
	routeSay     = "say" // a person speaks; the others are the bot's
	routeWebhook = "webhook"
	routeOTO     = "oto"
	routeGroup   = "group"
	routeDing    = "ding"
	routeCard    = "card"
	routeSystem  = "system" // the client's own grey line, nobody's words
)

// Record is one message from the bot to people (contract §6).
type Record struct {
	Seq   int64     `json:"seq"`
	At    time.Time `json:"at"`
	Route string    `json:"route"` // webhook, oto, group, ding or card
	To    string    `json:"to"`    // user id; empty in a group
	Group string    `json:"group"` // openConversationId; empty outside groups
	Text  string    `json:"text"`  // the words a person sees, without the buttons'
	Raw   any       `json:"raw"`   // the body as received
}

// Button is a button of a message as the page shows it.
type Button struct {
	Title string `json:"title"`
	URL   string `json:"url"`
}

// DingInfo is what makes a message a DING.
type DingInfo struct {
	RemindType int      `json:"remind_type"` // 1 app, 2 SMS, 3 phone
	Receivers  []string `json:"receivers"`
}

// PageMessage is any message, people's own included, as the page shows it.
type PageMessage struct {
	Seq      int64     `json:"seq"`
	At       time.Time `json:"at"`
	Route    string    `json:"route"`
	Chat     string    `json:"chat"` // oto:<user>, group:<id> or ding:<user>
	From     string    `json:"from"` // user id; empty for the bot
	To       string    `json:"to"`
	Group    string    `json:"group"`
	MsgType  string    `json:"msgtype"`
	Text     string    `json:"text"`
	Markdown string    `json:"markdown"` // the source, where the text is markdown
	Title    string    `json:"title"`
	Buttons  []Button  `json:"buttons"`
	Ding     *DingInfo `json:"ding,omitempty"`
	UpdateOf int64     `json:"update_of,omitempty"` // the seq this one replaces (a card that changed)
	RecallOf int64     `json:"recall_of,omitempty"` // the seq this one takes back
	Recalled bool      `json:"recalled,omitempty"`
	Raw      any       `json:"raw"`
}

// entry is a message with what the platform remembers about it.
type entry struct {
	PageMessage
	key    string           // processQueryKey, openDingId or outTrackId of the sending call
	msgID  string           // of a person's message
	readBy map[string]int64 // user id -> when, in Unix milliseconds
}

func (e *entry) record() Record {
	return Record{Seq: e.Seq, At: e.At, Route: e.Route, To: e.To, Group: e.Group, Text: e.Text, Raw: e.Raw}
}

func (e *entry) fromBot() bool { return e.Route != routeSay && e.Route != routeSystem }

// journal keeps the last messages in order and wakes those who wait for more.
type journal struct {
	mu      sync.Mutex
	entries []*entry
	last    int64
	state   int64 // version of everything /_sim/state shows
	changed chan struct{}
}

func newJournal() *journal { return &journal{changed: make(chan struct{})} }

func (j *journal) add(e entry) int64 {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.last++
	e.Seq, e.At = j.last, time.Now()
	e.readBy = map[string]int64{}
	if e.Buttons == nil {
		e.Buttons = []Button{}
	}
	j.entries = append(j.entries, &e)
	if len(j.entries) > keepRecords+keepRecords/10 {
		j.entries = slices.Clone(j.entries[len(j.entries)-keepRecords:])
	}
	j.wake()
	return e.Seq
}

// touch says that /_sim/state has changed.
func (j *journal) touch() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.state++
	j.wake()
}

// wake needs the lock.
func (j *journal) wake() {
	close(j.changed)
	j.changed = make(chan struct{})
}

// after returns the messages with a higher seq, the version of the state and
// a channel that is closed at the next change of either.
func (j *journal) after(seq int64) ([]PageMessage, int64, <-chan struct{}) {
	j.mu.Lock()
	defer j.mu.Unlock()
	var out []PageMessage
	for _, e := range j.from(seq) {
		out = append(out, e.PageMessage)
	}
	return out, j.state, j.changed
}

// records returns the bot's messages with a higher seq.
func (j *journal) records(seq int64) ([]Record, <-chan struct{}) {
	j.mu.Lock()
	defer j.mu.Unlock()
	out := []Record{}
	for _, e := range j.from(seq) {
		if e.fromBot() {
			out = append(out, e.record())
		}
	}
	return out, j.changed
}

// chat returns the last limit messages of one chat.
func (j *journal) chat(chat string, limit int) []PageMessage {
	j.mu.Lock()
	defer j.mu.Unlock()
	out := []PageMessage{}
	for _, e := range slices.Backward(j.entries) {
		if e.Chat == chat {
			out = append(out, e.PageMessage)
		}
		if len(out) == limit {
			break
		}
	}
	slices.Reverse(out)
	return out
}

// each calls f with every kept message, oldest first; f may change it. The
// page is told when f returns true for any.
func (j *journal) each(f func(*entry) bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	changed := false
	for _, e := range j.entries {
		changed = f(e) || changed
	}
	if changed {
		j.state++
		j.wake()
	}
}

// from needs the lock.
func (j *journal) from(seq int64) []*entry {
	i := sort.Search(len(j.entries), func(i int) bool { return j.entries[i].Seq > seq })
	return j.entries[i:]
}

// waitFor shows every message to ok once, so that a long record costs no more
// to watch than a short one.
func (j *journal) waitFor(ctx context.Context, since int64, ok func(Record) bool) error {
	for {
		records, changed := j.records(since)
		for _, r := range records {
			if ok(r) {
				return nil
			}
			since = r.Seq
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-changed:
		}
	}
}
