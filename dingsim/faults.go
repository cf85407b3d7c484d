package dingsim

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// span is a duration written as a Go string in JSON; "" and 0 mean none.
type span time.Duration

// MarshalJSON writes the Go form, "" for none.
func (s span) MarshalJSON() ([]byte, error) {
	if s == 0 {
		return []byte(`""`), nil
	}
	return json.Marshal(time.Duration(s).String())
}

// UnmarshalJSON reads the Go form; "" and 0 mean none.
func (s *span) UnmarshalJSON(b []byte) error {
	text := strings.Trim(string(b), `"`)
	if text == "" || text == "0" || text == "null" {
		*s = 0
		return nil
	}
	d, err := time.ParseDuration(text)
	if err != nil || d < 0 {
		return fmt.Errorf("%s is no duration; write it like \"16s\", or \"\" for none", b)
	}
	*s = span(d)
	return nil
}

// faults is what the simulator does wrong on purpose. Zero values: nothing.
type faults struct {
	OpenStatus       int      `json:"open_status"`        // connections/open answers this HTTP status
	RefuseToken      bool     `json:"refuse_token"`       // no token is given, none is accepted
	QPS              int      `json:"qps"`                // calls a second and API
	WebhookErrcode   int      `json:"webhook_errcode"`    // every session webhook answers this in an HTTP 200
	RedeliverAfter   span     `json:"redeliver_after"`    // a push not answered with 200 by then comes once more
	Duplicate        bool     `json:"duplicate"`          // every push comes twice
	DropFrames       bool     `json:"drop_frames"`        // pushes are lost silently
	DisconnectEvery  span     `json:"disconnect_every"`   // that often one connection is told to go
	Delay            span     `json:"delay"`              // answers of the API come that much later
	FailAfterSuccess string   `json:"fail_after_success"` // calls whose path contains it take effect but answer 500 or 504
	QuotaLeft        int      `json:"quota_left"`         // metered calls and callbacks left this month; 0: unmetered
	Zombie           bool     `json:"zombie"`             // today's connections answer pings but carry no frames any more
	DingRefuse       []int    `json:"ding_refuse"`        // remind types (1 app, 2 SMS, 3 phone) the edition lacks
	FlowControlled   []string `json:"flow_controlled"`    // users whose one-to-one messages are flow controlled
}

func (f faults) check() error {
	switch {
	case f.OpenStatus != 0 && (f.OpenStatus < 400 || f.OpenStatus > 599):
		return errors.New("open_status: must be an HTTP status from 400 to 599, or 0 for none")
	case f.QPS < 0:
		return errors.New("qps: must not be negative; 0 is the default rate")
	case f.QuotaLeft < 0:
		return errors.New("quota_left: must not be negative; 0 is unmetered")
	}
	for _, t := range f.DingRefuse {
		if t < dingApp || t > dingPhone {
			return fmt.Errorf("ding_refuse: %d is no remind type; they are 1 (app), 2 (SMS), 3 (phone)", t)
		}
	}
	return nil
}

func (f faults) clone() faults {
	f.DingRefuse = slices.Clone(f.DingRefuse)
	f.FlowControlled = slices.Clone(f.FlowControlled)
	return f
}

// faultBox guards the faults in force.
type faultBox struct {
	mu  sync.Mutex
	now faults
}

func (b *faultBox) get() faults {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.now.clone()
}

// patch applies a JSON object: absent keys stay, unknown keys are refused. It
// returns the faults before and after, and which keys were named.
func (b *faultBox) patch(body []byte) (before, after faults, named map[string]bool, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	before, after = b.now.clone(), b.now.clone()
	var keys map[string]json.RawMessage
	if err := json.Unmarshal(body, &keys); err != nil {
		return before, before, nil, fmt.Errorf("not a JSON object: %w", err)
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&after); err != nil {
		return before, before, nil, err
	}
	if err := after.check(); err != nil {
		return before, before, nil, err
	}
	b.now = after.clone()
	named = map[string]bool{}
	for k := range keys {
		named[strings.ToLower(k)] = true
	}
	return before, after, named, nil
}
