package dingtalk_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"guanjia/bot"
	"guanjia/bot/dingtalk"
	"guanjia/dingsim"
)

const (
	pathSession = "/robot/sendBySession"
	pathOTO     = "/v1.0/robot/oToMessages/batchSend"
	pathGroup   = "/v1.0/robot/groupMessages/send"
)

// routes lists by which way each of the bot's messages came.
func (r *rig) routes() string {
	var out []string
	for _, m := range r.sim.Messages(0) {
		out = append(out, m.Route)
	}
	return strings.Join(out, " ")
}

func (r *rig) send(t *testing.T, o bot.Outgoing) error {
	t.Helper()
	_, err := dingtalk.NewPlatform(r.api).Send(r.context(t), o)
	return err
}

// asked is a running adapter and a message from cust001 that can be answered.
func asked(t *testing.T, say dingsim.Say) (*rig, bot.Outgoing) {
	t.Helper()
	r := newRig(t, dingsim.Config{})
	r.connect(t)
	m := r.hear(t, say)
	return r, bot.Outgoing{ID: "o", To: m.From(), Text: "您好", Reply: m.Reply}
}

func TestAnAnswerGoesTheCheapWay(t *testing.T) {
	t.Parallel()
	r, o := asked(t, dingsim.Say{From: "cust001", Text: "在吗"})
	if err := r.send(t, o); err != nil || r.routes() != "webhook" || r.called("/v1.0/oauth2/accessToken") != 0 {
		t.Errorf("%v; went by %q", err, r.routes())
	}
}

func TestAReplyAddressThatDoesNotWorkIsReplacedByTheAPI(t *testing.T) {
	t.Parallel()
	for _, errcode := range []int{300001, 130101, 410100, 90030, -1, 400102, 310000} {
		t.Run(fmt.Sprint(errcode), func(t *testing.T) {
			t.Parallel()
			r, o := asked(t, dingsim.Say{From: "cust001", Text: "在吗"})
			r.faults(t, fmt.Sprintf(`{"webhook_errcode":%d}`, errcode))
			var told []string
			r.api.OnSent(func(route string, err error) { told = append(told, fmt.Sprint(route, " ", err == nil)) })
			defer func() {
				if !slices.Equal(told, []string{"webhook false", "oto true"}) {
					t.Errorf("told of %q", told)
				}
			}()
			if err := r.send(t, o); err != nil || r.routes() != "oto" || r.called(pathSession) != 1 || !r.log.has(`"may_repeat":false`) {
				t.Errorf("%v; went by %q; log %s", err, r.routes(), r.log)
			}
		})
	}
}

func TestAReplyAddressThatHasExpiredIsNotCalled(t *testing.T) {
	t.Parallel()
	r, o := asked(t, dingsim.Say{From: "cust001", Text: "在吗", WebhookExpiresIn: "1ms"})
	for o.Reply.ValidAt(time.Now()) { // it seldom takes so little
		runtime.Gosched()
	}
	if err := r.send(t, o); err != nil || r.routes() != "oto" || r.called(pathSession) != 0 {
		t.Errorf("%v; went by %q", err, r.routes())
	}
}

func TestAnOutsiderIsReachedOnlyByTheReplyAddress(t *testing.T) {
	t.Parallel()
	r, o := asked(t, dingsim.Say{From: "cust003", Text: "在吗"})
	if kind, _ := o.To.Split(); kind != "reply" {
		t.Fatalf("to %s", o.To)
	}
	if err := r.send(t, o); err != nil || r.routes() != "webhook" {
		t.Errorf("%v; went by %q", err, r.routes())
	}
	r.faults(t, `{"webhook_errcode":300001}`)
	if se := sendError(t, r.send(t, o)); se.Retry || se.Reason != "回复地址已过期" {
		t.Errorf("%+v", se)
	}
	o.Reply.Expires = time.Now().Add(-time.Second)
	if se := sendError(t, r.send(t, o)); se.Retry || !strings.Contains(se.Reason, "已过期") || r.called(pathOTO) != 0 {
		t.Errorf("%+v", se)
	}
}

func TestAnAnswerLostOnTheWayBackMayBeSaidTwiceButIsSaid(t *testing.T) {
	t.Parallel()
	r, o := asked(t, dingsim.Say{From: "cust001", Text: "在吗"})
	r.faults(t, `{"fail_after_success":"sendBySession"}`)
	if err := r.send(t, o); err != nil || r.routes() != "webhook oto" || !r.log.has(`"may_repeat":true`) {
		t.Errorf("%v; went by %q; log %s", err, r.routes(), r.log)
	}
	r.faults(t, `{"fail_after_success":"oToMessages"}`)
	o.Reply = bot.Webhook{}
	if se := sendError(t, r.send(t, o)); !se.Retry || se.Throttled || se.Reason != "钉钉暂时没有应答" {
		t.Errorf("%+v", se)
	}
}

func TestAPlatformThatHangsIsGivenUpForNow(t *testing.T) {
	t.Parallel()
	r := newRig(t, dingsim.Config{})
	r.faults(t, `{"delay":"30s"}`)
	start := time.Now()
	if se := sendError(t, r.send(t, bot.Outgoing{To: "user:cust001", Text: "x"})); !se.Retry || time.Since(start) > 8*time.Second {
		t.Errorf("after %v: %+v", time.Since(start), se)
	}
}

func TestASlowPlatformIsWaitedForAndTakesEachMessageOnce(t *testing.T) {
	t.Parallel()
	r := newRig(t, dingsim.Config{})
	said := func() int { return strings.Count(r.routes(), "oto") }
	r.faults(t, `{"delay":"4500ms"}`)
	send := func() error {
		ctx, cancel := context.WithTimeout(r.context(t), 8*time.Second)
		defer cancel()
		_, err := dingtalk.NewPlatform(r.api).Send(ctx, bot.Outgoing{To: "user:cust001", Text: "x"})
		return err
	}
	if se := sendError(t, send()); !se.Retry || r.called(pathOTO) != 0 {
		t.Errorf("the token took half the time: %+v, %d calls", se, r.called(pathOTO))
	}
	if err := send(); err != nil || said() != 1 {
		t.Errorf("%v, said %d times", err, said())
	}
}

func TestOnlyConfiguredHostsAreEverCalled(t *testing.T) {
	t.Parallel()
	var called atomic.Int64
	evil := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { called.Add(1) }))
	defer evil.Close()
	r := newRig(t, dingsim.Config{})
	r.cfg.WebhookHosts = []string{strings.TrimPrefix(r.url, "http://")}
	r.api = dingtalk.NewAPI(r.cfg, nil, nil)
	r.answer(pathSession, func(w http.ResponseWriter, _ int) bool {
		w.Header().Set("Location", evil.URL)
		w.WriteHeader(http.StatusTemporaryRedirect)
		return true
	})
	soon := time.Now().Add(time.Hour)
	for _, url := range []string{
		evil.URL + pathSession, strings.Replace(evil.URL, "127.0.0.1", "localhost", 1), strings.Replace(evil.URL, "http://", "http://"+strings.TrimPrefix(r.url, "http://")+"@", 1),
		"http://oapi.dingtalk.com" + pathSession, "file:///etc/passwd", "gopher://127.0.0.1", "%zz", r.url + pathSession,
	} {
		if err := r.send(t, bot.Outgoing{To: "user:cust001", Text: "x", Reply: bot.Webhook{URL: url, Expires: soon}}); err != nil {
			t.Errorf("%s: %v", url, err)
		}
		if se := sendError(t, r.send(t, bot.Outgoing{To: "reply:cid", Text: "x", Reply: bot.Webhook{URL: url, Expires: soon}})); se.Retry {
			t.Errorf("%s: %+v", url, se)
		}
	}
	if called.Load() != 0 || strings.Contains(r.routes(), "webhook") {
		t.Errorf("the other host was called %d times; routes %s", called.Load(), r.routes())
	}
}

func TestWhatThePlatformSaysAboutTooMany(t *testing.T) {
	t.Parallel()
	page := bot.Outgoing{To: "user:cust001", Text: "x"}
	for name, tc := range map[string]struct {
		faults string
		want   bot.SendError
	}{
		"too fast":       {`{"qps":1}`, bot.SendError{Retry: true, Throttled: true, After: time.Second, Reason: "发送太频繁，钉钉暂时限流"}},
		"flow control":   {`{"flow_controlled":["cust001"]}`, bot.SendError{Retry: true, Throttled: true, After: time.Second, Reason: "发送太频繁，钉钉暂时限流"}},
		"month used up":  {`{"quota_left":1}`, bot.SendError{Retry: true, After: 10 * time.Minute, Reason: "本月钉钉接口额度已用完"}},
		"token refused":  {`{"refuse_token":true}`, bot.SendError{Retry: true, Reason: "钉钉暂时没有应答"}},
		"no such person": {`{}`, bot.SendError{Reason: "对方不在本组织内，或从未与机器人建立会话"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, dingsim.Config{})
			if err := r.send(t, page); err != nil {
				t.Fatal(err)
			}
			r.faults(t, tc.faults)
			o := page
			if name == "no such person" {
				o.To = "user:nobody"
			}
			var err error
			for range 3 { // a rate or a quota lets some through
				if err = r.send(t, o); err != nil {
					break
				}
			}
			got := *sendError(t, err)
			got.Err = nil
			if got != tc.want {
				t.Errorf("%+v", got)
			}
		})
	}
}
