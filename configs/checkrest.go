package configs

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"time"

	"guanjia/bot"
	"guanjia/calendar"
	"guanjia/escalation"
)

func (d *decoder) checkEscalation(c *Config) {
	for i, s := range c.Escalation.Ladder {
		path := fmt.Sprintf("escalation.ladder[%d]", i)
		d.checkNames(c, path+".notify", s.Notify)
		if len(s.Notify) == 0 {
			d.complain(path+".notify", "is empty; say whom to call, such as [rotation:primary] or [role:manager], or leave the step out")
		}
		d.positive(path+".ack_within", s.AckWithin)
		for j, v := range s.Via {
			d.oneOf(fmt.Sprintf("%s.via[%d]", path, j), string(v), string(bot.ViaChat), string(bot.ViaDingApp), string(bot.ViaDingSMS), string(bot.ViaDingPhone))
		}
		if len(s.Via) == 0 {
			d.complain(path+".via", "is empty; say how to reach them, such as [chat]")
		}
	}
	if len(c.Escalation.Ladder) == 0 {
		d.complain("escalation.ladder", "has no step; nobody would be called")
	}
	d.checkLadder(c)
	if c.Escalation.Repeat < 0 || c.Escalation.Repeat > 1000 {
		d.complain("escalation.repeat", "%d is not possible; use 0 or more", c.Escalation.Repeat)
	}
	d.checkNames(c, "escalation.catch_all", c.Escalation.CatchAll)
	d.positive("escalation.progress_within", c.Escalation.ProgressWithin)
	d.positive("escalation.opening_answers_within", c.Escalation.OpeningAnswersWithin)
}

// checkLadder refuses a ladder of steps that would all be skipped. The built-in
// ladder may be one: without a team there is nobody to call.
func (d *decoder) checkLadder(c *Config) {
	reaches := func(s escalation.Step) bool {
		return len(s.Notify) == 0 || slices.ContainsFunc(s.Notify, func(n string) bool { return !isNobody(c, n) })
	}
	if d.written("escalation.ladder") && len(c.Escalation.Ladder) > 0 && !slices.ContainsFunc(c.Escalation.Ladder, reaches) {
		d.complain("escalation.ladder", "none of its steps calls anybody; give members under team the roles it names, or name others")
	}
}

// isNobody reports whether a name stands for a role that no member has. What is
// wrong with a name in another way is said where it stands.
func isNobody(c *Config, name string) bool {
	kind, role, _ := strings.Cut(name, ":")
	return kind == "role" && slices.Contains(roles(), role) && !slices.ContainsFunc(c.Team, func(m bot.Member) bool { return slices.Contains(m.Roles, bot.Role(role)) })
}

// checkNames checks a list of rotation:NAME, role:NAME, member:KEY. The built-in
// lists may name rotations that a small team does not have: such a step is empty
// and skipped at once.
func (d *decoder) checkNames(c *Config, path string, names []string) {
	for i, n := range names {
		at := fmt.Sprintf("%s[%d]", path, i)
		kind, name, _ := strings.Cut(n, ":")
		switch kind {
		case "rotation":
			known := func(r calendar.Rotation) bool { return r.Name == name }
			if d.written(at) && !slices.ContainsFunc(c.OnCall.Rotations, known) {
				d.complain(at, "there is no rotation %q under oncall.rotations", name)
			}
		case "role":
			d.oneOf(at, name, roles()...)
		case "member":
			d.checkMember(c, at, name)
		default:
			d.complain(at, "%q names nobody; write rotation:NAME, role:NAME or member:KEY", n)
		}
	}
}

func (d *decoder) checkService(c *Config) {
	d.oneOf("service.count", c.Service.Count, "civil", "exact")
	for path, v := range map[string]time.Duration{
		"service.response_period": c.Service.ResponsePeriod, "service.validity": c.Service.Validity,
	} {
		d.positive(path, v)
		if c.Service.Count == "civil" && v%(24*time.Hour) != 0 {
			d.complain(path, "%v is not whole days, which count: civil needs; write whole days such as 5d, or set service.count: exact", v)
		}
	}
	d.positive("service.first_contact_within", c.Service.FirstContactWithin)
	d.positive("service.accept_within", c.Service.AcceptWithin)
	for i, v := range c.Reminders.Response {
		d.positive(fmt.Sprintf("reminders.response[%d]", i), v)
	}
	for i, v := range c.Reminders.Validity {
		d.positive(fmt.Sprintf("reminders.validity[%d]", i), v)
	}
	if c.Reminders.Quiet != "" {
		from, to, ok := strings.Cut(c.Reminders.Quiet, "-")
		if !ok || !isClock(from) || !isClock(to) || strings.TrimSpace(from) == strings.TrimSpace(to) {
			d.complain("reminders.quiet", "%q is not a span of the night; write it like 22:00-08:00, or \"\" for none", c.Reminders.Quiet)
		}
	}
}

func isClock(s string) bool {
	_, err := time.Parse("15:04", strings.TrimSpace(s))
	return err == nil || strings.TrimSpace(s) == "24:00"
}

func (d *decoder) checkChannel(c *Config) {
	d.oneOf("channel.driver", c.Channel.Driver, "scene_group", "service_group", "manual")
	if c.Channel.Owner != "" {
		d.checkMember(c, "channel.owner", c.Channel.Owner)
	}
	d.checkNames(c, "channel.members", c.Channel.Members)
}

func (d *decoder) checkRest(c *Config) {
	for path, v := range map[string]float64{"faq.answer_at": c.FAQ.AnswerAt, "faq.clarify_at": c.FAQ.ClarifyAt} {
		if v < 0 || v > 2 {
			d.complain(path, "%v is not a score; use 0 for the calibrated default, or up to 2", v)
		}
	}
	if c.LLM.BaseURL != "" {
		d.checkURL("llm.base_url", c.LLM.BaseURL, false)
		if c.LLM.Model == "" && c.LLM.EmbeddingModel == "" {
			d.complain("llm.model", "is missing; name the model behind llm.base_url")
		}
	}
	d.positive("llm.timeout", c.LLM.Timeout)
	d.positive("privacy.retain_messages", c.Privacy.RetainMessages)
	d.positive("privacy.retain_cases", c.Privacy.RetainCases)
	d.positive("probe.every", c.Probe.Every)
	if c.Probe.Webhook != "" {
		d.checkURL("probe.webhook", c.Probe.Webhook, false)
	}
	d.oneOf("log.level", c.Log.Level, "trace", "debug", "info", "warn", "error")
	d.oneOf("log.format", c.Log.Format, "json", "console")
}

// secretBytes tells how many bytes a Standard Webhooks secret has.
func secretBytes(s string) (int, bool) {
	b, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(s, "whsec_"))
	return len(b), err == nil
}

// missing lists what serve needs beyond a valid configuration.
func (d *decoder) missing(c *Config) (ps Problems) {
	for path, v := range map[string]string{"dingtalk.client_id": c.DingTalk.ClientID, "dingtalk.client_secret": c.DingTalk.ClientSecret} {
		if v == "" {
			p := d.where(path)
			p.Message = "is missing; take it from the app's page on open.dingtalk.com, or set " + envName(strings.ReplaceAll(path, ".", "_"))
			ps = append(ps, p)
		}
	}
	return ps.sorted()
}

// MissingForServe lists what serve needs beyond a valid configuration.
func (l *Loaded) MissingForServe() error {
	if len(l.missing) == 0 {
		return nil
	}
	return l.missing
}
