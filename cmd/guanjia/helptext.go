package main

import (
	"bytes"
	"io"
	"maps"
	"strings"

	"github.com/alecthomas/kong"
)

// helpText is what --help shows, in a language.
func helpText(lang string) map[string]string {
	table := map[string][2]string{
		"about":           {"安全管家的钉钉机器人：答疑、升级呼叫、应急沟通、时限提醒。", "The DingTalk bot of a managed security service: answers, escalations, emergency channels, clocks."},
		"lang":            {"帮助与提示的语言：zh 或 en（默认看 LANG）。", "Language of help and messages: zh or en (default: LANG)."},
		"demo":            {"一条命令看全貌：模拟钉钉、机器人、示例团队，无需任何配置和网络。", "Everything in one process: simulated DingTalk, the bot, a sample team. No configuration, no network."},
		"serve":           {"连接真实钉钉和 Redis，运行机器人。", "Run the bot against the configured DingTalk and Redis."},
		"check":           {"检查配置、FAQ、排班和日历。", "Check configuration, FAQ, rota and calendar."},
		"faq":             {"试问、评测和检查 FAQ。", "Try, evaluate and lint the FAQ."},
		"ask":             {"看机器人会怎样处理问题（参数，或标准输入每行一个）。", "What the bot would do with each question (arguments, or one a line on standard input)."},
		"eval":            {"用带标注的问题评测。", "Run labelled questions and print accuracy."},
		"lint":            {"找出互相冲突或变体太少的条目。", "Entries that collide or lack variants."},
		"gaps":            {"没有答上来的问题，按次数排列。", "Questions that had no answer, most frequent first."},
		"gapssince":       {"看多久以内的（如 720h）。", "How far to look back, such as 720h."},
		"calendar":        {"营业时间与节假日。", "Business hours and holidays."},
		"calnext":         {"某一刻是否营业，下次何时开始和结束。", "Whether the desk is open at a moment, and when it opens and closes next."},
		"calshow":         {"逐日列出。", "One line a day."},
		"calimport":       {"检查放假安排文件（holiday-cn 的 JSON 或 ICS），输出 hours.dates。", "Check a schedule file (JSON of holiday-cn, or ICS) and print it as hours.dates."},
		"purchase":        {"像商店一样向运行中的机器人发送购买事件。", "Send purchase events to the running bot, as a shop does."},
		"purchasesend":    {"签名并发送一个购买事件。", "Sign and post a purchase event."},
		"purchasejson":    {"事件内容文件（- 为标准输入）；不给则由下面的选项拼成。", "File with the event's body (- is standard input); without it the options below make one."},
		"purchaseurl":     {"接收地址，默认按配置里的 http.listen。", "Where to post; default: http.listen of the configuration."},
		"purchasetype":    {"purchase.created、purchase.renewed 或 purchase.cancelled。", "purchase.created, purchase.renewed or purchase.cancelled."},
		"purchaseorder":   {"订单号，默认随机。", "Order id, random by default."},
		"purchaseproduct": {"emergency 或 professional。", "emergency or professional."},
		"purchasecompany": {"客户公司。", "The customer's company."},
		"purchasecontact": {"联系人姓名。", "Name of the contact."},
		"purchasemobile":  {"联系人手机。", "Mobile of the contact."},
		"purchaseuser":    {"联系人的钉钉 userId（可不填）。", "DingTalk userId of the contact (optional)."},
		"case":            {"查看服务单：列表、详情、导出。", "Look at the cases: list, one, export."},
		"caselist":        {"每行一个服务单。", "One line a case."},
		"caseshow":        {"一个服务单和它的时间线。", "One case with its timeline."},
		"caseexport":      {"每行一个 JSON，包含全部服务单。", "Every case, one JSON object a line."},
		"caseopen":        {"只看进行中的。", "Only those that are active."},
		"caseid":          {"服务单号或事件号，如 C3、I5。", "Number of a case or incident, such as C3 or I5."},
		"casesummary":     {"输出该事件的复盘摘要草稿（Markdown，只含客户可见内容）。", "Print a draft summary of the incident (Markdown, customer-safe part only)."},
		"erase":           {"删除一个人的消息与资料（个人信息保护法），保留审计骨架。", "Remove a person's messages and profile, keep the audit skeleton."},
		"dingsim":         {"单独运行钉钉模拟器，供任何机器人使用。", "Run the DingTalk simulator alone, for any bot."},
		"health":          {"询问运行中的机器人是否健康（容器健康检查用）。", "Ask a running bot whether it is healthy (for container health checks)."},
		"version":         {"版本、提交与 Go 版本。", "Version, commit and Go version."},
		"config":          {"配置文件（默认 guanjia.yaml，其次 configs/guanjia.yaml）。", "Configuration file (default guanjia.yaml, then configs/guanjia.yaml)."},
		"listen":          {"监听地址。", "Address to listen on."},
		"pace":            {"服务时限里的一天持续多久，例如 1m。", "How long a day of the service clocks lasts, such as 1m."},
		"data":            {"把状态保存在这个目录（需要 redis-server）；默认退出即丢失。", "Keep the state in this folder (needs redis-server); by default it is lost at exit."},
		"live":            {"同时试连 Redis、钉钉凭证、长连接网关和每个成员。", "Also try Redis, the DingTalk token, the stream gateway and every member's id."},
		"json":            {"每行输出一个 JSON 对象。", "Print one JSON object a line."},
		"question":        {"问题；不给则从标准输入逐行读取。", "Questions; none: one a line from standard input."},
		"evalfile":        {"标注文件，每行一个 JSON。", "Labelled questions, one JSON object a line."},
		"minaccuracy":     {"准确率低于它时退出码为 1（0–1）。", "Exit 1 below this accuracy (0 to 1)."},
		"at":              {"哪一刻，RFC 3339，默认现在。", "Which moment, RFC 3339; default now."},
		"from":            {"开始日期，如 2027-02-01。", "First date, such as 2027-02-01."},
		"to":              {"结束日期（含）。", "Last date, included."},
		"importfile":      {"放假安排文件。", "Schedule file."},
		"user":            {"userId、unionId 或 senderId。", "userId, unionId or senderId."},
		"clientid":        {"接受的 client id（也是机器人编码）。", "Accepted client id (also the robot code)."},
		"clientsecret":    {"接受的 client secret。", "Accepted client secret."},
		"healthurl":       {"健康检查地址，默认按配置里的 http.listen。", "Address to ask; default: http.listen of the configuration."},
	}
	maps.Copy(table, initHelp())
	maps.Copy(table, faqHelp())
	out := make(map[string]string, len(table))
	for k, v := range table {
		out[k] = text(lang, v[0], v[1])
	}
	return out
}

// helpPrinter prints help; the parser's own words are put into the language too.
func helpPrinter(lang string) kong.HelpPrinter {
	if lang != "zh" {
		return kong.DefaultHelpPrinter
	}
	words := strings.NewReplacer(
		"Usage: ", "用法：", "\nFlags:\n", "\n选项：\n", "\nCommands:\n", "\n命令：\n", "\nArguments:\n", "\n参数：\n",
		"[flags]", "[选项]", "<command>", "<命令>", "Show context-sensitive help.", "显示这段帮助。",
		"Run \"", "运行 \"", "\" for more information on a command.", "\" 查看一个命令的用法。",
	)
	return func(options kong.HelpOptions, ctx *kong.Context) error {
		out := ctx.Stdout
		defer func() { ctx.Stdout = out }()
		var help bytes.Buffer
		ctx.Stdout = &help
		if err := kong.DefaultHelpPrinter(options, ctx); err != nil {
			return err
		}
		_, err := io.WriteString(out, words.Replace(help.String()))
		return err
	}
}
