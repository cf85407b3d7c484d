package dingtalk_test

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"guanjia/bot"
	"guanjia/bot/dingtalk"
	"guanjia/dingsim"
)

// spill holds all that this package's tests logged, and every secret that was
// told to the adapter or by it.
var spill struct {
	mu      sync.Mutex
	log     bytes.Buffer
	secrets map[string]bool
}

type spillWriter struct{}

func (spillWriter) Write(p []byte) (int, error) {
	spill.mu.Lock()
	defer spill.mu.Unlock()
	return spill.log.Write(p)
}

func secret(s string) {
	if s == "" {
		return
	}
	spill.mu.Lock()
	defer spill.mu.Unlock()
	if spill.secrets == nil {
		spill.secrets = map[string]bool{}
	}
	spill.secrets[s] = true
}

// TestMain looks for secrets in the log of the whole run, the SDK's included.
func TestMain(m *testing.M) {
	dingtalk.RouteSDKLog(zerolog.New(spillWriter{}).Level(zerolog.TraceLevel))
	dingtalk.GuardSDK()
	code := m.Run()
	spill.mu.Lock()
	defer spill.mu.Unlock()
	log := spill.log.String()
	for s := range spill.secrets {
		if i := strings.Index(log, s); i >= 0 {
			start := strings.LastIndexByte(log[:i], '\n') + 1
			fmt.Fprintf(os.Stderr, "a secret is in the log: %s\n", log[start:min(len(log), i+len(s))])
			code = 1
		}
	}
	os.Exit(code)
}

// rig is the whole adapter in front of a simulated DingTalk.
type rig struct {
	sim    *dingsim.Server
	url    string
	cfg    dingtalk.Config
	api    *dingtalk.API
	stream *dingtalk.Stream
	inbox  *inbox
	log    *tee

	mu    sync.Mutex
	calls map[string]int
	// instead answers a path in the simulator's place; false: it does not.
	instead map[string]func(w http.ResponseWriter, call int) bool
}

func newRig(t *testing.T, sim dingsim.Config, change ...func(*dingtalk.Config)) *rig {
	t.Helper()
	sim.ClientSecret = "top-secret-of-the-app"
	r := &rig{sim: dingsim.New(sim), inbox: &inbox{seen: map[string]int{}}, log: &tee{}, calls: map[string]int{}, instead: map[string]func(http.ResponseWriter, int) bool{}}
	web := httptest.NewServer(r)
	r.url = web.URL
	ctx, stop := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { _ = r.sim.Run(ctx) })
	t.Cleanup(func() {
		stop()
		running.Wait()
		web.Close()
	})
	secret(sim.ClientSecret)
	r.cfg = dingtalk.Config{
		ClientID: "sim", ClientSecret: sim.ClientSecret, APIHost: r.url, OAPIHost: r.url,
		Connections: 2, WebhookHosts: []string{"127.0.0.1"}, QPS: 500,
	}
	for _, c := range change {
		c(&r.cfg)
	}
	r.api = dingtalk.NewAPI(r.cfg, nil, nil)
	r.stream = dingtalk.NewStream(r.api, r.inbox, dingtalk.Hooks{})
	return r
}

var told = regexp.MustCompile(`"(?:ticket|accessToken)":"([^"]+)"`)

// ServeHTTP is the simulator, with a note of what was called and given away.
func (r *rig) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	r.mu.Lock()
	r.calls[req.URL.Path]++
	call, instead := r.calls[req.URL.Path], r.instead[req.URL.Path]
	r.mu.Unlock()
	if instead != nil && instead(w, call) {
		return
	}
	if req.URL.Path == "/connect" {
		r.sim.ServeHTTP(w, req)
		return
	}
	rec := httptest.NewRecorder()
	r.sim.ServeHTTP(rec, req)
	for _, m := range told.FindAllStringSubmatch(rec.Body.String(), -1) {
		secret(m[1])
	}
	maps.Copy(w.Header(), rec.Header())
	w.WriteHeader(rec.Code)
	_, _ = w.Write(rec.Body.Bytes())
}

func (r *rig) called(path string) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.calls[path]
}

func (r *rig) answer(path string, do func(w http.ResponseWriter, call int) bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.instead[path] = do
}

func (r *rig) faults(t *testing.T, patch string) {
	t.Helper()
	if err := r.sim.SetFaults(patch); err != nil {
		t.Fatal(err)
	}
}

// start runs the stream; stop ends it and gives what Run returned.
func (r *rig) start(t *testing.T) (stop func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(r.context(t))
	done := make(chan error, 1)
	go func() { done <- r.stream.Run(ctx) }()
	stop = sync.OnceValue(func() error { cancel(); return <-done })
	t.Cleanup(func() { _ = stop() })
	return stop
}

// connect starts the stream and waits until all its connections stand.
func (r *rig) connect(t *testing.T) (stop func() error) {
	t.Helper()
	stop = r.start(t)
	eventually(t, "connected", func() bool {
		return r.stream.Connections() == r.cfg.Connections && len(r.sim.Connections()) == r.cfg.Connections
	})
	return stop
}

// context carries a logger whose lines are kept.
func (r *rig) context(t *testing.T) context.Context {
	t.Helper()
	return zerolog.New(r.log).Level(zerolog.TraceLevel).WithContext(t.Context())
}

func (r *rig) say(t *testing.T, say dingsim.Say) string {
	t.Helper()
	id, err := r.sim.Say(say)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// hear lets a person speak and gives what arrived.
func (r *rig) hear(t *testing.T, say dingsim.Say) bot.Message {
	t.Helper()
	id := r.say(t, say)
	eventually(t, "message heard", func() bool { return r.inbox.times(id) > 0 })
	return r.inbox.message(id)
}

// acks gives how the deliveries of a message ended.
func (r *rig) acks(id string) (out []dingsim.Ack) {
	for _, a := range r.sim.Acks(0) {
		if a.MsgID == id {
			out = append(out, a)
		}
	}
	return out
}

// tee keeps one test's log lines, and adds them to the run's.
type tee struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (l *tee) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	_, _ = spillWriter{}.Write(p)
	return l.all.Write(p)
}

func (l *tee) has(words string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return bytes.Contains(l.all.Bytes(), []byte(words))
}

func (l *tee) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.String()
}

// inbox keeps messages in memory, each once.
type inbox struct {
	mu   sync.Mutex
	got  []bot.Message
	seen map[string]int
	// fail, if set, may refuse or delay.
	fail func(ctx context.Context, m bot.Message) error
}

// Receive keeps a message.
func (b *inbox) Receive(ctx context.Context, m bot.Message) (bool, error) {
	b.mu.Lock()
	fail := b.fail
	b.mu.Unlock()
	if fail != nil {
		if err := fail(ctx, m); err != nil {
			return false, err
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	secret(m.Reply.URL)
	b.got = append(b.got, m)
	b.seen[m.ID]++
	return b.seen[m.ID] == 1, nil
}

func (b *inbox) failWith(f func(ctx context.Context, m bot.Message) error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.fail = f
}

func (b *inbox) times(id string) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.seen[id]
}

func (b *inbox) message(id string) bot.Message {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, m := range b.got {
		if m.ID == id {
			return m
		}
	}
	return bot.Message{}
}

// eventually waits for something that another goroutine brings about.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	deadline := time.NewTimer(20 * time.Second)
	tick := time.NewTicker(5 * time.Millisecond)
	defer deadline.Stop()
	defer tick.Stop()
	for !ok() {
		select {
		case <-deadline.C:
			t.Fatalf("not within 20 s: %s", what)
		case <-tick.C:
		}
	}
}

// every calls do again and again for d.
func every(t *testing.T, period, d time.Duration, do func()) {
	t.Helper()
	tick, end := time.NewTicker(period), time.NewTimer(d)
	defer tick.Stop()
	defer end.Stop()
	for {
		select {
		case <-end.C:
			return
		case <-tick.C:
			do()
		}
	}
}
