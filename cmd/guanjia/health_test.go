package main

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestHealthAsksWhereTheBotListens(t *testing.T) {
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/healthz" {
			w.WriteHeader(http.StatusTeapot)
		}
	}))
	defer web.Close()
	addr := strings.TrimPrefix(web.URL, "http://")
	_, port, _ := strings.Cut(addr, ":")
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	named := file("named.yaml", "http: {listen: \"0.0.0.0:"+port+"\"}\n")
	broken := file("broken.yaml", "http: {listen: \":"+port+"\"}\nbrand: {lang: fr}\nnonsense: 1\n")
	for name, tc := range map[string]struct {
		args   []string
		listen string
		code   int
		says   string
	}{
		"environment":                  {[]string{"health"}, addr, 0, "ok"},
		"all interfaces":               {[]string{"health"}, "0.0.0.0:" + port, 0, "ok"},
		"no host":                      {[]string{"health"}, ":" + port, 0, "ok"},
		"file":                         {[]string{"health", "--config", named}, "", 0, "ok"},
		"environment over file":        {[]string{"health", "--config", named}, "127.0.0.1:1", 1, "does not answer"},
		"a file broken while it runs":  {[]string{"health", "--config", broken}, "", 0, "ok"},
		"no such file":                 {[]string{"health", "--config", filepath.Join(dir, "none.yaml")}, "", 2, "does not exist"},
		"an address of one's own":      {[]string{"health", "--url", web.URL + "/healthz"}, "127.0.0.1:1", 0, "ok"},
		"something else answers there": {[]string{"health", "--url", web.URL + "/other"}, "", 1, "418"},
		"no address":                   {[]string{"health", "--url", "://"}, "", 2, "--url"},
	} {
		t.Run(name, func(t *testing.T) {
			if tc.listen != "" {
				t.Setenv("GUANJIA_HTTP_LISTEN", tc.listen)
			}
			var out bytes.Buffer
			if code := run(tc.args, strings.NewReader(""), &out, &out); code != tc.code || !strings.Contains(out.String(), tc.says) {
				t.Errorf("exit code %d, says %q", code, out.String())
			}
		})
	}
}

func TestWhatListensEverywhereIsReachedHere(t *testing.T) {
	for listen, want := range map[string]string{
		"0.0.0.0:80": "127.0.0.1:80", ":80": "127.0.0.1:80", "[::]:80": "localhost:80", "127.0.0.1:80": "127.0.0.1:80",
		"[::1]:80": "[::1]:80", "bot.example:80": "bot.example:80", "nonsense": "nonsense",
	} {
		if got := reachable(listen); got != want {
			t.Errorf("%s: %s, want %s", listen, got, want)
		}
	}
}
