package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/open-dingtalk/dingtalk-stream-sdk-go/client"
	"github.com/open-dingtalk/dingtalk-stream-sdk-go/payload"
	"github.com/redis/go-redis/v9"
	"github.com/rs/zerolog"

	"guanjia/bot"
	"guanjia/configs"
	"guanjia/dingsim"
	"guanjia/store"
	"guanjia/store/storetest"
)

// simulate starts a simulator that does not throttle.
func simulate(b *testing.B) (*dingsim.Server, string) {
	b.Helper()
	l, err := new(net.ListenConfig).Listen(b.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	sim := dingsim.New(dingsim.Config{ClientID: demoID, ClientSecret: demoSecret, BaseURL: "http://" + l.Addr().String(), QPS: 1_000_000, Crowd: 10 * chats})
	web := &httptest.Server{Listener: l, Config: &http.Server{Handler: sim, ReadHeaderTimeout: time.Second}}
	web.Start()
	ctx, cancel := context.WithCancel(b.Context())
	done := make(chan struct{})
	go func() { defer close(done); _ = sim.Run(ctx) }()
	b.Cleanup(func() { cancel(); sim.Close(); web.CloseClientConnections(); web.Close(); <-done })
	return sim, "http://" + l.Addr().String()
}

// chats is how many people talk to the bot at the same time, each in their own
// one-to-one chat.
const chats = 100

func guest(i int) string { return fmt.Sprintf("guest%03d", i%chats+1) }

// converse lets n messages be said and waits for n answers; it returns how many
// were answered in a second.
func converse(b *testing.B, sim *dingsim.Server, n int) float64 {
	b.Helper()
	last := int64(0)
	if rs := sim.Messages(0); len(rs) > 0 {
		last = rs[len(rs)-1].Seq
	}
	began := time.Now()
	for i := range n {
		if _, err := sim.Say(dingsim.Say{From: guest(i), Text: "有效期多久"}); err != nil {
			b.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(b.Context(), time.Minute)
	defer cancel()
	answers := 0
	err := sim.WaitFor(ctx, last, func(dingsim.Record) bool {
		answers++
		return answers >= n
	})
	if err != nil {
		b.Fatalf("not all of %d messages were answered: %v", n, err)
	}
	return float64(n) / time.Since(began).Seconds()
}

// echo is the baseline: the same SDK, no state, an answer from the frame's own
// goroutine.
func echo(b *testing.B, sim *dingsim.Server, address string) {
	b.Helper()
	c := client.NewStreamClient(client.WithAppCredential(client.NewAppCredentialConfig(demoID, demoSecret)),
		client.WithOpenApiHost(address), client.WithMaxPendingHandlers(10_000))
	c.RegisterCallbackRouter(payload.BotMessageCallbackTopic, func(_ context.Context, df *payload.DataFrame) (*payload.DataFrameResponse, error) {
		var m struct{ SessionWebhook string }
		if err := json.Unmarshal([]byte(df.Data), &m); err != nil {
			return nil, err
		}
		body := []byte(`{"msgtype":"markdown","markdown":{"title":"echo","text":"echo"}}`)
		resp, err := http.Post(m.SessionWebhook, "application/json", bytes.NewReader(body))
		if err != nil {
			return nil, err
		}
		return payload.NewSuccessDataFrameResponse(), resp.Body.Close()
	})
	if err := c.Start(b.Context()); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(c.Close)
	for len(sim.Connections()) == 0 { // it returns before the other side has seen it
		runtime.Gosched()
	}
}

// BenchmarkReply measures frame in → reply out: the whole bot on a real Redis
// against a bare echo bot on the same SDK and simulator, in the same run.
func BenchmarkReply(b *testing.B) {
	const n = 500
	base, address := simulate(b)
	echo(b, base, address)
	converse(b, base, chats)
	sim, address := simulate(b)
	cfg, err := (&demoCommand{}).configuration(&environment{}, address)
	if err != nil {
		b.Fatal(err)
	}
	cfg.Redis.URL = storetest.Start(b).URL
	running(b, cfg)
	converse(b, sim, chats)
	// The mean of rounds that take turns: a lucky one decides nothing.
	var ours, theirs, rounds float64
	for b.Loop() {
		theirs += converse(b, base, n)
		ours += converse(b, sim, n)
		rounds++
	}
	b.ReportMetric(ours/rounds, "bot-msg/s")
	b.ReportMetric(theirs/rounds, "echo-msg/s")
	b.ReportMetric(ours/theirs, "ratio")
}

// BenchmarkPage measures how long an urgent message takes to its first page, at
// fifty a second and with ten thousand escalations open, and what one takes in
// Redis.
func BenchmarkPage(b *testing.B) {
	const open, every = 10_000, 20 * time.Millisecond
	sim, address := simulate(b)
	cfg, err := (&demoCommand{}).configuration(&environment{}, address)
	if err != nil {
		b.Fatal(err)
	}
	cfg.DingTalk.QPS = 1_000_000
	srv := storetest.Start(b)
	cfg.Redis.URL = srv.URL
	s := running(b, cfg)
	perE := fillEscalations(b, s, srv, open)
	var waits []time.Duration
	for round := 0; b.Loop() && round < 10; round++ { // then the crowd has nobody left
		began := map[string]time.Time{}
		tick := time.NewTicker(every)
		last := int64(0)
		for i := range chats {
			<-tick.C
			who := fmt.Sprintf("guest%03d", round*chats+i+1)
			began[who] = time.Now()
			if _, err := sim.Say(dingsim.Say{From: who, Text: "我们被勒索了，所有文件都打不开！"}); err != nil {
				b.Fatal(err)
			}
		}
		tick.Stop()
		ctx, cancel := context.WithTimeout(b.Context(), time.Minute)
		err := sim.WaitFor(ctx, last, func(r dingsim.Record) bool {
			for who, at := range began {
				if strings.HasPrefix(r.To, "staff") && strings.Contains(r.Text, "访客"+strings.TrimPrefix(who, "guest")) {
					waits = append(waits, r.At.Sub(at))
					delete(began, who)
				}
			}
			return len(began) == 0
		})
		cancel()
		if err != nil {
			b.Fatalf("%d urgent messages without a page: %v", len(began), err)
		}
	}
	slices.Sort(waits)
	b.ReportMetric(float64(waits[len(waits)/2].Milliseconds()), "ms-p50")
	b.ReportMetric(float64(waits[len(waits)*99/100].Milliseconds()), "ms-p99")
	b.ReportMetric(perE, "B/escalation")
}

// running starts the bot and waits until it hears.
func running(b *testing.B, cfg *configs.Loaded) *service {
	b.Helper()
	s, err := newService(zerolog.Nop().WithContext(b.Context()), cfg)
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(zerolog.Nop().WithContext(b.Context()))
	done := make(chan error, 1)
	go func() { done <- s.run(ctx) }()
	b.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			b.Error(err)
		}
		s.store.Close()
	})
	for s.stream.Connections() == 0 {
		runtime.Gosched()
	}
	return s
}

// fillEscalations opens escalations by hand, through the same rules, and tells
// how many bytes of Redis one takes.
func fillEscalations(b *testing.B, s *service, srv *storetest.Server, n int) float64 {
	b.Helper()
	before := usedMemory(b, srv)
	for i := range n {
		m := bot.Message{
			ID: "fill" + strconv.Itoa(i), Conversation: "fill" + strconv.Itoa(i), Kind: bot.KindText, Text: "转人工",
			Sender: bot.Person{StaffID: "fill" + strconv.Itoa(i)},
		}
		night := time.Now().Add(72 * time.Hour)
		c, err := s.handler.Handle(b.Context(), m, night)
		if err != nil {
			b.Fatal(err)
		}
		c.Say = nil
		if err := s.store.Commit(b.Context(), c); err != nil {
			b.Fatal(err)
		}
	}
	return (usedMemory(b, srv) - before) / float64(n)
}

func usedMemory(b *testing.B, srv *storetest.Server) float64 {
	b.Helper()
	c := redis.NewClient(&redis.Options{Addr: srv.Addr})
	defer c.Close() //nolint:errcheck // only read
	info, err := c.InfoMap(b.Context(), "memory").Result()
	if err != nil {
		b.Fatal(err)
	}
	n, err := strconv.ParseFloat(info["Memory"]["used_memory"], 64)
	if err != nil {
		b.Fatal(err)
	}
	return n
}

// BenchmarkAck measures what stands between a frame and its ack: storing it
// durably, against a raw MULTI of the same bytes on the same Redis.
func BenchmarkAck(b *testing.B) {
	url := storetest.Start(b).URL
	st, err := store.Open(b.Context(), store.Config{URL: url})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(st.Close)
	opts, err := redis.ParseURL(url)
	if err != nil {
		b.Fatal(err)
	}
	raw := redis.NewClient(opts)
	b.Cleanup(func() { _ = raw.Close() })
	m := bot.Message{Conversation: "c", Kind: bot.KindText, Text: strings.Repeat("字", 100), Sender: bot.Person{StaffID: "u"}, ReceivedAt: time.Now()}
	body, err := json.Marshal(m)
	if err != nil {
		b.Fatal(err)
	}
	var ours, theirs time.Duration
	n := 0
	b.ReportAllocs()
	for b.Loop() {
		n++
		began := time.Now()
		m.ID = "m" + strconv.Itoa(n)
		m.Conversation = "c" + strconv.Itoa(n%100)
		if _, err := st.Receive(b.Context(), m); err != nil {
			b.Fatal(err)
		}
		ours += time.Since(began)
		began = time.Now()
		_, err := raw.TxPipelined(b.Context(), func(p redis.Pipeliner) error {
			p.SetNX(b.Context(), "{x}s"+m.ID, "1", time.Hour)
			p.RPush(b.Context(), "{x}l"+m.Conversation, body)
			p.ZAddNX(b.Context(), "{x}z", redis.Z{Score: float64(n), Member: m.Conversation})
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
		theirs += time.Since(began)
	}
	b.ReportMetric(float64(ours.Microseconds())/float64(n), "us/ack")
	b.ReportMetric(float64(theirs.Microseconds())/float64(n), "us/multi")
	b.ReportMetric(float64(theirs)/float64(ours), "ratio")
}

// BenchmarkStart measures start to ready of the real binary, and its resident
// memory when idle, in the demo's form (everything in one process).
func BenchmarkStart(b *testing.B) {
	binary := filepath.Join(b.TempDir(), "guanjia")
	if out, err := exec.CommandContext(b.Context(), "go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	_, address := simulate(b)
	url := storetest.Start(b).URL
	var took time.Duration
	var resident float64
	n := 0
	for b.Loop() {
		n++
		port := 20_000 + os.Getpid()%20_000
		file := filepath.Join(b.TempDir(), "guanjia.yaml")
		text := fmt.Sprintf("dingtalk: {client_id: %s, client_secret: %s, api_host: %q, oapi_host: %q}\nredis: {url: %q}\nhttp: {listen: \"127.0.0.1:%d\"}\n",
			demoID, demoSecret, address, address, url, port)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			b.Fatal(err)
		}
		began := time.Now()
		cmd := exec.CommandContext(b.Context(), binary, "serve", "--config", file)
		if err := cmd.Start(); err != nil {
			b.Fatal(err)
		}
		for !isReady(b, port) {
			runtime.Gosched()
		}
		took += time.Since(began)
		resident = residentMB(b, cmd.Process.Pid)
		_ = cmd.Process.Signal(os.Interrupt)
		_ = cmd.Wait()
	}
	b.ReportMetric(took.Seconds()/float64(n), "s/start-to-ready")
	b.ReportMetric(resident, "MB-resident")
}

func isReady(b *testing.B, port int) bool {
	b.Helper()
	req, err := http.NewRequestWithContext(b.Context(), http.MethodGet, "http://127.0.0.1:"+strconv.Itoa(port)+"/readyz", http.NoBody)
	if err != nil {
		b.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	return resp.Body.Close() == nil && resp.StatusCode == http.StatusOK
}

func residentMB(b *testing.B, pid int) float64 {
	b.Helper()
	data, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/status")
	if err != nil {
		b.Fatal(err)
	}
	for line := range strings.SplitSeq(string(data), "\n") {
		if kb, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			n, _ := strconv.ParseFloat(strings.Fields(kb)[0], 64)
			return n / 1024
		}
	}
	return 0
}
