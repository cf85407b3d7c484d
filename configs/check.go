package configs

import (
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"
	"time"

	"guanjia/bot"
	"guanjia/calendar"
)

// check looks for what is wrong with the values, one section after the other.
func (d *decoder) check(c *Config) {
	d.checkBrand(c)
	d.checkDingTalk(c)
	d.checkRedis(c)
	d.checkHTTP(c)
	d.checkHours(c)
	d.checkTeam(c)
	d.checkOnCall(c)
	d.checkEscalation(c)
	d.checkService(c)
	d.checkChannel(c)
	d.checkRest(c)
}

func (d *decoder) oneOf(path, got string, allowed ...string) {
	if !slices.Contains(allowed, got) {
		d.complain(path, "%q is not possible; use one of: %s", got, strings.Join(allowed, ", "))
	}
}

func (d *decoder) positive(path string, v time.Duration) {
	if v <= 0 {
		d.complain(path, "must be longer than nothing, such as 5m")
	}
}

func (d *decoder) checkBrand(c *Config) {
	d.oneOf("brand.lang", c.Brand.Lang, "zh", "en")
	if strings.TrimSpace(c.Brand.Product) == "" {
		d.complain("brand.product", "must not be empty; it is how the service calls itself")
	}
	if c.Brand.TicketURL != "" {
		d.checkURL("brand.ticket_url", c.Brand.TicketURL, false)
	}
}

// checkURL wants an absolute address: https, or http to this machine only. With
// bare set it must be a host without a path.
func (d *decoder) checkURL(path, raw string, bare bool) {
	u, err := url.Parse(raw)
	switch {
	case err != nil || u.Host == "":
		d.complain(path, "%q is not an address; write it like https://api.dingtalk.com", raw)
	case u.User != nil:
		d.complain(path, "must not carry a user name or password")
	case u.Scheme == "http" && !loopback(u.Hostname()):
		d.complain(path, "http is only allowed to this machine (127.0.0.1, localhost, ::1); use https")
	case u.Scheme != "http" && u.Scheme != "https":
		d.complain(path, "must begin with https://")
	case bare && (strings.Trim(u.Path, "/") != "" || u.RawQuery != ""):
		d.complain(path, "must be a host only, without a path")
	}
}

func loopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

func (d *decoder) checkDingTalk(c *Config) {
	d.checkURL("dingtalk.api_host", c.DingTalk.APIHost, true)
	d.checkURL("dingtalk.oapi_host", c.DingTalk.OAPIHost, true)
	c.DingTalk.APIHost = strings.TrimRight(c.DingTalk.APIHost, "/")
	c.DingTalk.OAPIHost = strings.TrimRight(c.DingTalk.OAPIHost, "/")
	if n := c.DingTalk.Connections; n < 1 || n > 16 {
		d.complain("dingtalk.connections", "%d is not possible; use 1 to 16, 2 leaves no gap when one is replaced", n)
	}
	if n := c.DingTalk.QPS; n < 1 || n > 1000 {
		d.complain("dingtalk.qps", "%d is not possible; the platform allows 20 a second, use 18", n)
	}
	if c.DingTalk.MonthlyQuota.API < 0 || c.DingTalk.MonthlyQuota.Stream < 0 {
		d.complain("dingtalk.monthly_quota", "must not be negative; 0 means unmetered")
	}
	for i, h := range c.DingTalk.WebhookHosts {
		if h == "" || strings.ContainsAny(h, "/@? ") {
			d.complain(fmt.Sprintf("dingtalk.webhook_hosts[%d]", i), "%q is not a host; write it like oapi.dingtalk.com or host:port", h)
		}
	}
}

func (d *decoder) checkRedis(c *Config) {
	if c.Redis.WaitReplicas < 0 || c.Redis.WaitReplicas > 10 {
		d.complain("redis.wait_replicas", "%d is not possible; use 0 to 10", c.Redis.WaitReplicas)
	}
	if u := c.Redis.URL; u != "" && u != "memory" {
		scheme, _, ok := strings.Cut(u, "://")
		known := []string{"redis", "rediss", "redis+sentinel", "rediss+sentinel", "redis+cluster", "rediss+cluster"}
		if !ok || !slices.Contains(known, scheme) {
			d.complain("redis.url", "is not an address of Redis; use redis://host:6379/0, rediss://, redis+sentinel://h1,h2/MASTER/0, redis+cluster://h1,h2, memory, or \"\" for a private child")
		}
	}
	if c.Redis.URL == "" && c.Redis.Data == "" {
		d.complain("redis.data", "must name a folder when redis.url is empty")
	}
}

func (d *decoder) checkHTTP(c *Config) {
	if _, _, err := net.SplitHostPort(c.HTTP.Listen); err != nil {
		d.complain("http.listen", "%q is not host:port; write it like 127.0.0.1:8080", c.HTTP.Listen)
	}
	if inside := c.HTTP.InternalListen; inside != "" {
		if _, _, err := net.SplitHostPort(inside); err != nil {
			d.complain("http.internal_listen", "%q is not host:port; write it like 127.0.0.1:8081", inside)
		} else if inside == c.HTTP.Listen {
			d.complain("http.internal_listen", "is the same as http.listen; leave it out to serve everything there")
		}
	}
	for i, s := range c.HTTP.PurchaseSecrets {
		if n, ok := secretBytes(s); !ok || n < 16 {
			d.complain(fmt.Sprintf("http.purchase_secrets[%d]", i), "is not a Standard Webhooks secret: whsec_ and base64 of 24 to 64 bytes; make one with: openssl rand -base64 32")
		}
	}
	for name, token := range c.HTTP.ConsoleTokens {
		if strings.TrimSpace(token) == "" {
			d.complain("http.console_tokens."+name, "is empty; make a token with: openssl rand -hex 16")
		}
	}
}

func (d *decoder) checkHours(c *Config) { d.complainAll(c.Hours.Validate()) }

// complainAll adds what the calendar found.
func (d *decoder) complainAll(ps []calendar.Problem) {
	for _, p := range ps {
		d.complain(p.Path, "%s", p.Message)
	}
}

func (d *decoder) checkTeam(c *Config) {
	keys, ids := map[string]bool{}, map[string]bool{}
	for i, m := range c.Team {
		path := fmt.Sprintf("team[%d]", i)
		switch {
		case m.Key == "":
			d.complain(path+".key", "is missing; give each member a short name such as li")
		case keys[m.Key]:
			d.complain(path+".key", "%q is there twice; keys must differ", m.Key)
		}
		switch {
		case m.UserID == "":
			d.complain(path+".user_id", "is missing; it is the member's DingTalk userId, without it nobody can be reached")
		case ids[m.UserID]:
			d.complain(path+".user_id", "%q is there twice; a person is one member", m.UserID)
		}
		keys[m.Key], ids[m.UserID] = true, true
		for j, r := range m.Roles {
			d.oneOf(fmt.Sprintf("%s.roles[%d]", path, j), string(r), string(bot.RolePresales), string(bot.RoleExpert), string(bot.RoleManager))
		}
	}
}

func (d *decoder) checkOnCall(c *Config) {
	keys := make([]string, len(c.Team))
	for i, m := range c.Team {
		keys[i] = m.Key
	}
	d.complainAll(c.OnCall.Validate(keys))
	for i, r := range c.OnCall.Rotations {
		if len(r.Members) == 0 {
			d.complain(fmt.Sprintf("oncall.rotations[%d].members", i), "is empty, nobody would ever be on duty; list keys of members, or leave the rotation out")
		}
	}
}

func (d *decoder) checkMember(c *Config, path, key string) {
	if _, ok := bot.Team(c.Team).ByKey(key); !ok {
		d.complain(path, "there is no member with key %q under team", key)
	}
}
