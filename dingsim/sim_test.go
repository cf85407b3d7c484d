package dingsim

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// rig is a simulator on a loopback port with its background work running.
type rig struct {
	*Server
	url   string
	token string
}

func newRig(t *testing.T, cfg Config) *rig {
	t.Helper()
	s := New(cfg)
	web := httptest.NewServer(s)
	ctx, stop := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { _ = s.Run(ctx) })
	t.Cleanup(func() {
		stop()
		running.Wait()
		web.Close()
	})
	return &rig{Server: s, url: web.URL}
}

// answer is what a call got.
type answer struct {
	status int
	body   map[string]any
	raw    string
}

func (a answer) code() any {
	if c, ok := a.body["code"]; ok {
		return c
	}
	return a.body["errcode"]
}

func (r *rig) do(t *testing.T, method, path, body string, header ...string) answer {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, r.url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/json")
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	out := answer{status: resp.StatusCode, raw: string(raw)}
	_ = json.Unmarshal(bytes.TrimSpace(raw), &out.body) // lists stay in raw
	return out
}

// api calls the OpenAPI with a valid token.
func (r *rig) api(t *testing.T, method, path, body string) answer {
	t.Helper()
	if r.token == "" {
		got := r.do(t, "POST", "/v1.0/oauth2/accessToken", `{"appKey":"sim","appSecret":"sim-secret"}`)
		r.token, _ = got.body["accessToken"].(string)
	}
	return r.do(t, method, path, body, "x-acs-dingtalk-access-token", r.token)
}

// top calls the old host with a valid token.
func (r *rig) top(t *testing.T, path, body string) answer {
	t.Helper()
	if r.token == "" {
		r.api(t, "GET", "/v1.0/none", "")
	}
	return r.do(t, "POST", path+"?access_token="+r.token, body)
}

func (r *rig) mustSay(t *testing.T, say Say) string {
	t.Helper()
	id, err := r.Say(say)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// eventually waits for something that another goroutine brings about.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	deadline := time.NewTimer(15 * time.Second)
	tick := time.NewTicker(5 * time.Millisecond)
	defer deadline.Stop()
	defer tick.Stop()
	for !ok() {
		select {
		case <-deadline.C:
			t.Fatalf("not within 15 s: %s", what)
		case <-tick.C:
		}
	}
}

func (r *rig) acksOf(msgID string) []Ack {
	var out []Ack
	for _, a := range r.Acks(0) {
		if a.MsgID == msgID {
			out = append(out, a)
		}
	}
	return out
}

func outcomes(acks []Ack) string {
	var out []string
	for _, a := range acks {
		out = append(out, a.Outcome)
	}
	return strings.Join(out, " ")
}

func hasKeys(t *testing.T, m map[string]any, keys ...string) {
	t.Helper()
	for _, k := range keys {
		if _, ok := m[k]; !ok {
			t.Errorf("%s is missing in %v", k, m)
		}
	}
}
