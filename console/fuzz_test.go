package console_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"guanjia/console"
)

// FuzzStranger sends what a browser never would: no session is found in it, and
// nothing panics.
func FuzzStranger(f *testing.F) {
	f.Add("/console/", "guanjia_session=x.1.y", "en", "token=x")
	f.Add("/console/cases/C1", "guanjia_session=ZHV0eS1tYW5hZ2Vy.99999999999.AAAA; guanjia_said=K3g", "zh;q=0", "action=ack&ref=E1")
	f.Add("/console/static/../../etc", "guanjia_lang=%00", "*,*;q=2", "action=hours&value=%zz")
	c, err := console.New(&desk{}, map[string]string{"duty-manager": token}, time.UTC)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, path, cookie, lang, form string) {
		u, err := url.Parse("/console/" + path)
		if err != nil {
			return // no address
		}
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			r := &http.Request{
				Method: method, URL: u, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Host: "example.com", RemoteAddr: "192.0.2.1:1", RequestURI: u.RequestURI(),
				Header: http.Header{"Cookie": {cookie}, "Accept-Language": {lang}, "Content-Type": {"application/x-www-form-urlencoded"}},
				Body:   http.NoBody,
			}
			if method == http.MethodPost {
				r.Body = httptest.NewRequestWithContext(t.Context(), method, "/", strings.NewReader(form)).Body
			}
			w := httptest.NewRecorder()
			c.ServeHTTP(w, r.WithContext(t.Context()))
			if body := w.Body.String(); strings.Contains(body, "<nav aria-label") || w.Code >= 500 && w.Code != http.StatusServiceUnavailable {
				t.Fatalf("%s %s: %d %s", method, u, w.Code, body)
			}
		}
	})
}

// FuzzForm sends any form of somebody who is signed in: whatever comes of it is
// one command of one line, but for the words that people may write in several.
func FuzzForm(f *testing.F) {
	f.Add("ack", "E1", "", "", "")
	f.Add("note", "E1", "a\nclose E1", "li", "/console/")
	f.Add("override", "", "", "li", "//evil.example")
	d := &desk{}
	c, err := console.New(d, map[string]string{"duty-manager": token}, time.UTC)
	if err != nil {
		f.Fatal(err)
	}
	session := httptest.NewRecorder()
	r := httptest.NewRequestWithContext(f.Context(), http.MethodPost, "/console/login", strings.NewReader("token="+url.QueryEscape(token)))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	c.ServeHTTP(session, r)
	f.Fuzz(func(t *testing.T, action, ref, text, member, back string) {
		d.did, d.holder = nil, ""
		form := url.Values{
			"action": {action}, "ref": {ref}, "text": {text}, "member": {member}, "value": {member}, "rotation": {member}, "from": {member}, "to": {member},
			"span": {member}, "entry": {member}, "back": {back},
		}
		w := ask(t, c, http.MethodPost, "/console/do", form, func(r *http.Request) { r.AddCookie(session.Result().Cookies()[0]) })
		switch {
		case w.Code == http.StatusBadRequest && len(d.did) == 0:
			return
		case w.Code != http.StatusSeeOther || len(d.did) != 1:
			t.Fatalf("%d %v", w.Code, d.did)
		}
		words := d.did[0].Words
		if !strings.HasPrefix(words, action+" ") || strings.ContainsRune(words, 0) {
			t.Errorf("%q became %q", action, words)
		}
		free := action == "note" || action == "reject" || action == "update" || action == "report" || action == "pause"
		if strings.Contains(words, "\n") && !free {
			t.Errorf("several lines: %q", words)
		}
		if to := w.Header().Get("Location"); !strings.HasPrefix(to, "/console/") && !strings.HasPrefix(to, "/console?") {
			t.Errorf("back to %q", to)
		}
	})
}
