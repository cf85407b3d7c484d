package console_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode"
)

func TestOnlyTheHolderOfATokenSeesAnything(t *testing.T) {
	d, c := newConsole(t)
	for _, path := range append(pagesInOrder(), "/console/cases/C1/export", "/console/nothing") {
		if w := ask(t, c, http.MethodGet, path, nil); w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/console/login" {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
	for _, r := range [][2]string{{http.MethodPost, "/console/do"}, {http.MethodGet, "/console/live"}, {http.MethodPost, "/console/faq"}} {
		if w := ask(t, c, r[0], r[1], url.Values{"action": {"hours"}}); w.Code != http.StatusUnauthorized {
			t.Errorf("%s %s: %d", r[0], r[1], w.Code)
		}
	}
	for range 4 {
		if w := ask(t, c, http.MethodPost, "/console/login", url.Values{"token": {"wrong"}}); w.Code != http.StatusUnauthorized || len(w.Result().Cookies()) != 0 {
			t.Errorf("a wrong token: %d", w.Code)
		}
	}
	with, cookie := signIn(t, c)
	if !cookie.HttpOnly || cookie.SameSite != http.SameSiteStrictMode || cookie.Secure || cookie.Name != "guanjia_session" {
		t.Errorf("%+v", cookie)
	}
	if len(d.signed) != 1 || !strings.HasPrefix(d.signed[0], "duty-manager 192.0.2.1") {
		t.Errorf("in the audit: %v", d.signed)
	}
	if w := ask(t, c, http.MethodGet, "/console/", nil, with); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "duty-manager") {
		t.Errorf("%d", w.Code)
	}
	if w := ask(t, c, http.MethodPost, "/console/login", url.Values{"token": {token}}); w.Code != http.StatusTooManyRequests {
		t.Errorf("the sixth try: %d", w.Code)
	}
}

func TestForgedSessionsAreNone(t *testing.T) {
	_, c := newConsole(t)
	_, cookie := signIn(t, c)
	parts := strings.Split(cookie.Value, ".")
	for name, value := range map[string]string{
		"another mac": cookie.Value[:len(cookie.Value)-2] + "AA", "a longer life": parts[0] + ".99999999999." + parts[2], "another name": "b3RoZXI." + parts[1] + "." + parts[2],
		"nobody": "." + parts[1] + "." + parts[2], "nothing": "", "no parts": "x", "too long": strings.Repeat("A", 5000), "not base64": "?." + parts[1] + ".?",
	} {
		if w := ask(t, c, http.MethodGet, "/console/", nil, func(r *http.Request) { r.AddCookie(&http.Cookie{Name: cookie.Name, Value: value}) }); w.Code != http.StatusSeeOther {
			t.Errorf("%s: %d", name, w.Code)
		}
	}
}

func TestSessionIsSecureBehindHTTPSAndEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, c := newConsole(t)
		with, cookie := signIn(t, c, func(r *http.Request) {
			r.RemoteAddr = "127.0.0.1:9"
			r.Header.Set("X-Forwarded-Proto", "https")
		})
		if !cookie.Secure {
			t.Error("not secure behind https")
		}
		time.Sleep(11 * time.Hour)
		if w := ask(t, c, http.MethodGet, "/console/", nil, with); w.Code != http.StatusOK {
			t.Errorf("after 11 hours: %d", w.Code)
		}
		time.Sleep(2 * time.Hour)
		if w := ask(t, c, http.MethodGet, "/console/", nil, with); w.Code != http.StatusSeeOther {
			t.Errorf("after 13 hours: %d", w.Code)
		}
	})
}

func TestTriesOfASignInComeBackAfterAWhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, c := newConsole(t)
		wrong := func() int {
			return ask(t, c, http.MethodPost, "/console/login", url.Values{"token": {"wrong"}}).Code
		}
		for range 5 {
			wrong()
		}
		if got := wrong(); got != http.StatusTooManyRequests {
			t.Errorf("the sixth: %d", got)
		}
		time.Sleep(11 * time.Second)
		if got := wrong(); got != http.StatusUnauthorized {
			t.Errorf("later: %d", got)
		}
	})
}

func TestEveryPageIsWhollyInOneLanguage(t *testing.T) {
	_, c := newConsole(t)
	with, _ := signIn(t, c)
	tags := regexp.MustCompile(`(?s)<script.*?</script>|<[^>]*>`)
	for path, says := range everyPage() {
		for i, lang := range []string{"zh", "en"} {
			w := ask(t, c, http.MethodGet, path+"?lang="+lang, nil, with)
			body := w.Body.String()
			if w.Code != http.StatusOK || !strings.Contains(body, says[i]) || strings.Contains(body, says[1-i]) && path != "/console/rota" {
				t.Errorf("%s in %s: %d, without %q or with %q", path, lang, w.Code, says[i], says[1-i])
			}
			if !strings.Contains(body, `<html lang="`+lang) || w.Header().Get("Content-Language") != lang {
				t.Errorf("%s does not say that it is %s", path, lang)
			}
			if lang == "zh" {
				continue
			}
			for line := range strings.SplitSeq(tags.ReplaceAllString(body, "\n"), "\n") {
				for _, own := range []string{"中文", "李工", "王工", "天 "} { // names, words of people, the other language's own
					line = strings.ReplaceAll(line, own, "")
				}
				if strings.ContainsFunc(line, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
					t.Errorf("%s in English has %q", path, strings.TrimSpace(line))
				}
			}
		}
	}
}

func TestBrowsersLanguageDecidesUntilSomebodyChooses(t *testing.T) {
	_, c := newConsole(t)
	for header, want := range map[string]string{
		"": "zh-CN", "en": "en", "en-GB,en;q=0.9": "en", "zh-TW": "zh-CN", "de,zh;q=0.5,en;q=0.8": "en", "fr": "en", "%%": "zh-CN", "zh;q=0.3,en;q=0.9": "en",
	} {
		w := ask(t, c, http.MethodGet, "/console/login", nil, func(r *http.Request) { r.Header.Set("Accept-Language", header) })
		if !strings.Contains(w.Body.String(), `<html lang="`+want+`"`) {
			t.Errorf("%q is not answered in %s", header, want)
		}
	}
	chosen := ask(t, c, http.MethodGet, "/console/login?lang=en", nil).Result().Cookies()
	w := ask(t, c, http.MethodGet, "/console/login", nil, func(r *http.Request) { r.AddCookie(chosen[0]) })
	if !strings.Contains(w.Body.String(), `<html lang="en"`) {
		t.Error("the choice is forgotten")
	}
}

func TestWordsOfPeopleAreNoMarkup(t *testing.T) {
	_, c := newConsole(t)
	with, _ := signIn(t, c)
	for _, path := range pagesInOrder() {
		w := ask(t, c, http.MethodGet, path, nil, with)
		body := w.Body.String()
		if w.Code != http.StatusOK || strings.Contains(body, "<img") || strings.Contains(body, "ZgotmplZ") {
			t.Errorf("%s: %d\n%s", path, w.Code, body)
		}
		if !strings.Contains(body, "</html>") || strings.Contains(body, "style=") || strings.Contains(body, " onclick") {
			t.Errorf("%s is cut off, or has what the policy forbids", path)
		}
	}
	w := ask(t, c, http.MethodPost, "/console/faq", url.Values{"question": {markup}}, with)
	if w.Code != http.StatusOK || strings.Contains(w.Body.String(), "<img") || !strings.Contains(w.Body.String(), "0.72") {
		t.Errorf("a question with markup: %d", w.Code)
	}
	if w := ask(t, c, http.MethodGet, "/console/cases?q="+url.QueryEscape(markup), nil, with); strings.Contains(w.Body.String(), "<img") {
		t.Error("markup in a search comes back")
	}
}

func TestEveryAnswerIsGuarded(t *testing.T) {
	_, c := newConsole(t)
	with, _ := signIn(t, c)
	for _, path := range []string{"/console/", "/console/login", "/console/static/style.css", "/console/nothing"} {
		h := ask(t, c, http.MethodGet, path, nil, with).Header()
		csp := h.Get("Content-Security-Policy")
		if !strings.Contains(csp, "default-src 'none'") || !strings.Contains(csp, "frame-ancestors 'none'") || strings.Contains(csp, "unsafe") || strings.Contains(csp, "http") {
			t.Errorf("%s: %s", path, csp)
		}
		if h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Cross-Origin-Opener-Policy") == "" || h.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %v", path, h)
		}
	}
}

func TestForgedIDsAreNotFound(t *testing.T) {
	_, c := newConsole(t)
	with, _ := signIn(t, c)
	for _, path := range []string{
		"/console/cases/C9", "/console/cases/..%2f..%2fetc", "/console/escalations/%3Cscript%3E", "/console/escalations/C1", "/console/cases/C9/export",
		"/console/cases/C1%0d%0aX:y/export", "/console/nothing", "/console/static/..%2flayout.html", "/console/static/layout.html",
	} {
		if w := ask(t, c, http.MethodGet, path, nil, with); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
	for _, path := range []string{"/console/cases/c1", "/console/escalations/e1"} {
		if w := ask(t, c, http.MethodGet, path, nil, with); w.Code != http.StatusOK {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
	w := ask(t, c, http.MethodGet, "/console/cases/C1/export", nil, with)
	if w.Code != http.StatusOK || w.Header().Get("Content-Disposition") != `attachment; filename="C1.json"` || w.Body.String() != `{"id":"C1"}` {
		t.Errorf("export: %d %v", w.Code, w.Header())
	}
}

func TestStoreThatIsAwayIsToldWithoutItsCause(t *testing.T) {
	d, c := newConsole(t)
	with, _ := signIn(t, c)
	d.fail = errAway
	for _, path := range append(pagesInOrder(), "/console/cases/C1/export") {
		w := ask(t, c, http.MethodGet, path+"?lang=en", nil, with)
		if w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), "Not available just now") || strings.Contains(w.Body.String(), "redis:") {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
	if w := ask(t, c, http.MethodPost, "/console/login", url.Values{"token": {token}}); w.Code != http.StatusSeeOther {
		t.Errorf("sign-in while the store is away: %d", w.Code)
	}
}

func TestTriesBelongToWhoMakesThem(t *testing.T) {
	_, c := newConsole(t)
	try := func(peer, forwarded string) int {
		return ask(t, c, http.MethodPost, "/console/login", url.Values{"token": {"wrong"}}, func(r *http.Request) {
			r.RemoteAddr = peer
			r.Header.Set("X-Forwarded-For", forwarded)
		}).Code
	}
	for i := range 5 {
		try("127.0.0.1:9", fmt.Sprintf("10.9.9.%d, 203.0.113.7", i)) // only the last hop is the proxy's word
	}
	if got := try("127.0.0.1:9", "10.1.1.1, 203.0.113.7"); got != http.StatusTooManyRequests {
		t.Errorf("the sixth from behind the proxy: %d", got)
	}
	if got := try("127.0.0.1:9", "203.0.113.8"); got != http.StatusUnauthorized {
		t.Errorf("somebody else behind the proxy: %d", got)
	}
	for i := range 6 {
		if got := try("198.51.100.1:9", fmt.Sprintf("192.0.2.%d", i)); i == 5 && got != http.StatusTooManyRequests {
			t.Errorf("a stranger who forges the header: %d", got)
		}
	}
	for i := range 200 {
		if got := try("127.0.0.1:9", fmt.Sprintf("2001:db8::%x", i)); i == 199 && got != http.StatusTooManyRequests {
			t.Errorf("two hundred addresses at once: %d", got)
		}
	}
}
