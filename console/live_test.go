package console_test

import (
	"bufio"
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"guanjia/console"
)

// viewer watches the first page of a server.
func viewer(t *testing.T, srv *httptest.Server, c *console.Console, query string) *bufio.Scanner {
	t.Helper()
	with, _ := signIn(t, c)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, srv.URL+"/console/live"+query, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	with(r)
	resp, err := srv.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = resp.Body.Close() })
	if resp.StatusCode != http.StatusOK || resp.Header.Get("Content-Type") != "text/event-stream" || resp.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("%d %v", resp.StatusCode, resp.Header)
	}
	return bufio.NewScanner(resp.Body)
}

// event reads up to the next event, and returns its name and data.
func event(t *testing.T, lines *bufio.Scanner) (name, data string) {
	t.Helper()
	for lines.Scan() {
		switch line := lines.Text(); {
		case strings.HasPrefix(line, "event: "):
			name = line[7:]
		case strings.HasPrefix(line, "data: "):
			data += line[6:] + "\n"
		case line == "" && name != "":
			return name, data
		}
	}
	t.Fatalf("no further event: %v", lines.Err())
	return "", ""
}

func TestViewersSeeWhatChangesInTheirLanguage(t *testing.T) {
	d, c := newConsole(t)
	srv := httptest.NewServer(c)
	t.Cleanup(srv.Close)
	lines := viewer(t, srv, c, "?lang=en")
	name, data := event(t, lines)
	if name != "now" || !strings.Contains(data, "Open escalations") || strings.Contains(data, "<img") || strings.Contains(data, "<html") {
		t.Errorf("%s %s", name, data)
	}
	with, _ := signIn(t, c)
	ask(t, c, http.MethodPost, "/console/do", url.Values{"action": {"ack"}, "ref": {"E1"}}, with)
	if _, data := event(t, lines); !strings.Contains(data, "duty-manager") || len(d.did) != 1 {
		t.Errorf("the change is not seen: %s", data)
	}
}

func TestManyViewersCostOneLook(t *testing.T) {
	d, c := newConsole(t)
	srv := httptest.NewServer(c)
	t.Cleanup(srv.Close)
	with, _ := signIn(t, c)
	for range 50 {
		if w := ask(t, c, http.MethodGet, "/console/", nil, with); w.Code != http.StatusOK {
			t.Fatal(w.Code)
		}
	}
	if d.looks > 3 {
		t.Errorf("%d looks for 50 viewers", d.looks)
	}
}

func TestServerThatEndsLetsItsViewersGo(t *testing.T) {
	_, c := newConsole(t)
	srv := httptest.NewServer(c)
	lines := viewer(t, srv, c, "")
	event(t, lines)
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Second)
	defer cancel()
	if err := srv.Config.Shutdown(ctx); err != nil {
		t.Errorf("viewers keep the server: %v", err)
	}
	srv.Close()
}

func TestPageOfWhatIsOpenReadsWithoutJavaScript(t *testing.T) {
	_, c := newConsole(t)
	with, _ := signIn(t, c)
	body := ask(t, c, http.MethodGet, "/console/", nil, with).Body.String()
	if !strings.Contains(body, `<noscript><meta http-equiv="refresh"`) || !strings.Contains(body, "E1") {
		t.Error("without JavaScript the page does not show, or does not follow")
	}
}

// stuck is a connection whose other end does not read.
type stuck struct {
	http.ResponseWriter
	deadline time.Time
	writes   int
}

func (s *stuck) SetWriteDeadline(at time.Time) error { s.deadline = at; return nil }

func (s *stuck) Write([]byte) (int, error) {
	s.writes++
	return 0, os.ErrDeadlineExceeded
}

func TestViewerWhoDoesNotReadIsLetGo(t *testing.T) {
	_, c := newConsole(t)
	with, _ := signIn(t, c)
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/console/live", http.NoBody)
	with(r)
	w := &stuck{ResponseWriter: httptest.NewRecorder()}
	c.ServeHTTP(w, r)
	if wait := time.Until(w.deadline); w.writes != 1 || wait <= 0 || wait > 10*time.Second {
		t.Errorf("%d writes, each of which may wait %v", w.writes, wait)
	}
}
