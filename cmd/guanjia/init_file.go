package main

import (
	"fmt"
	"net/url"
	"strings"
	"time"

	"guanjia/bot"
	"guanjia/configs"
)

// answers is what the interview found out.
type answers struct {
	clientID          string
	secretEnv, secret string // where the secret is, or itself
	apiHost, oapiHost string
	redis, timezone   string
	week, weekend     []string
	team              []bot.Member
	templateID        string
}

// file is the commented example with the answers in it, so that a key which is
// new to the example is in every file that is written.
func (a *answers) file(now time.Time) ([]byte, error) {
	zone, err := time.LoadLocation(a.timezone)
	if err != nil {
		return nil, fmt.Errorf("time zone: %w", err)
	}
	now = now.In(zone)
	out := string(configs.Example())
	if first, rest, ok := strings.Cut(out, "\n"); ok && strings.HasPrefix(first, "#") {
		out = "# Guanjia's configuration, begun by `guanjia init` on " + now.Format(time.DateOnly) + ".\n" + rest
	}
	for _, p := range a.parts(now) {
		if out, err = splice(out, p[0], p[1]); err != nil {
			return nil, err
		}
	}
	return []byte(out), nil
}

// parts are the keys that are replaced, and what by.
func (a *answers) parts(now time.Time) [][2]string {
	parts := [][2]string{
		{"dingtalk.client_id", fmt.Sprintf("  client_id: %q  # AppKey of the app", a.clientID)},
		{"dingtalk.client_secret", a.secretLine()},
		{"redis.url", fmt.Sprintf("  url: %q  # also rediss://, redis+sentinel://h1,h2/MASTER/0, redis+cluster://h1,h2; \"\": a private child; memory", a.redis)},
		{"hours.timezone", fmt.Sprintf("  timezone: %q", a.timezone)},
		{"hours.week", a.weekBlock()},
		{"team", a.teamBlock()},
		{"oncall.rotations", a.rotationsBlock(now)},
		{"channel.owner", "  owner: " + a.owner()},
		{"channel.template_id", fmt.Sprintf("  template_id: %q  # docs/dingtalk-setup.md, step 7; with none, groups are made by hand: driver manual", a.templateID)},
	}
	if a.templateID == "" {
		parts = append(parts, [2]string{"channel.driver", "  driver: manual                   # scene_group | service_group | manual"})
	}
	if len(a.withRole(bot.RoleExpert)) < 2 {
		parts = append(parts, [2]string{"escalation.ladder", a.shortLadder()})
	}
	for key, host := range map[string]string{"api_host": a.apiHost, "oapi_host": a.oapiHost} {
		parts = append(parts, [2]string{"dingtalk." + key, fmt.Sprintf("  %s: %s", key, host)})
	}
	if u, err := url.Parse(a.oapiHost); err == nil {
		parts = append(parts, [2]string{"dingtalk.webhook_hosts", fmt.Sprintf("  webhook_hosts: [%q]  # replies are sent to no other host", u.Host)})
	}
	return parts
}

func (a *answers) secretLine() string {
	switch a.secretEnv {
	case "":
		return fmt.Sprintf("  client_secret: %q  # AppSecret; whoever reads this file can speak as the bot", a.secret)
	case secretVariable:
		return "  client_secret: \"\"  # AppSecret, from the environment: " + secretVariable
	}
	return fmt.Sprintf("  client_secret: \"${%s}\"  # AppSecret, from the environment", a.secretEnv)
}

func (a *answers) weekBlock() string {
	var b strings.Builder
	b.WriteString("  week:")
	for _, day := range [...]string{"mon", "tue", "wed", "thu", "fri"} {
		fmt.Fprintf(&b, "\n    %s: %s", day, list(a.week))
	}
	for _, day := range [...]string{"sat", "sun"} {
		fmt.Fprintf(&b, "\n    %s: %s", day, list(a.weekend))
	}
	return b.String()
}

func (a *answers) teamBlock() string {
	var b strings.Builder
	b.WriteString("team:  # roles: expert, presales, manager")
	for _, m := range a.team {
		roles := make([]string, len(m.Roles))
		for i, r := range m.Roles {
			roles[i] = string(r)
		}
		fmt.Fprintf(&b, "\n  - {key: %s, name: %q, user_id: %q, roles: [%s]}", m.Key, m.Name, m.UserID, strings.Join(roles, ", "))
	}
	return b.String()
}

// rotationsBlock has the experts take turns by the day. The second line is the same
// people, one turn ahead, so that nobody is both at once.
func (a *answers) rotationsBlock(now time.Time) string {
	experts := a.withRole(bot.RoleExpert)
	line := func(name string, keys []string) string {
		return fmt.Sprintf("\n    - {name: %s, members: [%s], period: 24h, start: %q}", name, strings.Join(keys, ", "), now.Format(time.DateOnly)+"T09:00")
	}
	out := "  rotations:" + line("primary", experts)
	if len(experts) > 1 {
		out += line("secondary", append(experts[1:len(experts):len(experts)], experts[0]))
	}
	return out
}

func (a *answers) shortLadder() string {
	return `  ladder:
    - {notify: ["rotation:primary"], via: [chat, ding_app], ack_within: 5m}
    - {notify: ["role:manager"], via: [chat, ding_phone], ack_within: 10m}`
}

func (a *answers) owner() string { return a.withRole(bot.RoleExpert)[0] }

// list is a YAML list of strings.
func list(values []string) string {
	quoted := make([]string, len(values))
	for i, v := range values {
		quoted[i] = fmt.Sprintf("%q", v)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

// splice replaces a key, such as hours.week, together with all that stands below it.
func splice(yaml, path, by string) (string, error) {
	lines := strings.Split(yaml, "\n")
	from, to := 0, len(lines)
	for depth, key := range strings.Split(path, ".") {
		start := strings.Repeat("  ", depth) + key + ":"
		for from < to && !strings.HasPrefix(lines[from], start) {
			from++
		}
		if from == to {
			return "", fmt.Errorf("the built-in example has no line for %s", path)
		}
		end := from + 1
		for end < to && strings.HasPrefix(lines[end], strings.Repeat("  ", depth+1)) {
			end++
		}
		if depth == strings.Count(path, ".") {
			out := append(append(lines[:from:from], by), lines[end:]...)
			return strings.Join(out, "\n"), nil
		}
		from, to = from+1, end
	}
	return yaml, nil
}
