package dingtalk

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/open-dingtalk/dingtalk-stream-sdk-go/client"
	"github.com/open-dingtalk/dingtalk-stream-sdk-go/payload"
	"github.com/rs/zerolog"
)

// How connections are watched. The platform closes connections on schedule and
// sometimes leaves one standing that it no longer uses; both show only in what
// arrives.
const (
	// watchEvery is how often a slot looks after its connection.
	watchEvery = 250 * time.Millisecond
	// silentFor is how long a connection may bring no frame before it is replaced.
	silentFor = 60 * time.Second
	// steadyFor is how long a connection must have stood for the next attempt to be
	// made at once: a platform that accepts and drops is not to be hammered.
	steadyFor = 2 * time.Second
	// pending bounds frames being stored at a time; the SDK drops what is beyond.
	pending = 10_000
	// dialWithin bounds one attempt to connect.
	dialWithin = 8 * time.Second
	// ackWithin is what the SDK gets to write the last acks: it does not tell
	// when it has, and a message without its ack comes again.
	ackWithin = 100 * time.Millisecond
)

// slot keeps one connection standing: it replaces it before it lets it go.
type slot struct {
	stream *Stream
	number int
	// wake ends a pause between two looks at the connection.
	wake chan struct{}

	mu   sync.Mutex
	line *line
}

// line is one connection of the SDK.
type line struct {
	client *client.StreamClient

	mu        sync.Mutex
	began     time.Time
	lastFrame time.Time
	leaving   bool // the platform announced that it will close it
	proven    bool
}

func (l *line) heard(now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lastFrame = now
}

// prove reports, once, that a line which stands is of use: it stood for a while,
// or the platform announced its end.
func (l *line) prove(now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.proven || !l.leaving && now.Sub(l.began) < steadyFor {
		return false
	}
	l.proven = true
	return true
}

// state tells whether the line stands, and whether it needs a successor.
func (l *line) state(ctx context.Context, now time.Time, patience time.Duration) (up, replace bool) {
	l.mu.Lock()
	silent := now.Sub(l.lastFrame) > patience
	leaving := l.leaving
	l.mu.Unlock()
	up = l.standing(ctx)
	return up, !up || silent || leaving
}

// standing asks the SDK, which has no call for it: Start returns at once when
// the connection stands, and with a context that is over it can do nothing else.
func (l *line) standing(ctx context.Context) bool {
	over, cancel := context.WithCancel(ctx)
	cancel()
	return l.client.Start(over) == nil
}

// keep watches over the slot's connection until ctx ends.
func (s *slot) keep(ctx context.Context) {
	defer s.hangUp(context.WithoutCancel(ctx))
	// Spread, so that slots never look for silence at the same moment.
	patience := s.stream.patience + rand.N(s.stream.patience/4) //nolint:gosec // chance is no secret
	attempts, wait := 0, time.Duration(0)                       // since a connection last proved itself
	for ctx.Err() == nil {
		healthy, proven := s.look(ctx, patience)
		if proven {
			attempts, wait = 0, 0
		}
		if healthy {
			s.pause(ctx, watchEvery)
			continue
		}
		pause(ctx, wait)
		attempts++
		wait = retryDial(attempts)
		if err := s.replace(ctx); err != nil {
			zerolog.Ctx(ctx).Warn().Str("err", err.Error()).Int("connection", s.number).Dur("wait", wait).
				Msg("cannot connect to the dingtalk stream, will keep trying")
		}
	}
}

// look reports whether the slot has a connection that needs no successor, and
// once of each connection that it proved itself.
func (s *slot) look(ctx context.Context, patience time.Duration) (healthy, proven bool) {
	s.mu.Lock()
	l := s.line
	s.mu.Unlock()
	if l == nil {
		return false, false
	}
	up, replace := l.state(ctx, time.Now(), patience)
	s.stream.setConnected(s.number, up)
	return !replace, up && l.prove(time.Now())
}

// replace opens a new connection and only then lets the old one go.
func (s *slot) replace(ctx context.Context) error {
	l, err := s.dial(ctx)
	if err != nil {
		return err
	}
	s.mu.Lock()
	old := s.line
	s.line = l
	s.mu.Unlock()
	s.stream.setConnected(s.number, true)
	if old != nil {
		// Frames that were already on their way are still read and acked.
		time.AfterFunc(3*time.Second, old.client.Close)
		zerolog.Ctx(ctx).Info().Int("connection", s.number).Msg("dingtalk stream connection replaced")
	} else {
		zerolog.Ctx(ctx).Info().Int("connection", s.number).Msg("dingtalk stream connected")
	}
	return nil
}

func (s *slot) dial(ctx context.Context) (*line, error) {
	l := &line{began: time.Now(), lastFrame: time.Now()}
	l.client = s.stream.newClient(callbacks{
		log:   zerolog.Ctx(ctx),
		heard: func() { l.heard(time.Now()) },
		leaving: func() {
			l.mu.Lock()
			l.leaving = true
			l.mu.Unlock()
			s.nudge()
			s.awaitSuccessor(ctx, l)
		},
	})
	dialing, cancel := context.WithTimeout(ctx, dialWithin)
	defer cancel()
	if err := l.client.Start(dialing); err != nil {
		l.client.Close()
		return nil, redacted(err)
	}
	return l, nil
}

// awaitSuccessor keeps the SDK from closing a connection that the platform is
// about to close, until there is another one.
func (s *slot) awaitSuccessor(ctx context.Context, l *line) {
	for deadline := time.Now().Add(5 * time.Second); time.Now().Before(deadline) && ctx.Err() == nil; {
		s.mu.Lock()
		replaced := s.line != l
		s.mu.Unlock()
		if replaced {
			return
		}
		pause(ctx, 20*time.Millisecond)
	}
}

func (s *slot) hangUp(ctx context.Context) {
	s.mu.Lock()
	l := s.line
	s.line = nil
	s.mu.Unlock()
	s.stream.drain()
	if l != nil {
		pause(ctx, ackWithin)
		l.client.Close()
	}
	s.stream.setConnected(s.number, false)
}

// retryDial is the wait after so many failures in a row: one second doubled, at
// most half a minute, and a fifth of chance so that replicas do not come in step.
// A message that was not acked comes again after a minute, and must find somebody.
func retryDial(failures int) time.Duration {
	d := min(time.Second<<min(failures-1, 5), 30*time.Second)
	return d + time.Duration(rand.Int64N(int64(d/5))) //nolint:gosec // chance is no secret
}

// nudge makes the slot look after its connection at once. It never blocks.
func (s *slot) nudge() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

func (s *slot) pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-s.wake:
	case <-t.C:
	}
}

func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}

// callbacks are what a connection reports.
type callbacks struct {
	log     *zerolog.Logger
	heard   func()
	leaving func()
}

// newClient makes an SDK client that reports to cb. Everything must be
// registered before it starts: its tables are not guarded.
func (s *Stream) newClient(cb callbacks) *client.StreamClient {
	c := client.NewStreamClient(
		client.WithAppCredential(client.NewAppCredentialConfig(s.cfg.ClientID, s.cfg.ClientSecret)),
		client.WithOpenApiHost(s.cfg.APIHost),
		client.WithAutoReconnect(false),
		client.WithKeepAlive(20*time.Second),
		client.WithMaxPendingHandlers(pending),
	)
	onPing := c.OnPing
	c.RegisterRouter("SYSTEM", "ping", func(ctx context.Context, df *payload.DataFrame) (*payload.DataFrameResponse, error) {
		cb.heard()
		return onPing(ctx, df)
	})
	c.RegisterRouter("SYSTEM", "disconnect", func(context.Context, *payload.DataFrame) (*payload.DataFrameResponse, error) {
		cb.leaving()
		return payload.NewSuccessDataFrameResponse(), nil
	})
	c.RegisterCallbackRouter(payload.BotMessageCallbackTopic, func(ctx context.Context, df *payload.DataFrame) (*payload.DataFrameResponse, error) {
		cb.heard()
		return s.onMessage(ctx, cb.log, df), nil
	})
	c.RegisterCallbackRouter(payload.CardInstanceCallbackTopic, func(ctx context.Context, df *payload.DataFrame) (*payload.DataFrameResponse, error) {
		cb.heard()
		return s.onCard(ctx, cb.log, df), nil
	})
	c.RegisterAllEventRouter(func(ctx context.Context, df *payload.DataFrame) (*payload.DataFrameResponse, error) {
		cb.heard()
		return s.onEvent(ctx, cb.log, df), nil
	})
	return c
}
