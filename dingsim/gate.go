package dingsim

import (
	"net/http"
	"sync"
	"time"
)

// gate keeps what stands before every call: tokens, rates and quotas.
type gate struct {
	mu      sync.Mutex
	token   string
	expires time.Time
	calls   map[string][]time.Time // per API, the last second's
	groups  map[string][]time.Time // per group, the last minute's webhook messages
	metered bool
	api     int // metered API calls left
	stream  int // callbacks and webhook messages left
}

func newGate() *gate {
	return &gate{calls: map[string][]time.Time{}, groups: map[string][]time.Time{}}
}

// give returns the valid token, or a new one; asking again changes nothing.
func (g *gate) give(now time.Time) (string, time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !now.Before(g.expires) {
		g.token, g.expires = randomHex(16), now.Add(tokenLife)
	}
	return g.token, g.expires.Sub(now)
}

func (g *gate) valid(token string, now time.Time) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return token != "" && token == g.token && now.Before(g.expires)
}

// within counts an event unless limit of them lie in the window before now.
func within(log map[string][]time.Time, key string, limit int, window time.Duration, now time.Time) bool {
	past := log[key]
	for len(past) > 0 && !past[0].After(now.Add(-window)) {
		past = past[1:]
	}
	if len(past) >= limit {
		log[key] = past
		return false
	}
	log[key] = append(past, now)
	return true
}

func (g *gate) callAllowed(api string, qps int, now time.Time) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return within(g.calls, api, qps, time.Second, now)
}

func (g *gate) groupAllowed(group string, now time.Time) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return within(g.groups, group, webhookPerGroup, time.Minute, now)
}

// setQuota gives n calls and n callbacks for the rest of the month; 0: any number.
func (g *gate) setQuota(n int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.metered, g.api, g.stream = n > 0, n, n
}

func (g *gate) takeAPI() bool    { return g.take(&g.api) }
func (g *gate) takeStream() bool { return g.take(&g.stream) }

func (g *gate) take(left *int) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.metered {
		return true
	}
	*left--
	return *left >= 0
}

// admit refuses a call for its token, its rate or the month's quota.
func (s *Server) admit(c *call, ep endpoint) *refusal {
	f, now := s.faults.get(), time.Now()
	if !ep.open && (f.RefuseToken || !s.gate.valid(c.accessToken(), now)) {
		return badToken(ep)
	}
	if ep.free && ep.open {
		return nil
	}
	qps := s.cfg.QPS
	if f.QPS > 0 {
		qps = f.QPS
	}
	if !s.gate.callAllowed(ep.pattern, qps, now) {
		return tooFast(ep.host)
	}
	if !ep.free && !s.gate.takeAPI() {
		return quotaGone(ep.host)
	}
	return nil
}

func (c *call) accessToken() string {
	if t := c.header.Get("x-acs-dingtalk-access-token"); t != "" {
		return t
	}
	return c.query.Get("access_token")
}

// badToken is what wild logs show: HTTP 400 on the new host; 88 with a
// sub_code on topapi, 40014 on the older calls.
func badToken(ep endpoint) *refusal {
	const text = "不合法的access_token"
	if ep.host == newHost {
		return refuse(http.StatusBadRequest, "InvalidAuthentication", text)
	}
	if ep.topAPI() {
		return subCode("40014", text)
	}
	return errcode(40014, text)
}

func tooFast(f family) *refusal {
	if f == newHost {
		return refuse(http.StatusForbidden, "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi",
			"Your app calls this api too frequently, please try again later.")
	}
	return subCode("90018", "您的服务器调用钉钉开放平台该接口过于频繁，请稍后再试")
}

func quotaGone(f family) *refusal {
	if f == newHost {
		return refuse(http.StatusForbidden, "Forbidden.AccessDenied.ApiCountLimitForOrg",
			"The monthly api quota of your organization has been used up.")
	}
	return subCode("90020", "企业本月API调用量已用完")
}

// subCode is topapi's way to say that the gateway before it refused.
func subCode(code, text string) *refusal {
	no := errcode(88, "ding talk error[subcode="+code+",submsg="+text+"]")
	no.extra = map[string]any{"sub_code": code, "sub_msg": text}
	return no
}
