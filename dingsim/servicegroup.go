package dingsim

import (
	"net/http"
	"slices"
)

func (s *Server) serviceGroupEndpoints() []endpoint {
	return []endpoint{
		{pattern: "POST /v1.0/serviceGroup/groups", handle: s.createServiceGroup},
		{pattern: "POST /v1.0/serviceGroup/messages/send", handle: s.serviceSend},
		{pattern: "POST /v1.0/serviceGroup/groups/members", handle: s.addServiceMembers},
		{pattern: "POST /v1.0/serviceGroup/groups/members/query", handle: s.serviceMembers},
	}
}

// createServiceGroup makes a group that outside customers may join.
func (s *Server) createServiceGroup(c *call) (any, *refusal) {
	var req struct {
		Team    string   `json:"openTeamId"`
		Set     string   `json:"openGroupSetId"`
		Name    string   `json:"groupName"`
		Owner   string   `json:"ownerStaffId"`
		Members []string `json:"memberStaffIds"`
	}
	if no := c.decode(&req); no != nil {
		return nil, no
	}
	if no := required("openTeamId", req.Team != "", "openGroupSetId", req.Set != "", "groupName", req.Name != "", "ownerStaffId", req.Owner != ""); no != nil {
		return nil, no
	}
	if len(req.Members) > 20 {
		return nil, refuse(http.StatusBadRequest, "member.exceed", "初始成员不能超过20人")
	}
	members := append([]string{req.Owner}, req.Members...)
	if no := s.allMembers(members); no != nil {
		return nil, no
	}
	g, _ := s.dir.add(Group{Title: req.Name, Owner: req.Owner, Members: members, hasBot: true}, "")
	s.journal.touch()
	return map[string]any{"openConversationId": g.OpenConversationID, "groupUrl": g.url}, nil
}

func (s *Server) serviceSend(c *call) (any, *refusal) {
	var req struct {
		Group   string `json:"targetOpenConversationId"`
		Title   string `json:"title"`
		Content string `json:"content"`
		Type    string `json:"messageType"`
		Btns    []struct {
			Title     string `json:"title"`
			ActionURL string `json:"actionURL"`
		} `json:"btns"`
	}
	if no := c.decode(&req); no != nil {
		return nil, no
	}
	if no := required("targetOpenConversationId", req.Group != "", "title", req.Title != "", "content", req.Content != "", "messageType", req.Type != ""); no != nil {
		return nil, no
	}
	if !slices.Contains([]string{"MARKDOWN", "ACTIONCARD"}, req.Type) {
		return nil, refuse(http.StatusBadRequest, "invalidParameter.messageType", "messageType 只能是 MARKDOWN、ACTIONCARD")
	}
	g, ok := s.dir.group(req.Group)
	if !ok || g.Disbanded {
		return nil, unknownGroup()
	}
	w := words{route: routeGroup, msgType: "markdown", title: req.Title, text: req.Content, markdown: req.Content, raw: c.body}
	if req.Type == "ACTIONCARD" {
		w.msgType, w.text = "actionCard", titled(req.Title, req.Content)
	}
	for _, b := range req.Btns {
		w.buttons = append(w.buttons, Button{b.Title, b.ActionURL})
	}
	key := newQueryKey()
	s.post(w, "", g.OpenConversationID, key)
	return map[string]any{"openMsgTaskId": key}, nil
}

// serviceMember reads which group a call is about.
func (s *Server) serviceMember(c *call) (Group, []string, *refusal) {
	var req struct {
		Team  string   `json:"openTeamId"`
		Group string   `json:"openConversationId"`
		Users []string `json:"userIds"`
	}
	if no := c.decode(&req); no != nil {
		return Group{}, nil, no
	}
	if no := required("openConversationId", req.Group != ""); no != nil {
		return Group{}, nil, no
	}
	g, ok := s.dir.group(req.Group)
	if !ok || g.Disbanded {
		return Group{}, nil, unknownGroup()
	}
	return g, req.Users, nil
}

func (s *Server) addServiceMembers(c *call) (any, *refusal) {
	g, users, no := s.serviceMember(c)
	if no != nil {
		return nil, no
	}
	if no := required("userIds", len(users) > 0); no != nil {
		return nil, no
	}
	if no := s.allMembers(users); no != nil {
		return nil, no
	}
	var people []Person
	for _, id := range users {
		p, _ := s.dir.person(id)
		people = append(people, p)
	}
	owner, _ := s.dir.person(g.Owner)
	s.addMembers(g, people, owner)
	return map[string]any{"success": true}, nil
}

func (s *Server) serviceMembers(c *call) (any, *refusal) {
	g, _, no := s.serviceMember(c)
	if no != nil {
		return nil, no
	}
	list := []map[string]any{}
	for _, id := range g.Members {
		p, _ := s.dir.person(id)
		list = append(list, map[string]any{
			"userId": p.staffID(), "unionId": p.UnionID, "nickName": p.Name, "owner": id == g.Owner, "isUser": !p.Outsider, "avatarMediaId": "",
		})
	}
	return map[string]any{"success": true, "result": map[string]any{"openConversationId": g.OpenConversationID, "groupMemberList": list}}, nil
}
