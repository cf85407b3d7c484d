package e2e_test

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"guanjia/dingsim"
)

// TestManagerLooksAtTheConsole drives the operations page of the real binary in a
// browser: sign-in, what is open, one escalation and its case, and what a manager
// does there.
func TestManagerLooksAtTheConsole(t *testing.T) {
	w, base := busyDesk(t)
	ctx := browser(t)
	signIn(t, ctx, base, "?lang=zh")
	waitText(t, ctx, "main", "某电商")
	waitText(t, ctx, "#livestate", "实时")
	picture(t, ctx, "1-now")

	// What happens in the chat shows without a click.
	if _, err := w.sim.Say(dingsim.Say{From: "cust003", Text: "转人工"}); err != nil {
		t.Fatal(err)
	}
	waitText(t, ctx, "#live table", "E3")

	do(t, ctx, chromedp.Click(chromedp.CSS(`#live a[href="/console/escalations/E1"]`)))
	waitText(t, ctx, ".lines", "<img src=x onerror=alert(1)>")
	waitText(t, ctx, ".ladder", "李工")
	do(t, ctx, chromedp.Click(chromedp.CSS(`button.primary`)))
	waitText(t, ctx, ".said", "不是团队成员") // the sign-in is nobody's who could hold it
	do(t, ctx, chromedp.SetValue(chromedp.CSS("select[name=member]"), "wang"), chromedp.Click(chromedp.CSS("form.inline select ~ button, form.inline label ~ button")))
	waitText(t, ctx, ".said.good", "王工")
	waitText(t, ctx, ".lines", "转交")
	picture(t, ctx, "2-handed-off")

	do(t, ctx, chromedp.Navigate(base+"cases/C1"), chromedp.Click(chromedp.CSS(`.toolbar button.primary`)))
	waitText(t, ctx, ".facts", "duty-manager")
	do(t, ctx, chromedp.Navigate(base+"calendar"), chromedp.SendKeys(chromedp.CSS(".switch input[name=text]"), "台风"), chromedp.Click(chromedp.CSS(`button[value=closed]`)))
	waitText(t, ctx, ".card .pill", "休息中")
	do(t, ctx, chromedp.Navigate(base+"audit?lang=en"))
	waitText(t, ctx, "td", "Desk switch")
	waitText(t, ctx, "td", "Telephoned")
	picture(t, ctx, "3-audit")
	do(t, ctx, chromedp.Click(chromedp.CSS(".who button")))
	waitText(t, ctx, "h1", "Sign in")
}

func TestConsoleReadsWithoutJavaScript(t *testing.T) {
	_, base := busyDesk(t)
	ctx := browser(t)
	if _, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		t.Fatal(err)
	}
	signIn(t, ctx, base, "?lang=en")
	all, err := chromedp.Run(ctx, chromedp.TextContent(chromedp.CSS("#live")))
	if err != nil || !contains(all, "E1", "某电商", "On duty") {
		t.Errorf("%v: %s", err, all)
	}
	picture(t, ctx, "no-script")
}

// signIn opens the console with the token of the configuration.
func signIn(t *testing.T, ctx context.Context, base, query string) { //nolint:revive // t first, as everywhere here
	t.Helper()
	do(t, ctx, chromedp.EmulateViewport(1280, 800), chromedp.Navigate(base+"login"+query), chromedp.WaitVisible(chromedp.CSS("input[name=token]")))
	do(t, ctx, chromedp.SendKeys(chromedp.CSS("input[name=token]"), "e2e-token\r"), chromedp.WaitVisible(chromedp.CSS("nav")))
}

// busyDesk is a bot with something of everything, and the console's address.
func busyDesk(t *testing.T) (*world, string) {
	t.Helper()
	w, p := alone(t)
	for _, args := range [][]string{
		{"--order", "o-1", "--company", "某电商", "--user-id", "cust001"},
		{"--order", "o-2", "--company", `Northwind <b>Traders</b> "&' with a rather long name of its own`, "--mobile", "+8613900000077"},
		{"--order", "o-3", "--company", "星河物流", "--product", "professional", "--mobile", "+8613900000078"},
	} {
		if _, err := w.program("a", append([]string{"purchase", "send"}, args...)...); err != nil {
			t.Fatal(err)
		}
	}
	for _, s := range [][3]string{{"cust001", "我们的服务器被勒索了，快来人！<img src=x onerror=alert(1)>", "E1"}, {"cust002", "能开发票给海外公司吗", "E2"}} {
		if _, err := w.sim.Say(dingsim.Say{From: s[0], Text: s[1]}); err != nil {
			t.Fatal(err)
		}
		if !eventually(20*time.Second, func() bool {
			return w.told(func(r dingsim.Record) bool { return contains(r.Text, s[2]) })
		}) {
			t.Fatalf("nobody hears of %s", s[2])
		}
	}
	return w, "http://127.0.0.1:" + strconv.Itoa(p.port) + "/console/"
}

func (w *world) told(is func(dingsim.Record) bool) bool {
	return slices.ContainsFunc(w.sim.Messages(0), is)
}

// alone is a world for a test that is no script, with one bot.
func alone(t *testing.T) (*world, *process) {
	t.Helper()
	w, err := worldIn(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.end)
	if err := w.start(nil, []string{"a"}); err != nil {
		t.Fatal(err)
	}
	if !eventually(10*time.Second, func() bool { return w.bots["a"].status() == http.StatusOK }) {
		t.Fatal("not ready")
	}
	if dir := t.ArtifactDir(); dir != "" {
		t.Cleanup(func() { _ = os.WriteFile(filepath.Join(dir, "a.log"), []byte(w.bots["a"].text()), 0o600) })
	}
	return w, w.bots["a"]
}
