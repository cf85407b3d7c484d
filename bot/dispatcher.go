package bot

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"

	"guanjia/scheduler"
)

// DispatcherConfig tunes a Dispatcher. The zero value is fit for use.
type DispatcherConfig struct {
	// Workers is how many conversations are handled at a time; zero means 64.
	Workers int
	// Timeout bounds the handling of one message and must be shorter than the
	// store's lease; zero means 9 s.
	Timeout time.Duration
	// MaxAttempts is after how many claims a message goes to the dead letters;
	// zero means 5.
	MaxAttempts int
	// Apologize makes the words for a person whose message could not be handled:
	// a UserError's text, or a neutral sentence with the id that is in the log.
	Apologize func(m Message, id string, ue *UserError) Outgoing
	// Handled, if set, is told of every message that was handled.
	Handled func(kind Kind, took time.Duration, err error)
	// Turned, if set, is told of every look at the mailboxes.
	Turned func(at time.Time, err error)
}

// Dispatcher takes messages from the mailboxes, one conversation at a time and
// in order, gives each to the handler, and commits what the handler decided.
type Dispatcher struct {
	mail    Mailbox
	commit  Committer
	handler Handler
	cfg     DispatcherConfig
	loop    scheduler.Loop[Mail]
	// stopping is set once nothing new is to be begun.
	stopping atomic.Bool
}

// NewDispatcher makes a dispatcher; Run sets it going.
func NewDispatcher(mail Mailbox, commit Committer, h Handler, cfg DispatcherConfig) *Dispatcher {
	if cfg.Workers == 0 {
		cfg.Workers = 64
	}
	if cfg.Timeout == 0 {
		cfg.Timeout = 9 * time.Second
	}
	if cfg.MaxAttempts == 0 {
		cfg.MaxAttempts = 5
	}
	d := &Dispatcher{mail: mail, commit: commit, handler: h, cfg: cfg}
	d.loop = scheduler.Loop[Mail]{Name: "mail", Claim: mail.ClaimMail, Do: d.handle, Workers: cfg.Workers, Turned: cfg.Turned}
	return d
}

// Wake makes the dispatcher look for mail at once. It never blocks.
func (d *Dispatcher) Wake() { d.loop.Wake() }

// Run handles mail until ctx ends, and then waits for what is in flight.
func (d *Dispatcher) Run(ctx context.Context) error {
	defer context.AfterFunc(ctx, func() { d.stopping.Store(true) })()
	return d.loop.Run(ctx)
}

// inARow is how many messages of a conversation are handled in a row. After
// that it is claimed anew, behind those that have waited longer.
const inARow = 16

// handle does a message and, as long as there are any and nobody asked to stop,
// some of those that wait behind it in its conversation.
func (d *Dispatcher) handle(ctx context.Context, m Mail) {
	done := 0
	for next := &m; next != nil; {
		done++
		next = d.one(ctx, *next, done < inARow)
	}
	if done == inARow {
		d.Wake() // what waits behind them is left to be claimed
	}
}

func (d *Dispatcher) one(ctx context.Context, m Mail, more bool) (next *Mail) {
	log := zerolog.Ctx(ctx).With().
		Str("msg_id", m.Message.ID).Str("conversation", m.Message.Conversation).
		Str("user", m.Message.Sender.Identity()).Int("attempt", m.Attempt).Logger()
	ctx, cancel := context.WithTimeout(log.WithContext(ctx), d.cfg.Timeout)
	defer cancel()
	start := time.Now()
	next, err := d.settle(ctx, m, more)
	if d.cfg.Handled != nil {
		d.cfg.Handled(m.Message.Kind, time.Since(start), err)
	}
	switch {
	case err == nil:
		log.Info().Dur("took", time.Since(start)).Msg("message handled")
	case errors.Is(err, ErrFenced):
		log.Warn().Msg("lost the lease on a message: another replica has it, or it was done")
	default:
		d.failed(context.WithoutCancel(ctx), m, err)
	}
	return next
}

// settle decides and commits; a conflict means that the world moved on, so it
// decides again on what is there now.
func (d *Dispatcher) settle(ctx context.Context, m Mail, more bool) (next *Mail, err error) {
	for try := 1; ; try++ {
		change, err := d.decide(ctx, m.Message)
		if err != nil {
			return nil, err
		}
		change.Done = Claim{Mail: &m}
		var leaseAt time.Time
		if more && !d.stopping.Load() {
			leaseAt = time.Now()
		}
		next, err := d.mail.FinishMail(ctx, change, leaseAt)
		if !errors.Is(err, ErrConflict) {
			return next, err
		}
		if scheduler.Yield(ctx, try) != nil {
			return nil, fmt.Errorf("gave up after conflicts: %w", err)
		}
	}
}

// decide asks the handler; what it refuses with words for the person becomes a
// change that says them.
func (d *Dispatcher) decide(ctx context.Context, m Message) (c Change, err error) {
	now := time.Now()
	c, err = d.guarded(ctx, m, now)
	if ue, ok := errors.AsType[*UserError](err); ok {
		if ue.Err != nil {
			zerolog.Ctx(ctx).Info().Err(ue.Err).Msg("refused with an explanation")
		}
		return Change{Now: now, Say: []Outgoing{d.cfg.Apologize(m, "", ue)}}, nil
	}
	return c, err
}

func (d *Dispatcher) guarded(ctx context.Context, m Message, now time.Time) (c Change, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return d.handler.Handle(ctx, m, now)
}

// failed gives the message back for another try, or, when it was tried often
// enough, tells the person and puts it among the dead letters.
func (d *Dispatcher) failed(ctx context.Context, m Mail, err error) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	log, now := zerolog.Ctx(ctx), time.Now()
	if errors.Is(err, scheduler.ErrNewer) || m.Attempt < d.cfg.MaxAttempts {
		log.Warn().Err(err).Msg("message not handled, will be tried again")
		at := now.Add(scheduler.Backoff(m.Attempt, 200*time.Millisecond, 10*time.Second))
		if err := d.mail.ReleaseMail(ctx, m, at); err != nil {
			log.Warn().Err(err).Msg("cannot release message, its lease will run out")
		}
		d.Wake()
		return
	}
	id := incidentID(m.Message.ID)
	log.Error().Err(err).Str("error_id", id).Msg("message given up, it is among the dead letters")
	if err := d.mail.BuryMail(ctx, m, now, err.Error()); err != nil {
		log.Warn().Err(err).Msg("cannot bury message, its lease will run out")
		return
	}
	d.Wake() // for what waits behind it
	sorry := Change{Op: "sorry|" + m.Message.ID, Now: now, Say: []Outgoing{d.cfg.Apologize(m.Message, id, nil)}}
	if err := d.commit.Commit(ctx, sorry); err != nil {
		log.Warn().Err(err).Msg("cannot apologize for a message given up")
	}
}
