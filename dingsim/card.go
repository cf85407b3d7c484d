package dingsim

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
)

// card is one interactive card and where it was delivered.
type card struct {
	outTrackID string
	stream     bool // clicks come over the stream
	params     map[string]string
	spaces     []cardSpace
	guids      map[string]bool // streaming updates already applied
}

// cardSpace is one place that shows a card.
type cardSpace struct {
	kind, id string // as in openSpaceId
	user     string
	group    string
	seq      int64 // of the message that shows it
	key      string
}

type cardRack struct {
	mu    sync.Mutex
	cards map[string]*card
	order []string
}

func newCardRack() *cardRack { return &cardRack{cards: map[string]*card{}} }

func (r *cardRack) put(c *card) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.cards[c.outTrackID] != nil {
		return false
	}
	r.cards[c.outTrackID] = c
	r.order = append(r.order, c.outTrackID)
	if len(r.order) > keepRecords {
		delete(r.cards, r.order[0])
		r.order = r.order[1:]
	}
	return true
}

// change applies f to a card and returns a copy of it as it is then.
func (r *cardRack) change(outTrackID string, f func(*card)) (card, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	c := r.cards[outTrackID]
	if c == nil {
		return card{}, false
	}
	f(c)
	out := *c
	out.params, out.spaces = maps.Clone(c.params), slices.Clone(c.spaces)
	return out, true
}

func (s *Server) cardEndpoints() []endpoint {
	return []endpoint{
		{pattern: "POST /v1.0/card/instances/createAndDeliver", handle: s.createCard},
		{pattern: "PUT /v1.0/card/instances", handle: s.updateCard},
		{pattern: "PUT /v1.0/card/streaming", handle: s.streamCard},
	}
}

type cardData struct {
	Params map[string]string `json:"cardParamMap"`
}

type cardRequest struct {
	Template     string     `json:"cardTemplateId"`
	OutTrackID   string     `json:"outTrackId"`
	Data         *cardData  `json:"cardData"`
	OpenSpaceID  string     `json:"openSpaceId"`
	CallbackType string     `json:"callbackType"`
	RouteKey     string     `json:"callbackRouteKey"`
	UserIDType   int        `json:"userIdType"`
	GroupSpace   *struct{}  `json:"imGroupOpenSpaceModel"`
	GroupDeliver *robotPart `json:"imGroupOpenDeliverModel"`
	RobotSpace   *struct{}  `json:"imRobotOpenSpaceModel"`
	RobotDeliver *robotPart `json:"imRobotOpenDeliverModel"`
}

type robotPart struct {
	RobotCode string `json:"robotCode"`
	SpaceType string `json:"spaceType"`
}

// createCard shows a card. The outTrackId is its idempotency key.
func (s *Server) createCard(c *call) (any, *refusal) {
	var req cardRequest
	if no := c.decode(&req); no != nil {
		return nil, no
	}
	if no := s.checkCard(req); no != nil {
		return nil, no
	}
	spaces, no := parseSpaces(req.OpenSpaceID)
	if no != nil {
		return nil, no
	}
	card := &card{outTrackID: req.OutTrackID, stream: req.CallbackType == "STREAM", params: maps.Clone(req.Data.Params), guids: map[string]bool{}}
	if card.params == nil {
		card.params = map[string]string{}
	}
	if !s.cards.put(card) {
		return nil, refuse(http.StatusBadRequest, "param.cardAlreadyExist", "outTrackId 已存在")
	}
	results := []map[string]any{}
	for _, space := range spaces {
		trouble := s.show(req, card, space, c.body)
		res := map[string]any{"spaceType": space.kind, "spaceId": space.id, "success": trouble == "", "errorMsg": trouble}
		if trouble == "" {
			res["carrierId"] = card.spaces[len(card.spaces)-1].key
		}
		results = append(results, res)
	}
	return map[string]any{"success": true, "result": map[string]any{"outTrackId": req.OutTrackID, "deliverResults": results}}, nil
}

func (s *Server) checkCard(req cardRequest) *refusal {
	if no := required("cardTemplateId", req.Template != "", "outTrackId", req.OutTrackID != "", "cardData", req.Data != nil, "openSpaceId", req.OpenSpaceID != ""); no != nil {
		return no
	}
	switch {
	case len(req.OutTrackID) > 100:
		return refuse(http.StatusBadRequest, "param.outTrackIdInvalid", "outTrackId 超过100个字符")
	case !slices.Contains([]string{"", "STREAM", "HTTP"}, req.CallbackType):
		return refuse(http.StatusBadRequest, "param.callbackTypeInvalid", "callbackType 只能是 STREAM、HTTP")
	case req.CallbackType == "HTTP" && req.RouteKey == "":
		return refuse(http.StatusBadRequest, "param.callbackRouteKeyEmpty", "callbackRouteKey 为空")
	}
	return nil
}

// parseSpaces reads "dtv1.card//IM_GROUP.<id>;dtv1.card//IM_ROBOT.<id>".
func parseSpaces(openSpaceID string) ([]cardSpace, *refusal) {
	var out []cardSpace
	for part := range strings.SplitSeq(openSpaceID, ";") {
		rest, ok := strings.CutPrefix(part, "dtv1.card//")
		kind, id, dot := strings.Cut(rest, ".")
		if !ok || !dot || id == "" || !slices.Contains([]string{"IM_GROUP", "IM_ROBOT"}, kind) {
			return nil, refuse(http.StatusBadRequest, "param.openSpaceIdInvalid", "openSpaceId 无效: "+part)
		}
		out = append(out, cardSpace{kind: kind, id: id})
	}
	return out, nil
}

// show delivers a card to one space and returns what was wrong with it.
func (s *Server) show(req cardRequest, c *card, space cardSpace, body []byte) string {
	if space.kind == "IM_GROUP" {
		g, ok := s.dir.group(space.id)
		switch {
		case !ok || g.Disbanded || !g.hasBot:
			return "openConversationId invalid"
		case req.GroupSpace == nil || req.GroupDeliver == nil || req.GroupDeliver.RobotCode != s.cfg.ClientID:
			return "imGroupOpenSpaceModel or imGroupOpenDeliverModel.robotCode invalid"
		}
		space.group = g.OpenConversationID
	} else {
		p, ok := s.dir.member(space.id)
		if req.UserIDType == 2 {
			p, ok = s.dir.byUnionID(space.id)
		}
		switch {
		case !ok:
			return "userId invalid"
		case req.RobotSpace == nil || req.RobotDeliver == nil || req.RobotDeliver.SpaceType != "IM_ROBOT":
			return "imRobotOpenSpaceModel or imRobotOpenDeliverModel.spaceType invalid"
		}
		space.user = p.UserID
	}
	space.key = newQueryKey()
	w := cardWords(c.params)
	w.raw = body
	space.seq = s.post(w, space.user, space.group, space.key)
	_, _ = s.cards.change(c.outTrackID, func(c *card) { c.spaces = append(c.spaces, space) })
	return ""
}
