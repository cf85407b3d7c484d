package configs_test

// preamble stands before the generated part of docs/configuration.md.
const preamble = "# Configuration reference · 配置参考\n" + `
Generated from the code by ` + "`make docs`" + `; do not edit it here. 本页由代码生成，请勿手改。
A commented file to begin with: ` + "`guanjia init`" + ` writes one, and
[guanjia.example.yaml](../configs/guanjia.example.yaml) has every section.

- **Where.** ` + "`guanjia.yaml`" + `, then ` + "`configs/guanjia.yaml`" + `, or ` + "`--config FILE`" + `. What the file leaves out has its default.
- **Environment.** Every single value is overridden by ` + "`GUANJIA_`" + ` plus its path in capitals:
  ` + "`dingtalk.client_secret`" + ` by ` + "`GUANJIA_DINGTALK_CLIENT_SECRET`" + `, the first member's name by ` + "`GUANJIA_TEAM_0_NAME`" + `,
  a list of single values with commas, and with an underscore for a dash (` + "`GUANJIA_HOURS_DATES_2027_02_10`" + `). ` + "`${NAME}`" + ` in a value is replaced from the environment; an unset one is an error.
- **Durations** are ` + "`20s`, `5m`, `36h`, `5d`, `1d12h`" + `. **Intervals** are ` + "`09:00-12:00`" + `; ` + "`24:00`" + ` is a valid end.
- **Names of people** in ` + "`notify`, `catch_all`, `members`" + `: ` + "`rotation:NAME`, `role:NAME`, `member:KEY`" + `.
- **Paths** are relative to the file they stand in.
- **Mistakes** are reported together, with file, line and column: ` + "`guanjia check`" + `. Unknown keys are mistakes.
- **Changes** are seen within 5 s, or at once with ` + "`SIGHUP`" + `: FAQ, team, rota, hours, ladder, service clocks, reminders,
  brand, language model and retention. ` + "`dingtalk`, `redis`, `http`, `channel.driver`, `channel.template_id`, `probe` and `log`" + ` need a restart.
  An invalid file changes nothing: the old one goes on, and ` + "`guanjia_config_valid`" + ` is 0.
`

// unsaid explains keys that explain themselves in the code.
func unsaid(path string) string {
	return map[string]string{
		"brand.product":                 "the name of the service, in answers · 服务名称",
		"brand.provider":                "who provides it · 服务方",
		"brand.ticket_url":              "where problems that are no security incident belong · 工单地址",
		"dingtalk.api_host":             "the new API and the stream gateway; https, or http to this machine",
		"dingtalk.oapi_host":            "the old API; https, or http to this machine",
		"dingtalk.monthly_quota.api":    "API calls a month of the whole organisation; 0: unmetered · 全组织每月 API 次数",
		"dingtalk.monthly_quota.stream": "webhook and stream pushes a month; 0: unmetered · 每月 Webhook 与 Stream 次数",
		"http.listen":                   "`host:port` of webhooks, health, metrics and console",
		"hours.week.mon":                "intervals; none: closed · 周一，空为不营业",
		"hours.week.tue":                "周二",
		"hours.week.wed":                "周三",
		"hours.week.thu":                "周四",
		"hours.week.fri":                "周五",
		"hours.week.sat":                "周六",
		"hours.week.sun":                "周日",
		"team[].key":                    "short and unique, for this file and for English chat words · 简称",
		"team[].name":                   "what people see and write: 转交 E12 王工 · 显示名",
		"team[].user_id":                "DingTalk userId, unique · 钉钉 userId",
		"team[].roles":                  "presales, expert, manager · 售前、专家、经理",
		"oncall.rotations[].name":       "used in rotation:NAME and in 换班 · 轮值名",
		"oncall.rotations[].members":    "keys of team, in the order of their turns · 轮流的成员",
		"oncall.overrides[].rotation":   "name of a rotation · 轮值名",
		"oncall.overrides[].member":     "key of who steps in · 顶班的人",
		"oncall.overrides[].from":       "such as 2026-11-25T18:00, in `hours.timezone`",
		"oncall.overrides[].to":         "such as 2026-11-26T09:00; overrides of a rotation must not overlap",
		"llm.base_url":                  "OpenAI-compatible endpoint, /v1 included; https, or http to this machine; empty: off",
		"llm.api_key":                   "better: GUANJIA_LLM_API_KEY",
		"llm.model":                     "chat model that chooses among the engine's answers; empty: none",
		"llm.embedding_model":           "model for vectors of questions; empty: none",
		"llm.timeout":                   "after which the engine's own choice stands",
		"privacy.retain_messages":       "people's words are gone at most 60 s after this · 消息保留期",
		"privacy.retain_cases":          "cases and escalations · 服务单保留期",
		"log.level":                     "trace, debug, info, warn, error; people's words appear at debug only",
	}[path]
}
