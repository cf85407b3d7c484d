package dingsim

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// Click is a press on a card's button.
type Click struct {
	OutTrackID string         `json:"out_track_id"`
	UserID     string         `json:"user_id"`
	ActionIDs  []string       `json:"action_ids"`
	Params     map[string]any `json:"params"`
}

// Click presses a button of a card. DingTalk does not check who presses; what
// the bot answers within the ack changes the card.
func (s *Server) Click(click Click) error {
	p, ok := s.dir.person(click.UserID)
	if !ok {
		return fmt.Errorf("user_id: nobody has the user id %q", click.UserID)
	}
	now, ok := s.cards.change(click.OutTrackID, func(*card) {})
	switch {
	case !ok:
		return fmt.Errorf("out_track_id: there is no card %q", click.OutTrackID)
	case !now.stream:
		return errors.New("out_track_id: this card's callbackType is not STREAM, so its clicks reach nobody")
	case len(now.spaces) == 0:
		return errors.New("out_track_id: this card was shown nowhere")
	}
	s.hub.send(s.clickPush(click, p, now))
	return nil
}

func (s *Server) clickPush(click Click, p Person, now card) *push {
	content, _ := json.Marshal(map[string]any{"cardPrivateData": map[string]any{
		"actionIds": orEmpty(click.ActionIDs), "params": orEmptyMap(click.Params),
	}}) // made of JSON values only
	space := now.spaces[0]
	for _, other := range now.spaces {
		if other.user == p.UserID {
			space = other
		}
	}
	data, _ := json.Marshal(map[string]any{
		"type": "actionCallback", "outTrackId": now.outTrackID, "corpId": corpID, "userId": orDefault(p.staffID(), p.UnionID),
		"userIdType": 1, "spaceId": space.id, "spaceType": space.kind, "extension": "{}", "content": string(content),
	}) // made of JSON values only
	return &push{
		kind: kindCallback, topic: topicCard, id: now.outTrackID, data: func(string) string { return string(data) },
		answered: func(a clientAck) { s.clickAnswer(now.outTrackID, a) },
	}
}

// clickAnswer applies what the bot answered to a click.
func (s *Server) clickAnswer(outTrackID string, a clientAck) {
	var body struct {
		Response struct {
			Options *struct {
				ByKey bool `json:"updateCardDataByKey"`
			} `json:"cardUpdateOptions"`
			Data *cardData `json:"cardData"`
		} `json:"response"`
	}
	if a.Code != 200 || json.Unmarshal([]byte(a.Data), &body) != nil || body.Response.Data == nil {
		return
	}
	r := body.Response
	now, ok := s.cards.change(outTrackID, func(c *card) { c.set(r.Data.Params, r.Options != nil && r.Options.ByKey) })
	if ok {
		s.reshow(now, []byte(a.Data))
	}
}

func orEmpty(list []string) []string { return slices.Concat([]string{}, list) }

func orEmptyMap(m map[string]any) map[string]any {
	if m == nil {
		return map[string]any{}
	}
	return m
}

func (s *Server) controlClick(body []byte) (any, error) {
	var click Click
	if err := strict(body, &click); err != nil {
		return nil, err
	}
	return map[string]bool{"ok": true}, s.Click(click)
}
