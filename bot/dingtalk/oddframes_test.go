package dingtalk_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/gorilla/websocket"

	"guanjia/bot"
	"guanjia/bot/dingtalk"
)

// gateway is a stream gateway that says whatever a test wants, down to bytes
// that are no text.
type gateway struct {
	*rig
	conn *websocket.Conn
	acks chan string
}

func newGateway(t *testing.T) *gateway {
	t.Helper()
	g := &gateway{acks: make(chan string, 1000)}
	conns := make(chan *websocket.Conn, 10)
	mux := http.NewServeMux()
	web := httptest.NewServer(mux)
	mux.HandleFunc("POST /v1.0/gateway/connections/open", func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(map[string]string{"endpoint": "ws" + strings.TrimPrefix(web.URL, "http") + "/connect", "ticket": "t+/="})
	})
	mux.HandleFunc("GET /connect", func(w http.ResponseWriter, r *http.Request) {
		c, err := new(websocket.Upgrader).Upgrade(w, r, nil)
		if err != nil {
			return
		}
		conns <- c
		for {
			_, b, err := c.ReadMessage()
			if err != nil {
				return
			}
			g.acks <- string(b)
		}
	})
	g.rig = &rig{inbox: &inbox{seen: map[string]int{}}, log: &tee{}}
	g.cfg = dingtalk.Config{ClientID: "sim", ClientSecret: "top-secret-of-the-app", APIHost: web.URL, OAPIHost: web.URL, Connections: 1}
	g.stream = dingtalk.NewStream(dingtalk.NewAPI(g.cfg, nil, nil), g.inbox, dingtalk.Hooks{})
	stop := g.start(t)
	g.conn = <-conns
	t.Cleanup(func() {
		_ = stop()
		_ = g.conn.Close()
		web.Close()
	})
	return g
}

func (g *gateway) push(t *testing.T, kind int, frame string) {
	t.Helper()
	if err := g.conn.WriteMessage(kind, []byte(frame)); err != nil {
		t.Fatal(err)
	}
}

// ack waits for the answer to the frame with the id; "" means none came.
func (g *gateway) ack(id string) string {
	deadline := time.NewTimer(3 * time.Second)
	defer deadline.Stop()
	for {
		select {
		case a := <-g.acks:
			if strings.Contains(a, `"messageId":"`+id+`"`) {
				return a
			}
		case <-deadline.C:
			return ""
		}
	}
}

// robotFrame is a well-formed frame around data.
func robotFrame(id, data string) string {
	b, _ := json.Marshal(map[string]any{"specVersion": "1.0", "type": "CALLBACK", "data": data, "headers": map[string]string{
		"topic": "/v1.0/im/bot/messages/get", "contentType": "application/json", "messageId": id, "time": "1769851697611",
	}})
	return string(b)
}

const sender = `"conversationId":"cid","conversationType":"1","senderId":"$:x","senderStaffId":"u1","senderNick":"陈晓"`

func TestFramesThatCannotBeReadAreRefusedAndLogged(t *testing.T) {
	t.Parallel()
	g := newGateway(t)
	before := spillLen()
	for name, frame := range map[string]string{
		"truncated": robotFrame("x", `{"msgId":"x"}`)[:80], "empty": "", "text": "hello", "null": "null", "a list": "[]", "a number": "7",
		"numeric header": `{"type":"CALLBACK","headers":{"topic":"/v1.0/im/bot/messages/get","time":1769851697611},"data":"{}"}`,
		"data no string": `{"type":"CALLBACK","headers":{"topic":"/v1.0/im/bot/messages/get"},"data":{}}`,
		"no headers":     `{"type":"CALLBACK","data":"{}"}`, "deep": strings.Repeat("[", 100_000), "not UTF-8": "\xff\xfe{\x00",
		"lone surrogate": `{"type":"\ud800"`, "huge": strings.Repeat("9", 3<<20),
	} {
		lines := spillLines(before, `"message":"stream sdk"`)
		g.push(t, websocket.TextMessage, frame)
		eventually(t, name+" logged", func() bool { return spillLines(before, `"message":"stream sdk"`) > lines })
	}
	g.push(t, websocket.BinaryMessage, "\x00\x01\x02")
	g.push(t, websocket.TextMessage, robotFrame("after", `{"msgId":"after","msgtype":"text","text":{"content":"还在吗"},`+sender+`}`))
	if a := g.ack("after"); !strings.Contains(a, `"code":200`) || g.inbox.times("after") != 1 {
		t.Errorf("after all that: %s", a)
	}
}

func TestOddMessagesAreAckedAndNeverCrash(t *testing.T) {
	t.Parallel()
	g := newGateway(t)
	text := func(content string) string {
		return `{"msgId":"ID","msgtype":"text","text":{"content":` + content + `},` + sender + `}`
	}
	year := func(m bot.Message) int { return m.SentAt.Year() }
	for name, tc := range map[string]struct {
		data string
		read func(m bot.Message) bool // nil: it is dropped, with a line in the log
	}{
		"oversize":              {text(`"` + strings.Repeat("x", dingtalk.MaxFrame) + `"`), nil},
		"no JSON":               {"hello", nil},
		"a list":                {"[]", nil},
		"nobody":                {`{"msgId":"ID","msgtype":"text","text":{"content":"x"}}`, nil},
		"deep":                  {strings.Repeat(`{"text":`, 20_000), nil},
		"100 000 runes":         {text(`"` + strings.Repeat("字", 100_000) + `"`), func(m bot.Message) bool { return m.Truncated && utf8.RuneCountInString(m.Text) == bot.MaxText }},
		"controls":              {text(`"a\u0000\u001b[31mb\u202ec\u2066d\u0007"`), func(m bot.Message) bool { return m.Text == "a[31mbcd" }},
		"half a surrogate":      {text(`"a\ud83d"`), func(m bot.Message) bool { return utf8.ValidString(m.Text) && strings.HasPrefix(m.Text, "a") }},
		"numbers":               {`{"msgId":12345,"msgtype":"text","text":{"content":678},"createAt":"1769851697611","conversationType":1,"conversationId":9,"senderId":1,"senderStaffId":1.5}`, func(m bot.Message) bool { return m.ID == "12345" && m.Text == "678" && m.Direct() }},
		"no msgId":              {`{"msgtype":"text","text":{"content":"x"},` + sender + `}`, func(m bot.Message) bool { return m.Text == "x" }},
		"ancient":               {strings.Replace(text(`"x"`), "{", `{"createAt":1,`, 1), func(m bot.Message) bool { return year(m) == 1970 && time.Since(m.ReceivedAt) < time.Minute }},
		"future":                {strings.Replace(text(`"x"`), "{", `{"createAt":32503680000000,`, 1), func(m bot.Message) bool { return m.Text == "x" && time.Since(m.ReceivedAt) < time.Minute }},
		"no time at all":        {strings.Replace(text(`"x"`), "{", `{"createAt":-9e99,"sessionWebhookExpiredTime":"soon",`, 1), func(m bot.Message) bool { return m.SentAt.IsZero() && !m.Reply.ValidAt(time.Now()) }},
		"a text that is a list": {`{"msgId":"ID","msgtype":"text","text":[1,2],` + sender + `}`, func(m bot.Message) bool { return m.Text == "" }},
		"no type":               {`{"msgId":"ID",` + sender + `}`, func(m bot.Message) bool { return m.Kind == bot.KindUnknown }},
	} {
		id := strings.ReplaceAll(name, " ", "-")
		g.push(t, websocket.TextMessage, robotFrame(id, strings.ReplaceAll(tc.data, `"ID"`, `"`+id+`"`)))
		if a := g.ack(id); !strings.Contains(a, `"code":200`) || !strings.Contains(a, `"data":"{\"response\":null}"`) {
			t.Errorf("%s: ack %q", name, a)
		}
		if name == "numbers" {
			id = "12345"
		}
		if m := g.inbox.message(id); (m.ID != "") != (tc.read != nil) || tc.read != nil && !tc.read(m) {
			t.Errorf("%s: kept %.300q", name, m.Text)
		}
	}
	if n := strings.Count(g.log.String(), "robot message cannot be read, dropped"); n != 5 {
		t.Errorf("%d lines in the log about 5 unreadable messages", n)
	}
}

func TestBytesThatAreNoTextBecomeReadable(t *testing.T) {
	t.Parallel()
	g := newGateway(t)
	frame := strings.Replace(robotFrame("bytes", `{"msgId":"bytes","msgtype":"text","text":{"content":"aXXb"},`+sender+`}`), "XX", "\xff\xfe", 1)
	g.push(t, websocket.TextMessage, frame)
	if a := g.ack("bytes"); !strings.Contains(a, `"code":200`) {
		t.Fatalf("ack %q", a)
	}
	if got := g.inbox.message("bytes").Text; !utf8.ValidString(got) || !strings.HasPrefix(got, "a") || !strings.HasSuffix(got, "b") {
		t.Errorf("%q", got)
	}
}

func TestQuotaUsedUpIsAnAlarmNotAMessage(t *testing.T) {
	t.Parallel()
	g := newGateway(t)
	g.push(t, websocket.TextMessage, robotFrame("q", `{"msgId":"q","msgtype":"text","errorCode":"20001","errorMessage":"x",`+sender+`}`))
	if a := g.ack("q"); !strings.Contains(a, `"code":200`) || g.inbox.times("q") != 0 || !g.log.has(`"level":"error"`) {
		t.Errorf("ack %s; log %s", a, g.log)
	}
}

func spillLen() int {
	spill.mu.Lock()
	defer spill.mu.Unlock()
	return spill.log.Len()
}

// spillLines counts the lines after a point of the run's log that hold words.
func spillLines(from int, words string) int {
	spill.mu.Lock()
	defer spill.mu.Unlock()
	return strings.Count(string(spill.log.Bytes()[from:]), words)
}
