package scheduler

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"time"

	"github.com/rs/zerolog"
)

// Queue keeps deadlines durably; the store implements it.
type Queue interface {
	// ClaimDeadlines leases up to n deadlines that are due at now, expired leases
	// first, and tells when the next one is due (zero: none).
	ClaimDeadlines(ctx context.Context, now time.Time, n int) (cs []Claimed, next time.Time, err error)
	// ReleaseDeadline gives a claimed deadline back, to be due again at the given time.
	ReleaseDeadline(ctx context.Context, c Claimed, at time.Time) error
	// PostponeDeadline is the same for one that was not fired: its claim does not count.
	PostponeDeadline(ctx context.Context, c Claimed, at time.Time) error
	// BuryDeadline moves one that cannot be fired to the dead letters, with the reason.
	BuryDeadline(ctx context.Context, c Claimed, now time.Time, reason string) error
}

// Handler does what a deadline is for, and commits it together with the
// deadline's end. A deadline whose subject has moved on is ended without effect;
// that is not an error.
type Handler interface {
	Fire(ctx context.Context, c Claimed, now time.Time) error
}

// Config tunes a Scheduler. The zero value is fit for use.
type Config struct {
	// Workers is how many deadlines are fired at a time; zero means 512, so that calls
	// to the store share round trips when many are due at once: with 64 a burst takes
	// half as long again.
	Workers int
	// CallsOut, if set, tells the kinds whose handlers ask another service, which may
	// be slow and limits its callers. Callers is how many of those are fired at a time,
	// and zero means 32; what is more is put off for a moment, so that they never hold
	// up the others.
	CallsOut func(kind string) bool
	Callers  int
	// Timeout bounds one firing and must be shorter than the store's lease; zero
	// means 8 s.
	Timeout time.Duration
	// MaxAttempts is after how many claims a deadline goes to the dead letters;
	// zero means 50 (about half an hour of retries).
	MaxAttempts int
	// Turned, if set, is told of every look at the queue.
	Turned func(at time.Time, err error)
	// Fired, if set, is told how late a deadline was when its firing began.
	Fired func(kind string, lag time.Duration, err error)
}

// Scheduler fires the deadlines of a queue.
type Scheduler struct {
	queue   Queue
	handler Handler
	cfg     Config
	loop    Loop[Claimed]
	callers tokens
}

// New makes a scheduler; Run sets it going.
func New(q Queue, h Handler, cfg Config) *Scheduler {
	if cfg.Workers == 0 {
		cfg.Workers = 512
	}
	if cfg.CallsOut == nil {
		cfg.CallsOut = func(string) bool { return false }
	}
	if cfg.Callers == 0 {
		cfg.Callers = 32
	}
	if cfg.Timeout == 0 {
		cfg.Timeout = 8 * time.Second
	}
	if cfg.MaxAttempts == 0 {
		cfg.MaxAttempts = 50
	}
	s := &Scheduler{queue: q, handler: h, cfg: cfg, callers: newTokens(cfg.Callers)}
	s.loop = Loop[Claimed]{Name: "deadlines", Claim: q.ClaimDeadlines, Do: s.do, Workers: cfg.Workers, Turned: cfg.Turned}
	return s
}

// Wake makes the scheduler look at its queue at once. It never blocks.
func (s *Scheduler) Wake() { s.loop.Wake() }

// Run fires deadlines until ctx ends, and then waits for those in flight.
func (s *Scheduler) Run(ctx context.Context) error { return s.loop.Run(ctx) }

// do fires a deadline, unless it would be one too many of those that call out.
func (s *Scheduler) do(ctx context.Context, c Claimed) {
	if s.cfg.CallsOut(c.Kind) {
		select {
		case <-s.callers:
			defer s.callers.put(1)
		default:
			s.postpone(ctx, c)
			return
		}
	}
	s.fire(ctx, c)
}

// callAgain is when a deadline that found all callers busy is looked at again.
const callAgain = time.Second

func (s *Scheduler) postpone(ctx context.Context, c Claimed) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	if err := s.queue.PostponeDeadline(ctx, c, time.Now().Add(callAgain)); err != nil {
		zerolog.Ctx(ctx).Warn().Err(err).Str("deadline", c.ID).Msg("cannot put off a deadline, its lease will run out")
	}
}

func (s *Scheduler) fire(ctx context.Context, c Claimed) {
	log := zerolog.Ctx(ctx).With().Str("deadline", c.ID).Str("kind", c.Kind).Int("attempt", c.Attempt).Logger()
	ctx, cancel := context.WithTimeout(log.WithContext(ctx), s.cfg.Timeout)
	defer cancel()
	now := time.Now()
	err := s.guarded(ctx, c, now)
	if s.cfg.Fired != nil {
		s.cfg.Fired(c.Kind, now.Sub(c.Due), err)
	}
	if err == nil {
		log.Info().Dur("lag", now.Sub(c.Due)).Msg("deadline fired")
		return
	}
	s.failed(context.WithoutCancel(ctx), c, err)
}

// guarded turns a panic into an error: one bad deadline must not stop the others.
func (s *Scheduler) guarded(ctx context.Context, c Claimed, now time.Time) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return s.handler.Fire(ctx, c, now)
}

func (s *Scheduler) failed(ctx context.Context, c Claimed, err error) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	log := zerolog.Ctx(ctx)
	if c.Attempt >= s.cfg.MaxAttempts && !errors.Is(err, ErrNewer) {
		log.Error().Err(err).Msg("deadline given up, it is among the dead letters")
		if err := s.queue.BuryDeadline(ctx, c, time.Now(), err.Error()); err != nil {
			log.Warn().Err(err).Msg("cannot bury deadline, its lease will run out")
		}
		return
	}
	log.Warn().Err(err).Msg("deadline failed, will be fired again")
	if err := s.queue.ReleaseDeadline(ctx, c, time.Now().Add(Backoff(c.Attempt, time.Second, time.Minute))); err != nil {
		log.Warn().Err(err).Msg("cannot release deadline, its lease will run out")
	}
	s.Wake()
}

// ErrNewer is returned for work that a newer version of the program must do: it
// is put off until that version takes it, and never given up.
var ErrNewer = errors.New("written by a newer version of the program")

// Yield waits before work that met a conflict is decided again, so that those who
// fight over one document come by turns: not at all after the first try, then up
// to a few milliseconds more each time. It returns the error of a ctx that ends.
func Yield(ctx context.Context, try int) error {
	if try > 1 {
		Pause(ctx, rand.N(time.Duration(min(try, 20))*2*time.Millisecond)) //nolint:gosec // chance is no secret
	}
	return ctx.Err()
}

// Pause waits, and reports whether ctx goes on.
func Pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}

// Backoff is how long to wait before the next try: base doubled with every
// attempt from the first, at most limit.
func Backoff(attempt int, base, limit time.Duration) time.Duration {
	d := base
	for range max(0, attempt-1) {
		if d >= limit {
			return limit
		}
		d *= 2
	}
	return min(d, limit)
}
