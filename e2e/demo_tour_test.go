package e2e_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// tourSteps are the names of the steps of the demo's tour.
func tourSteps(t *testing.T) []string {
	t.Helper()
	b, err := os.ReadFile("../cmd/guanjia/demo_tour.json")
	if err != nil {
		t.Fatal(err)
	}
	var script struct {
		Steps []struct {
			Name string `json:"name"`
		} `json:"steps"`
	}
	if err := json.Unmarshal(b, &script); err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, s := range script.Steps {
		names = append(names, s.Name)
	}
	return names
}

func script[T any](t *testing.T, ctx context.Context, js string) T { //nolint:revive // t first, as everywhere here
	t.Helper()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](js))
	if err != nil {
		t.Fatalf("%s: %v", js, err)
	}
	return v
}

// patient opens a browser for a long story, with flags of its own.
func patient(t *testing.T, flags ...chromedp.ExecAllocatorOption) context.Context {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatal("this test needs chromium: apt-get install chromium")
	}
	opts := append([]chromedp.ExecAllocatorOption{}, chromedp.DefaultExecAllocatorOptions[:]...)
	opts = append(opts, chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.Flag("disable-background-networking", true))
	ctx, cancel := chromedp.NewExecAllocator(t.Context(), append(opts, flags...)...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, 5*time.Minute)
	t.Cleanup(cancel)
	return ctx
}

// visitor opens the demo in a window of that size.
func visitor(t *testing.T, ctx context.Context, address, lang, theme string, width, height int64) { //nolint:revive // t first, as everywhere here
	t.Helper()
	do(t, ctx, chromedp.EmulateViewport(width, height), chromedp.Navigate(address), chromedp.WaitVisible(chromedp.CSS("#people, #room")))
	script[any](t, ctx, fmt.Sprintf(`localStorage.setItem("lang", %q); localStorage.setItem("theme", %q)`, lang, theme))
	do(t, ctx, chromedp.Reload(), chromedp.WaitVisible(chromedp.CSS("#tour-go")))
	waitText(t, ctx, "#conn-state", map[string]string{"zh": "机器人在线", "en": "bot connected"}[lang])
}

// clickThrough plays the tour from step first to the end, one click a step.
func clickThrough(t *testing.T, ctx context.Context, names []string, first int) { //nolint:revive // t first, as everywhere here
	t.Helper()
	for i := first; i < len(names); i++ {
		do(t, ctx, chromedp.Click(chromedp.CSS("#tour-go")))
		awaitStep(t, ctx, i+1, names[i])
		if !script[bool](t, ctx, `(() => { const r = document.querySelector("#log .pointed .bubble")?.getBoundingClientRect();
			const l = document.querySelector("#log").getBoundingClientRect(); return Boolean(r) && r.bottom > l.top && r.top < l.bottom; })()`) {
			picture(t, ctx, "unseen-"+names[i])
			t.Errorf("step %s points at nothing that can be seen", names[i])
		}
		if script[bool](t, ctx, `document.documentElement.scrollWidth > innerWidth`) {
			t.Errorf("after step %s the page is wider than the window", names[i])
		}
		picture(t, ctx, fmt.Sprintf("%02d-%s", i+1, names[i]))
	}
	if trouble := script[string](t, ctx, `document.querySelector("#trouble:not([hidden])")?.textContent ?? ""`); trouble != "" {
		t.Errorf("the page shows trouble: %s", trouble)
	}
}

func awaitStep(t *testing.T, ctx context.Context, done int, name string) { //nolint:revive // t first, as everywhere here
	t.Helper()
	js := fmt.Sprintf(`(() => { const at = JSON.parse(localStorage.getItem("tour")); return at.phase === "stuck" ? "stuck" : at.step === %d && at.phase !== "running" ? "done" : ""; })()`, done)
	came := ""
	if !eventually(35*time.Second, func() bool { came = script[string](t, ctx, js); return came != "" }) || came == "stuck" {
		picture(t, ctx, "stuck-"+name)
		t.Fatalf("step %s does not end: %q; the page says:\n%s", name, came, script[string](t, ctx, `document.querySelector("main").innerText`))
	}
}

func TestTourShowsTheWholeStoryOneClickAStep(t *testing.T) {
	names := tourSteps(t)
	ctx := patient(t)
	visitor(t, ctx, startDemo(t), "zh", "light", 1280, 800)
	picture(t, ctx, "00-offer")
	clickThrough(t, ctx, names[:3], 0)
	// A reload in the middle of a step goes on where it was, and says nothing twice.
	do(t, ctx, chromedp.Click(chromedp.CSS("#tour-go")))
	eventually(5*time.Second, func() bool { return script[bool](t, ctx, `JSON.parse(localStorage.getItem("tour")).act > 0`) })
	do(t, ctx, chromedp.Reload(), chromedp.WaitVisible(chromedp.CSS("#tour-go")))
	awaitStep(t, ctx, 4, names[3])
	if n := script[int](t, ctx, `[...document.querySelectorAll(".msg.mine")].filter((e) => e.textContent.includes("被勒索了")).length`); n != 1 {
		t.Errorf("the cry for help was sent %d times", n)
	}
	picture(t, ctx, "04-"+names[3])
	clickThrough(t, ctx, names, 4)
	do(t, ctx, chromedp.Click(chromedp.CSS("#tour-close")), chromedp.WaitNotVisible(chromedp.CSS("#tour")))
	picture(t, ctx, "99-closed")
	do(t, ctx, chromedp.Reload(), chromedp.WaitVisible(chromedp.CSS("#tour-button")))
	if script[bool](t, ctx, `getComputedStyle(document.querySelector("#tour")).display !== "none"`) {
		t.Error("the tour was closed and came back with a reload")
	}
}

func TestTourFitsATelephoneInEnglishInTheDark(t *testing.T) {
	ctx := patient(t, chromedp.Flag("force-prefers-reduced-motion", true))
	visitor(t, ctx, startDemo(t), "en", "dark", 390, 844)
	picture(t, ctx, "00-offer")
	clickThrough(t, ctx, tourSteps(t), 0)
	// Groups are to be found where there is no column for them.
	do(t, ctx, chromedp.Click(chromedp.CSS("#back")), chromedp.Click(chromedp.CSS(`[data-person="cust001"]`)), chromedp.Click(chromedp.CSS("#back")), chromedp.WaitVisible(chromedp.CSS("#people .chat")))
	picture(t, ctx, "90-people")
	do(t, ctx, chromedp.Click(chromedp.CSS("#people .chat")), chromedp.WaitVisible(chromedp.CSS("#at-label")))
	picture(t, ctx, "91-group")
}
