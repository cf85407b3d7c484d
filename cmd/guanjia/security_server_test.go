package main

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// rawServer is the program's own server, to be spoken to byte by byte.
func rawServer(t *testing.T) net.Addr {
	t.Helper()
	l, err := listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		done <- serveOn(ctx, l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.Copy(w, r.Body) }))
	}()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return l.Addr()
}

// status sends bytes and gives the status of the answer, 0 when the connection is
// closed without one.
func status(t *testing.T, to net.Addr, bytes string) int {
	t.Helper()
	c, err := new(net.Dialer).DialContext(t.Context(), "tcp", to.String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close() //nolint:errcheck // nothing is lost
	if err := c.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(c, bytes); err != nil {
		return 0
	}
	resp, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		return 0
	}
	defer resp.Body.Close() //nolint:errcheck // only its status
	return resp.StatusCode
}

func TestRequestsThatTwoServersCouldReadDifferentlyAreRefused(t *testing.T) {
	t.Parallel()
	addr := rawServer(t)
	for name, tc := range map[string]struct {
		head string
		want int
	}{
		"an honest one":                  {"Content-Length: 1\r\n", http.StatusOK},
		"two lengths":                    {"Content-Length: 1\r\nContent-Length: 2\r\n", http.StatusBadRequest},
		"a length that is none":          {"Content-Length: +1\r\n", http.StatusBadRequest},
		"an unknown coding":              {"Transfer-Encoding: xchunked\r\n", http.StatusNotImplemented},
		"a coding twice":                 {"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", http.StatusNotImplemented},
		"a space before the colon":       {"Content-Length : 1\r\n", http.StatusBadRequest},
		"a control character":            {"X: a\x00b\r\n", http.StatusBadRequest},
		"headers longer than 64 KiB":     {"X: " + strings.Repeat("x", 80<<10) + "\r\n", http.StatusRequestHeaderFieldsTooLarge},
		"a thousand headers of 100 byte": {strings.Repeat("X: "+strings.Repeat("x", 100)+"\r\n", 1000), http.StatusRequestHeaderFieldsTooLarge},
	} {
		if got := status(t, addr, "POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n"+tc.head+"\r\nx"); got != tc.want {
			t.Errorf("%s: %d, want %d", name, got, tc.want)
		}
	}
}

func TestWhoSendsTooSlowlyIsLetGo(t *testing.T) {
	t.Parallel()
	addr := rawServer(t)
	began := time.Now()
	if got := status(t, addr, "POST / HTTP/1.1\r\nHost: h\r\n"); got == http.StatusOK {
		t.Error("half a header is answered")
	}
	if took := time.Since(began); took > 15*time.Second {
		t.Errorf("half a header holds a connection for %s", took)
	}
}
