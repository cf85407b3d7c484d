package console

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/rs/zerolog"
)

const (
	// liveEvery is how often a viewer is told of what changed, liveFor how long one
	// look is good for, so that many viewers cost as much as one.
	liveEvery = 2 * time.Second
	liveFor   = time.Second
	// liveWrite is how long a viewer may take to read; a slower one is let go.
	liveWrite = 5 * time.Second
	// maxViewers bounds how many watch at a time; others load the page again.
	maxViewers = 100
)

// live is what viewers watch. Each is served by its own request, from a look that
// all share: whoever reads slowly waits alone.
type live struct {
	mu   sync.Mutex
	at   time.Time
	now  Now
	once sync.Once
	end  chan struct{}
	seat chan struct{}
}

func newLive() *live {
	return &live{end: make(chan struct{}), seat: make(chan struct{}, maxViewers)}
}

// look is what is open, at most liveFor old. One asks at a time.
func (l *live) look(ctx context.Context, desk Desk, now time.Time) (Now, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if age := now.Sub(l.at); age >= 0 && age < liveFor {
		return l.now, nil
	}
	n, err := desk.Now(ctx, now)
	if err == nil {
		l.now, l.at = n, now
	}
	return n, err
}

// forget lets the next look ask again: somebody did something.
func (l *live) forget() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.at = time.Time{}
}

// watch sends the live part of the first page whenever it changed, until the
// viewer goes, their session ends, or the server does.
func (c *Console) watch(w http.ResponseWriter, r *http.Request, _ string) {
	select {
	case c.live.seat <- struct{}{}:
		defer func() { <-c.live.seat }()
	default:
		http.Error(w, "too many viewers", http.StatusServiceUnavailable)
		return
	}
	if srv, ok := r.Context().Value(http.ServerContextKey).(*http.Server); ok {
		c.live.once.Do(func() { srv.RegisterOnShutdown(func() { close(c.live.end) }) })
	}
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no")
	out := viewer{w: w, c: http.NewResponseController(w)}
	if out.send("retry: 3000\n\n") != nil {
		return
	}
	tick := time.NewTicker(liveEvery)
	defer tick.Stop()
	before, quiet := "", 0
	for {
		if _, ok := c.session(r); !ok {
			return
		}
		text := c.liveText(r)
		if still := countText.ReplaceAllString(text, "$1"); still == before {
			text, quiet = "", quiet+1
		} else {
			before, quiet = still, 0
		}
		switch {
		case text != "" && out.send(text) != nil, quiet >= 5 && out.send(": still here\n\n") != nil:
			return
		case quiet >= 5:
			quiet = 0
		}
		select {
		case <-r.Context().Done():
			return
		case <-c.live.end:
			return
		case <-tick.C:
		}
	}
}

// countText is what stands in a countdown, which goes on by itself.
var countText = regexp.MustCompile(`(<time class="count[^>]*>)[^<]*`)

// liveText is the live part as an event.
func (c *Console) liveText(r *http.Request) string {
	ctx, cancel := context.WithTimeout(r.Context(), liveEvery)
	defer cancel()
	n, err := c.live.look(ctx, c.desk, time.Now())
	if err != nil {
		return "event: away\ndata: -\n\n"
	}
	n.At = time.Time{} // it alone would be a change
	var b bytes.Buffer
	if err := c.pages.by[languageOf(r)]["now"].ExecuteTemplate(&b, "live", n); err != nil {
		zerolog.Ctx(r.Context()).Error().Err(err).Msg("console live part cannot be rendered")
		return "event: away\ndata: -\n\n"
	}
	return "event: now\ndata: " + strings.ReplaceAll(strings.TrimSpace(b.String()), "\n", "\ndata: ") + "\n\n"
}

// viewer is one who watches.
type viewer struct {
	w http.ResponseWriter
	c *http.ResponseController
}

func (v viewer) send(text string) error {
	if err := v.c.SetWriteDeadline(time.Now().Add(liveWrite)); err != nil {
		return fmt.Errorf("set the deadline of a viewer: %w", err)
	}
	if _, err := v.w.Write([]byte(text)); err != nil {
		return fmt.Errorf("write to a viewer: %w", err)
	}
	return v.c.Flush()
}
