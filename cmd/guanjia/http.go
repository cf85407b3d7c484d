package main

import (
	"context"
	"encoding/json"
	"net/http"
	"sync"
	"time"

	"guanjia/bot/dingtalk"
	"guanjia/store"
)

// routes are the paths of contract §3.
func (s *service) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = w.Write([]byte("ok\n"))
	})
	mux.Handle("GET /readyz", s.ready)
	mux.Handle("GET /metrics", s.metrics.handler())
	mux.Handle("/hooks/", s.hooks)
	mux.Handle("/console/", s.console)
	return mux
}

// turnBound is how old the last look at the deadlines may be.
const turnBound = 3 * time.Second

// readiness answers /readyz.
type readiness struct {
	store  *store.Store
	stream *dingtalk.Stream

	mu       sync.Mutex
	turnedAt time.Time
}

func newReadiness(st *store.Store, stream *dingtalk.Stream) *readiness {
	return &readiness{store: st, stream: stream}
}

func (r *readiness) turned(at time.Time, err error) {
	if err != nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.turnedAt = at
}

type state struct {
	OK      bool `json:"ok"`
	Durable bool `json:"durable,omitempty"`
	Count   int  `json:"connections,omitempty"`
}

// report is the body of /readyz.
type report struct {
	Ready     bool   `json:"ready"`
	Stream    state  `json:"stream"`
	Redis     state  `json:"redis"`
	Deadlines state  `json:"deadlines"`
	Store     string `json:"store"` // durable, or memory: nothing is kept
}

func (r *readiness) report(ctx context.Context, now time.Time) report {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	r.mu.Lock()
	turned := now.Sub(r.turnedAt) < turnBound
	r.mu.Unlock()
	n := r.stream.Connections()
	out := report{
		Stream: state{OK: n > 0, Count: n}, Redis: state{OK: r.store.Ping(ctx) == nil, Durable: r.store.Durable()},
		Deadlines: state{OK: turned}, Store: "durable",
	}
	if !r.store.Durable() {
		out.Store = "memory: nothing is kept"
	}
	out.Ready = out.Stream.OK && out.Redis.OK && out.Deadlines.OK
	return out
}

// ServeHTTP answers 200 only when the bot can do its work.
func (r *readiness) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	rep := r.report(req.Context(), time.Now())
	w.Header().Set("Content-Type", "application/json")
	if !rep.Ready {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	_ = json.NewEncoder(w).Encode(rep)
}
