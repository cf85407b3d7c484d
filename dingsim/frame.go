package dingsim

import "encoding/json"

// Kinds of frames and the topics a bot lives on.
const (
	kindSystem   = "SYSTEM"
	kindCallback = "CALLBACK"
	kindEvent    = "EVENT"

	topicMessage = "/v1.0/im/bot/messages/get"
	topicCard    = "/v1.0/card/instances/callback"
)

// frame is what the gateway sends. All header values are strings: the official
// Go client cannot decode anything else. Data is JSON inside a string.
type frame struct {
	SpecVersion string            `json:"specVersion"`
	Type        string            `json:"type"`
	Headers     map[string]string `json:"headers"`
	Data        string            `json:"data"`
	raw         []byte            // sent instead, for tests of broken frames
}

func (f frame) bytes() []byte {
	if f.raw != nil {
		return f.raw
	}
	b, _ := json.Marshal(f) // strings only; cannot fail
	return b
}

// clientAck is what a client answers.
type clientAck struct {
	Code    int            `json:"code"`
	Headers map[string]any `json:"headers"`
	Message string         `json:"message"`
	Data    string         `json:"data"`
}

func (a clientAck) messageID() string {
	id, _ := a.Headers["messageId"].(string)
	return id
}

// eventDone tells whether an event need not be pushed again.
func (a clientAck) eventDone() bool {
	var body struct {
		Status string `json:"status"`
	}
	return json.Unmarshal([]byte(a.Data), &body) == nil && body.Status == "SUCCESS"
}
