package dingsim

import (
	"net/http"
	"time"
)

func (s *Server) tokenEndpoints() []endpoint {
	return []endpoint{
		{pattern: "POST /v1.0/oauth2/accessToken", free: true, open: true, handle: s.accessToken},
		{pattern: "POST /v1.0/oauth2/{corpId}/token", free: true, open: true, handle: s.corpToken},
		{pattern: "GET /gettoken", host: oldHost, free: true, open: true, handle: s.getToken},
	}
}

func (s *Server) accessToken(c *call) (any, *refusal) {
	var req struct {
		AppKey    string `json:"appKey"`
		AppSecret string `json:"appSecret"`
	}
	if no := c.decode(&req); no != nil {
		return nil, no
	}
	if no := required("appKey", req.AppKey != "", "appSecret", req.AppSecret != ""); no != nil {
		return nil, no
	}
	token, left, no := s.issue(req.AppKey, req.AppSecret)
	return map[string]any{"accessToken": token, "expireIn": left}, no
}

// corpToken is the newer twin, in snake case.
func (s *Server) corpToken(c *call) (any, *refusal) {
	var req struct {
		ClientID     string `json:"client_id"`
		ClientSecret string `json:"client_secret"`
		GrantType    string `json:"grant_type"`
	}
	if no := c.decode(&req); no != nil {
		return nil, no
	}
	if no := required("client_id", req.ClientID != "", "client_secret", req.ClientSecret != "", "grant_type", req.GrantType != ""); no != nil {
		return nil, no
	}
	if req.GrantType != "client_credentials" {
		return nil, refuse(http.StatusBadRequest, "invalidGrantType", "grant_type must be client_credentials")
	}
	token, left, no := s.issue(req.ClientID, req.ClientSecret)
	return map[string]any{"access_token": token, "expires_in": left}, no
}

// getToken is the old host's.
func (s *Server) getToken(c *call) (any, *refusal) {
	token, left, no := s.issue(c.query.Get("appkey"), c.query.Get("appsecret"))
	if no != nil {
		return nil, errcode(40089, "不合法的corpid或corpsecret")
	}
	return map[string]any{"access_token": token, "expires_in": left}, nil
}

func (s *Server) issue(id, secret string) (string, int64, *refusal) {
	if id != s.cfg.ClientID || secret != s.cfg.ClientSecret || s.faults.get().RefuseToken {
		return "", 0, refuse(http.StatusBadRequest, "invalidClientIdOrSecret", "无效的clientId或者clientSecret")
	}
	token, left := s.gate.give(time.Now())
	return token, int64(left.Round(time.Second) / time.Second), nil
}
