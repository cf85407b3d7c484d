package chaos_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// wire is one replica's way to the simulator; reply addresses lead over the wire
// of whoever heard the message. It tells which sends took effect without the
// sender being told so: after those it may say a thing again.
type wire struct {
	addr string
	web  *http.Server

	mu    sync.Mutex
	sends []send
	hold  func(body string, pid int) bool // which calls wait for ever
	slow  *split
}

// split delays calls for as long as it says, a part of that before they take
// effect.
type split struct {
	whole time.Duration
	r     *rand.Rand
}

// send is a message handed to the platform.
type send struct {
	body     string
	pid      int // who called
	from, to time.Time
	refused  bool // it was told that it had not worked
	gone     bool // it did not wait for the answer
}

// callerKey is where a connection's context has the number of its process.
type callerKey struct{}

func newWire(sim http.Handler, pids func() []int) (*wire, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	w := &wire{addr: l.Addr().String()}
	w.web = &http.Server{Handler: w.through(sim), ReadHeaderTimeout: 5 * time.Second}
	w.web.ConnContext = func(ctx context.Context, c net.Conn) context.Context {
		return context.WithValue(ctx, callerKey{}, callerOf(c.RemoteAddr(), pids()))
	}
	go func() { _ = w.web.Serve(l) }() // until close
	return w, nil
}

func (w *wire) close() { _ = w.web.Close() }

// says are the calls that say something to somebody.
func says(path string) bool {
	return path == "/robot/sendBySession" || strings.HasPrefix(path, "/v1.0/robot/") && strings.HasSuffix(strings.ToLower(path), "send")
}

func (w *wire) through(sim http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if !says(r.URL.Path) {
			sim.ServeHTTP(rw, r)
			return
		}
		body, err := io.ReadAll(r.Body)
		before, after := w.delays()
		pid, _ := r.Context().Value(callerKey{}).(int)
		if err != nil || !w.let(r.Context(), string(body), pid) || !pause(r.Context(), before) {
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		out, from := &statusWriter{ResponseWriter: rw, status: http.StatusOK}, time.Now()
		sim.ServeHTTP(out, r)
		pause(r.Context(), after)
		w.note(send{string(body), pid, from, time.Now(), out.status >= 500, r.Context().Err() != nil})
	})
}

// let holds a call before it takes effect, if somebody wants that.
func (w *wire) let(ctx context.Context, body string, pid int) bool {
	w.mu.Lock()
	hold := w.hold
	w.mu.Unlock()
	if hold == nil || !hold(body, pid) {
		return true
	}
	<-ctx.Done()
	return false
}

func (w *wire) setHold(hold func(body string, pid int) bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.hold = hold
}

// setSlow makes calls slow; zero: no more.
func (w *wire) setSlow(d time.Duration, r *rand.Rand) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.slow = nil
	if d > 0 {
		w.slow = &split{d, r}
	}
}

func (w *wire) delays() (before, after time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.slow == nil {
		return 0, 0
	}
	before = between(w.slow.r, 0, w.slow.whole)
	return before, w.slow.whole - before
}

func (w *wire) note(s send) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sends = append(w.sends, s)
}

func (w *wire) all() []send {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.sends)
}

// untold reports whether whoever made a call could not know that it had worked.
// Its own death is no fault of the platform. A caller without a number was gone
// before its call could be looked at: it had waited too long, or died.
func (e evidence) untold(s send) bool {
	from, to := s.from, s.to
	if s.gone {
		to = to.Add(50 * time.Millisecond) // the death is seen here first
	}
	if s.pid == 0 {
		from = from.Add(-longQueue)
	}
	return !s.from.IsZero() && (s.refused || s.gone || s.pid == 0) && !slices.ContainsFunc(e.events, func(v event) bool {
		return v.what == killedReplica && (v.pid == s.pid || s.pid == 0) && v.at.After(from) && v.at.Before(to)
	})
}

// longQueue is how long a call may wait here to be looked at.
const longQueue = 5 * time.Second

// interrupted reports whether whoever made a call was killed, stopped or woken up
// around it, so that it may not have been written down.
func (e evidence) interrupted(s send) bool {
	to := s.to.Add(time.Second)
	for i, v := range e.events {
		if back := e.back(i); v.at.Before(to) && back.After(s.from) && back.After(to) {
			to = back // it could not be written down before
		}
	}
	return slices.ContainsFunc(e.events, func(v event) bool {
		if s.pid == 0 && v.what == killedReplica { // it was gone when its call was looked at
			return v.at.After(s.from.Add(-longQueue)) && v.at.Before(to)
		}
		return v.pid != 0 && v.pid == s.pid && v.at.After(s.from.Add(-time.Second)) && v.at.Before(to)
	}) || e.stood(s.pid, s.from)
}

// stood reports whether a process was stopped at a time: a call that it had made may
// reach the platform while it cannot hear the answer.
func (e evidence) stood(pid int, at time.Time) (stopped bool) {
	for _, v := range e.events {
		if v.pid == pid && pid != 0 && v.at.Before(at) && (v.what == pausedReplica || v.what == resumedReplica) {
			stopped = v.what == pausedReplica
		}
	}
	return stopped
}

// apart reports whether the replicas' clocks were further apart than a lease when a
// call was made: to the one that is ahead the other's leases have run out, also those
// that were taken before the clocks were set right.
func (e evidence) apart(s send) bool {
	var apart bool
	var until time.Time
	for _, v := range e.events {
		if v.at.After(s.to) {
			break
		}
		switch v.what {
		case clocksApart:
			apart = true
		case clocksAgree:
			if apart {
				until = v.at.Add(lease)
			}
			apart = false
		}
	}
	return apart || s.from.Before(until)
}

// back is by when what was said in an outage of Redis that begins with an event
// is written down, if everybody lives; zero for other events.
func (e evidence) back(event int) time.Time {
	if v := e.events[event]; v.what != killedRedis && v.what != cutPower {
		return time.Time{}
	}
	for _, v := range e.events[event:] {
		if v.what == startedRedis {
			return v.at.Add(3 * time.Second)
		}
	}
	return e.events[event].at.Add(time.Minute)
}

// around tells what happened from a little before one call to the end of another,
// for whoever must find out why a thing was said twice.
func (e evidence) around(first, last send) string {
	var b strings.Builder
	fmt.Fprintf(&b, " [by %d from %s to %s, again by %d from %s;", first.pid, first.from.Format(clock), first.to.Format(clock), last.pid, last.from.Format(clock))
	for _, v := range e.events {
		if v.at.After(first.from.Add(-longQueue)) && v.at.Before(last.to) {
			fmt.Fprintf(&b, " %s %s %d,", v.at.Format(clock), v.what, v.pid)
		}
	}
	return b.String() + "]"
}

type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// callerOf finds which of the processes holds the other end of a connection on
// this machine; 0: none.
func callerOf(remote net.Addr, pids []int) int {
	addr, ok := remote.(*net.TCPAddr)
	if !ok {
		return 0
	}
	table, err := os.ReadFile("/proc/net/tcp")
	if err != nil {
		return 0
	}
	local := fmt.Sprintf("0100007F:%04X", addr.Port) // 127.0.0.1
	for line := range strings.Lines(string(table)) {
		if f := strings.Fields(line); len(f) > 9 && f[1] == local {
			return holder("socket:["+f[9]+"]", pids)
		}
	}
	return 0
}

func holder(socket string, pids []int) int {
	for _, pid := range pids {
		dir := "/proc/" + strconv.Itoa(pid) + "/fd"
		files, err := os.ReadDir(dir)
		if err != nil {
			continue
		}
		for _, f := range files {
			if to, err := os.Readlink(filepath.Join(dir, f.Name())); err == nil && to == socket {
				return pid
			}
		}
	}
	return 0
}
