package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
)

// counter is DingTalk's side of the device flow: polls gives the answers in turn.
func counter(t *testing.T, polls ...map[string]any) string {
	t.Helper()
	var n atomic.Int32
	answer := func(w http.ResponseWriter, v any) { _ = json.NewEncoder(w).Encode(v) }
	mux := http.NewServeMux()
	mux.HandleFunc("POST /app/registration/init", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, map[string]any{"errcode": 0, "nonce": "n1", "expires_in": 300})
	})
	mux.HandleFunc("POST /app/registration/begin", func(w http.ResponseWriter, r *http.Request) {
		var body struct{ Nonce string }
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil || body.Nonce != "n1" {
			t.Errorf("begin with nonce %q, %v", body.Nonce, err)
		}
		answer(w, map[string]any{"errcode": 0, "device_code": "d1", "user_code": "AB\x1b[31mCD", "verification_uri_complete": "https://h5.dingtalk.com/v?c=1", "interval": 0, "expires_in": 7200})
	})
	mux.HandleFunc("POST /app/registration/poll", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, polls[min(int(n.Add(1))-1, len(polls)-1)])
	})
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close)
	return srv.URL
}

func TestANewAppIsMadeByACode(t *testing.T) {
	host := counter(t, map[string]any{"errcode": 0, "status": "WAITING"}, map[string]any{"errcode": 0, "status": "SUCCESS", "client_id": "dingnew", "client_secret": "s-3"})
	script := strings.Join([]string{"", "private", "", "", "", "Li a1", "", "", "Zhou a2", ""}, "\n") + "\n"
	says, code, file := interviewed(t, script, "--oapi-host="+host)
	if code != exitOK {
		t.Fatalf("exit %d: %s", code, says)
	}
	if l := loaded(t, file); l.DingTalk.ClientID != "dingnew" || l.DingTalk.ClientSecret != "s-3" {
		t.Errorf("%+v", l.DingTalk)
	}
	if !strings.Contains(says, "https://h5.dingtalk.com/v?c=1") || strings.Contains(says, "\x1b") || strings.Contains(says, "s-3") {
		t.Errorf("says %q", says)
	}
}

func TestAnAppThatIsNotMadeSaysWhy(t *testing.T) {
	for _, tc := range []struct {
		poll map[string]any
		says string
	}{
		{map[string]any{"status": "FAIL", "fail_reason": "no administrator"}, "no administrator"},
		{map[string]any{"status": "EXPIRED"}, "run it again"},
		{map[string]any{"status": "SUCCESS", "client_id": "x y", "client_secret": "s"}, "cannot be used"},
	} {
		t.Run(tc.says, func(t *testing.T) {
			t.Parallel()
			says, code, _ := interviewed(t, "", "--yes", "--register", "--expert=a=b", "--manager=c=d", "--oapi-host="+counter(t, tc.poll))
			if code != exitFailed || !strings.Contains(says, tc.says) {
				t.Errorf("%v: exit %d: %s", tc.poll, code, says)
			}
		})
	}
}

func TestTheCodeIsAskedOfTheConfiguredHostAlone(t *testing.T) {
	var elsewhere atomic.Bool
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { elsewhere.Store(true) }))
	defer other.Close()
	host := httptest.NewServer(http.RedirectHandler(other.URL, http.StatusTemporaryRedirect))
	defer host.Close()
	says, code, _ := interviewed(t, "", "--yes", "--register", "--expert=a=b", "--manager=c=d", "--oapi-host="+host.URL)
	if code != exitFailed || elsewhere.Load() || !strings.Contains(says, "307") || !strings.Contains(says, "--client-id") {
		t.Errorf("exit %d, followed %v: %s", code, elsewhere.Load(), says)
	}
	if says, code, _ := interviewed(t, "", "--yes", "--register", "--expert=a=b", "--manager=c=d", "--oapi-host=http://example.com"); code != exitUsage {
		t.Errorf("http to another machine: exit %d: %s", code, says)
	}
}
