package dingsim

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestMessagesListWhatTheBotSaidAfterASeq(t *testing.T) {
	r := newRig(t, Config{})
	r.mustSay(t, Say{From: "cust001", Text: "a person's words are not listed"})
	r.api(t, "POST", "/v1.0/robot/oToMessages/batchSend", otoHello)
	r.api(t, "POST", "/v1.0/robot/oToMessages/batchSend", otoHello)
	var rows []map[string]any
	if err := json.Unmarshal([]byte(r.do(t, "GET", "/_sim/messages", "").raw), &rows); err != nil || len(rows) != 2 {
		t.Fatalf("%v, %v", rows, err)
	}
	hasKeys(t, rows[0], "seq", "at", "route", "to", "group", "text", "raw")
	if raw, _ := rows[0]["raw"].(map[string]any); raw["msgKey"] != "sampleText" {
		t.Errorf("raw is %v, want the body as received", rows[0]["raw"])
	}
	last, _ := json.Marshal(rows[0]["seq"])
	if err := json.Unmarshal([]byte(r.do(t, "GET", "/_sim/messages?since="+string(last), "").raw), &rows); err != nil || len(rows) != 1 {
		t.Errorf("after the first: %v, %v", rows, err)
	}
	if got := r.do(t, "GET", "/_sim/messages?since=99", ""); strings.TrimSpace(got.raw) != "[]" {
		t.Errorf("nothing new is %s, want []", got.raw)
	}
	if got := r.do(t, "GET", "/_sim/messages?since=x", ""); got.status != 400 {
		t.Errorf("since=x: %d", got.status)
	}
}

func TestTheStateNamesEverybody(t *testing.T) {
	r := newRig(t, Config{})
	r.dial(t)
	if _, err := r.CreateGroup("群", []string{"cust001"}); err != nil {
		t.Fatal(err)
	}
	var s struct {
		People      []map[string]any `json:"people"`
		Groups      []map[string]any `json:"groups"`
		Connections []map[string]any `json:"connections"`
		Robot       map[string]any   `json:"robot"`
	}
	if err := json.Unmarshal([]byte(r.do(t, "GET", "/_sim/state", "").raw), &s); err != nil {
		t.Fatal(err)
	}
	if len(s.People) != 8 || len(s.Groups) != 1 || len(s.Connections) != 1 || s.Robot["code"] != "sim" {
		t.Fatalf("state %+v", s)
	}
	hasKeys(t, s.People[0], "user_id", "union_id", "name", "mobile", "title", "kind", "outsider")
	hasKeys(t, s.Groups[0], "open_conversation_id", "title", "members", "owner", "disbanded")
	hasKeys(t, s.Connections[0], "id", "client_id", "since")
}

// sse reads events until want of them have come.
func (r *rig) sse(t *testing.T, path, lastID string, want int) []string {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), 10*time.Second)
	defer stop()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, r.url+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if lastID != "" {
		req.Header.Set("Last-Event-ID", lastID)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if got := resp.Header.Get("Content-Type"); got != "text/event-stream" {
		t.Fatalf("content type %q", got)
	}
	var out []string
	lines, block := bufio.NewScanner(resp.Body), ""
	lines.Buffer(nil, maxBody)
	for len(out) < want && lines.Scan() {
		if line := lines.Text(); line != "" {
			block += line + "\n"
			continue
		}
		out, block = append(out, block), ""
	}
	if len(out) < want {
		t.Fatalf("%d events of %d: %v", len(out), want, lines.Err())
	}
	return out
}

func TestThePageStreamShowsEveryMessageAndEveryChange(t *testing.T) {
	r := newRig(t, Config{})
	r.mustSay(t, Say{From: "cust001", Text: "one"})
	r.mustSay(t, Say{From: "cust001", Text: "two"})
	got := strings.Join(r.sse(t, "/_sim/events?since=0", "", 3), "\n")
	for _, want := range []string{"event: state\n", "id: 1\nevent: message\n", `"text":"one"`, `"chat":"oto:cust001"`, `"route":"say"`, `"from":"cust001"`, "id: 2\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in\n%s", want, got)
		}
	}
	if again := strings.Join(r.sse(t, "/_sim/events", "1", 2), "\n"); strings.Contains(again, `"one"`) || !strings.Contains(again, `"two"`) {
		t.Errorf("after Last-Event-ID 1:\n%s", again)
	}
	done := make(chan []string)
	go func() { done <- r.sse(t, "/_sim/events?since=2", "", 2) }()
	faulty(t, r, `{"duplicate":true}`)
	for range 2 {
		select {
		case events := <-done:
			if last := events[len(events)-1]; !strings.Contains(last, "event: state") || !strings.Contains(last, `"duplicate":`) {
				t.Errorf("a change of the faults was shown as %s", last)
			}
			return
		case <-time.After(500 * time.Millisecond):
			faulty(t, r, `{"duplicate":false}`) // the stream may have begun after the first change
		}
	}
}

func TestEventStreamsEndWithTheServer(t *testing.T) {
	s := New(Config{})
	ended := make(chan struct{})
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "/_sim/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		s.ServeHTTP(newFlusher(), req)
		close(ended)
	}()
	s.Close()
	s.Close()
	select {
	case <-ended:
	case <-time.After(5 * time.Second):
		t.Fatal("the stream goes on after Close")
	}
}

type flusher struct{ head http.Header }

func newFlusher() *flusher                          { return &flusher{head: http.Header{}} }
func (f *flusher) Header() http.Header              { return f.head }
func (f *flusher) Write(b []byte) (int, error)      { return len(b), nil }
func (f *flusher) WriteHeader(int)                  {}
func (f *flusher) FlushError() error                { return nil }
func (f *flusher) Flush()                           {}
func (f *flusher) SetWriteDeadline(time.Time) error { return nil }

func TestHistoryIsTheEndOfOneChat(t *testing.T) {
	r := newRig(t, Config{})
	for _, text := range []string{"1", "2", "3"} {
		r.mustSay(t, Say{From: "cust001", Text: text})
		r.mustSay(t, Say{From: "cust002", Text: "other"})
	}
	var rows []PageMessage
	if err := json.Unmarshal([]byte(r.do(t, "GET", "/_sim/history?chat=oto:cust001&limit=2", "").raw), &rows); err != nil {
		t.Fatal(err)
	}
	if len(rows) != 2 || rows[0].Text != "2" || rows[1].Text != "3" || rows[0].Buttons == nil {
		t.Errorf("history %+v", rows)
	}
}

func TestGroupsOfPeople(t *testing.T) {
	r := newRig(t, Config{})
	bot := newSDKBot(t, r, ok200)
	got := r.do(t, "POST", "/_sim/groups", `{"title":"客户群","members":["staff001","cust001"]}`)
	id, _ := got.body["open_conversation_id"].(string)
	if got.status != 200 || id == "" {
		t.Fatalf("create: %s", got.raw)
	}
	got = r.do(t, "POST", "/_sim/groups/update", `{"open_conversation_id":"`+id+`","title":"新名","owner":"cust001","add":["cust003"],"remove":["staff001"]}`)
	if g, _ := r.dir.group(id); got.status != 200 || g.Title != "新名" || g.Owner != "cust001" || strings.Join(g.Members, " ") != "cust001 cust003" {
		t.Errorf("update: %s, group %+v", got.raw, g)
	}
	if got := r.do(t, "POST", "/_sim/groups/disband", `{"open_conversation_id":"`+id+`"}`); got.status != 200 {
		t.Errorf("disband: %s", got.raw)
	}
	want := "chat_add_member chat_disband chat_remove_member chat_update_owner chat_update_title"
	eventually(t, "the events "+want, func() bool {
		types := map[string]bool{}
		for _, f := range bot.seen() {
			types[f.GetHeader("eventType")] = true
		}
		for w := range strings.FieldsSeq(want) {
			if !types[w] {
				return false
			}
		}
		return true
	})
	for body, path := range map[string]string{
		`{"title":"x","members":["nobody"]}`:                        "/_sim/groups",
		`{"title":"","members":["staff001"]}`:                       "/_sim/groups",
		`{"open_conversation_id":"x"}`:                              "/_sim/groups/disband",
		`{"open_conversation_id":"y"}`:                              "/_sim/groups/update",
		`{"open_conversation_id":"` + id + `","add":["nobody"]}`:    "/_sim/groups/update",
		`{"open_conversation_id":"` + id + `","remove":["nobody"]}`: "/_sim/groups/update",
	} {
		if got := r.do(t, "POST", path, body); got.status != 400 {
			t.Errorf("%s %s: %d", path, body, got.status)
		}
	}
}

func TestOtherWebsitesCannotSteerTheSimulator(t *testing.T) {
	r := newRig(t, Config{})
	got := r.do(t, "POST", "/_sim/say", `{"from":"cust001","text":"x"}`, "Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site")
	if got.status != http.StatusForbidden {
		t.Errorf("a cross-site say was answered %d", got.status)
	}
}

func TestThePanelIsOptional(t *testing.T) {
	if got := newRig(t, Config{}).do(t, "GET", "/_sim/panel/clock", ""); got.status != 404 {
		t.Errorf("without a panel: %d", got.status)
	}
	panel := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) })
	if got := newRig(t, Config{Panel: panel}).do(t, "GET", "/_sim/panel/clock", ""); got.status != http.StatusTeapot {
		t.Errorf("with a panel: %d", got.status)
	}
}

func TestFramesCanBePushedByHand(t *testing.T) {
	r := newRig(t, Config{})
	ws := r.dial(t)
	if got := r.do(t, "POST", "/_sim/push", `{"data":"not JSON","id":"p1"}`); got.status != 200 || got.body["id"] != "p1" {
		t.Fatalf("push: %s", got.raw)
	}
	if f, err := readFrame(t, ws); err != nil || f.Data != "not JSON" || f.Headers["topic"] != topicMessage {
		t.Errorf("frame %+v, %v", f, err)
	}
	r.do(t, "POST", "/_sim/push", `{"frame":"{\"trunc"}`)
	if _, b, err := ws.ReadMessage(); err != nil || string(b) != `{"trunc` {
		t.Errorf("raw frame %q, %v", b, err)
	}
	for _, body := range []string{`{}`, `{"data":"x","frame":"y"}`, `x`} {
		if got := r.do(t, "POST", "/_sim/push", body); got.status != 400 {
			t.Errorf("%s: %d", body, got.status)
		}
	}
}

func TestWaitForReturnsWhenThePredicateHolds(t *testing.T) {
	r := newRig(t, Config{})
	ctx, stop := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer stop()
	if err := r.WaitFor(ctx, 0, func(Record) bool { return true }); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v, want the context's", err)
	}
	done := make(chan error)
	go func() {
		done <- r.WaitFor(t.Context(), 0, func(m Record) bool { return m.To == "cust001" })
	}()
	r.api(t, "POST", "/v1.0/robot/oToMessages/batchSend", otoHello)
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestTheJournalForgetsTheOldest(t *testing.T) {
	j := newJournal()
	for range keepRecords + keepRecords/10 + 1 {
		j.add(entry{PageMessage: PageMessage{Route: routeOTO}})
	}
	records, _ := j.records(0)
	if len(records) != keepRecords || records[0].Seq != int64(keepRecords/10)+2 {
		t.Errorf("%d kept from %d", len(records), records[0].Seq)
	}
}
