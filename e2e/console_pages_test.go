package e2e_test

import (
	"cmp"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// accessible is our own check of a page: names, labels, alternatives, headings,
// landmarks, language, contrast and sizes. axe-core is not to be had without a
// network, and no file of others is kept here.
//
//go:embed testdata/accessible.js
var accessible string

// findings is what the check says of a page.
type findings struct {
	Found []string
	// Texts is how many pieces of text were measured; Bytes what was transferred.
	Texts int
	Bytes int
	Shift float64
}

// TestEveryConsolePageIsFitForEverybody looks at every page at two widths, in both
// languages and both themes, keeps a picture of each, and checks each.
func TestEveryConsolePageIsFitForEverybody(t *testing.T) {
	_, base := busyDesk(t)
	for _, lang := range []string{"zh", "en"} {
		for _, width := range []int64{1280, 390} {
			t.Run(fmt.Sprintf("%s-%d", lang, width), func(t *testing.T) {
				ctx := browser(t)
				// A browser's first page begins in a window of its own size, which moves
				// what stands in the middle once it gets ours.
				do(t, ctx, chromedp.EmulateViewport(width, 844), chromedp.Navigate(base+"login"), chromedp.EmulateViewport(width, 844))
				settled(t, ctx, width)
				look(t, ctx, base, "login?lang="+lang)
				signIn(t, ctx, base, "?lang="+lang)
				do(t, ctx, chromedp.EmulateViewport(width, 844))
				for _, page := range []string{"", "cases", "cases/C1", "escalations", "escalations/E1", "rota", "faq", "faq?", "calendar", "insight", "audit", "health", "cases/C99"} {
					look(t, ctx, base, page)
				}
			})
		}
	}
}

// settled waits until the window has its width and was drawn with it: on a busy
// machine that is after the browser said so.
func settled(t *testing.T, ctx context.Context, width int64) { //nolint:revive // t first, as everywhere here
	t.Helper()
	js := fmt.Sprintf(`new Promise(done => {
		const drawn = () => requestAnimationFrame(() => requestAnimationFrame(() => done("drawn")))
		const look = () => innerWidth === %d ? drawn() : setTimeout(look, 10)
		look()
	})`, width)
	if _, err := chromedp.Run(ctx, chromedp.Evaluate[string](js, chromedp.EvalAwaitPromise)); err != nil {
		t.Fatal(err)
	}
}

// look opens a page, and in both themes checks it and keeps a picture of all of
// it. The pictures come last: taking one changes the size of the window, and what
// moves then is not the page's doing.
func look(t *testing.T, ctx context.Context, base, page string) { //nolint:revive // t first, as everywhere here
	t.Helper()
	do(t, ctx, chromedp.Navigate(base+strings.TrimSuffix(page, "?")), chromedp.WaitVisible(chromedp.CSS("main")))
	if page == "faq?" {
		do(t, ctx, chromedp.SendKeys(chromedp.CSS("input[name=question]"), "有效期多久\r"), chromedp.WaitVisible(chromedp.CSS(".answer")))
	}
	name := strings.NewReplacer("/", "-", "?", "-", "=", "-").Replace(cmp.Or(page, "now")) + "-"
	themes := [...]string{"light", "dark"}
	for _, theme := range themes {
		wear(t, ctx, theme)
		raw, err := chromedp.Run(ctx, chromedp.Evaluate[string](accessible, chromedp.EvalAwaitPromise))
		if err != nil {
			t.Fatal(err)
		}
		judge(t, name+theme, raw)
	}
	for _, theme := range themes {
		wear(t, ctx, theme)
		full, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(t.ArtifactDir(), name+theme+".png"), full, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// wear dresses the page as for a reader who prefers that theme.
func wear(t *testing.T, ctx context.Context, theme string) { //nolint:revive // t first, as everywhere here
	t.Helper()
	media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: theme}}}
	if _, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, media); err != nil {
		t.Fatal(err)
	}
}

func judge(t *testing.T, page, raw string) {
	t.Helper()
	var f findings
	if err := json.Unmarshal([]byte(raw), &f); err != nil {
		t.Fatal(err)
	}
	for _, x := range f.Found {
		t.Errorf("%s: %s", page, x)
	}
	if f.Texts < 5 {
		t.Errorf("%s: the check measured only %d texts", page, f.Texts)
	}
	if f.Bytes > 300_000 || f.Shift > 0.05 {
		t.Errorf("%s: %d bytes transferred, layout shift %.3f", page, f.Bytes, f.Shift)
	}
}

// TestCheckOfPagesFindsWhatIsWrong tests the check itself: each mistake on a page
// of mistakes must be found.
func TestCheckOfPagesFindsWhatIsWrong(t *testing.T) {
	ctx := browser(t)
	page := `<title></title><h1>A</h1><h3>skipped</h3><div>outside</div><main><p style="color:#999;background:#fff">grey</p><p style="opacity:.4">pale</p>` +
		`<input id="a"><input id="a" aria-label="twice"><button></button><a href="/x"></a><img src="x"><svg></svg><table><tr><td>1</td></tr></table><ul><p>x</p></ul>` +
		`<div style="width:5000px">wide</div><button style="width:9px;height:9px;padding:0">x</button></main>`
	do(t, ctx, chromedp.Navigate("data:text/html,"+strings.NewReplacer("#", "%23", "<", "%3C", ">", "%3E").Replace(page)), chromedp.WaitVisible(chromedp.CSS("main")))
	raw, err := chromedp.Run(ctx, chromedp.Evaluate[string](accessible, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"no language", "no title", "heading", "no label", "a button without a name", "a link without a name", "no alternative", "a drawing", "same id", "a table without", "a list with", "wide", "contrast", "grey", "pale", "small target", "outside of a landmark",
	} {
		if !strings.Contains(raw, want) {
			t.Errorf("the check does not find %q: %s", want, raw)
		}
	}
}

func contains(text string, all ...string) bool {
	for _, s := range all {
		if !strings.Contains(text, s) {
			return false
		}
	}
	return true
}
