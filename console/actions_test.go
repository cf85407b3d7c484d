package console_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func TestActionsAreOursOnly(t *testing.T) {
	d, c := newConsole(t)
	with, _ := signIn(t, c)
	form := url.Values{"action": {"hours"}, "value": {"closed"}, "text": {"下 雪\n了"}, "back": {"/console/calendar?year=2027"}}
	foreign := func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }
	if w := ask(t, c, http.MethodPost, "/console/do", form, with, foreign); w.Code != http.StatusForbidden || len(d.did) != 0 {
		t.Errorf("from another site: %d %v", w.Code, d.did)
	}
	origin := func(r *http.Request) { r.Header.Set("Origin", "https://evil.example") }
	if w := ask(t, c, http.MethodPost, "/console/do", form, with, origin); w.Code != http.StatusForbidden || len(d.did) != 0 {
		t.Errorf("from another origin: %d %v", w.Code, d.did)
	}
	own := func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "same-origin") }
	w := ask(t, c, http.MethodPost, "/console/do", form, with, own)
	if w.Code != http.StatusSeeOther || len(d.did) != 1 || d.did[0].Words != "hours closed 下 雪 了" || d.did[0].By != "duty-manager" {
		t.Errorf("%d %v", w.Code, d.did)
	}
	if got := w.Header().Get("Location"); got != "/console/calendar?year=2027" {
		t.Errorf("back to %s", got)
	}
	if w := ask(t, c, http.MethodPost, "/console/logout", nil, with); w.Result().Cookies()[0].MaxAge >= 0 {
		t.Error("signed out, and the session stays")
	}
}

func TestFormsBecomeTheWordsOfTheChat(t *testing.T) {
	for want, form := range map[string]url.Values{
		"ack E1":            {"action": {"ack"}, "ref": {"E1"}},
		"handoff E1 li":     {"action": {"handoff"}, "ref": {"E1"}, "member": {"li"}},
		"note E1 a\nb":      {"action": {"note"}, "ref": {"E1"}, "text": {" a\x00\nb "}},
		"contacted C3":      {"action": {"contacted"}, "ref": {"C3"}},
		"reject I5 不是攻击":    {"action": {"reject"}, "ref": {"I5"}, "text": {"不是攻击"}},
		"extend C3 2d 客户要求": {"action": {"extend"}, "ref": {"C3"}, "span": {"2d"}, "text": {"客户要求"}},
		"override primary li 2026-11-25T18:00 2026-11-26T09:00": {"action": {"override"}, "rotation": {"primary"}, "member": {"li"}, "from": {"2026-11-25T18:00"}, "to": {"2026-11-26T09:00"}},
		"hours auto": {"action": {"hours"}, "value": {"auto"}},
	} {
		d, c := newConsole(t)
		with, _ := signIn(t, c)
		if w := ask(t, c, http.MethodPost, "/console/do", form, with); w.Code != http.StatusSeeOther || len(d.did) != 1 || d.did[0].Words != want {
			t.Errorf("%v: %d %q, want %q", form, w.Code, d.did, want)
		}
	}
	for name, form := range map[string]url.Values{
		"nothing": {}, "another action": {"action": {"erase"}, "ref": {"C1"}}, "no number": {"action": {"ack"}}, "a forged number": {"action": {"ack"}, "ref": {"E1 extra"}},
		"words for a member": {"action": {"handoff"}, "ref": {"E1"}, "member": {"li; close E1"}}, "two commands": {"action": {"ack"}, "ref": {"E1\nclose E1"}},
		"no rotation": {"action": {"override"}, "member": {"li"}, "from": {"x"}, "to": {"y"}}, "a long value": {"action": {"hours"}, "value": {strings.Repeat("x", 65)}},
	} {
		d, c := newConsole(t)
		with, _ := signIn(t, c)
		if w := ask(t, c, http.MethodPost, "/console/do", form, with); w.Code != http.StatusBadRequest || len(d.did) != 0 {
			t.Errorf("%s: %d %v", name, w.Code, d.did)
		}
	}
}

func TestOutcomeIsShownOnce(t *testing.T) {
	_, c := newConsole(t)
	with, _ := signIn(t, c)
	w := ask(t, c, http.MethodPost, "/console/do", url.Values{"action": {"ack"}, "ref": {"E1"}}, with)
	said := w.Result().Cookies()
	if len(said) != 1 || len(said[0].String()) > 4096 || said[0].HttpOnly != true {
		t.Fatal(said)
	}
	page := ask(t, c, http.MethodGet, "/console/escalations/E1", nil, with, func(r *http.Request) { r.AddCookie(said[0]) })
	if !strings.Contains(page.Body.String(), "好的 &lt;img") {
		t.Error("the outcome is not shown")
	}
	if got := page.Result().Cookies(); len(got) != 1 || got[0].MaxAge >= 0 {
		t.Error("it would be shown again")
	}
	for _, forged := range []string{"x", "!!", strings.Repeat("A", 9000)} {
		if w := ask(t, c, http.MethodGet, "/console/", nil, with, func(r *http.Request) { r.AddCookie(&http.Cookie{Name: said[0].Name, Value: forged}) }); w.Code != http.StatusOK {
			t.Errorf("%q: %d", forged, w.Code)
		}
	}
}

func TestSecondManagerIsToldWhoWasFirst(t *testing.T) {
	d, c := newConsole(t)
	first, _ := signIn(t, c)
	w := ask(t, c, http.MethodPost, "/console/login", url.Values{"token": {"b"}})
	second := func(r *http.Request) { r.AddCookie(w.Result().Cookies()[0]) }
	form := url.Values{"action": {"ack"}, "ref": {"E1"}, "back": {"/console/escalations/E1"}}
	ask(t, c, http.MethodPost, "/console/do", form, first)
	late := ask(t, c, http.MethodPost, "/console/do", form, second)
	page := ask(t, c, http.MethodGet, late.Header().Get("Location"), nil, second, func(r *http.Request) { r.AddCookie(late.Result().Cookies()[0]) })
	if body := page.Body.String(); !strings.Contains(body, "E1 已由duty-manager接单") || !strings.Contains(body, `class="said warn"`) {
		t.Error("the second manager is not told")
	}
	if len(d.did) != 2 || d.did[0].By != "duty-manager" || d.did[1].By != "other" {
		t.Errorf("%v", d.did)
	}
}

func TestOnlyPagesOfOursAreGoneBackTo(t *testing.T) {
	for back, want := range map[string]string{
		"": "/console/", "https://evil.example/console/": "/console/", "//evil.example/console/": "/console/", "/console/../../etc": "/console/", "/consolex": "/console/",
		"javascript:alert(1)": "/console/", "/console/rota": "/console/rota", "/console/cases?q=a%0d%0ab": "/console/cases?q=a%0d%0ab", `/console/\\evil.example`: `/console/%5C%5Cevil.example`,
	} {
		_, c := newConsole(t)
		with, _ := signIn(t, c)
		w := ask(t, c, http.MethodPost, "/console/do", url.Values{"action": {"ack"}, "ref": {"E1"}, "back": {back}}, with)
		if got := w.Header().Get("Location"); got != want {
			t.Errorf("%q: back to %q, want %q", back, got, want)
		}
	}
}
