package dingsim

import (
	"cmp"
	"errors"
)

// controlPush sends a frame as it is written, for tests of bots with frames
// that DingTalk would not send: {"topic","data"} inside a well-formed frame, or
// {"frame"} instead of all of it.
func (s *Server) controlPush(body []byte) (any, error) {
	var req struct {
		Type  string `json:"type"`  // CALLBACK (default) or EVENT
		Topic string `json:"topic"` // default: that of bot messages
		Data  string `json:"data"`
		Frame string `json:"frame"`
		ID    string `json:"id"` // names the push in /_sim/acks
	}
	if err := strict(body, &req); err != nil {
		return nil, err
	}
	if (req.Data == "") == (req.Frame == "") {
		return nil, errors.New("data, frame: exactly one of them is needed")
	}
	p := &push{
		kind: cmp.Or(req.Type, kindCallback), topic: cmp.Or(req.Topic, topicMessage), id: cmp.Or(req.ID, "push-"+randomHex(6)),
		data: func(string) string { return req.Data },
	}
	if req.Frame != "" {
		p.raw = []byte(req.Frame)
	}
	s.hub.send(p)
	return map[string]string{"id": p.id}, nil
}
