package e2e_test

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// startDemo runs `guanjia demo` and returns the address it prints.
func startDemo(t *testing.T, flags ...string) string {
	t.Helper()
	cmd := exec.Command(binary, append([]string{"demo", "--listen", "127.0.0.1:0", "--lang", "en"}, flags...)...)
	cmd.Env = append(os.Environ(), "PATH=") // no redis-server, no anything
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = t.Output()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		if err := cmd.Wait(); err != nil {
			t.Errorf("the demo left with %v", err)
		}
	})
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if a := regexp.MustCompile(`http://\S+`).FindString(lines.Text()); a != "" {
			return a
		}
	}
	t.Fatal("the demo printed no address")
	return ""
}

// browser opens a headless Chromium; without one the test fails.
func browser(t *testing.T) context.Context {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatal("this test needs chromium: apt-get install chromium")
	}
	opts := append([]chromedp.ExecAllocatorOption{}, chromedp.DefaultExecAllocatorOptions[:]...)
	opts = append(opts, chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("lang", "zh-CN"))
	ctx, cancel := chromedp.NewExecAllocator(t.Context(), opts...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, 90*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// do takes one step after the other. A page that is alive may redraw what was
// found before it is touched; then, like a person, it looks again.
func do(t *testing.T, ctx context.Context, steps ...chromedp.Action[chromedp.Void]) { //nolint:revive // t first, as everywhere here
	t.Helper()
	for _, step := range steps {
		err := chromedp.Do(ctx, step)
		for gone(err) {
			err = chromedp.Do(ctx, step)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// gone says that an element left the page between being found and being touched:
// Chromium knows no such node, or no place of it. Nothing has been pressed by then.
func gone(err error) bool {
	return err != nil && strings.Contains(err.Error(), "(-32000)")
}

// picture keeps a screenshot among the test's artifacts.
func picture(t *testing.T, ctx context.Context, name string) { //nolint:revive // t first, as everywhere here
	t.Helper()
	b, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(t.ArtifactDir(), name+".png"), b, 0o600); err != nil {
		t.Fatal(err)
	}
}

// waitText waits until something that the selector finds has the words.
func waitText(t *testing.T, ctx context.Context, selector, words string) { //nolint:revive // t first, as everywhere here
	t.Helper()
	script := `[...document.querySelectorAll("` + selector + `")].some((e) => e.textContent.includes("` + words + `"))`
	found := eventually(20*time.Second, func() bool {
		ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool](script))
		return err == nil && ok
	})
	if !found {
		picture(t, ctx, "missing")
		all, _ := chromedp.Run(ctx, chromedp.TextContent(chromedp.CSS("body")))
		t.Fatalf("no %s says %q; the page says:\n%s", selector, words, all)
	}
}

// Whoever has read the address may speak at once, as scripts do.
func TestTheDemoAnswersFromItsFirstWordOn(t *testing.T) {
	address := startDemo(t)
	say := `{"from":"cust001","text":"绑定错了服务器可以解绑吗"}`
	resp, err := http.Post(address+"_sim/say", "application/json", strings.NewReader(say))
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	answered := eventually(20*time.Second, func() bool {
		resp, err := http.Get(address + "_sim/messages?since=0")
		if err != nil {
			return false
		}
		defer resp.Body.Close() //nolint:errcheck // only read
		b, err := io.ReadAll(resp.Body)
		return err == nil && strings.Contains(string(b), "不可以")
	})
	if !answered {
		t.Error("the first question got no answer")
	}
}

func TestVisitorSeesTheBotAtWork(t *testing.T) {
	address := startDemo(t)
	ctx := browser(t)
	css := func(s string) chromedp.CSS { return chromedp.CSS(s) }
	do(t, ctx, chromedp.EmulateViewport(1280, 800), chromedp.Navigate(address), chromedp.WaitVisible(css(`[data-person="cust001"]`)))
	if _, err := chromedp.Run(ctx, chromedp.Evaluate[any](`localStorage.setItem("lang", "zh")`)); err != nil {
		t.Fatal(err)
	}
	do(t, ctx, chromedp.Reload())
	waitText(t, ctx, "#conn-state", "机器人在线")
	picture(t, ctx, "1-start")

	do(t, ctx, chromedp.SendKeys(css("#composer textarea"), "绑定错了服务器可以解绑吗\r"))
	waitText(t, ctx, ".msg.from-bot", "解绑")
	picture(t, ctx, "2-answer")
	do(t, ctx, chromedp.Click(css(".msg.from-bot .btn")))
	waitText(t, ctx, ".msg.from-bot", "谢谢反馈")

	do(t, ctx, chromedp.SendKeys(css("#composer textarea"), "我们的服务器被勒索了！<img src=x onerror=alert(1)>\r"))
	waitText(t, ctx, ".msg.from-bot", "正在通知值班专家")
	// Whoever is on duty by now is one of two people.
	onDuty := "staff001"
	if !eventually(5*time.Second, func() bool { return unread(ctx, "staff001") || unread(ctx, "staff002") }) {
		t.Fatal("no expert has an unread mark")
	}
	if unread(ctx, "staff002") {
		onDuty = "staff002"
	}
	do(t, ctx, chromedp.Click(css(`[data-person="`+onDuty+`"]`)))
	waitText(t, ctx, ".msg.from-bot", "紧急求助")
	waitText(t, ctx, ".msg.from-bot", "<img src=x onerror=alert(1)>")
	picture(t, ctx, "3-page")

	do(t, ctx, chromedp.EmulateViewport(390, 844), chromedp.Click(css("#theme-button")), chromedp.Click(css("#back")), chromedp.WaitVisible(css("#people")))
	picture(t, ctx, "4-phone-people")
	do(t, ctx, chromedp.Click(css(`[data-person="cust001"]`)), chromedp.WaitVisible(css("#log")))
	picture(t, ctx, "5-phone-chat")
	if trouble, err := chromedp.Run(ctx, chromedp.Evaluate[bool](`!document.querySelector("#trouble").hidden`)); err != nil || trouble {
		t.Errorf("the page shows trouble: %v %v", trouble, err)
	}
}

func unread(ctx context.Context, person string) bool {
	ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool](`document.querySelector('[data-person="`+person+`"] .badge') !== null`))
	return err == nil && ok
}

func TestPageLoadsNothingFromElsewhere(t *testing.T) {
	files, err := filepath.Glob("../dingsim/page/*")
	if err != nil || len(files) < 5 {
		t.Fatalf("%v %v", files, err)
	}
	total := 0
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		total += len(b)
		for _, u := range regexp.MustCompile(`https?://[^\s"'\x60)\\/]+`).FindAllString(string(b), -1) {
			if !strings.Contains(u, "www.w3.org") { // the name of SVG, not an address
				t.Errorf("%s names %s", f, u)
			}
		}
	}
	if total > 300_000 {
		t.Errorf("the page has %d bytes", total)
	}
}
