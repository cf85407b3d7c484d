package dingsim

import (
	"cmp"
	"net/http"
	"slices"
)

func (s *Server) dingEndpoints() []endpoint {
	return []endpoint{
		{pattern: "POST /v1.0/robot/ding/send", handle: s.dingSend},
		{pattern: "POST /v1.0/robot/ding/recall", handle: s.dingRecall},
		{pattern: "POST /v1.0/robot/ding/readStatuses/query", handle: s.dingReadStatus},
	}
}

type dingRequest struct {
	RobotCode  string   `json:"robotCode"`
	RemindType int      `json:"remindType"` // 1 app, 2 SMS, 3 phone
	Receivers  []string `json:"receiverUserIdList"`
	Content    string   `json:"content"`
	CallVoice  string   `json:"callVoice"`
}

// dingSend rings people: in the app, by SMS or by telephone.
func (s *Server) dingSend(c *call) (any, *refusal) {
	var req dingRequest
	if no := c.decode(&req); no != nil {
		return nil, no
	}
	if no := s.checkDing(req); no != nil {
		return nil, no
	}
	id, failed := newQueryKey(), map[string]any{}
	var reached, unknown []string
	for _, r := range unique(req.Receivers) {
		if _, ok := s.dir.member(r); ok {
			reached = append(reached, r)
		} else {
			unknown = append(unknown, r)
		}
	}
	for _, r := range reached {
		s.post(words{
			route: routeDing, msgType: "ding", text: req.Content, raw: c.body,
			ding: &DingInfo{RemindType: req.RemindType, Receivers: reached},
		}, r, "", id)
	}
	if len(unknown) > 0 {
		failed["staffId.notExisted"] = unknown
	}
	return map[string]any{"openDingId": id, "failedList": failed}, nil
}

func (s *Server) checkDing(req dingRequest) *refusal {
	if no := required("robotCode", req.RobotCode != "", "remindType", req.RemindType != 0, "content", req.Content != ""); no != nil {
		return no
	}
	limit := 20
	if req.RemindType == dingApp {
		limit = 200
	}
	switch {
	case len(req.Receivers) == 0:
		return refuse(http.StatusBadRequest, "miss.staffId", "缺少接收者")
	case req.RobotCode != s.cfg.ClientID:
		return refuse(http.StatusBadRequest, "invalid.chatbotId", "robotCode 无效")
	case req.RemindType < dingApp || req.RemindType > dingPhone:
		return refuse(http.StatusBadRequest, "invalidParameter.remindType", "remindType 只能是 1、2、3")
	case len(req.Receivers) > limit:
		return refuse(http.StatusBadRequest, "ding.receivercount.limit", "接收者人数超过上限")
	case slices.Contains(s.faults.get().DingRefuse, req.RemindType):
		return refuse(http.StatusBadRequest, "ding.serverquota.insufficient", "DING 额度不足")
	}
	return nil
}

type dingQuery struct {
	RobotCode  string `json:"robotCode"`
	OpenDingID string `json:"openDingId"`
}

// dings finds a DING by the body or, as the official Node client asks, the query.
func (s *Server) dings(c *call) (string, []entry, *refusal) {
	var req dingQuery
	if len(c.body) > 0 {
		if no := c.decode(&req); no != nil {
			return "", nil, no
		}
	}
	req.RobotCode = cmp.Or(req.RobotCode, c.query.Get("robotCode"))
	req.OpenDingID = cmp.Or(req.OpenDingID, c.query.Get("openDingId"))
	if no := required("robotCode", req.RobotCode != "", "openDingId", req.OpenDingID != ""); no != nil {
		return "", nil, no
	}
	found := s.sent(routeDing, req.OpenDingID)
	if len(found) == 0 {
		return "", nil, refuse(http.StatusBadRequest, "invalidParameter.openDingId", "openDingId 无效")
	}
	return req.OpenDingID, found, nil
}

func (s *Server) dingRecall(c *call) (any, *refusal) {
	id, found, no := s.dings(c)
	if no != nil {
		return nil, no
	}
	s.takeBack(found)
	return map[string]any{"openDingId": id}, nil
}

func (s *Server) dingReadStatus(c *call) (any, *refusal) {
	_, found, no := s.dings(c)
	if no != nil {
		return nil, no
	}
	list := []map[string]any{}
	for _, e := range found {
		status := "UNREAD"
		if e.readBy[e.To] != 0 {
			status = "READ"
		}
		list = append(list, map[string]any{"userId": e.To, "readStatus": status})
	}
	return map[string]any{"success": true, "result": map[string]any{"robotDingReadInfoList": list}}, nil
}
