package llm

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"guanjia/faq"
)

// Questions of which the engine is not clear; a test holds them to it.
const (
	askedAnswer  = "绑定能不能往回走"        // answered, not very surely: unbind-server
	askedClarify = "网速慢这事你们怎么说"      // offered: non-security
	askedHandOff = "能帮我们写应急预案吗"      // handed over
	askedRefuse  = "中午吃啥好"           // refused
	askedReport  = "攻击早停了，一切正常，不用派人" // an incident, not urgent
)

// engine is the real one with the FAQ that ships with the program.
func engine(tb testing.TB) *faq.Engine {
	tb.Helper()
	e, err := builtin()
	if err != nil {
		tb.Fatal(err)
	}
	return e
}

// builtin is trained once: it is immutable.
var builtin = sync.OnceValues(func() (*faq.Engine, error) {
	f, err := faq.Parse(os.DirFS("../../configs/faq"), faq.Brand{Product: "安全管家", Provider: "安全服务中心", TicketURL: "https://example.com/ticket"})
	if err != nil {
		return nil, err
	}
	return faq.New(f, faq.Config{})
})

// asked is what an endpoint was asked.
type asked struct {
	Path     string
	Auth     string
	Model    string   `json:"model"`
	Input    []string `json:"input"`
	Messages []struct {
		Role, Content string
	} `json:"messages"`
	Format struct {
		Type   string          `json:"type"`
		Schema json.RawMessage `json:"json_schema"`
	} `json:"response_format"`
	prompt prompt
}

// script answers the request number n, from 1.
type script func(w http.ResponseWriter, r *http.Request, a asked, n int)

// endpoint is an OpenAI-compatible service that does what a script says.
type endpoint struct {
	calls  atomic.Int64
	script script
}

func (e *endpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	n := int(e.calls.Add(1))
	a := asked{Path: r.URL.Path, Auth: r.Header.Get("Authorization")}
	if raw, err := io.ReadAll(r.Body); err == nil && len(raw) > 0 {
		if err := json.Unmarshal(raw, &a); err != nil {
			http.Error(w, "bad request", http.StatusBadRequest)
			return
		}
	}
	if len(a.Messages) == 2 {
		if err := json.Unmarshal([]byte(a.Messages[1].Content), &a.prompt); err != nil {
			http.Error(w, "bad prompt", http.StatusBadRequest)
			return
		}
	}
	e.script(w, r, a, n)
}

// RoundTrip serves without a network, for bubbles.
func (e *endpoint) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	e.ServeHTTP(w, r)
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	res := w.Result()
	res.Request = r
	return res, nil
}

// says replies with a text.
func says(w http.ResponseWriter, text string) {
	raw, err := json.Marshal(map[string]any{"choices": []any{map[string]any{"message": map[string]any{"role": "assistant", "content": text}}}})
	if err != nil {
		panic(err)
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(raw)
}

// votes replies with a verdict; an empty quote is the whole question.
func votes(v verdict) script {
	return func(w http.ResponseWriter, _ *http.Request, a asked, _ int) {
		if v.Quote == "" {
			v := v
			v.Quote = a.prompt.Question
			says(w, text(v))
			return
		}
		says(w, text(v))
	}
}

func text(v verdict) string {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(raw)
}

// entry is the verdict that an entry answers the question.
func entry(id string) verdict {
	return verdict{Entry: id, Answerable: true, Intent: faq.IntentFAQ}
}

// served is a brain whose model is a script behind a real socket.
func served(tb testing.TB, e Engine, cfg Config, s script) (*Brain, *endpoint) {
	tb.Helper()
	end := &endpoint{script: s}
	srv := httptest.NewServer(end)
	tb.Cleanup(srv.Close)
	cfg.BaseURL = srv.URL + "/v1"
	return made(tb, e, cfg), end
}

// inside is a brain whose model is a script in this process.
func inside(tb testing.TB, e Engine, cfg Config, s script) (*Brain, *endpoint) {
	tb.Helper()
	end := &endpoint{script: s}
	cfg.BaseURL, cfg.Transport = "https://model.test/v1", end
	return made(tb, e, cfg), end
}

func made(tb testing.TB, e Engine, cfg Config) *Brain {
	tb.Helper()
	if cfg.Model == "" && cfg.EmbeddingModel == "" {
		cfg.Model = "chooser"
	}
	b, err := New(e, cfg)
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

// slow waits until the client is gone, or a time.
func slow(d time.Duration) script {
	return func(w http.ResponseWriter, r *http.Request, _ asked, _ int) {
		t := time.NewTimer(d)
		defer t.Stop()
		select {
		case <-r.Context().Done():
		case <-t.C:
			says(w, text(entry("unbind-server")))
		}
	}
}

func ask(text string) faq.Question {
	return faq.Question{Text: text, Now: time.Date(2026, 11, 24, 2, 0, 0, 0, time.UTC)}
}

func answerOf(tb testing.TB, e *faq.Engine, id string) string {
	tb.Helper()
	a, ok := e.Answer(id, langZH)
	if !ok {
		tb.Fatalf("no entry %s", id)
	}
	return strings.TrimSpace(a)
}
