package configs

import (
	"fmt"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"guanjia/bot"
	"guanjia/calendar"
	"guanjia/store"
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
	case !isPort(u.Port()):
		d.complain(path, "has the port %s; use 1 to 65535, or leave it out", u.Port())
	case bare && (strings.Trim(u.Path, "/") != "" || u.RawQuery != ""):
		d.complain(path, "must be a host only, without a path")
	}
}

// isPort reports whether a port can be called; "" stands for the usual one.
func isPort(port string) bool {
	n, err := strconv.Atoi(port)
	return port == "" || err == nil && n > 0 && n < 1<<16
}

// isHost reports whether s is a host or an IP, or one of them with a port.
func isHost(s string) bool {
	host, port, err := net.SplitHostPort(s)
	if err != nil {
		host, port = s, ""
	} else if port == "" {
		return false
	}
	ip := net.ParseIP(strings.Trim(host, "[]"))
	return isPort(port) && (ip != nil || host != "" && !strings.ContainsAny(host, "/@?#:[] "))
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
	for path, n := range map[string]int{"dingtalk.monthly_quota.api": c.DingTalk.MonthlyQuota.API, "dingtalk.monthly_quota.stream": c.DingTalk.MonthlyQuota.Stream} {
		if n < 0 {
			d.complain(path, "must not be negative; 0 means unmetered")
		}
	}
	for i, h := range c.DingTalk.WebhookHosts {
		if !isHost(h) {
			d.complain(fmt.Sprintf("dingtalk.webhook_hosts[%d]", i), "%q is not a host; write it like oapi.dingtalk.com or host:port", h)
		}
	}
}

func (d *decoder) checkRedis(c *Config) {
	if c.Redis.WaitReplicas < 0 || c.Redis.WaitReplicas > 10 {
		d.complain("redis.wait_replicas", "%d is not possible; use 0 to 10", c.Redis.WaitReplicas)
	}
	if err := store.CheckURL(c.Redis.URL); err != nil {
		d.complain("redis.url", "%s", strings.TrimLeft(strings.TrimPrefix(err.Error(), "redis.url"), ": ")) // the path is said anyway
	}
	if c.Redis.URL == "" && c.Redis.Data == "" {
		d.complain("redis.data", "must name a folder when redis.url is empty")
	}
}

func (d *decoder) checkHTTP(c *Config) {
	d.checkListen("http.listen", c.HTTP.Listen)
	if inside := c.HTTP.InternalListen; inside != "" {
		d.checkListen("http.internal_listen", inside)
		if inside == c.HTTP.Listen {
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

// checkListen wants an address to listen at; port 0 is any free one.
func (d *decoder) checkListen(path, address string) {
	_, port, err := net.SplitHostPort(address)
	if n, perr := strconv.Atoi(port); err != nil || perr != nil || n < 0 || n >= 1<<16 {
		d.complain(path, "%q is not host:port; write it like 127.0.0.1:8080", address)
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
			d.oneOf(fmt.Sprintf("%s.roles[%d]", path, j), string(r), roles()...)
		}
	}
}

func roles() []string {
	return []string{string(bot.RolePresales), string(bot.RoleExpert), string(bot.RoleManager)}
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
