package dingtalk_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/open-dingtalk/dingtalk-stream-sdk-go/logger"

	"guanjia/bot"
	"guanjia/bot/dingtalk"
	"guanjia/dingsim"
)

func TestNoMessageIsLostWhileConnectionsComeAndGo(t *testing.T) {
	t.Parallel()
	for _, period := range []string{"1s", "2s"} {
		t.Run(period, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, dingsim.Config{})
			stop := r.connect(t)
			r.faults(t, `{"disconnect_every":"`+period+`"}`)
			var ids []string
			every(t, 5*time.Millisecond, 5*time.Second, func() {
				ids = append(ids, r.say(t, dingsim.Say{From: "cust001", Text: "在吗"}))
			})
			for _, id := range ids {
				eventually(t, "every message heard", func() bool { return r.inbox.times(id) == 1 })
			}
			if err := stop(); err != nil {
				t.Error(err)
			}
			for _, a := range r.sim.Acks(0) {
				if a.Outcome != "acked" || a.Code != 200 || a.LatencyMS > 3000 {
					t.Fatalf("%d messages, one ended %+v", len(ids), a)
				}
			}
			if opened := r.called("/connect"); opened < 4 {
				t.Errorf("only %d connections were opened", opened)
			}
		})
	}
}

func TestOneConnectionIsReplacedBeforeItGoes(t *testing.T) {
	t.Parallel()
	r := newRig(t, dingsim.Config{DisconnectGrace: 10 * time.Second}, func(c *dingtalk.Config) { c.Connections = 1 })
	r.connect(t)
	r.faults(t, `{"disconnect_every":"430ms"}`)
	eventually(t, "a connection told to go", func() bool { return r.called("/connect") >= 2 })
	eventually(t, "its successor stands while it is still there", func() bool {
		going, open := 0, 0
		for _, c := range r.sim.Connections() {
			if c.Going {
				going++
			} else {
				open++
			}
		}
		return going == 1 && open == 1
	})
	said := 0
	every(t, 10*time.Millisecond, 3*time.Second, func() {
		r.say(t, dingsim.Say{From: "cust001", Text: "在吗"})
		said++
	})
	lost := 0
	for _, a := range r.sim.Acks(0) {
		if a.Outcome == "undelivered" { // between the announcement and the successor
			lost++
		}
	}
	if r.called("/connect") < 5 || lost > said/8 {
		t.Errorf("%d connections opened, nobody heard %d of %d messages", r.called("/connect"), lost, said)
	}
	if r.stream.Connections() != 1 || r.log.has(`"level":"warn"`) {
		t.Errorf("%d connections; log %s", r.stream.Connections(), r.log)
	}
}

func TestAConnectionThatFallsSilentIsReplaced(t *testing.T) {
	t.Parallel()
	r := newRig(t, dingsim.Config{PingEvery: 100 * time.Millisecond})
	r.stream.SetPatience(time.Second)
	r.connect(t)
	every(t, time.Second, 3*time.Second, func() {})
	if n := r.called("/connect"); n != 2 {
		t.Fatalf("%d connections were opened while the platform sent pings", n)
	}
	r.faults(t, `{"zombie":true}`)
	lost := r.say(t, dingsim.Say{From: "cust001", Text: "没人听见"})
	eventually(t, "both replaced", func() bool { return r.called("/connect") >= 4 })
	eventually(t, "the dead ones let go", func() bool { return len(r.sim.Connections()) == 2 })
	for range 20 {
		r.hear(t, dingsim.Say{From: "cust001", Text: "在吗"})
	}
	if r.inbox.times(lost) != 0 {
		t.Error("the zombie carried a message")
	}
}

func TestConnectionsThatBreakComeBack(t *testing.T) {
	t.Parallel()
	r := newRig(t, dingsim.Config{})
	r.connect(t)
	r.sim.Close() // every TCP connection ends, as when a network is cut
	eventually(t, "connected again", func() bool { return r.called("/connect") >= 4 && r.stream.Connections() == 2 })
	r.hear(t, dingsim.Say{From: "cust001", Text: "在吗"})
}

func TestAPlatformThatAcceptsAndDropsIsNotHammered(t *testing.T) {
	t.Parallel()
	r := newRig(t, dingsim.Config{})
	r.connect(t)
	every(t, 20*time.Millisecond, 5*time.Second, r.sim.Close)
	if n := r.called("/connect"); n < 4 || n > 10 {
		t.Errorf("%d connections opened in five seconds by two slots", n)
	}
	eventually(t, "connected again", func() bool { return r.stream.Connections() == 2 })
	r.hear(t, dingsim.Say{From: "cust001", Text: "在吗"})
}

func TestAPlatformThatIsAwayIsTriedMoreAndMoreSlowly(t *testing.T) {
	t.Parallel()
	r := newRig(t, dingsim.Config{})
	r.connect(t)
	every(t, time.Second, 3*time.Second, func() {})
	opened := r.called("/v1.0/gateway/connections/open")
	r.faults(t, `{"open_status":503}`)
	r.sim.Close()
	every(t, time.Second, 5*time.Second, func() {})
	if n := r.called("/v1.0/gateway/connections/open") - opened; n < 4 || n > 8 {
		t.Errorf("tried %d times in five seconds by two slots", n)
	}
}

func TestWhatThePlatformLosesItMayBringAgain(t *testing.T) {
	t.Parallel()
	r := newRig(t, dingsim.Config{})
	r.connect(t)
	r.faults(t, `{"drop_frames":true,"redeliver_after":"500ms"}`)
	id := r.say(t, dingsim.Say{From: "cust001", Text: "在吗"})
	r.faults(t, `{"drop_frames":false}`)
	eventually(t, "heard the second time", func() bool { return r.inbox.times(id) == 1 })
	eventually(t, "both known to the platform", func() bool { return len(r.acks(id)) == 2 })
	if got := r.acks(id); got[0].Outcome != "dropped" || got[1].Code != 200 {
		t.Errorf("%+v", got)
	}
}

func TestARepeatIsAckedLikeTheFirst(t *testing.T) {
	t.Parallel()
	r := newRig(t, dingsim.Config{})
	r.connect(t)
	r.faults(t, `{"duplicate":true}`)
	id := r.say(t, dingsim.Say{From: "cust001", Text: "在吗"})
	eventually(t, "both acked", func() bool { return len(r.acks(id)) == 2 })
	for _, a := range r.acks(id) {
		if a.Code != 200 || a.Data != `{"response":null}` {
			t.Errorf("%+v", a)
		}
	}
	if r.inbox.times(id) != 2 || r.inbox.message(id).ID != id {
		t.Errorf("offered to the inbox %d times", r.inbox.times(id))
	}
}

func TestAMessageThatIsNotStoredIsNeverAcked(t *testing.T) {
	t.Parallel()
	slow := func(ctx context.Context, _ bot.Message) error { <-ctx.Done(); return ctx.Err() }
	broken := func(context.Context, bot.Message) error {
		return errors.New("dial tcp 10.1.2.3:6379: password hunter2 refused")
	}
	for name, fail := range map[string]func(context.Context, bot.Message) error{"slow": slow, "broken": broken} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, dingsim.Config{})
			r.connect(t)
			r.inbox.failWith(fail)
			r.faults(t, `{"redeliver_after":"4s"}`)
			id := r.say(t, dingsim.Say{From: "cust001", Text: "在吗"})
			eventually(t, "refused", func() bool { return len(r.acks(id)) == 1 })
			a := r.acks(id)[0]
			if a.Outcome != "acked" || a.Code != 500 || a.Message != "temporarily unavailable" || a.Data != "" || a.LatencyMS >= 3000 {
				t.Errorf("%+v", a)
			}
			if !r.log.has(`"msg_id":"` + id + `"`) {
				t.Error("nothing in the log")
			}
			r.inbox.failWith(nil)
			eventually(t, "stored when it comes again", func() bool { return r.inbox.times(id) == 1 })
		})
	}
}

func TestWrongCredentialsEndTheFirstStart(t *testing.T) {
	t.Parallel()
	r := newRig(t, dingsim.Config{}, func(c *dingtalk.Config) { c.ClientSecret = "mistyped-secret" })
	secret("mistyped-secret")
	ctx, cancel := context.WithTimeout(r.context(t), 10*time.Second)
	defer cancel()
	err := r.stream.Run(ctx)
	if !errors.Is(err, dingtalk.ErrCredentials) || strings.Contains(err.Error(), "mistyped-secret") {
		t.Errorf("Run: %v", err)
	}
}

func TestARefusalThatComesLateIsARefusal(t *testing.T) {
	t.Parallel()
	r := newRig(t, dingsim.Config{}, func(c *dingtalk.Config) { c.ClientSecret = "mistyped-secret" })
	r.faults(t, `{"delay":"5s"}`)
	ctx, cancel := context.WithTimeout(r.context(t), 20*time.Second)
	defer cancel()
	if err := r.stream.Run(ctx); !errors.Is(err, dingtalk.ErrCredentials) {
		t.Errorf("Run: %v", err)
	}
}

func TestAPlatformThatIsAwayIsWaitedFor(t *testing.T) {
	t.Parallel()
	for _, status := range []int{503, 400} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			t.Parallel()
			r := newRig(t, dingsim.Config{})
			r.faults(t, fmt.Sprintf(`{"open_status":%d}`, status))
			stop := r.start(t)
			eventually(t, "a few tries", func() bool { return r.called("/v1.0/gateway/connections/open") >= 3 })
			if r.stream.Connections() != 0 || !r.log.has("will keep trying") {
				t.Errorf("%d connections; log %s", r.stream.Connections(), r.log)
			}
			r.faults(t, `{"open_status":0}`)
			eventually(t, "connected", func() bool { return r.stream.Connections() == 2 })
			if err := stop(); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestCredentialsRefusedLaterAreTriedForEver(t *testing.T) {
	t.Parallel()
	r := newRig(t, dingsim.Config{})
	stop := r.connect(t)
	r.faults(t, `{"open_status":401}`)
	before := r.called("/v1.0/gateway/connections/open")
	r.sim.Close()
	eventually(t, "tries", func() bool { return r.called("/v1.0/gateway/connections/open") >= before+2 })
	if r.stream.Connections() != 0 {
		t.Errorf("%d connections stand", r.stream.Connections())
	}
	r.faults(t, `{"open_status":0}`)
	eventually(t, "connected again", func() bool { return r.stream.Connections() == 2 })
	if err := stop(); err != nil {
		t.Error(err)
	}
}

func TestNothingListensYetIsWaitedFor(t *testing.T) {
	t.Parallel()
	r := newRig(t, dingsim.Config{})
	r.answer("/v1.0/gateway/connections/open", func(w http.ResponseWriter, call int) bool {
		if call > 3 {
			return false
		}
		panic(http.ErrAbortHandler) // the connection ends without an answer
	})
	r.start(t)
	eventually(t, "connected", func() bool { return r.stream.Connections() == 2 })
	r.hear(t, dingsim.Say{From: "cust001", Text: "在吗"})
}

func TestStoppingFinishesWhatIsBeingStored(t *testing.T) {
	t.Parallel()
	r := newRig(t, dingsim.Config{})
	stop := r.connect(t)
	entered, leave := make(chan struct{}, 100), make(chan struct{})
	r.inbox.failWith(func(context.Context, bot.Message) error { entered <- struct{}{}; <-leave; return nil })
	var ids []string
	for range 100 {
		ids = append(ids, r.say(t, dingsim.Say{From: "cust001", Text: "在吗"}))
	}
	for range ids {
		<-entered
	}
	time.AfterFunc(300*time.Millisecond, func() { close(leave) })
	if err := stop(); err != nil {
		t.Error(err)
	}
	for _, id := range ids {
		eventually(t, "acked", func() bool { return len(r.acks(id)) == 1 })
		if a := r.acks(id)[0]; a.Code != 200 || r.inbox.times(id) != 1 {
			t.Errorf("%+v, stored %d times", a, r.inbox.times(id))
		}
	}
	eventually(t, "hung up", func() bool { return len(r.sim.Connections()) == 0 })
}

func TestARushIsTakenInWhileTheStoreIsSlow(t *testing.T) {
	t.Parallel()
	r := newRig(t, dingsim.Config{})
	r.connect(t)
	r.inbox.failWith(func(ctx context.Context, _ bot.Message) error {
		select {
		case <-ctx.Done():
		case <-time.After(time.Second):
		}
		return ctx.Err()
	})
	for i := range 1000 {
		r.say(t, dingsim.Say{From: "cust001", Text: fmt.Sprint(i)})
	}
	eventually(t, "all acked", func() bool { return len(r.sim.Acks(0)) == 1000 })
	for _, a := range r.sim.Acks(0) {
		if a.Code != 200 || a.Outcome != "acked" {
			t.Fatalf("%+v", a)
		}
	}
}

func TestATicketIsNotInTheWordsAboutAConnectionThatFailed(t *testing.T) {
	t.Parallel()
	r := newRig(t, dingsim.Config{})
	r.answer("/v1.0/gateway/connections/open", func(w http.ResponseWriter, _ int) bool {
		secret("hush-hush-ticket")
		_, _ = w.Write([]byte(`{"endpoint":"ws://127.0.0.1:1/connect","ticket":"hush-hush-ticket\u0001"}`))
		return true
	})
	stop := r.start(t)
	eventually(t, "a failure in the log", func() bool { return r.log.has("cannot connect to the dingtalk stream") })
	if err := stop(); err != nil || r.log.has("hush-hush") {
		t.Errorf("%v; log %s", err, r.log)
	}
}

func TestWhatTheSDKPrintsHoldsNoSecrets(t *testing.T) {
	secret("sdk-told-secret")
	sdk := logger.GetLogger() // it goes to the log of the run, which is searched at its end
	for _, print := range []func(string, ...any){sdk.Debugf, sdk.Infof} {
		print("body=%s", `{"clientSecret":"sdk-told-secret"}`)
	}
	before := spillLen()
	for _, print := range []func(string, ...any){sdk.Warningf, sdk.Errorf, sdk.Fatalf} {
		print("dial wss://x/connect?ticket=%s failed", "sdk-told-secret")
	}
	if n := spillLines(before, "dial wss://x/connect"); n != 3 {
		t.Errorf("%d of 3 warnings are in the log", n)
	}
}
