package dingsim

import "net/http"

func (s *Server) robotGroupEndpoints() []endpoint {
	return []endpoint{
		{pattern: "POST /v1.0/robot/groups/query", handle: s.robotGroups},
		{pattern: "POST /v1.0/robot/groups/robots/query", handle: s.groupRobots},
		{pattern: "POST /v1.0/im/conversations/robots", handle: s.addRobot},
	}
}

// robotGroups lists the groups the bot is in, page by page from 1.
func (s *Server) robotGroups(c *call) (any, *refusal) {
	var req struct {
		RobotCode  string `json:"robotCode"`
		PageNumber int    `json:"pageNumber"`
		PageSize   int    `json:"pageSize"`
	}
	if no := c.decode(&req); no != nil {
		return nil, no
	}
	if no := required("robotCode", req.RobotCode != "", "pageNumber", req.PageNumber > 0, "pageSize", req.PageSize > 0); no != nil {
		return nil, no
	}
	ids := []string{}
	for _, g := range s.dir.all() {
		if g.hasBot && !g.Disbanded {
			ids = append(ids, g.OpenConversationID)
		}
	}
	from := min((min(req.PageNumber, 1_000_000)-1)*min(req.PageSize, 1000), len(ids))
	to := min(from+min(req.PageSize, 1000), len(ids))
	return map[string]any{"openConversationIds": ids[from:to], "hasMore": to < len(ids)}, nil
}

func (s *Server) groupRobots(c *call) (any, *refusal) {
	var req struct {
		OpenConversationID string `json:"openConversationId"`
	}
	if no := c.decode(&req); no != nil {
		return nil, no
	}
	if no := required("openConversationId", req.OpenConversationID != ""); no != nil {
		return nil, no
	}
	g, ok := s.dir.group(req.OpenConversationID)
	if !ok {
		return nil, unknownGroup()
	}
	robots := []map[string]any{}
	if g.hasBot {
		robots = append(robots, map[string]any{"robotCode": s.cfg.ClientID, "name": botName, "openRobotType": 3, "downloadIconURL": ""})
	}
	return map[string]any{"chatbotInstanceVOList": robots}, nil
}

// addRobot puts the bot into a group.
func (s *Server) addRobot(c *call) (any, *refusal) {
	var req struct {
		OpenConversationID string `json:"openConversationId"`
		RobotCode          string `json:"robotCode"`
	}
	if no := c.decode(&req); no != nil {
		return nil, no
	}
	if no := required("openConversationId", req.OpenConversationID != "", "robotCode", req.RobotCode != ""); no != nil {
		return nil, no
	}
	if req.RobotCode != s.cfg.ClientID {
		return nil, refuse(http.StatusBadRequest, "invalidParameter.robotCode.auth", "该应用没有权限使用此机器人")
	}
	if _, ok := s.dir.change(req.OpenConversationID, func(g *Group) { g.hasBot = true }); !ok {
		return nil, unknownGroup()
	}
	s.journal.touch()
	return map[string]any{"chatBotUserId": botUserID}, nil
}

func unknownGroup() *refusal {
	return refuse(http.StatusBadRequest, "invalid.openConversationId", "openConversationId 无效")
}
