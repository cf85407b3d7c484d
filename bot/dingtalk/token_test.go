package dingtalk_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"guanjia/bot"
	"guanjia/bot/dingtalk"
	"guanjia/dingsim"
)

const pathToken = "/v1.0/oauth2/accessToken"

func TestHoweverManySendOneAsksForTheToken(t *testing.T) {
	t.Parallel()
	r := newRig(t, dingsim.Config{QPS: 1000})
	r.faults(t, `{"delay":"50ms"}`)
	done := make(chan error, 50)
	for i := range 50 {
		go func() { done <- r.send(t, bot.Outgoing{To: "user:cust001", Text: fmt.Sprint(i)}) }()
	}
	for range 50 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if n := r.called(pathToken); n != 1 || len(r.sim.Messages(0)) != 50 {
		t.Errorf("asked %d times, %d messages arrived", n, len(r.sim.Messages(0)))
	}
}

func TestATokenIsReplacedBeforeItEnds(t *testing.T) {
	t.Parallel()
	r := newRig(t, dingsim.Config{})
	var given []string
	r.answer(pathToken, func(w http.ResponseWriter, call int) bool {
		token := fmt.Sprintf("short-lived-%d", call)
		secret(token)
		given = append(given, token)
		_, _ = fmt.Fprintf(w, `{"accessToken":%q,"expireIn":2}`, token)
		return true
	})
	r.answer(pathOTO, func(w http.ResponseWriter, _ int) bool {
		_, _ = w.Write([]byte(`{"processQueryKey":"k"}`))
		return true
	})
	start := time.Now()
	eventually(t, "a second token", func() bool {
		if err := r.send(t, bot.Outgoing{To: "user:cust001", Text: "x"}); err != nil {
			t.Fatal(err)
		}
		return r.called(pathToken) == 2
	})
	if took := time.Since(start); took < 900*time.Millisecond || took >= 2*time.Second {
		t.Errorf("a token of 2 s was replaced after %v", took)
	}
}

func TestATokenThatIsRefusedIsReplacedAtOnce(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{"401": `{"code":"Unauthorized"}`, "400": `{"code":"InvalidAuthentication","message":"不合法的access_token"}`} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, dingsim.Config{})
			r.answer(pathOTO, func(w http.ResponseWriter, call int) bool {
				if call != 2 {
					return false
				}
				w.WriteHeader(map[string]int{"401": 401, "400": 400}[name])
				_, _ = w.Write([]byte(body))
				return true
			})
			for range 2 {
				if err := r.send(t, bot.Outgoing{To: "user:cust001", Text: "x"}); err != nil {
					t.Error(err)
				}
			}
			if r.called(pathToken) != 2 || r.called(pathOTO) != 3 || r.routes() != "oto oto" {
				t.Errorf("%d tokens, %d calls, arrived %q", r.called(pathToken), r.called(pathOTO), r.routes())
			}
		})
	}
}

func TestRefusedCredentialsAreNamedAndMendable(t *testing.T) {
	t.Parallel()
	r := newRig(t, dingsim.Config{})
	r.faults(t, `{"refuse_token":true}`)
	if err := r.api.CheckToken(r.context(t)); !errors.Is(err, dingtalk.ErrCredentials) || strings.Contains(err.Error(), r.cfg.ClientSecret) {
		t.Errorf("%v", err)
	}
	r.faults(t, `{"refuse_token":false}`)
	if err := r.api.CheckToken(r.context(t)); err != nil {
		t.Error(err)
	}
}

func TestATokenServerThatIsAwayIsNotTakenForWrongCredentials(t *testing.T) {
	t.Parallel()
	for _, status := range []int{500, 503, 429} {
		r := newRig(t, dingsim.Config{})
		r.answer(pathToken, func(w http.ResponseWriter, _ int) bool { w.WriteHeader(status); return true })
		if err := r.api.CheckToken(r.context(t)); err == nil || errors.Is(err, dingtalk.ErrCredentials) {
			t.Errorf("%d: %v", status, err)
		}
		if se := sendError(t, r.send(t, bot.Outgoing{To: "user:cust001", Text: "x"})); !se.Retry {
			t.Errorf("%d: %+v", status, se)
		}
	}
}
