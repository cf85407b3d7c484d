package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"guanjia/bot/dingtalk"
	"guanjia/configs"
	"guanjia/store"
)

// routes are the paths of contract §3. Where http.internal_listen is set, what is for the
// house alone is served only there, so that the address of the webhooks can be
// given to the world.
func (s *service) routes(outside, inside bool) *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = w.Write([]byte("ok\n"))
	})
	mux.Handle("GET /readyz", s.ready)
	if outside {
		mux.Handle("/hooks/", s.hooks)
	}
	if inside {
		mux.Handle("GET /metrics", s.metrics.handler())
		mux.Handle("/console/", s.console)
	}
	return mux
}

// servers are the listeners with what each serves.
func (s *service) servers() map[net.Listener]http.Handler {
	if s.inside == nil {
		return map[net.Listener]http.Handler{s.listener: s.routes(true, true)}
	}
	return map[net.Listener]http.Handler{s.listener: s.routes(true, false), s.inside: s.routes(false, true)}
}

// bind takes the addresses, all of them or none.
func (s *service) bind(ctx context.Context, cfg configs.HTTP) (err error) {
	if s.listener, err = listen(ctx, cfg.Listen); err != nil {
		return fmt.Errorf("http.listen: %w; choose another address or stop what uses it", err)
	}
	if cfg.InternalListen == "" {
		return nil
	}
	if s.inside, err = listen(ctx, cfg.InternalListen); err != nil {
		return errors.Join(fmt.Errorf("http.internal_listen: %w; choose another address or stop what uses it", err), s.listener.Close())
	}
	return nil
}

// serveHTTP serves until ctx ends.
func (s *service) serveHTTP(ctx context.Context) error {
	servers, serving := errgroup.WithContext(ctx)
	for l, h := range s.servers() {
		servers.Go(func() error { return serveOn(serving, l, h) })
	}
	return servers.Wait()
}

func serveOn(ctx context.Context, l net.Listener, h http.Handler) error {
	srv := &http.Server{
		Handler: h, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 15 * time.Second,
		BaseContext:  func(net.Listener) context.Context { return context.WithoutCancel(ctx) }, // with the logger
		WriteTimeout: 30 * time.Second, IdleTimeout: 60 * time.Second, MaxHeaderBytes: 64 << 10,
	}
	context.AfterFunc(ctx, func() {
		closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		_ = srv.Shutdown(closing)
	})
	if err := srv.Serve(l); err != nil && !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve http: %w", err)
	}
	return nil
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
