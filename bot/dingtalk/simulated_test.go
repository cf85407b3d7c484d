package dingtalk_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"guanjia/bot"
	"guanjia/bot/dingtalk"
	"guanjia/dingsim"
)

// simulated is an adapter in front of a simulated DingTalk.
type simulated struct {
	sim   *dingsim.Server
	web   *httptest.Server
	cfg   dingtalk.Config
	api   *dingtalk.API
	meter *meter

	mu       sync.Mutex
	calls    []string                    // paths, in order
	override map[string]http.HandlerFunc // by the path's beginning, instead of the simulator
}

func simulate(t *testing.T) *simulated {
	t.Helper()
	s := &simulated{sim: dingsim.New(dingsim.Config{QPS: 1000}), meter: &meter{}}
	s.web = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.handler(r.URL.Path)(w, r)
	}))
	ctx, stop := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { _ = s.sim.Run(ctx) })
	t.Cleanup(func() {
		stop()
		running.Wait()
		s.web.Close()
	})
	s.cfg = dingtalk.Config{
		ClientID: "sim", ClientSecret: "sim-secret", APIHost: s.web.URL, OAPIHost: s.web.URL,
		Connections: 1, WebhookHosts: []string{"127.0.0.1"}, QPS: 500,
	}
	s.api = dingtalk.NewAPI(s.cfg, nil, s.meter)
	return s
}

func (s *simulated) handler(path string) http.HandlerFunc {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = append(s.calls, path)
	for prefix, h := range s.override {
		if strings.HasPrefix(path, prefix) {
			return h
		}
	}
	return s.sim.ServeHTTP
}

// answers replaces the simulator for paths that begin so.
func (s *simulated) answers(prefix string, h http.HandlerFunc) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.override = map[string]http.HandlerFunc{prefix: h}
}

// said lists what the bot said: the way, to whom, and the words.
func (s *simulated) said() []string {
	var out []string
	for _, m := range s.sim.Messages(0) {
		out = append(out, m.Route+" "+m.To+": "+m.Text)
	}
	return out
}

func (s *simulated) faults(t *testing.T, patch string) {
	t.Helper()
	if err := s.sim.SetFaults(patch); err != nil {
		t.Fatal(err)
	}
}

// called counts the calls to a path.
func (s *simulated) called(path string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, c := range s.calls {
		if c == path {
			n++
		}
	}
	return n
}

// meter counts what the adapter says it used.
type meter struct {
	mu   sync.Mutex
	used map[string]int64
}

// AddUsage counts.
func (m *meter) AddUsage(_ context.Context, kind, _ string, n int64) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.used == nil {
		m.used = map[string]int64{}
	}
	m.used[kind] += n
	return nil
}

// Usage is what was counted.
func (m *meter) Usage(_ context.Context, kind, _ string) (int64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.used[kind], nil
}

func (m *meter) api() int64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.used["api"]
}

// sendError is err as what the rest of the bot understands.
func sendError(t *testing.T, err error) *bot.SendError {
	t.Helper()
	se, ok := errors.AsType[*bot.SendError](err)
	if !ok {
		t.Fatalf("error %v (%T), want a *bot.SendError", err, err)
	}
	return se
}

func tomorrow() time.Time { return time.Now().Add(24 * time.Hour) }

// control calls the simulator by hand; calls of the API carry its token.
func (s *simulated) control(t *testing.T, path, body string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.web.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	if strings.HasPrefix(path, "/v1.0/") {
		req.Header.Set("x-acs-dingtalk-access-token", s.token(t))
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if b, err := io.ReadAll(resp.Body); err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: status %d, %s, %v", path, resp.StatusCode, b, err)
	}
}

func (s *simulated) token(t *testing.T) string {
	t.Helper()
	resp, err := http.Post(s.web.URL+"/v1.0/oauth2/accessToken", "application/json", strings.NewReader(`{"appKey":"sim","appSecret":"sim-secret"}`))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	var answer struct {
		AccessToken string `json:"accessToken"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		t.Fatal(err)
	}
	return answer.AccessToken
}
