package dingsim

import (
	"net/http"
	"slices"
)

const maxOTOUsers = 20

func (s *Server) robotEndpoints() []endpoint {
	return []endpoint{
		{pattern: "POST /v1.0/robot/oToMessages/batchSend", handle: s.batchSend},
		{pattern: "POST /v1.0/robot/groupMessages/send", handle: s.groupSend},
	}
}

// batchSend writes to people one by one. It succeeds even when nobody could be
// reached: both lists of the answer must be read.
func (s *Server) batchSend(c *call) (any, *refusal) {
	var req struct {
		robotMessage
		UserIDs []string `json:"userIds"`
	}
	if no := c.decode(&req); no != nil {
		return nil, no
	}
	if no := required("robotCode", req.RobotCode != "", "userIds", len(req.UserIDs) > 0, "msgKey", req.MsgKey != "", "msgParam", req.MsgParam != ""); no != nil {
		return nil, no
	}
	if req.RobotCode != s.cfg.ClientID {
		return nil, refuse(http.StatusBadRequest, "invalidParameter.robotCode.notExsit", "robotCode 不存在")
	}
	if len(req.UserIDs) > maxOTOUsers {
		return nil, refuse(http.StatusBadRequest, "too.many.people", "发送人数超过上限")
	}
	said, no := req.said()
	if no != nil {
		return nil, no
	}
	said.route, said.raw = routeOTO, c.body
	key, slow := newQueryKey(), s.faults.get().FlowControlled
	invalid, controlled := []string{}, []string{}
	for _, id := range unique(req.UserIDs) {
		switch _, ok := s.dir.member(id); {
		case !ok:
			invalid = append(invalid, id)
		case slices.Contains(slow, id):
			controlled = append(controlled, id)
		default:
			s.post(said, id, "", key)
		}
	}
	return map[string]any{"processQueryKey": key, "invalidStaffIdList": invalid, "flowControlledStaffIdList": controlled}, nil
}

// groupSend writes to a group the bot is in.
func (s *Server) groupSend(c *call) (any, *refusal) {
	var req struct {
		robotMessage
		OpenConversationID string `json:"openConversationId"`
		CoolAppCode        string `json:"coolAppCode"`
	}
	if no := c.decode(&req); no != nil {
		return nil, no
	}
	if no := required("robotCode", req.RobotCode != "", "msgKey", req.MsgKey != "", "msgParam", req.MsgParam != ""); no != nil {
		return nil, no
	}
	if req.OpenConversationID == "" {
		return nil, refuse(http.StatusBadRequest, "miss.openConversationId", "缺少openConversationId")
	}
	g, no := s.botGroup(req.RobotCode, req.OpenConversationID)
	if no != nil {
		return nil, no
	}
	said, no := req.said()
	if no != nil {
		return nil, no
	}
	said.route, said.raw = routeGroup, c.body
	key := newQueryKey()
	s.post(said, "", g.OpenConversationID, key)
	return map[string]any{"processQueryKey": key}, nil
}

// botGroup finds a group in which the robot may act.
func (s *Server) botGroup(robotCode, id string) (Group, *refusal) {
	if robotCode != s.cfg.ClientID {
		return Group{}, refuse(http.StatusBadRequest, "invalidParameter.robotCode.auth", "该应用没有权限使用此机器人")
	}
	g, ok := s.dir.group(id)
	switch {
	case !ok, !g.hasBot:
		return Group{}, refuse(http.StatusBadRequest, "invalid.openConversationId", "openConversationId 无效")
	case g.Disbanded:
		return Group{}, refuse(http.StatusBadRequest, "group.disbanded", "群已解散")
	}
	return g, nil
}
