package e2e_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
)

// quickLadder is a sample team whose steps wait three seconds, so that a test
// sees all of them.
const quickLadder = `
dingtalk: {client_id: x, client_secret: x}
team:
  - {key: li, name: 李工, user_id: staff001, roles: [expert]}
  - {key: zhao, name: 赵工, user_id: staff003, roles: [expert]}
  - {key: chen, name: 小陈, user_id: staff004, roles: [presales]}
  - {key: zhou, name: 周经理, user_id: staff005, roles: [manager]}
oncall: {rotations: [{name: primary, members: [li], period: 24h, start: "2026-11-23T09:00"}]}
escalation:
  ladder:
    - {notify: ["rotation:primary"], via: [chat], ack_within: 3s}
    - {notify: ["member:zhao"], via: [chat, ding_app], ack_within: 3s}
    - {notify: ["role:manager"], via: [chat, ding_phone], ack_within: 60s}
channel: {driver: scene_group, owner: li, members: ["rotation:primary", "role:manager"]}
faq: {answer_at: 0.55, clarify_at: 0.41}
`

// TestVisitorSeesPeopleCalled plays a night in the demo: nobody answers until the
// telephone rings, then two people talk through the bot; and a purchase.
func TestVisitorSeesPeopleCalled(t *testing.T) {
	file := filepath.Join(t.TempDir(), "demo.yaml")
	if err := os.WriteFile(file, []byte(quickLadder), 0o600); err != nil {
		t.Fatal(err)
	}
	address := startDemo(t, "--config", file, "--pace", "1m")
	ctx := browser(t)
	do(t, ctx, chromedp.EmulateViewport(1280, 800), chromedp.Navigate(address), chromedp.WaitVisible(chromedp.CSS(`[data-person="cust001"]`)))
	if _, err := chromedp.Run(ctx, chromedp.Evaluate[any](`localStorage.setItem("lang", "zh")`)); err != nil {
		t.Fatal(err)
	}
	do(t, ctx, chromedp.Reload(), chromedp.WaitVisible(chromedp.CSS("#desk-switch button")))
	waitText(t, ctx, "#conn-state", "机器人在线")
	do(t, ctx, chromedp.Click(chromedp.CSS("#desk-switch button:nth-child(2)")))
	waitText(t, ctx, "#desk-state", "非营业")

	typed(t, ctx, "我们的服务器被勒索了，快来人！")
	waitText(t, ctx, ".msg.from-bot", "正在通知值班专家")
	waitText(t, ctx, "#dings", "应用内 DING")
	picture(t, ctx, "1-ding")
	waitText(t, ctx, "#dings", "电话 DING")
	waitText(t, ctx, ".msg.from-bot", "正在通知下一位同事")
	picture(t, ctx, "2-phone")

	do(t, ctx, chromedp.Click(chromedp.CSS(`[data-person="staff005"]`)))
	waitText(t, ctx, ".msg.from-bot", "接单 E1")
	picture(t, ctx, "3-manager")
	do(t, ctx, chromedp.Click(chromedp.CSS(".msg.from-bot .btn")))
	waitText(t, ctx, ".msg.from-bot", "您已接单")
	typed(t, ctx, "请先断开服务器的网络，不要重启")
	do(t, ctx, chromedp.Click(chromedp.CSS(`[data-person="cust001"]`)))
	waitText(t, ctx, ".msg.from-bot", "周经理已经接手")
	waitText(t, ctx, ".msg.from-bot", "请先断开服务器的网络")
	typed(t, ctx, "已经断开了")
	picture(t, ctx, "4-relay")
	do(t, ctx, chromedp.Click(chromedp.CSS(`[data-person="staff005"]`)))
	waitText(t, ctx, ".msg.from-bot", "已经断开了")
	typed(t, ctx, "结束 E1")
	waitText(t, ctx, ".msg.from-bot", "已结束 E1")
	do(t, ctx, chromedp.Click(chromedp.CSS(`[data-person="cust001"]`)))
	waitText(t, ctx, ".msg.from-bot", "打分")
	typed(t, ctx, "5")
	waitText(t, ctx, ".msg.from-bot", "谢谢您的评分")
	picture(t, ctx, "5-rated")

	do(t, ctx, chromedp.Click(chromedp.CSS("#buy-button")))
	waitText(t, ctx, "#trouble", "C1")
	waitText(t, ctx, "#chats", "某电商公司")
	do(t, ctx, chromedp.Click(chromedp.CSS("#chats button:last-child")))
	waitText(t, ctx, ".msg.from-bot", "有效期至")
	picture(t, ctx, "6-channel")
	typed(t, ctx, "我们的网站被篡改了，首页变成了赌博广告")
	waitText(t, ctx, ".msg.from-bot", "I1")
	picture(t, ctx, "7-incident")
}

func typed(t *testing.T, ctx context.Context, words string) { //nolint:revive // t first, as everywhere here
	t.Helper()
	do(t, ctx, chromedp.SendKeys(chromedp.CSS("#composer textarea"), words+"\r"))
}
