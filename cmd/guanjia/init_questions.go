package main

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"

	"guanjia/bot"
	"guanjia/configs"
)

// secretVariable overrides dingtalk.client_secret without being named in the file.
const secretVariable = "GUANJIA_DINGTALK_CLIENT_SECRET"

// interview asks for everything that ans still lacks.
func (c *initCommand) interview(env *environment, ans *answers) error {
	ask := newAsker(env)
	if err := ans.checkHosts(); err != nil {
		return usageError{err}
	}
	id, rest := c.appQuestion(env.lang, ans), c.questions(env.lang, ans)
	id.optional = c.Register
	all := append([]question{id}, rest...)
	if !c.Register { // else the app brings its secret
		all = append(all, c.secretQuestion(env.lang, ans))
	}
	if err := ask.takeGiven(c.Yes, all...); err != nil {
		return err
	}
	if err := c.askForApp(ask, ans); err != nil {
		return err
	}
	for _, q := range rest {
		if c.Yes {
			break
		}
		if err := ask.ask(q); err != nil {
			return err
		}
	}
	return nil
}

// askForApp learns the app's credentials: two answers, or a code to be scanned.
func (c *initCommand) askForApp(ask *asker, ans *answers) error {
	id := c.appQuestion(ask.env.lang, ans)
	id.optional = true // an empty answer asks for a new app
	if !c.Yes && !c.Register {
		if err := ask.ask(id); err != nil {
			return err
		}
	}
	if ans.clientID == "" {
		return register(ask.env, ans)
	}
	if c.Yes {
		return nil
	}
	return ask.ask(c.secretQuestion(ask.env.lang, ans))
}

func (c *initCommand) appQuestion(lang string, ans *answers) question {
	return question{
		flag: "client-id", given: given(c.ClientID),
		zh: "钉钉应用的 Client ID（AppKey；直接回车 = 扫码新建一个应用）", en: "Client ID (AppKey) of the DingTalk app (Enter: make a new app by scanning a code)",
		take: func(s string) error {
			if !regexp.MustCompile(`^[A-Za-z0-9_-]{1,128}$`).MatchString(s) {
				return fmt.Errorf(text(lang, "%q 不像 Client ID；在开放平台应用的“凭证与基础信息”页复制它", "%q is no Client ID; copy it from the app's credentials page on open.dingtalk.com"), s)
			}
			ans.clientID = s
			return nil
		},
	}
}

func (c *initCommand) secretQuestion(lang string, ans *answers) question {
	answers := given(c.SecretEnv)
	if c.SecretFile != "" {
		answers = append(answers, "@"+c.SecretFile)
	}
	return question{
		flag: "client-secret-env", given: answers, fallback: secretVariable,
		zh: "Client Secret 放在哪个环境变量里（或 @文件）", en: "the environment variable that holds the Client Secret (or @FILE)",
		take: func(s string) error { return ans.takeSecret(lang, s) },
	}
}

// takeSecret takes the name of a variable, or the content of a file behind @.
func (a *answers) takeSecret(lang, s string) error {
	file, ok := strings.CutPrefix(s, "@")
	if !ok {
		if !regexp.MustCompile(`^[A-Z_][A-Z0-9_]{0,99}$`).MatchString(s) {
			return errors.New(text(lang, "这不是环境变量名（大写字母、数字和 _）；不要在这里输入密钥本身，它会留在屏幕上", "that is no name of an environment variable (capitals, digits, _); do not type the secret itself, it would stay on the screen"))
		}
		a.secretEnv = s
		return nil
	}
	content, err := os.ReadFile(file)
	secret := strings.TrimSpace(string(content))
	switch {
	case err != nil:
		return fmt.Errorf("%w%s", err, text(lang, "；写一个能读的文件", "; name a file that can be read"))
	case !isSecret(secret):
		return fmt.Errorf(text(lang, "%s 里应当只有一行密钥", "%s should hold one line, the secret"), file)
	}
	a.secret = secret
	return nil
}

// isSecret reports whether a value is one printable word, without anything that the
// configuration would replace.
func isSecret(s string) bool {
	return regexp.MustCompile(`^[!-~]{1,256}$`).MatchString(s) && !strings.Contains(s, "${")
}

func (c *initCommand) questions(lang string, ans *answers) []question {
	people := func(role bot.Role) func(string) error {
		return func(s string) error { return ans.addPerson(lang, s, role) }
	}
	return []question{
		{
			flag: "redis-url", given: given(c.RedisURL), fallback: "redis://127.0.0.1:6379/0", take: ans.takeRedis,
			zh: "Redis 地址（private = 由机器人自己启动一个）", en: "address of Redis (private: the bot starts its own)",
		},
		{flag: "timezone", given: given(c.Timezone), fallback: "Asia/Shanghai", take: ans.takeTimezone, zh: "时区", en: "time zone"},
		{
			flag: "hours", given: given(c.Hours), fallback: "09:00-12:00,13:00-18:00", take: takeHours("mon", &ans.week),
			zh: "周一至周五的营业时间", en: "business hours, Monday to Friday",
		},
		{
			flag: "weekend", given: given(c.Weekend), fallback: "none", take: takeHours("sat", &ans.weekend),
			zh: "周六、周日的营业时间（none = 不营业）", en: "business hours, Saturday and Sunday (none: closed)",
		},
		{
			flag: "expert", given: c.Expert, many: true, take: people(bot.RoleExpert),
			zh: "值班专家：姓名和钉钉 userId，如 李工 staff001", en: "an expert on duty: name and DingTalk userId, such as Li staff001",
		},
		{
			flag: "presales", given: c.Presales, many: true, optional: true, take: people(bot.RolePresales),
			zh: "售前（回车 = 没有，转人工时找专家）：姓名和 userId", en: "presales (Enter: nobody, the experts are asked): name and userId",
		},
		{
			flag: "manager", given: c.Manager, many: true, take: people(bot.RoleManager),
			zh: "值班经理：姓名和 userId", en: "a duty manager: name and userId",
		},
	}
}

func given(flag string) []string {
	if flag == "" {
		return nil
	}
	return []string{flag}
}

func (a *answers) checkHosts() error {
	if err := refusal("dingtalk: {api_host: %q}\n", a.apiHost); err != nil {
		return fmt.Errorf("--api-host: %w", err)
	}
	if err := refusal("dingtalk: {oapi_host: %q}\n", a.oapiHost); err != nil {
		return fmt.Errorf("--oapi-host: %w", err)
	}
	return nil
}

func (a *answers) takeRedis(s string) error {
	if s == "private" {
		s = ""
	}
	a.redis = s
	return refusal("redis: {url: %q}\n", s)
}

func (a *answers) takeTimezone(s string) error {
	a.timezone = s
	return refusal("hours: {timezone: %q}\n", s)
}

// takeHours takes intervals with commas between them, or none.
func takeHours(day string, into *[]string) func(string) error {
	return func(s string) error {
		*into = nil
		if s == "none" || s == "无" {
			return nil
		}
		*into = strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(",，、; ", r) })
		return refusal("hours: {week: {"+day+": %s}}\n", list(*into))
	}
}

// refusal is what the check of the configuration has against a value.
func refusal(format string, value any) error {
	_, err := configs.Parse("answer", fmt.Appendf(nil, format, value), anythingSet)
	if ps, ok := errors.AsType[configs.Problems](err); ok {
		return errors.New(ps[0].Message)
	}
	return err
}
