package dingsim

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"
)

const otoHello = `{"robotCode":"sim","userIds":["cust001"],"msgKey":"sampleText","msgParam":"{\"content\":\"x\"}"}`

func TestEachAPIHasItsOwnRate(t *testing.T) {
	for _, tc := range []struct {
		name, fault string
		allowed     int
	}{{"default", `{}`, 20}, {"fault", `{"qps":5}`, 5}} {
		t.Run(tc.name, func(t *testing.T) {
			r := newRig(t, Config{})
			faulty(t, r, tc.fault)
			for i := range tc.allowed {
				if got := r.api(t, "POST", "/v1.0/robot/oToMessages/batchSend", otoHello); got.status != 200 {
					t.Fatalf("call %d: %s", i+1, got.raw)
				}
			}
			got := r.api(t, "POST", "/v1.0/robot/oToMessages/batchSend", otoHello)
			if got.status != 403 || got.body["code"] != "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi" {
				t.Errorf("one call too many: %d %s", got.status, got.raw)
			}
			if got := r.api(t, "POST", "/v1.0/robot/groups/query", `{"robotCode":"sim","pageNumber":1,"pageSize":10}`); got.status != 200 {
				t.Errorf("another API: %s", got.raw)
			}
		})
	}
}

func TestTheRateIsASlidingSecond(t *testing.T) {
	g, start := newGate(), time.Now()
	for i, tc := range []struct {
		after time.Duration
		ok    bool
	}{{0, true}, {900 * time.Millisecond, true}, {950 * time.Millisecond, false}, {1001 * time.Millisecond, true}, {1500 * time.Millisecond, false}, {1901 * time.Millisecond, true}} {
		if got := g.callAllowed("x", 2, start.Add(tc.after)); got != tc.ok {
			t.Errorf("call %d after %v: %v", i, tc.after, got)
		}
	}
}

func TestTopAPIThrottlesInItsOwnWords(t *testing.T) {
	r := newRig(t, Config{QPS: 1})
	r.top(t, "/topapi/v2/user/get", `{"userid":"staff001"}`)
	got := r.top(t, "/topapi/v2/user/get", `{"userid":"staff001"}`)
	if got.status != 200 || got.body["errcode"] != 88.0 || got.body["sub_code"] != "90018" {
		t.Errorf("got %d %s", got.status, got.raw)
	}
}

func TestTheMonthlyQuotaEnds(t *testing.T) {
	r := newRig(t, Config{})
	hook := r.webhook(t, "", "")
	faulty(t, r, `{"quota_left":2}`)
	for i, want := range []int{200, 200, 403, 403} {
		got := r.api(t, "POST", "/v1.0/robot/oToMessages/batchSend", otoHello)
		if got.status != want || want == 403 && got.body["code"] != "Forbidden.AccessDenied.ApiCountLimitForOrg" {
			t.Errorf("call %d: %d %s", i+1, got.status, got.raw)
		}
	}
	if got := r.top(t, "/topapi/v2/user/get", `{"userid":"staff001"}`); got.body["errcode"] != 0.0 {
		t.Errorf("contacts are not metered, but: %s", got.raw)
	}
	for i, want := range []float64{0, 0, 90030} {
		if got := r.do(t, "POST", hook, `{"msgtype":"text","text":{"content":"x"}}`); got.body["errcode"] != want {
			t.Errorf("webhook %d: %s", i+1, got.raw)
		}
	}
	faulty(t, r, `{"quota_left":0}`)
	if got := r.api(t, "POST", "/v1.0/robot/oToMessages/batchSend", otoHello); got.status != 200 {
		t.Errorf("unmetered again: %s", got.raw)
	}
}

func TestWithTheStreamQuotaUsedUpCallbacksComeWithoutWords(t *testing.T) {
	r := newRig(t, Config{})
	bot := newSDKBot(t, r, ok200)
	faulty(t, r, `{"quota_left":1}`)
	r.mustSay(t, Say{From: "cust001", Text: "with words"})
	r.mustSay(t, Say{From: "cust001", Text: "without"})
	eventually(t, "both", func() bool { return len(bot.seen()) == 2 })
	var empty map[string]any
	for _, m := range bot.callbacks(t) {
		if m["errorCode"] != nil {
			empty = m
		}
	}
	if empty["errorCode"] != "20001" || empty["text"] != nil || empty["content"] != nil {
		t.Errorf("callback %v, want errorCode 20001 and no text", empty)
	}
	hasKeys(t, empty, "msgId", "errorMessage", "senderId")
}

func TestACallMayTakeEffectAndFail(t *testing.T) {
	r := newRig(t, Config{})
	faulty(t, r, `{"fail_after_success":"batchSend"}`)
	if got := r.api(t, "POST", "/v1.0/robot/oToMessages/batchSend", otoHello); got.status != 504 {
		t.Errorf("answer %d %s, want 504", got.status, got.raw)
	}
	if n := len(r.Messages(0)); n != 1 {
		t.Errorf("%d messages arrived, want 1", n)
	}
	if got := r.api(t, "POST", "/v1.0/robot/oToMessages/batchSend", `{}`); got.status != 400 {
		t.Errorf("a refused call did not take effect and says so: %d", got.status)
	}
	faulty(t, r, `{"fail_after_success":"sendBySession"}`)
	if got := r.do(t, "POST", r.webhook(t, "", ""), `{"msgtype":"text","text":{"content":"x"}}`); got.status != 500 || len(r.Messages(0)) != 2 {
		t.Errorf("webhook: %d %s, %d messages", got.status, got.raw, len(r.Messages(0)))
	}
}

func TestDelayedAnswersComeLate(t *testing.T) {
	r := newRig(t, Config{})
	r.api(t, "GET", "/v1.0/none", "")
	faulty(t, r, `{"delay":"200ms"}`)
	start := time.Now()
	if got := r.api(t, "POST", "/v1.0/robot/oToMessages/batchSend", otoHello); got.status != 200 || time.Since(start) < 200*time.Millisecond {
		t.Errorf("answered %d after %v", got.status, time.Since(start))
	}
}

func TestBodiesAreBounded(t *testing.T) {
	r := newRig(t, Config{})
	big := `{"msgtype":"text","text":{"content":"` + strings.Repeat("x", maxBody) + `"}}`
	if got := r.do(t, "POST", r.webhook(t, "", ""), big); got.status != 400 || got.body["errcode"] != 40035.0 {
		t.Errorf("webhook: %d %.80s", got.status, got.raw)
	}
	if got := r.api(t, "POST", "/v1.0/robot/groupMessages/send", big); got.status != http.StatusRequestEntityTooLarge {
		t.Errorf("api: %d %.80s", got.status, got.raw)
	}
	if got := r.do(t, "POST", "/_sim/say", big); got.status != http.StatusRequestEntityTooLarge {
		t.Errorf("control: %d %.80s", got.status, got.raw)
	}
}

func TestUnknownPathsAreAnsweredAsTheVendorDoes(t *testing.T) {
	r := newRig(t, Config{})
	for _, tc := range []struct {
		method, path string
		status       int
		code         any
	}{
		{"POST", "/v1.0/robot/nothing", 404, "InvalidAction.NotFound"},
		{"GET", "/v1.0/robot/oToMessages/batchSend", 404, "InvalidAction.NotFound"},
		{"POST", "/topapi/v2/nothing", 200, 22.0},
		{"GET", "/call_back/nothing", 404, 404.0},
		{"DELETE", "/robot/sendBySession", 404, 404.0},
	} {
		got := r.do(t, tc.method, tc.path, "")
		if got.status != tc.status || got.code() != tc.code {
			t.Errorf("%s %s: %d %s", tc.method, tc.path, got.status, got.raw)
		}
	}
	if got := r.do(t, "GET", "/_sim/nothing", ""); got.status != 404 || !json.Valid([]byte(got.raw)) {
		t.Errorf("control: %d %s", got.status, got.raw)
	}
}
