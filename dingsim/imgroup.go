package dingsim

import (
	"net/http"
	"slices"
	"unicode/utf8"
)

const maxGroupName = 20

func (s *Server) imGroupEndpoints() []endpoint {
	return []endpoint{
		{pattern: "POST /v1.0/im/group/create", handle: s.createGroup},
		{pattern: "POST /v1.0/im/chat/{chatId}/convertToOpenConversationId", handle: s.convertChat},
		{pattern: "POST /topapi/chat/qrcode/get", host: oldHost, handle: s.qrCode},
	}
}

// createGroup makes an internal group without a bot. It has no idempotency
// key: every call makes another group.
func (s *Server) createGroup(c *call) (any, *refusal) {
	var req struct {
		Name            string   `json:"name"`
		Owner           string   `json:"owner"`
		OwnerType       string   `json:"ownerType"`
		UserIDs         []string `json:"useridlist"`
		ConversationTag *int     `json:"conversationTag"`
	}
	if no := c.decode(&req); no != nil {
		return nil, no
	}
	if no := required("name", req.Name != "", "owner", req.Owner != "", "useridlist", len(req.UserIDs) > 0); no != nil {
		return nil, no
	}
	if utf8.RuneCountInString(req.Name) > maxGroupName {
		return nil, refuse(http.StatusBadRequest, "name.tooLong", "群名称超过20个字符")
	}
	if tag := req.ConversationTag; tag != nil && *tag != 2 {
		return nil, refuse(http.StatusBadRequest, "permession.checkFailed", "没有创建普通群的权限") // the vendor's spelling
	}
	if _, ok := s.dir.member(req.Owner); !ok {
		return nil, refuse(http.StatusBadRequest, "permession.checkFailed", "群主不在应用可见范围内")
	}
	if no := s.allMembers(req.UserIDs); no != nil {
		return nil, no
	}
	g, _ := s.dir.add(Group{Title: req.Name, Owner: req.Owner, Members: append([]string{req.Owner}, req.UserIDs...)}, "")
	s.journal.touch()
	return map[string]any{"openConversationId": g.OpenConversationID, "chatid": g.chatID, "conversationTag": 2}, nil
}

func (s *Server) convertChat(c *call) (any, *refusal) {
	g, ok := s.dir.groupByChat(c.path("chatId"))
	if !ok {
		return nil, refuse(http.StatusBadRequest, "invalidParameter.chatId", "chatId 无效")
	}
	return map[string]any{"openConversationId": g.OpenConversationID}, nil
}

// qrCode gives the address by which people join a group.
func (s *Server) qrCode(c *call) (any, *refusal) {
	var req struct {
		ChatID string `json:"chatid"`
		UserID string `json:"userid"` // who shares it
	}
	if no := c.topDecode(&req); no != nil {
		return nil, no
	}
	g, ok := s.dir.groupByChat(req.ChatID)
	switch {
	case req.ChatID == "" || req.UserID == "":
		return nil, errcode(400002, "缺少参数 chatid 或 userid")
	case !ok || g.Disbanded:
		return nil, errcode(34007, "无效的会话id")
	case !slices.Contains(g.Members, req.UserID):
		return nil, errcode(34008, "用户不在群中")
	}
	return map[string]any{"result": g.url, "success": true}, nil
}
