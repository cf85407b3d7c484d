package dingtalk

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"

	"guanjia/bot"
)

// Hooks are told what happens on the stream; every field may be nil. They must
// not block.
type Hooks struct {
	// Received is told of every robot message: its kind, and whether it was kept,
	// ignored, refused or failed.
	Received func(kind bot.Kind, result string)
	// Quota is told that a message came without words because the quota is used up.
	Quota func()
	// OnGroup is told what happened to a group, OnRead that somebody read a page.
	// Unlike the others they may take up to 2.7 s; an error keeps the event from
	// being acked, and it comes again under the same id, after 10 s and 30 s.
	OnGroup func(ctx context.Context, e GroupEvent) error
	OnRead  func(ctx context.Context, e ReadEvent) error
}

// ErrCredentials means that the platform does not accept client_id and
// client_secret.
var ErrCredentials = errors.New("DingTalk refused dingtalk.client_id and dingtalk.client_secret")

// Stream keeps the configured number of connections to the platform and puts
// what it hears into the inbox.
type Stream struct {
	cfg   Config
	api   *API
	inbox bot.Inbox
	hooks Hooks
	// patience is how long a connection may be silent.
	patience time.Duration
	// inFlight counts messages between their frame and their ack.
	inFlight sync.WaitGroup
	corpID   atomic.Pointer[string]

	mu        sync.Mutex
	connected map[int]bool
	closing   bool
}

// NewStream makes a stream; Run sets it going.
func NewStream(api *API, inbox bot.Inbox, hooks Hooks) *Stream {
	return &Stream{cfg: api.cfg, api: api, inbox: inbox, hooks: hooks, patience: silentFor, connected: map[int]bool{}}
}

// Connections tells how many connections stand at the moment.
func (s *Stream) Connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.connected)
}

// Run keeps the connections up until ctx ends; then it takes no more frames and
// waits for those in flight. It returns ErrCredentials if the very first
// connection is refused for its credentials; every later failure is retried for
// ever.
func (s *Stream) Run(ctx context.Context) error {
	if err := s.firstContact(ctx); err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return err
	}
	var slots sync.WaitGroup
	for i := range max(1, s.cfg.Connections) {
		sl := &slot{stream: s, number: i, wake: make(chan struct{}, 1)}
		slots.Go(func() { sl.keep(ctx) })
	}
	slots.Wait()
	s.drain()
	return nil
}

// firstContact asks for a connection once, to tell a wrong secret from a
// platform that is away: the SDK's errors carry no status. The ticket that comes
// with a good answer is not used and expires by itself.
func (s *Stream) firstContact(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	err := s.api.knock(ctx)
	if errors.Is(err, ErrCredentials) {
		return err
	}
	if err != nil {
		zerolog.Ctx(ctx).Warn().Err(err).Msg("dingtalk does not answer yet, will keep trying")
	}
	return nil
}

func (s *Stream) drain() {
	s.mu.Lock()
	s.closing = true
	s.mu.Unlock()
	s.inFlight.Wait()
}

// enter counts a frame in, unless the stream is being closed.
func (s *Stream) enter() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closing {
		return false
	}
	s.inFlight.Add(1)
	return true
}

func (s *Stream) setConnected(slot int, up bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if up {
		s.connected[slot] = true
	} else {
		delete(s.connected, slot)
	}
}

func (s *Stream) received(kind bot.Kind, result string) {
	if s.hooks.Received != nil {
		s.hooks.Received(kind, result)
	}
}
