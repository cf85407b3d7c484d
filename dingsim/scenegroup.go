package dingsim

import (
	"net/http"
	"unicode/utf8"
)

const (
	maxSceneTitle = 30
	maxMembers    = 1000
)

func (s *Server) sceneGroupEndpoints() []endpoint {
	return []endpoint{
		{pattern: "POST /v1.0/im/sceneGroup/create", handle: s.createSceneGroup},
		{pattern: "POST /v1.0/im/sceneGroups", handle: s.createSceneGroupOld},
		{pattern: "POST /v1.0/im/sceneGroup/member/add", handle: s.addSceneMembers},
		{pattern: "POST /v1.0/im/sceneGroup/member/remove", handle: s.removeSceneMembers},
		{pattern: "POST /v1.0/im/sceneGroups/query", handle: s.querySceneGroup},
	}
}

type sceneGroup struct {
	Title    string   `json:"title"`
	Template string   `json:"template_id"`
	Owner    string   `json:"owner_user_id"`
	Users    []string `json:"user_ids"`
	Admins   []string `json:"subadmin_ids"`
	UUID     string   `json:"uuid"`
	Icon     string   `json:"icon"`
	Options  any      `json:"management_options"`
}

// createSceneGroup makes a group from a template with the bot in it. The same
// uuid again gives the same group.
func (s *Server) createSceneGroup(c *call) (any, *refusal) {
	var req sceneGroup
	if no := c.decode(&req); no != nil {
		return nil, no
	}
	if no := required("title", req.Title != "", "template_id", req.Template != "", "owner_user_id", req.Owner != ""); no != nil {
		return nil, no
	}
	g, no := s.newSceneGroup(req)
	return map[string]any{"open_conversation_id": g.OpenConversationID, "chat_id": g.chatID}, no
}

// createSceneGroupOld is the older twin, in camel case.
func (s *Server) createSceneGroupOld(c *call) (any, *refusal) {
	var req struct {
		GroupName    string   `json:"groupName"`
		GroupOwnerID string   `json:"groupOwnerId"`
		TemplateID   string   `json:"templateId"`
		UserIDList   []string `json:"userIdList"`
		UUID         string   `json:"uuid"`
	}
	if no := c.decode(&req); no != nil {
		return nil, no
	}
	if no := required("groupName", req.GroupName != "", "templateId", req.TemplateID != "", "groupOwnerId", req.GroupOwnerID != ""); no != nil {
		return nil, no
	}
	g, no := s.newSceneGroup(sceneGroup{
		Title: req.GroupName, Template: req.TemplateID, Owner: req.GroupOwnerID, Users: req.UserIDList, UUID: req.UUID,
	})
	return map[string]any{"openConversationId": g.OpenConversationID}, no
}

func (s *Server) newSceneGroup(req sceneGroup) (Group, *refusal) {
	if utf8.RuneCountInString(req.Title) > maxSceneTitle {
		return Group{}, refuse(http.StatusBadRequest, "title.tooLong", "群名称超过30个字符")
	}
	if _, ok := s.dir.member(req.Owner); !ok {
		return Group{}, refuse(http.StatusBadRequest, "owner.notFound", "群主不存在: "+req.Owner)
	}
	members := unique(append([]string{req.Owner}, append(req.Users, req.Admins...)...))
	if len(members) > maxMembers {
		return Group{}, refuse(http.StatusBadRequest, "member.exceed", "群成员人数超过上限")
	}
	if no := s.allMembers(members); no != nil {
		return Group{}, no
	}
	g, _ := s.dir.add(Group{Title: req.Title, Owner: req.Owner, Members: members, templateID: req.Template, hasBot: true}, req.UUID)
	s.journal.touch()
	return g, nil
}

// allMembers refuses ids that are not of the organisation: an internal group
// takes nobody else by id.
func (s *Server) allMembers(ids []string) *refusal {
	for _, id := range ids {
		if _, ok := s.dir.member(id); !ok {
			return refuse(http.StatusBadRequest, "member.notFound", "群成员不存在: "+id)
		}
	}
	return nil
}

type sceneMembers struct {
	OpenConversationID string   `json:"open_conversation_id"`
	Users              []string `json:"user_ids"`
	Unions             []string `json:"union_ids"`
}

// sceneChange reads a call about members of a group.
func (s *Server) sceneChange(c *call) (Group, []Person, *refusal) {
	var req sceneMembers
	if no := c.decode(&req); no != nil {
		return Group{}, nil, no
	}
	if no := required("open_conversation_id", req.OpenConversationID != "", "user_ids", len(req.Users)+len(req.Unions) > 0); no != nil {
		return Group{}, nil, no
	}
	g, ok := s.dir.group(req.OpenConversationID)
	if !ok || g.Disbanded {
		return Group{}, nil, unknownGroup()
	}
	for _, union := range req.Unions {
		p, _ := s.dir.byUnionID(union)
		if p.staffID() == "" {
			return Group{}, nil, refuse(http.StatusBadRequest, "member.notFound", "群成员不存在: "+union)
		}
		req.Users = append(req.Users, p.UserID)
	}
	if no := s.allMembers(req.Users); no != nil {
		return Group{}, nil, no
	}
	var people []Person
	for _, id := range unique(req.Users) {
		p, _ := s.dir.person(id)
		people = append(people, p)
	}
	return g, people, nil
}

func (s *Server) addSceneMembers(c *call) (any, *refusal) {
	g, people, no := s.sceneChange(c)
	if no != nil {
		return nil, no
	}
	if len(g.Members)+len(people) > maxMembers {
		return nil, refuse(http.StatusBadRequest, "member.exceed", "群成员人数超过上限")
	}
	owner, _ := s.dir.person(g.Owner)
	s.addMembers(g, people, owner)
	return map[string]any{"success": true}, nil
}

func (s *Server) removeSceneMembers(c *call) (any, *refusal) {
	g, people, no := s.sceneChange(c)
	if no != nil {
		return nil, no
	}
	s.removeMembers(g, people)
	return map[string]any{"success": true}, nil
}

func (s *Server) querySceneGroup(c *call) (any, *refusal) {
	var req struct {
		OpenConversationID string `json:"openConversationId"`
		CoolAppCode        string `json:"coolAppCode"`
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
	status := 1
	if g.Disbanded {
		status = 3
	}
	return map[string]any{
		"success": true, "openConversationId": g.OpenConversationID, "title": g.Title, "ownerUserId": g.Owner,
		"templateId": g.templateID, "groupUrl": g.url, "icon": "", "status": status,
	}, nil
}
