package dingsim

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// serveEvents is the page's event stream: every message, and the state
// whenever it changes.
func (s *Server) serveEvents(w http.ResponseWriter, r *http.Request) {
	seq, err := number(r, "since")
	if id, e := strconv.ParseInt(r.Header.Get("Last-Event-ID"), 10, 64); e == nil {
		seq = max(seq, id)
	}
	out := http.NewResponseController(w)
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	if err != nil {
		controlError(w, http.StatusBadRequest, err)
		return
	}
	beat := time.NewTicker(15 * time.Second)
	defer beat.Stop()
	for shown := int64(-1); ; {
		messages, version, changed := s.journal.after(seq)
		if version != shown {
			shown = version
			writeEvent(w, "state", "", s.State())
		}
		for _, m := range messages {
			seq = m.Seq
			writeEvent(w, "message", strconv.FormatInt(seq, 10), m)
		}
		if out.Flush() != nil {
			return
		}
		select {
		case <-changed:
		case <-beat.C:
			_, _ = fmt.Fprint(w, ": still here\n\n") // a lost client shows at the flush
		case <-r.Context().Done():
			return
		case <-s.over:
			return
		}
	}
}

func writeEvent(w http.ResponseWriter, name, id string, data any) {
	b, err := json.Marshal(data)
	if err != nil {
		return
	}
	if id != "" {
		_, _ = fmt.Fprintf(w, "id: %s\n", id) // a lost client shows at the flush
	}
	_, _ = fmt.Fprintf(w, "event: %s\ndata: %s\n\n", name, b)
}
