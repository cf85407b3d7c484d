package dingsim

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// post sends a body to a simulator without a network.
func postTo(s *Server, path, body string, header ...string) *httptest.ResponseRecorder {
	req := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	req.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, req)
	return w
}

// sound fails on answers that are no JSON or no answer of a live server.
func sound(t *testing.T, path, body string, w *httptest.ResponseRecorder) {
	t.Helper()
	if w.Code >= 500 || !json.Valid(w.Body.Bytes()) {
		t.Errorf("%s %q: %d %q", path, body, w.Code, w.Body)
	}
}

func FuzzControl(f *testing.F) {
	for _, seed := range []string{
		`{"from":"cust001","text":"x"}`, `{"from":"cust001","msgtype":"richText","content":{"richText":[null,1,{"type":"picture"}]}}`,
		`{"qps":5,"delay":"1h"}`, `{"ding_refuse":[1,2]}`, `{"title":"x","members":["staff001"]}`, `{"user_id":"cust001","chat":"oto:cust001"}`,
		`{"out_track_id":"t1","user_id":"cust001"}`, `{"frame":"x"}`, `[]`, `null`, `{`, "\xff", `{"from":"cust001","content":null}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		s := New(Config{})
		for _, path := range []string{"/_sim/say", "/_sim/groups", "/_sim/groups/update", "/_sim/groups/disband", "/_sim/read", "/_sim/click", "/_sim/push", "/_sim/faults"} {
			sound(t, path, body, postTo(s, path, body))
		}
		if !json.Valid(mustJSON(t, s.State())) {
			t.Error("the state is no JSON")
		}
	})
}

func mustJSON(t *testing.T, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func FuzzVendorBodies(f *testing.F) {
	for _, seed := range []string{
		`{"msgtype":"text","text":{"content":"x"}}`, `{"msgtype":"actionCard","actionCard":null}`, `{"msgtype":"feedCard","feedCard":{"links":[null]}}`,
		otoHello, cardToCust, `{"robotCode":"sim","userIds":[""],"msgKey":"sampleActionCard5","msgParam":"null"}`, `{"robotCode":"sim","pageNumber":9223372036854775807,"pageSize":9223372036854775807}`,
		`{"openConversationId":"x","robotCode":"sim","processQueryKey":"x","maxResults":5,"nextToken":"-9"}`, `{}`, `[]`, `null`, `{`, "\xff\xfe", `"x"`, `1e999`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		s := New(Config{QPS: 1_000_000})
		token, _, _ := s.issue("sim", "sim-secret")
		session := s.sessions.open(session{person: residents()[0]}, webhookLife)
		path := "/robot/sendBySession?session=" + session
		sound(t, path, body, postTo(s, path, body))
		for _, ep := range s.endpoints() {
			method, path, _ := strings.Cut(ep.pattern, " ")
			if method != http.MethodPost {
				continue
			}
			path = strings.NewReplacer("{chatId}", "c", "{corpId}", "d").Replace(path)
			sound(t, path, body, postTo(s, path, body, "x-acs-dingtalk-access-token", token, "Accept", "application/json"))
		}
		if !json.Valid(mustJSON(t, s.Messages(0))) {
			t.Error("the messages are no JSON")
		}
	})
}

func FuzzTicketsAndQueries(f *testing.F) {
	for _, seed := range []string{"ticket=a+b/c", "ticket=%zz", "since=-1", "since=99999999999999999999", "limit=-5&chat=oto:x", "&&==%", "\x00"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, query string) {
		s := New(Config{})
		for _, path := range []string{"/connect", "/_sim/messages", "/_sim/acks", "/_sim/history", "/gettoken"} {
			req := httptest.NewRequest(http.MethodGet, path, nil)
			req.URL.RawQuery = query
			w := httptest.NewRecorder()
			s.ServeHTTP(w, req)
			sound(t, path, query, w)
		}
	})
}
