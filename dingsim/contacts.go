package dingsim

import (
	"encoding/json"
	"strings"
)

func (s *Server) contactEndpoints() []endpoint {
	return []endpoint{
		{pattern: "POST /topapi/v2/user/getbymobile", host: oldHost, free: true, handle: s.userByMobile},
		{pattern: "POST /topapi/v2/user/get", host: oldHost, free: true, handle: s.user},
		{pattern: "POST /topapi/user/getbyunionid", host: oldHost, free: true, handle: s.userByUnionID},
	}
}

// topDecode reads the body of an old-host call: JSON, as in the documents.
func (c *call) topDecode(into any) *refusal {
	if json.Unmarshal(c.body, into) != nil {
		return errcode(400002, "无效的参数")
	}
	return nil
}

// isMobile takes what may be a telephone number, with a country code or without.
func isMobile(s string) bool {
	if rest, ok := strings.CutPrefix(s, "+"); ok {
		s = strings.Replace(rest, "-", "", 1)
	}
	return len(s) >= 6 && len(s) <= 19 && strings.Trim(s, "0123456789") == ""
}

func (s *Server) userByMobile(c *call) (any, *refusal) {
	var req struct {
		Mobile string `json:"mobile"`
	}
	if no := c.topDecode(&req); no != nil {
		return nil, no
	}
	if req.Mobile == "" {
		return nil, errcode(400002, "缺少参数 mobile")
	}
	if !isMobile(req.Mobile) {
		return nil, errcode(40104, "无效手机号")
	}
	p, ok := s.dir.byMobile(req.Mobile)
	if !ok {
		return nil, nobody()
	}
	return result(map[string]any{"userid": p.UserID}), nil
}

func (s *Server) user(c *call) (any, *refusal) {
	var req struct {
		UserID string `json:"userid"`
	}
	if no := c.topDecode(&req); no != nil {
		return nil, no
	}
	if req.UserID == "" {
		return nil, errcode(400002, "缺少参数 userid")
	}
	p, ok := s.dir.member(req.UserID)
	if !ok {
		return nil, nobody()
	}
	return result(map[string]any{
		"userid": p.UserID, "unionid": p.UnionID, "name": p.Name, "mobile": p.Mobile, "title": p.Title,
		"active": true, "admin": p.UserID == "staff005", "dept_id_list": []int{1},
	}), nil
}

func (s *Server) userByUnionID(c *call) (any, *refusal) {
	var req struct {
		UnionID string `json:"unionid"`
	}
	if no := c.topDecode(&req); no != nil {
		return nil, no
	}
	if req.UnionID == "" {
		return nil, errcode(400002, "缺少参数 unionid")
	}
	p, ok := s.dir.byUnionID(req.UnionID)
	if !ok || p.Outsider {
		return nil, nobody()
	}
	return result(map[string]any{"userid": p.UserID, "contact_type": 0}), nil
}

func result(v any) map[string]any { return map[string]any{"result": v} }

func nobody() *refusal { return errcode(60121, "找不到该用户") }
