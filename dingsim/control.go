package dingsim

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"
)

// controlRoutes mounts the simulator's own paths.
func (s *Server) controlRoutes() {
	guard := http.NewCrossOriginProtection()
	own := func(pattern string, h http.HandlerFunc) { s.mux.Handle(pattern, guard.Handler(h)) }
	own("POST /_sim/say", s.control(s.controlSay))
	own("POST /_sim/faults", s.control(s.controlFaults))
	own("POST /_sim/groups", s.control(s.controlGroup))
	own("POST /_sim/groups/disband", s.control(s.controlDisband))
	own("POST /_sim/groups/update", s.control(s.controlGroupUpdate))
	own("POST /_sim/read", s.control(s.controlRead))
	own("POST /_sim/click", s.control(s.controlClick))
	own("POST /_sim/push", s.control(s.controlPush))
	own("GET /_sim/state", func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, http.StatusOK, s.State()) })
	own("GET /_sim/messages", s.list(func(since int64, _ *http.Request) any { return s.Messages(since) }))
	own("GET /_sim/acks", s.list(func(since int64, _ *http.Request) any { return s.Acks(since) }))
	own("GET /_sim/history", s.list(s.history))
	own("GET /_sim/events", s.serveEvents)
	own("GET /_sim/tour", s.serveTour())
	if s.cfg.Panel != nil {
		s.mux.Handle("/_sim/panel/", guard.Handler(s.cfg.Panel))
	}
	own("/_sim/", func(w http.ResponseWriter, r *http.Request) {
		controlError(w, http.StatusNotFound, fmt.Errorf("the simulator has no %s %s", r.Method, r.URL.Path))
	})
}

// control serves a JSON command: 400 with the reason for any mistake in it.
func (s *Server) control(do func(body []byte) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
		if err != nil {
			controlError(w, http.StatusRequestEntityTooLarge, errors.New("the body is larger than 1 MiB or broke off"))
			return
		}
		out, err := do(body)
		if err != nil {
			controlError(w, http.StatusBadRequest, err)
			return
		}
		writeJSON(w, http.StatusOK, out)
	}
}

func (s *Server) list(get func(since int64, r *http.Request) any) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		since, err := number(r, "since")
		if err != nil {
			controlError(w, http.StatusBadRequest, err)
			return
		}
		writeJSON(w, http.StatusOK, get(since, r))
	}
}

func number(r *http.Request, name string) (int64, error) {
	v := r.URL.Query().Get(name)
	if v == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(v, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%s: %q is no number", name, v)
	}
	return n, nil
}

func controlError(w http.ResponseWriter, status int, err error) {
	writeJSON(w, status, map[string]string{"error": err.Error()})
}

// strict decodes JSON that must hold nothing unknown.
func strict(body []byte, into any) error {
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.DisallowUnknownFields()
	if err := dec.Decode(into); err != nil {
		return fmt.Errorf("not the expected JSON: %w", err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return errors.New("not the expected JSON: something follows the object")
	}
	return nil
}

func (s *Server) controlSay(body []byte) (any, error) {
	var say Say
	if err := strict(body, &say); err != nil {
		return nil, err
	}
	id, err := s.Say(say)
	return map[string]string{"msgId": id}, err
}

func (s *Server) controlFaults(body []byte) (any, error) { return s.setFaults(body) }

// SetFaults switches faults on and off by the JSON of contract §6: absent keys
// stay, zero values switch off, unknown keys are an error.
func (s *Server) SetFaults(patch string) error {
	_, err := s.setFaults([]byte(patch))
	return err
}

func (s *Server) setFaults(patch []byte) (faults, error) {
	_, after, named, err := s.faults.patch(patch)
	if err != nil {
		return after, fmt.Errorf("faults: %w", err)
	}
	if named["disconnect_every"] {
		s.hub.schedule(time.Duration(after.DisconnectEvery), s.cfg.DisconnectGrace)
	}
	if named["zombie"] {
		s.hub.haunt(after.Zombie)
	}
	if named["quota_left"] {
		s.gate.setQuota(after.QuotaLeft)
	}
	s.journal.touch()
	return after, nil
}

// Messages returns the bot's messages with a seq above since, oldest first.
func (s *Server) Messages(since int64) []Record {
	records, _ := s.journal.records(since)
	return records
}

// Acks returns how pushes ended, with a seq above since, oldest first.
func (s *Server) Acks(since int64) []Ack { return s.hub.acks.since(since) }

// Connections returns the open stream connections, oldest first.
func (s *Server) Connections() []Connection { return s.hub.list() }

// WaitFor shows the bot's messages with a seq above since to ok, each once and
// oldest first, those to come as well. It returns nil as soon as ok is true of
// one, and the context's error when that ends first.
func (s *Server) WaitFor(ctx context.Context, since int64, ok func(Record) bool) error {
	return s.journal.waitFor(ctx, since, ok)
}

func (s *Server) history(_ int64, r *http.Request) any {
	limit, err := number(r, "limit")
	if err != nil || limit <= 0 {
		limit = 200
	}
	return s.journal.chat(r.URL.Query().Get("chat"), int(min(limit, 10_000)))
}
