package e2e_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"guanjia/dingsim"
)

// TestManagerLooksAtTheConsole drives the operations page of the real binary in a
// browser: sign-in, what is open, one escalation, the desk's switch.
func TestManagerLooksAtTheConsole(t *testing.T) {
	w, p := alone(t)
	if _, err := w.sim.Say(dingsim.Say{From: "cust001", Text: "我们的服务器被勒索了，快来人！<img src=x onerror=alert(1)>"}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.program("a", "purchase", "send", "--order", "o-1", "--company", "某电商"); err != nil {
		t.Fatal(err)
	}
	ctx := browser(t)
	base := "http://127.0.0.1:" + strconv.Itoa(p.port) + "/console/"
	do(t, ctx, chromedp.EmulateViewport(1280, 800), chromedp.Navigate(base), chromedp.WaitVisible(chromedp.CSS("input[name=token]")))
	picture(t, ctx, "1-login")
	do(t, ctx, chromedp.SendKeys(chromedp.CSS("input[name=token]"), "e2e-token\r"))
	waitText(t, ctx, "section", "E1")
	waitText(t, ctx, "section", "C1")
	waitText(t, ctx, "section", "某电商")
	picture(t, ctx, "2-now")
	do(t, ctx, chromedp.Click(chromedp.CSS(`a[href="/console/escalations/E1"]`)))
	waitText(t, ctx, "td", "<img src=x onerror=alert(1)>")
	waitText(t, ctx, "td", "李工")
	picture(t, ctx, "3-escalation")
	do(t, ctx, chromedp.Navigate(base+"cases/C1?lang=en"))
	waitText(t, ctx, "section", "Timeline")
	picture(t, ctx, "4-case")
	do(t, ctx, chromedp.EmulateViewport(390, 844), chromedp.Navigate(base), chromedp.Click(chromedp.CSS("section form:nth-of-type(2) button")))
	waitText(t, ctx, ".pill", "closed")
	picture(t, ctx, "5-phone")
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
