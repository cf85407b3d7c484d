package scheduler

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"
)

// Loop claims work that is due and does it, a bounded number of pieces at a
// time. It is the engine under deadlines, mailboxes and the outbox alike.
type Loop[T any] struct {
	// Name is for the log.
	Name string
	// Claim leases up to n pieces that are due at now and tells when the next one
	// is (zero: none waits). It is never called concurrently with itself.
	Claim func(ctx context.Context, now time.Time, n int) (work []T, next time.Time, err error)
	// Do does one piece. Its context outlives Run's by Grace, so that a shutdown
	// lets work in flight finish. Where it leaves work to be claimed it calls Wake.
	Do func(ctx context.Context, work T)
	// Workers is how many claimed pieces are in flight at most.
	Workers int
	// Hands is how many further pieces, leased by others for this loop, are in
	// flight at most; see Reserve.
	Hands int
	// MaxIdle is the longest sleep between two claims; zero means 250 ms. It is
	// what it costs to see work that another process added.
	MaxIdle time.Duration
	// Grace bounds how long Run waits for work in flight; zero means 20 s.
	Grace time.Duration
	// Turned, if set, is told of every claim that came back, with its error.
	Turned func(at time.Time, err error)

	wake  chan struct{}
	once  sync.Once
	hands atomic.Pointer[hands]
}

// hands are the free hands of a loop that runs, and the context of their work.
type hands struct {
	free tokens
	work context.Context //nolint:containedctx // that of the run they belong to
}

// Reserve gets a free hand of a loop that runs, for a piece of work that is about
// to be leased: then it needs no claim. give must be called once, soon, with the
// piece, or with nil when there is none after all.
func (l *Loop[T]) Reserve() (give func(work *T), ok bool) {
	h := l.hands.Load()
	if h == nil {
		return nil, false
	}
	select {
	case <-h.free:
	default:
		return nil, false
	}
	return func(work *T) {
		if work == nil {
			h.free.put(1)
			return
		}
		go func() {
			defer h.free.put(1)
			l.Do(h.work, *work)
		}()
	}, true
}

// openHands lets Reserve succeed, until the returned function is called; that
// waits for what was handed over.
func (l *Loop[T]) openHands(work context.Context) (shut func()) {
	h := &hands{newTokens(l.Hands), work}
	l.hands.Store(h)
	return func() {
		l.hands.Store(nil)
		for range l.Hands {
			<-h.free
		}
	}
}

// Wake makes the loop look for work at once. It never blocks.
func (l *Loop[T]) Wake() {
	select {
	case l.waker() <- struct{}{}:
	default:
	}
}

// Run works until ctx ends, then waits for what is in flight. It returns nil.
func (l *Loop[T]) Run(ctx context.Context) error {
	work, stop := graceful(ctx, l.grace())
	defer stop()
	defer l.openHands(work)()
	free := newTokens(max(1, l.Workers))
	hire, dismiss := l.crew(work, free)
	defer dismiss()
	var outage outage
	for {
		n := free.take(ctx)
		if n == 0 {
			return nil
		}
		got, next, err := l.Claim(ctx, time.Now(), n)
		l.report(ctx, &outage, err)
		free.put(n - len(got))
		for _, w := range got {
			hire(w)
		}
		if len(got) == n && err == nil {
			continue
		}
		if !l.sleep(ctx, next, err) {
			return nil
		}
	}
}

// crew gives what does a piece of work that has a token: a worker that is idle, or
// else a new one. Workers stay: the stack of each has grown to what Do needs, and
// would have to anew. dismiss waits for all of them.
func (l *Loop[T]) crew(ctx context.Context, free tokens) (hire func(piece T), dismiss func()) {
	var workers sync.WaitGroup
	pieces, hired := make(chan T), 0
	hire = func(piece T) {
		select {
		case pieces <- piece:
			return
		default:
		}
		if hired == cap(free) {
			pieces <- piece // one that just gave its token back is about to take it
			return
		}
		hired++
		workers.Go(func() {
			for more := true; more; piece, more = <-pieces {
				l.Do(ctx, piece)
				free.put(1)
			}
		})
	}
	return hire, func() {
		close(pieces)
		workers.Wait()
	}
}

// tokens are the free workers.
type tokens chan struct{}

func newTokens(n int) tokens {
	t := make(tokens, n)
	t.put(n)
	return t
}

// take waits for a token and takes all that are there; zero means that ctx ended.
func (t tokens) take(ctx context.Context) int {
	if ctx.Err() != nil {
		return 0
	}
	select {
	case <-ctx.Done():
		return 0
	case <-t:
	}
	n := 1
	for {
		select {
		case <-t:
			n++
		default:
			return n
		}
	}
}

func (t tokens) put(n int) {
	for range n {
		t <- struct{}{}
	}
}

func (l *Loop[T]) sleep(ctx context.Context, next time.Time, err error) bool {
	d := l.MaxIdle
	if d == 0 {
		d = 250 * time.Millisecond
	}
	if err == nil && !next.IsZero() {
		d = min(d, max(0, time.Until(next)))
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-l.waker():
	case <-timer.C:
	}
	return true
}

// report logs the beginning and the end of an outage, not every turn of it.
func (l *Loop[T]) report(ctx context.Context, o *outage, err error) {
	if ctx.Err() != nil {
		return
	}
	if l.Turned != nil {
		l.Turned(time.Now(), err)
	}
	switch o.changed(err) {
	case began:
		zerolog.Ctx(ctx).Warn().Err(err).Str("loop", l.Name).Msg("cannot claim work, will keep trying")
	case ended:
		zerolog.Ctx(ctx).Info().Str("loop", l.Name).Msg("claiming work again")
	case same:
	}
}

func (l *Loop[T]) waker() chan struct{} {
	l.once.Do(func() { l.wake = make(chan struct{}, 1) })
	return l.wake
}

func (l *Loop[T]) grace() time.Duration {
	if l.Grace > 0 {
		return l.Grace
	}
	return 20 * time.Second
}

// graceful returns a context that ends grace after ctx did, or at stop.
func graceful(ctx context.Context, grace time.Duration) (context.Context, context.CancelFunc) {
	work, cancel := context.WithCancel(context.WithoutCancel(ctx))
	unhook := context.AfterFunc(ctx, func() {
		t := time.AfterFunc(grace, cancel)
		context.AfterFunc(work, func() { t.Stop() })
	})
	return work, func() { unhook(); cancel() }
}

type outage struct{ down bool }

type transition int

const (
	same transition = iota
	began
	ended
)

func (o *outage) changed(err error) transition {
	down := err != nil
	if down == o.down {
		return same
	}
	o.down = down
	if down {
		return began
	}
	return ended
}
