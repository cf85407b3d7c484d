package console_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"guanjia/console"
)

type desk struct{ did []string }

func (d *desk) Now(_ context.Context, now time.Time) (console.Now, error) {
	return console.Now{
		At: now, Open: true, Hours: "18:00", Mode: "auto",
		Escalations: []console.Escalation{{ID: "E1", Asker: `<img src=x onerror=alert(1)>`, State: "calling", Step: 2, Next: now.Add(time.Minute), Opened: now}},
		Cases:       []console.Case{{ID: "C1", Company: "某电商", State: "active", Purchased: now, ValidUntil: now.Add(15 * 24 * time.Hour)}},
		Duty:        []console.Duty{{Rotation: "primary", Name: "李工", Until: now}, {Rotation: "secondary"}},
		Health:      []console.Check{{Name: "redis", OK: true}, {Name: "stream"}},
		Quota:       []console.Used{{Kind: "api", Used: 10, Limit: 5000}},
	}, nil
}

func (d *desk) Case(_ context.Context, id string) (console.Case, bool, error) {
	return console.Case{ID: id, Company: "某电商", Timeline: []console.Line{{Kind: "words", Text: "<script>x</script>"}}}, id == "C1", nil
}

func (d *desk) Escalation(_ context.Context, id string) (console.Escalation, bool, error) {
	return console.Escalation{ID: id, Calls: []console.Call{{Name: "李工", Via: "chat", Outcome: "read"}}}, id == "E1", nil
}

func (d *desk) Do(_ context.Context, action, value, by string, _ time.Time) error {
	d.did = append(d.did, action+" "+value+" "+by)
	return nil
}

const token = "a long random token"

func newConsole(t *testing.T) (*desk, *console.Console) {
	t.Helper()
	d := &desk{}
	c, err := console.New(d, map[string]string{"duty-manager": token, "other": "b"}, time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	return d, c
}

func ask(t *testing.T, c http.Handler, method, path string, form url.Values, change ...func(*http.Request)) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(form.Encode()))
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for _, f := range change {
		f(r)
	}
	w := httptest.NewRecorder()
	c.ServeHTTP(w, r)
	return w
}

// signIn returns what puts the session's cookie into a request.
func signIn(t *testing.T, c http.Handler, change ...func(*http.Request)) (func(*http.Request), *http.Cookie) {
	t.Helper()
	w := ask(t, c, http.MethodPost, "/console/login", url.Values{"token": {token}}, change...)
	cookies := w.Result().Cookies()
	if w.Code != http.StatusSeeOther || len(cookies) != 1 {
		t.Fatalf("%d %v", w.Code, cookies)
	}
	return func(r *http.Request) { r.AddCookie(cookies[0]) }, cookies[0]
}

func TestOnlyTheHolderOfATokenSeesAnything(t *testing.T) {
	_, c := newConsole(t)
	for _, path := range []string{"/console/", "/console/cases/C1", "/console/escalations/E1"} {
		if w := ask(t, c, http.MethodGet, path, nil); w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/console/login" {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
	if w := ask(t, c, http.MethodPost, "/console/do", url.Values{"action": {"hours"}}); w.Code != http.StatusUnauthorized {
		t.Errorf("an action: %d", w.Code)
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
	if w := ask(t, c, http.MethodGet, "/console/", nil, with); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "duty-manager") {
		t.Errorf("%d", w.Code)
	}
	if w := ask(t, c, http.MethodPost, "/console/login", url.Values{"token": {token}}); w.Code != http.StatusTooManyRequests {
		t.Errorf("the sixth try: %d", w.Code)
	}
	forged := *cookie
	forged.Value = cookie.Value[:len(cookie.Value)-2] + "AA"
	if w := ask(t, c, http.MethodGet, "/console/", nil, func(r *http.Request) { r.AddCookie(&forged) }); w.Code != http.StatusSeeOther {
		t.Errorf("a forged session: %d", w.Code)
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

func TestWordsOfPeopleAreNoMarkup(t *testing.T) {
	_, c := newConsole(t)
	with, _ := signIn(t, c)
	for path, never := range map[string]string{"/console/": "<img", "/console/cases/C1": "<script"} {
		w := ask(t, c, http.MethodGet, path, nil, with)
		if w.Code != http.StatusOK || strings.Contains(w.Body.String(), never) {
			t.Errorf("%s: %d\n%s", path, w.Code, w.Body)
		}
		if csp := w.Header().Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") {
			t.Error(csp)
		}
	}
	if w := ask(t, c, http.MethodGet, "/console/cases/C9", nil, with); w.Code != http.StatusNotFound {
		t.Errorf("an unknown case: %d", w.Code)
	}
	if w := ask(t, c, http.MethodGet, "/console/escalations/e1?lang=en", nil, with); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "Who was called") {
		t.Errorf("%d", w.Code)
	}
}

func TestActionsAreOursOnly(t *testing.T) {
	d, c := newConsole(t)
	with, _ := signIn(t, c)
	form := url.Values{"action": {"hours"}, "value": {"closed"}}
	foreign := func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }
	if w := ask(t, c, http.MethodPost, "/console/do", form, with, foreign); w.Code != http.StatusForbidden || len(d.did) != 0 {
		t.Errorf("from another site: %d %v", w.Code, d.did)
	}
	own := func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "same-origin") }
	if w := ask(t, c, http.MethodPost, "/console/do", form, with, own); w.Code != http.StatusSeeOther || len(d.did) != 1 || d.did[0] != "hours closed duty-manager" {
		t.Errorf("%d %v", w.Code, d.did)
	}
	if w := ask(t, c, http.MethodPost, "/console/logout", nil, with); w.Result().Cookies()[0].MaxAge >= 0 {
		t.Error("signed out, and the session stays")
	}
}
