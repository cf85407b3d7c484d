package dingtalk

import (
	"errors"
	"net/http"
	"net/url"

	"github.com/gorilla/websocket"
)

// GuardSDK keeps the stream SDK from taking the app's secret to a host that nobody
// configured, and from connecting without TLS to another machine. The SDK has no
// option for either and uses the process's default transport and dialer, so the
// program calls this once, before it connects.
func GuardSDK() {
	if t, ok := http.DefaultTransport.(*http.Transport); ok {
		t.Proxy = withoutRedirects
	}
	websocket.DefaultDialer.Proxy = encrypted
}

// withoutRedirects chooses the proxy of a request, which is asked before each is
// sent, those of a redirect included. The request that asks for a connection
// holds the secret, and a 307 would have it sent on.
func withoutRedirects(r *http.Request) (*url.URL, error) {
	if r.Response != nil {
		return nil, errors.New("the answer redirects, which is not followed")
	}
	return http.ProxyFromEnvironment(r)
}

// encrypted chooses the proxy of a stream connection, whose address comes from the
// platform: without TLS (the dialer writes http for ws) only on this machine.
func encrypted(r *http.Request) (*url.URL, error) {
	if r.URL.Scheme != "https" && !isLoopback(r.URL.Hostname()) {
		return nil, errors.New("the stream endpoint is on another machine and not wss")
	}
	return http.ProxyFromEnvironment(r)
}
