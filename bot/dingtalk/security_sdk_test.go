package dingtalk_test

import (
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"guanjia/dingsim"
)

const pathOpen = "/v1.0/gateway/connections/open"

func TestTheSecretDoesNotFollowARedirect(t *testing.T) {
	t.Parallel()
	var called atomic.Int64
	evil := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { called.Add(1) }))
	t.Cleanup(evil.Close)
	r := newRig(t, dingsim.Config{})
	r.answer(pathOpen, func(w http.ResponseWriter, _ int) bool {
		w.Header().Set("Location", evil.URL+pathOpen)
		w.WriteHeader(http.StatusTemporaryRedirect)
		return true
	})
	stop := r.start(t)
	// The first call is our own, the next ones are the SDK's.
	eventually(t, "the SDK tried", func() bool { return r.called(pathOpen) > r.cfg.Connections && r.log.has("redirects") })
	if err := stop(); err != nil || called.Load() != 0 {
		t.Errorf("%v; the other host was called %d times", err, called.Load())
	}
}

func TestAStreamToAnotherMachineIsEncrypted(t *testing.T) {
	t.Parallel()
	for _, endpoint := range []string{"ws://192.0.2.1:9/connect", "ws://127.0.0.1.example:9/connect", "ws://0.0.0.0:9/connect"} {
		r := newRig(t, dingsim.Config{})
		r.answer(pathOpen, func(w http.ResponseWriter, _ int) bool {
			_, _ = w.Write([]byte(`{"endpoint":"` + endpoint + `","ticket":"t"}`))
			return true
		})
		stop := r.start(t)
		eventually(t, endpoint, func() bool { return r.log.has("not wss") })
		if err := stop(); err != nil || r.stream.Connections() != 0 {
			t.Errorf("%s: %v, %d connections", endpoint, err, r.stream.Connections())
		}
	}
}
