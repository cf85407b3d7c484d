package dingsim

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
)

const maxStreamed = 3 << 10 // bytes of one streamed value

func noCard() *refusal { return refuse(http.StatusBadRequest, "param.cardNotExist", "卡片不存在") }

// updateCard changes a card's values: all of them unless told "by key".
func (s *Server) updateCard(c *call) (any, *refusal) {
	var req struct {
		OutTrackID string              `json:"outTrackId"`
		Data       *cardData           `json:"cardData"`
		Private    map[string]cardData `json:"privateData"`
		Options    struct {
			ByKey bool `json:"updateCardDataByKey"`
		} `json:"cardUpdateOptions"`
	}
	if no := c.decode(&req); no != nil {
		return nil, no
	}
	if no := required("outTrackId", req.OutTrackID != ""); no != nil {
		return nil, no
	}
	if req.Data == nil && len(req.Private) == 0 {
		return nil, refuse(http.StatusBadRequest, "param.cardDataAndPrivateDataBothEmpty", "cardData 和 privateData 不能同时为空")
	}
	now, ok := s.cards.change(req.OutTrackID, func(c *card) {
		if req.Data != nil {
			c.set(req.Data.Params, req.Options.ByKey)
		}
	})
	if !ok {
		return nil, noCard()
	}
	s.reshow(now, c.body)
	return map[string]any{"success": true, "result": true}, nil
}

func (c *card) set(params map[string]string, byKey bool) {
	if !byKey {
		c.params = map[string]string{}
	}
	maps.Copy(c.params, params)
}

// streamCard is the typewriter: it appends to a value or replaces it.
func (s *Server) streamCard(c *call) (any, *refusal) {
	var req struct {
		OutTrackID string `json:"outTrackId"`
		GUID       string `json:"guid"`
		Key        string `json:"key"`
		Content    string `json:"content"`
		IsFull     bool   `json:"isFull"`
		IsFinalize bool   `json:"isFinalize"`
		IsError    bool   `json:"isError"`
	}
	if no := c.decode(&req); no != nil {
		return nil, no
	}
	if no := required("outTrackId", req.OutTrackID != "", "guid", req.GUID != "", "key", req.Key != ""); no != nil {
		return nil, no
	}
	fresh, tooLong := false, false
	now, ok := s.cards.change(req.OutTrackID, func(c *card) {
		text := req.Content
		if !req.IsFull {
			text = c.params[req.Key] + text
		}
		tooLong = len(text) > maxStreamed
		if fresh = !c.guids[req.GUID] && !tooLong; fresh {
			c.guids[req.GUID] = true
			c.params[req.Key] = text
		}
	})
	switch {
	case !ok:
		return nil, noCard()
	case tooLong:
		return nil, refuse(http.StatusBadRequest, "param.stream.content", "content is too large")
	case fresh:
		s.reshow(now, c.body)
	}
	return map[string]any{"success": true, "result": true}, nil
}

// reshow puts the changed words into every chat that shows the card.
func (s *Server) reshow(c card, body []byte) {
	for _, space := range c.spaces {
		w := cardWords(c.params)
		w.raw, w.updateOf = body, space.seq
		s.post(w, space.user, space.group, space.key)
	}
}

// cardWords guesses what people see of a card. Which variable stands where is
// in the template, which the simulator does not have: the title first, then
// every other text in the order of its name.
func cardWords(params map[string]string) words {
	w := words{route: routeCard, msgType: "interactiveCard"}
	for _, k := range []string{"title", "msgTitle"} {
		if params[k] != "" {
			w.title = params[k]
			break
		}
	}
	var body []string
	for _, k := range slices.Sorted(maps.Keys(params)) {
		v := strings.TrimSpace(params[k])
		switch {
		case v == "" || v == w.title || strings.HasPrefix(k, "sys_") || k == "flowStatus":
		case strings.HasPrefix(v, "[") || strings.HasPrefix(v, "{"):
			w.buttons = append(w.buttons, cardButtons(v)...)
		default:
			body = append(body, v)
		}
	}
	w.markdown = strings.Join(body, "\n\n")
	w.text = titled(w.title, w.markdown)
	return w
}

// cardButtons reads a variable that holds a list of buttons.
func cardButtons(v string) []Button {
	var list []struct {
		Title string `json:"title"`
		Text  string `json:"text"`
		URL   string `json:"url"`
	}
	if json.Unmarshal([]byte(v), &list) != nil {
		return nil
	}
	var out []Button
	for _, b := range list {
		if title := orDefault(b.Title, b.Text); title != "" {
			out = append(out, Button{title, b.URL})
		}
	}
	return out
}
