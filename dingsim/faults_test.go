package dingsim

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/open-dingtalk/dingtalk-stream-sdk-go/payload"
)

func TestFaultsStayUntilSwitchedOff(t *testing.T) {
	r := newRig(t, Config{})
	all := `{"open_status":503,"refuse_token":true,"qps":5,"webhook_errcode":300001,"redeliver_after":"16s","duplicate":true,"drop_frames":true,` +
		`"disconnect_every":"4s","delay":"1ms","fail_after_success":"path","quota_left":7,"zombie":true,"ding_refuse":[2,3],"flow_controlled":["staff001"]}`
	if got := r.do(t, "POST", "/_sim/faults", all); got.status != 200 {
		t.Fatalf("all of the contract: %s", got.raw)
	}
	if got := r.do(t, "POST", "/_sim/faults", `{"qps":9,"ding_refuse":[1]}`); got.status != 200 {
		t.Fatal(got.raw)
	}
	f := r.faults.get()
	if f.QPS != 9 || !f.Duplicate || f.OpenStatus != 503 || f.RedeliverAfter != span(16*time.Second) || len(f.DingRefuse) != 1 {
		t.Errorf("absent keys changed: %+v", f)
	}
	var state struct{ Faults map[string]any }
	if err := json.Unmarshal([]byte(r.do(t, "GET", "/_sim/state", "").raw), &state); err != nil || state.Faults["redeliver_after"] != "16s" {
		t.Errorf("the state shows faults %v, %v", state.Faults, err)
	}
	off := `{"open_status":0,"refuse_token":false,"qps":0,"webhook_errcode":0,"redeliver_after":"","duplicate":false,"drop_frames":false,` +
		`"disconnect_every":"0s","delay":0,"fail_after_success":"","quota_left":0,"zombie":false,"ding_refuse":[],"flow_controlled":null}`
	if got := r.do(t, "POST", "/_sim/faults", off); got.status != 200 {
		t.Fatal(got.raw)
	}
	if err := r.SetFaults(`{"flow_controlled":[]}`); err != nil {
		t.Fatal(err)
	}
	if f := r.faults.get(); f.OpenStatus != 0 || f.Delay != 0 || f.Duplicate || len(f.DingRefuse)+len(f.FlowControlled) != 0 || f.DisconnectEvery != 0 {
		t.Errorf("zero values left %+v", f)
	}
}

func TestMistakenFaultsAreRefusedByName(t *testing.T) {
	r := newRig(t, Config{})
	for body, word := range map[string]string{
		`{"no_such":1}`:             "no_such",
		`{"qps":-1}`:                "qps",
		`{"qps":"x"}`:               "qps",
		`{"open_status":200}`:       "open_status",
		`{"quota_left":-1}`:         "quota_left",
		`{"delay":"5"}`:             "duration",
		`{"delay":"-5s"}`:           "duration",
		`{"redeliver_after":16}`:    "duration",
		`{"ding_refuse":[4]}`:       "ding_refuse",
		`[]`:                        "object",
		``:                          "object",
		`{"qps":1}{"open_status":1`: "object",
	} {
		if got := r.do(t, "POST", "/_sim/faults", body); got.status != 400 || !strings.Contains(got.raw, word) {
			t.Errorf("%s: %d %s, want 400 naming %s", body, got.status, got.raw, word)
		}
	}
	if f := r.faults.get(); f.QPS != 0 || f.OpenStatus != 0 {
		t.Errorf("a refused body changed the faults: %+v", f)
	}
}

func faulty(t *testing.T, r *rig, patch string) {
	t.Helper()
	if err := r.SetFaults(patch); err != nil {
		t.Fatal(err)
	}
}

func TestADuplicatedPushHasTheSameMsgIDAndANewMessageID(t *testing.T) {
	r := newRig(t, Config{})
	newSDKBot(t, r, ok200)
	faulty(t, r, `{"duplicate":true}`)
	id := r.mustSay(t, Say{From: "cust001", Text: "once"})
	eventually(t, "both deliveries", func() bool { return len(r.acksOf(id)) == 2 })
	acks := r.acksOf(id)
	if acks[0].MessageID == acks[1].MessageID {
		t.Error("both deliveries carried the same messageId")
	}
}

func TestDroppedFramesAreLostSilently(t *testing.T) {
	r := newRig(t, Config{})
	bot := newSDKBot(t, r, ok200)
	faulty(t, r, `{"drop_frames":true}`)
	id := r.mustSay(t, Say{From: "cust001", Text: "lost"})
	faulty(t, r, `{"drop_frames":false}`)
	seen := r.mustSay(t, Say{From: "cust001", Text: "seen"})
	eventually(t, "the second", func() bool { return outcomes(r.acksOf(seen)) == "acked" })
	if outcomes(r.acksOf(id)) != "dropped" || len(bot.seen()) != 1 {
		t.Errorf("outcome %q, %d frames seen", outcomes(r.acksOf(id)), len(bot.seen()))
	}
}

func TestAPushWithoutASuccessfulAckComesOnceMore(t *testing.T) {
	for _, tc := range []struct {
		name, want string
		answer     func(*payload.DataFrame) (*payload.DataFrameResponse, error)
	}{
		{"acked with 200: not again", "acked", ok200},
		{"acked with 500: again", "acked acked", func(*payload.DataFrame) (*payload.DataFrameResponse, error) {
			return payload.NewErrorDataFrameResponse(errBusy{}), nil
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := newRig(t, Config{})
			newSDKBot(t, r, tc.answer)
			faulty(t, r, `{"redeliver_after":"150ms"}`)
			id := r.mustSay(t, Say{From: "cust001", Text: "hi"})
			eventually(t, "the acks", func() bool { return outcomes(r.acksOf(id)) == tc.want })
			<-time.After(400 * time.Millisecond)
			if got := outcomes(r.acksOf(id)); got != tc.want {
				t.Errorf("outcomes %q, want %q", got, tc.want)
			}
		})
	}
}

type errBusy struct{}

func (errBusy) Error() string { return "busy" }

func TestAMessageLostWhileNobodyListenedIsRedeliveredToALaterConnection(t *testing.T) {
	r := newRig(t, Config{})
	faulty(t, r, `{"redeliver_after":"300ms"}`)
	id := r.mustSay(t, Say{From: "cust001", Text: "hi"})
	newSDKBot(t, r, ok200)
	eventually(t, "the redelivery", func() bool { return outcomes(r.acksOf(id)) == "undelivered acked" })
}

func TestScheduledDisconnectsAreAFrameThenSilenceThenTheEndOfTCP(t *testing.T) {
	r := newRig(t, Config{DisconnectGrace: 400 * time.Millisecond})
	ws := r.dial(t)
	faulty(t, r, `{"disconnect_every":"100ms"}`)
	f, err := readFrame(t, ws)
	if err != nil || f.Type != "SYSTEM" || f.Headers["topic"] != "disconnect" || !strings.Contains(f.Data, "reason") {
		t.Fatalf("frame %+v, %v", f, err)
	}
	told := time.Now()
	faulty(t, r, `{"disconnect_every":""}`)
	id := r.mustSay(t, Say{From: "cust001", Text: "into the silence"})
	if f, err := readFrame(t, ws); err == nil {
		t.Fatalf("a frame came after the disconnect: %+v", f)
	}
	if took := time.Since(told); took < 300*time.Millisecond {
		t.Errorf("TCP ended %v after the frame, before the silence was over", took)
	}
	if got := outcomes(r.acksOf(id)); got != "undelivered" {
		t.Errorf("outcome %q, want undelivered", got)
	}
	eventually(t, "the end of the connection", func() bool { return len(r.Connections()) == 0 })
}

func TestOneConnectionAtATimeIsToldToGo(t *testing.T) {
	r := newRig(t, Config{DisconnectGrace: time.Hour})
	r.dial(t)
	r.dial(t)
	first := r.Connections()[0].ID
	faulty(t, r, `{"disconnect_every":"50ms"}`)
	eventually(t, "one going", func() bool { return r.Connections()[0].Going })
	faulty(t, r, `{"disconnect_every":""}`)
	if c := r.Connections(); c[0].ID != first || c[1].Going {
		t.Errorf("connections %+v, want only the oldest going", c)
	}
}

func TestAZombieAnswersPingsAndCarriesNothing(t *testing.T) {
	r := newRig(t, Config{PingEvery: 20 * time.Millisecond})
	ws := r.dial(t)
	faulty(t, r, `{"zombie":true}`)
	id := r.mustSay(t, Say{From: "cust001", Text: "swallowed"})
	if got := outcomes(r.acksOf(id)); got != "swallowed" {
		t.Fatalf("outcome %q, want swallowed", got)
	}
	ponged := make(chan struct{}, 1)
	ws.SetPongHandler(func(string) error { ponged <- struct{}{}; return nil })
	if err := ws.WriteControl(9, nil, time.Now().Add(time.Second)); err != nil {
		t.Fatal(err)
	}
	go func() {
		for {
			if _, _, err := ws.NextReader(); err != nil {
				return
			}
		}
	}()
	select {
	case <-ponged:
	case <-time.After(5 * time.Second):
		t.Fatal("a zombie did not answer a ping")
	}
	healthy := r.dial(t)
	faulty(t, r, `{"zombie":false}`)
	_ = healthy
	r.hub.mu.Lock()
	defer r.hub.mu.Unlock()
	for _, c := range r.hub.conns {
		if c.zombie {
			t.Error("a zombie is left after the fault was switched off")
		}
	}
}

func TestUnackedAndLatePushesAreCounted(t *testing.T) {
	r := newRig(t, Config{})
	ws := r.dial(t)
	id := r.mustSay(t, Say{From: "cust001", Text: "slow"})
	f, err := readFrame(t, ws)
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, "the unacked row after 3 s", func() bool { return outcomes(r.acksOf(id)) == "unacked" })
	ackFrame(t, ws, f, 200, "")
	eventually(t, "the late row", func() bool { return outcomes(r.acksOf(id)) == "unacked late" })
	gone := r.mustSay(t, Say{From: "cust001", Text: "gone"})
	if _, err := readFrame(t, ws); err != nil {
		t.Fatal(err)
	}
	_ = ws.Close()
	eventually(t, "unacked at the end of the connection", func() bool { return outcomes(r.acksOf(gone)) == "unacked" })
	if n := r.hub.acks.total(); n.Pushed != 2 || n.Unacked != 2 || n.Acked != 1 {
		t.Errorf("counts %+v", n)
	}
}

func TestGarbageFromAClientIsCountedAndEndsNothing(t *testing.T) {
	r := newRig(t, Config{})
	ws := r.dial(t)
	for _, s := range []string{"", "x", "{}", `[1]`, `{"code":"x"}`, `{"headers":{"messageId":7}}`} {
		if err := ws.WriteMessage(1, []byte(s)); err != nil {
			t.Fatal(err)
		}
	}
	if err := ws.WriteMessage(2, []byte{0, 1}); err != nil {
		t.Fatal(err)
	}
	eventually(t, "all garbage counted", func() bool { return r.hub.acks.total().Garbage == 7 })
	if len(r.Connections()) != 1 {
		t.Error("the connection ended")
	}
}

func TestEventsArePushedAgainUntilSuccess(t *testing.T) {
	r := newRig(t, Config{})
	ws := r.dial(t)
	g, err := r.CreateGroup("群", []string{"staff001"})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Disband(g); err != nil {
		t.Fatal(err)
	}
	f, err := readFrame(t, ws)
	if err != nil || f.Type != "EVENT" || f.Headers["eventType"] != "chat_disband" {
		t.Fatalf("frame %+v, %v", f, err)
	}
	ackFrame(t, ws, f, 200, `{"status":"LATER","message":"later"}`)
	eventually(t, "the ack", func() bool { return outcomes(r.acksOf(f.Headers["eventId"])) == "acked" })
	r.hub.mu.Lock()
	r.hub.agenda.mu.Lock()
	planned := len(r.hub.agenda.items)
	r.hub.agenda.mu.Unlock()
	r.hub.mu.Unlock()
	if planned < 2 {
		t.Errorf("%d appointments, want re-pushes after 10 s and 30 s", planned)
	}
	for _, e := range []string{"eventType", "eventId", "eventCorpId", "eventBornTime", "eventUnifiedAppId", "messageId", "time", "appId", "connectionId"} {
		if f.Headers[e] == "" {
			t.Errorf("header %s is missing", e)
		}
	}
}

func TestAnEventAnsweredWithSuccessIsDone(t *testing.T) {
	r := newRig(t, Config{})
	ws := r.dial(t)
	p := &push{kind: kindEvent, topic: "chat_disband", id: "e1", data: func(string) string { return "{}" }}
	for _, tc := range []struct {
		data string
		done bool
	}{{`{"status":"LATER"}`, false}, {``, false}, {`{"status":"SUCCESS"}`, true}} {
		r.hub.deliver(p, faults{})
		f, err := readFrame(t, ws)
		if err != nil {
			t.Fatal(err)
		}
		before := len(r.acksOf("e1"))
		ackFrame(t, ws, f, 200, tc.data)
		eventually(t, "the ack", func() bool { return len(r.acksOf("e1")) > before })
		r.hub.mu.Lock()
		done := p.done
		r.hub.mu.Unlock()
		if done != tc.done {
			t.Errorf("answer %q: done is %v", tc.data, done)
		}
	}
	r.hub.resend(p)
	if n := r.hub.acks.total().Pushed; n != 3 {
		t.Errorf("%d frames were pushed, want none after SUCCESS", n)
	}
}
