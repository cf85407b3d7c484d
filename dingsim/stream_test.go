package dingsim

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/open-dingtalk/dingtalk-stream-sdk-go/client"
	"github.com/open-dingtalk/dingtalk-stream-sdk-go/payload"
)

// sdkBot is a bot on the official Go SDK.
type sdkBot struct {
	*client.StreamClient
	mu     sync.Mutex
	frames []*payload.DataFrame
}

func newSDKBot(t *testing.T, r *rig, handle func(*payload.DataFrame) (*payload.DataFrameResponse, error)) *sdkBot {
	t.Helper()
	b := &sdkBot{}
	b.StreamClient = client.NewStreamClient(
		client.WithAppCredential(client.NewAppCredentialConfig("sim", "sim-secret")),
		client.WithOpenApiHost(r.url))
	take := func(_ context.Context, df *payload.DataFrame) (*payload.DataFrameResponse, error) {
		b.mu.Lock()
		b.frames = append(b.frames, df)
		b.mu.Unlock()
		return handle(df)
	}
	b.RegisterCallbackRouter(topicMessage, take)
	b.RegisterCallbackRouter(topicCard, take)
	b.RegisterRouter("EVENT", "*", take)
	before := len(r.Connections())
	if err := b.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	// The client is through with the handshake a moment before the server knows.
	eventually(t, "the connection", func() bool { return len(r.Connections()) > before })
	return b
}

func ok200(*payload.DataFrame) (*payload.DataFrameResponse, error) {
	return payload.NewSuccessDataFrameResponse(), nil
}

func (b *sdkBot) seen() []*payload.DataFrame {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]*payload.DataFrame(nil), b.frames...)
}

func (b *sdkBot) callbacks(t *testing.T) []map[string]any {
	t.Helper()
	var out []map[string]any
	for _, f := range b.seen() {
		var m map[string]any
		if err := json.Unmarshal([]byte(f.Data), &m); err != nil {
			t.Fatalf("data of a frame is no JSON: %v", err)
		}
		out = append(out, m)
	}
	return out
}

func TestTheOfficialGoClientGetsAMessageAndItsAckIsRecorded(t *testing.T) {
	r := newRig(t, Config{PingEvery: 30 * time.Millisecond})
	bot := newSDKBot(t, r, ok200)
	id := r.mustSay(t, Say{From: "cust001", Text: "绑定错了服务器可以解绑吗"})
	eventually(t, "the ack", func() bool { return outcomes(r.acksOf(id)) == "acked" })
	eventually(t, "an answered ping", func() bool { return r.hub.acks.total().Pongs > 1 })
	ack := r.acksOf(id)[0]
	if ack.Code != 200 || ack.MessageID == "" || ack.Topic != topicMessage || ack.LatencyMS > 3000 {
		t.Errorf("unexpected ack %+v", ack)
	}
	m := bot.callbacks(t)[0]
	hasKeys(t, m, "conversationId", "chatbotCorpId", "chatbotUserId", "senderNick", "isAdmin", "senderCorpId",
		"sessionWebhookExpiredTime", "createAt", "senderId", "robotCode", "senderUnionId")
	if m["msgId"] != id || m["conversationType"] != "1" || m["senderStaffId"] != "cust001" || m["msgtype"] != "text" {
		t.Errorf("unexpected callback %v", m)
	}
	if hook, _ := m["sessionWebhook"].(string); !strings.HasPrefix(hook, r.url+"/robot/sendBySession?session=") {
		t.Errorf("session webhook %q does not lead here", hook)
	}
	if g := r.hub.acks.total().Garbage; g != 0 {
		t.Errorf("%d frames of the client were not understood", g)
	}
}

func TestWrongCredentialsAreRefusedAtTheGateway(t *testing.T) {
	r := newRig(t, Config{})
	subs := `"subscriptions":[{"type":"CALLBACK","topic":"/v1.0/im/bot/messages/get"}]`
	for _, tc := range []struct {
		name, body, fault string
		status            int
		code              string
	}{
		{"wrong secret", `{"clientId":"sim","clientSecret":"no",` + subs + `}`, `{}`, 401, "authFailed"},
		{"wrong id", `{"clientId":"x","clientSecret":"sim-secret",` + subs + `}`, `{}`, 401, "authFailed"},
		{"no id", `{"clientSecret":"sim-secret",` + subs + `}`, `{}`, 400, "MissingclientId"},
		{"no subscriptions", `{"clientId":"sim","clientSecret":"sim-secret"}`, `{}`, 400, "Missingsubscriptions"},
		{"an event topic", `{"clientId":"sim","clientSecret":"sim-secret","subscriptions":[{"type":"EVENT","topic":"x"}]}`, `{}`, 400, "InvalidParameter.subscriptions"},
		{"no JSON", `clientId=sim`, `{}`, 400, "InvalidParameter.body"},
		{"nothing", ``, `{}`, 400, "Missingbody"},
		{"number for a string", `{"clientId":1,"clientSecret":"sim-secret",` + subs + `}`, `{}`, 400, "InvalidParameter.clientId"},
		{"fault", `{"clientId":"sim","clientSecret":"sim-secret",` + subs + `}`, `{"open_status":503}`, 503, "ServiceUnavailable"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if err := r.SetFaults(tc.fault); err != nil {
				t.Fatal(err)
			}
			got := r.do(t, "POST", "/v1.0/gateway/connections/open", tc.body)
			if got.status != tc.status || got.body["code"] != tc.code {
				t.Errorf("got %d %s, want %d %s", got.status, got.raw, tc.status, tc.code)
			}
			hasKeys(t, got.body, "message", "requestid")
		})
	}
}

// dial opens a stream connection by hand.
func (r *rig) dial(t *testing.T) *websocket.Conn {
	t.Helper()
	endpoint, ticket := r.open(t)
	ws, status := r.connect(t, endpoint, ticket)
	if status != http.StatusSwitchingProtocols {
		t.Fatalf("connect answered %d", status)
	}
	return ws
}

func (r *rig) open(t *testing.T) (endpoint, ticket string) {
	t.Helper()
	got := r.do(t, "POST", "/v1.0/gateway/connections/open",
		`{"clientId":"sim","clientSecret":"sim-secret","subscriptions":[{"type":"EVENT","topic":"*"},{"type":"CALLBACK","topic":"/v1.0/im/bot/messages/get"}]}`)
	endpoint, _ = got.body["endpoint"].(string)
	ticket, _ = got.body["ticket"].(string)
	return endpoint, ticket
}

func (r *rig) connect(t *testing.T, endpoint, ticket string) (*websocket.Conn, int) {
	t.Helper()
	before := len(r.Connections())
	ws, resp, err := websocket.DefaultDialer.DialContext(t.Context(), endpoint+"?ticket="+ticket, nil)
	if resp != nil {
		defer func() { _ = resp.Body.Close() }()
	}
	if err != nil {
		if resp == nil {
			t.Fatal(err)
		}
		return nil, resp.StatusCode
	}
	t.Cleanup(func() { _ = ws.Close() })
	eventually(t, "the connection", func() bool { return len(r.Connections()) > before })
	return ws, resp.StatusCode
}

func readFrame(t *testing.T, ws *websocket.Conn) (frame, error) {
	t.Helper()
	var f frame
	_ = ws.SetReadDeadline(time.Now().Add(10 * time.Second))
	err := ws.ReadJSON(&f)
	return f, err
}

func ackFrame(t *testing.T, ws *websocket.Conn, f frame, code int, data string) {
	t.Helper()
	err := ws.WriteJSON(map[string]any{
		"code": code, "message": "OK", "data": data,
		"headers": map[string]string{"messageId": f.Headers["messageId"], "contentType": "application/json"},
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestATicketIsGoodForOneConnection(t *testing.T) {
	r := newRig(t, Config{})
	endpoint, name := r.open(t)
	if !strings.Contains(name, "+") || !strings.Contains(name, "/") {
		t.Fatalf("ticket %q is too easy on clients", name)
	}
	if _, status := r.connect(t, endpoint, name); status != http.StatusSwitchingProtocols {
		t.Fatalf("first use: %d", status)
	}
	if _, status := r.connect(t, endpoint, name); status != http.StatusUnauthorized {
		t.Errorf("second use: %d, want 401", status)
	}
	if _, status := r.connect(t, endpoint, "made+up/one"); status != http.StatusUnauthorized {
		t.Errorf("unknown ticket: %d, want 401", status)
	}
	old := r.hub.ticket(ticket{clientID: "sim", base: r.url})
	r.hub.mu.Lock()
	tk := r.hub.tickets[old]
	tk.expires = time.Now().Add(-time.Second)
	r.hub.tickets[old] = tk
	r.hub.mu.Unlock()
	if _, status := r.connect(t, endpoint, old); status != http.StatusUnauthorized {
		t.Errorf("expired ticket: %d, want 401", status)
	}
}

func TestEscapedTicketsAreTheSameTickets(t *testing.T) {
	for query, want := range map[string]string{
		"ticket=a+b/c=1":         "a+b/c=1",
		"ticket=a%2Bb%2Fc%3D1":   "a+b/c=1",
		"x=1&ticket=a%zz":        "a%zz",
		"other=1":                "",
		"ticket=":                "",
		"ticket=one&ticket=two+": "one",
	} {
		if got := rawTicket(query); got != want {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
}

func TestEachPushGoesToOneConnectionAtRandom(t *testing.T) {
	r := newRig(t, Config{})
	a, b := newSDKBot(t, r, ok200), newSDKBot(t, r, ok200)
	for range 40 {
		r.mustSay(t, Say{From: "cust001", Text: "hi"})
	}
	eventually(t, "all 40", func() bool { return len(a.seen())+len(b.seen()) >= 40 })
	if len(a.seen()) == 0 || len(b.seen()) == 0 || len(a.seen())+len(b.seen()) != 40 {
		t.Errorf("40 messages went %d to one and %d to the other", len(a.seen()), len(b.seen()))
	}
}

func TestMessagesSaidWhileNobodyListensAreLost(t *testing.T) {
	r := newRig(t, Config{})
	id := r.mustSay(t, Say{From: "cust001", Text: "anybody?"})
	if got := outcomes(r.acksOf(id)); got != "undelivered" {
		t.Fatalf("outcome %q, want undelivered", got)
	}
	bot := newSDKBot(t, r, ok200)
	r.mustSay(t, Say{From: "cust001", Text: "again"})
	eventually(t, "the second", func() bool { return len(bot.seen()) > 0 })
	if n := len(bot.seen()); n != 1 {
		t.Errorf("%d messages came, want only the second", n)
	}
}
