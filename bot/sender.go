package bot

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"

	"guanjia/scheduler"
)

// SenderConfig tunes a Sender. The zero value is fit for use.
type SenderConfig struct {
	// Workers is how many recipients are served at a time, of those that waited, and
	// of those that did not need to; zero means 32.
	Workers int
	// PageWorkers are further ones that serve pages only, so that a page never waits
	// for a platform that is slow with everything else; zero means 8.
	PageWorkers int
	// Timeout bounds one send and must be shorter than the store's lease; zero
	// means 8 s.
	Timeout time.Duration
	// Turned, if set, is told of every look at the outbox.
	Turned func(at time.Time, err error)
}

// Sender takes messages from the outbox, most important first and in order per
// recipient, and hands them to the platform until they are sent or given up.
type Sender struct {
	outbox   Outbox
	platform Platform
	cfg      SenderConfig
	loop     scheduler.Loop[Parcel]
	pages    scheduler.Loop[Parcel]
	// stopping is set once nothing new is to be begun.
	stopping atomic.Bool
	said     said
	absence  absence
}

// NewSender makes a sender; Run sets it going.
func NewSender(outbox Outbox, platform Platform, cfg SenderConfig) *Sender {
	if cfg.Workers == 0 {
		cfg.Workers = 32
	}
	if cfg.PageWorkers == 0 {
		cfg.PageWorkers = 8
	}
	if cfg.Timeout == 0 {
		cfg.Timeout = 8 * time.Second
	}
	s := &Sender{outbox: outbox, platform: platform, cfg: cfg}
	s.loop = scheduler.Loop[Parcel]{Name: "outbox", Claim: s.claimUpTo(PriorityNormal), Do: s.send, Workers: cfg.Workers, Hands: cfg.Workers, Turned: cfg.Turned}
	s.pages = scheduler.Loop[Parcel]{Name: "pages", Claim: s.claimUpTo(PriorityPage), Do: s.send, Workers: cfg.PageWorkers}
	return s
}

// Wake makes the sender look at the outbox at once. It never blocks.
func (s *Sender) Wake() {
	s.pages.Wake()
	s.loop.Wake()
}

// Reserve gets a free hand for a message that is about to be committed and leased
// in one; see scheduler.Loop.
func (s *Sender) Reserve() (give func(p *Parcel), ok bool) {
	if s.stopping.Load() || s.absence.suspected() {
		return nil, false
	}
	return s.loop.Reserve()
}

// Run sends until ctx ends, and then waits for what is in flight.
func (s *Sender) Run(ctx context.Context) error {
	defer context.AfterFunc(ctx, func() { s.stopping.Store(true) })()
	var pages sync.WaitGroup
	pages.Go(func() { _ = s.pages.Run(ctx) }) // returns nil, as the other does
	defer pages.Wait()
	return s.loop.Run(ctx)
}

// send does a parcel and, as long as there are any and nobody asked to stop,
// those that wait behind it for its recipient. Only where the first was tried again
// and again can they have waited for long: the age of others may be nothing but the
// difference between this clock and the one of whoever made them.
func (s *Sender) send(ctx context.Context, p Parcel) {
	late := p.Attempt >= triesInOutage
	for next := &p; next != nil; {
		next = s.one(ctx, *next, late)
	}
}

func (s *Sender) one(work context.Context, p Parcel, late bool) (next *Parcel) {
	o, merged := merge(p, late, time.Now())
	log := zerolog.Ctx(work).With().Str("out_id", o.ID).Str("to", string(o.To)).
		Str("via", string(o.via())).Int("attempt", p.Attempt).Logger()
	work = log.WithContext(work)
	if how, ok := s.said.find(o.ID); ok {
		return s.done(work, p, how.count-1, how.Delivery)
	}
	start := time.Now()
	ours := p.ours(start, s.cfg.Timeout)
	if ours < lastTry {
		log.Info().Msg("the lease on a message is too short to send it, giving it back")
		s.giveBack(work, p, start)
		return nil
	}
	ctx, cancel := context.WithTimeout(work, min(s.cfg.Timeout, ours, max(lastTry, o.left(start))))
	defer cancel()
	receipt, err := s.guarded(ctx, o)
	switch {
	case err == nil:
		log.Info().Int("merged", merged).Dur("took", time.Since(start)).Msg("message sent")
		return s.done(work, p, merged, Delivery{OK: true, Receipt: receipt})
	case finalFailure(o, err, time.Now()):
		log.WithLevel(concern(o)).Err(err).Msg("message given up")
		return s.done(work, p, merged, Delivery{Reason: reason(err)})
	default:
		s.retry(work, p, err)
	}
	return nil
}

func (s *Sender) guarded(ctx context.Context, o Outgoing) (receipt string, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return s.platform.Send(ctx, o)
}

// done takes the parcel's first message and the merged ones out of the outbox,
// and returns what waits behind them.
func (s *Sender) done(ctx context.Context, p Parcel, merged int, how Delivery) (next *Parcel) {
	now := time.Now()
	ds := make([]Delivery, 0, 1+merged)
	for _, o := range append([]Outgoing{p.Outgoing}, p.More[:merged]...) {
		d := how
		d.ID, d.To, d.Via, d.At = o.ID, o.To, o.via(), now
		if !d.OK {
			d.Text = o.Text
		}
		ds = append(ds, d)
	}
	return s.record(ctx, p, ds)
}

// triesInOutage is how often a message is tried at least in an outage that is long
// enough for others behind it to become stale.
const triesInOutage = 4

// The longest pause between two tries: when the platform is back, somebody who
// is called must hear of it at once. The last try has lastTry.
const (
	mostWait     = 10 * time.Second
	mostPageWait = 2 * time.Second
	lastTry      = time.Second
)

// leaseMargin is how long before the end of its lease a send is broken off.
const leaseMargin = 500 * time.Millisecond

func (s *Sender) retry(ctx context.Context, p Parcel, err error) {
	most := mostWait
	if p.Outgoing.Priority == PriorityPage {
		most = mostPageWait
	}
	wait := scheduler.Backoff(p.Attempt, 500*time.Millisecond, most)
	level := zerolog.WarnLevel
	if se, ok := errors.AsType[*SendError](err); ok {
		if se.After > 0 {
			wait = se.After
		}
		if se.Throttled {
			level = zerolog.InfoLevel // it goes out as fast as it may
		}
	}
	wait = min(wait, max(0, p.Outgoing.left(time.Now()))+time.Millisecond) // and then it is given up
	zerolog.Ctx(ctx).WithLevel(level).Err(err).Dur("wait", wait).Msg("message not sent, will be tried again")
	s.giveBack(ctx, p, time.Now().Add(wait))
}

// giveBack lets a parcel be claimed again at a time.
func (s *Sender) giveBack(ctx context.Context, p Parcel, at time.Time) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordIn)
	defer cancel()
	if err := s.outbox.RetryParcel(ctx, p, at); err != nil && !errors.Is(err, ErrFenced) {
		zerolog.Ctx(ctx).Warn().Err(err).Msg("cannot give a parcel back, its lease will run out")
	}
	s.Wake()
}

// finalFailure reports whether trying again is of no use. An error without a
// verdict of the platform, such as a lost connection, is worth another try.
func finalFailure(o Outgoing, err error, now time.Time) bool {
	se, ok := errors.AsType[*SendError](err)
	if ok && !se.Retry {
		return true
	}
	return o.left(now) < 0
}

// ours is for how long nobody else says the message, as far as that is less than most.
func (p Parcel) ours(now time.Time, most time.Duration) time.Duration {
	if p.Until.IsZero() {
		return max(most, lastTry)
	}
	return p.Until.Sub(now) - leaseMargin
}

// left is how long it is worth trying to send a message.
func (o Outgoing) left(now time.Time) time.Duration {
	limit := o.GiveUpAfter
	if limit == 0 {
		limit = 24 * time.Hour
	}
	return o.CreatedAt.Add(limit).Sub(now)
}

// concern is how loudly a message is given up: of one that is reported somebody
// hears, who finds another way; of any other only the log tells.
func concern(o Outgoing) zerolog.Level {
	if o.Report != "" {
		return zerolog.WarnLevel
	}
	return zerolog.ErrorLevel
}

func reason(err error) string {
	if se, ok := errors.AsType[*SendError](err); ok && se.Reason != "" {
		return se.Reason
	}
	return "平台没有接受这条消息"
}

func (o Outgoing) via() Via {
	if o.Via == "" {
		return ViaChat
	}
	return o.Via
}
