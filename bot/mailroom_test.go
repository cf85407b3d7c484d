package bot_test

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"

	"guanjia/bot"
)

// lease is how long claimed work belongs to whoever claimed it.
const lease = 10 * time.Second

var errStoreAway = errors.New("store away")

// lane is what waits for one conversation, or for one recipient and priority.
type lane[T any] struct {
	name     string
	priority bot.Priority
	waiting  []T
	claimAt  time.Time
	fence    int64
	attempt  int
}

func (l *lane[T]) take(now time.Time) {
	l.claimAt, l.attempt = now.Add(lease), l.attempt+1
	l.fence = l.claimAt.UnixNano() + int64(l.attempt)
}

// end takes the first n out; what is behind them can be claimed at once.
func (l *lane[T]) end(n int, now time.Time) {
	l.waiting, l.claimAt, l.fence, l.attempt = l.waiting[n:], now, 0, 0
}

// mailroom is a store in memory: Mailbox and Committer.
type mailroom struct {
	mu    sync.Mutex
	lanes []*lane[bot.Message]
	// handOn makes the end of a message lease the conversation's next one.
	handOn bool
	// finishing and burying, if set, may refuse a write.
	finishing, burying func() error
	claiming           func() error
	releasing          func() error

	done     []bot.Change
	said     []bot.Outgoing
	buried   map[string]string
	released []bot.Mail
}

func newMailroom(handOn bool) *mailroom {
	return &mailroom{handOn: handOn, buried: map[string]string{}}
}

// post puts messages from conversation into its lane.
func (r *mailroom) post(conversation string, ids ...string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	l := laneOf(&r.lanes, conversation, 0)
	for _, id := range ids {
		l.waiting = append(l.waiting, bot.Message{
			ID: id, Conversation: conversation, Kind: bot.KindText, Text: id, Sender: bot.Person{StaffID: "u-" + conversation},
		})
	}
}

func laneOf[T any](lanes *[]*lane[T], name string, p bot.Priority) *lane[T] {
	i := slices.IndexFunc(*lanes, func(l *lane[T]) bool { return l.name == name && l.priority == p })
	if i < 0 {
		*lanes = append(*lanes, &lane[T]{name: name, priority: p})
		i = len(*lanes) - 1
	}
	return (*lanes)[i]
}

// refused tells what a call of the store comes to before it has an effect.
func refused(ctx context.Context, hook func() error) error {
	if hook == nil || ctx.Err() != nil {
		return ctx.Err()
	}
	return hook()
}

// claim leases lanes, most important and longest due first, and tells when the
// next can be claimed.
func claim[T any](lanes []*lane[T], now time.Time, n int) (got []*lane[T], next time.Time) {
	order := slices.Clone(lanes)
	slices.SortStableFunc(order, func(a, b *lane[T]) int {
		return cmp.Or(cmp.Compare(a.priority, b.priority), a.claimAt.Compare(b.claimAt))
	})
	for _, l := range order {
		switch {
		case len(l.waiting) == 0:
		case l.claimAt.After(now) || len(got) == n:
			if next.IsZero() || l.claimAt.Before(next) {
				next = l.claimAt
			}
		default:
			l.take(now)
			got = append(got, l)
		}
	}
	return got, next
}

func (r *mailroom) ClaimMail(ctx context.Context, now time.Time, n int) (mail []bot.Mail, next time.Time, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := refused(ctx, r.claiming); err != nil {
		return nil, time.Time{}, err
	}
	got, next := claim(r.lanes, now, n)
	for _, l := range got {
		mail = append(mail, bot.Mail{Message: l.waiting[0], Fence: l.fence, Attempt: l.attempt})
	}
	return mail, next, nil
}

// held is the lane of a message whose lease still holds.
func (r *mailroom) held(m bot.Mail) (*lane[bot.Message], error) {
	l := laneOf(&r.lanes, m.Message.Conversation, 0)
	if len(l.waiting) == 0 || l.waiting[0].ID != m.Message.ID || l.fence != m.Fence {
		return nil, bot.ErrFenced
	}
	return l, nil
}

func (r *mailroom) FinishMail(ctx context.Context, c bot.Change, now time.Time) (*bot.Mail, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := refused(ctx, r.finishing); err != nil {
		return nil, err
	}
	l, err := r.held(*c.Done.Mail)
	if err != nil {
		return nil, err
	}
	r.done, r.said = append(r.done, c), append(r.said, c.Say...)
	l.end(1, time.Now())
	if now.IsZero() || !r.handOn || len(l.waiting) == 0 {
		return nil, nil
	}
	l.take(now)
	return &bot.Mail{Message: l.waiting[0], Fence: l.fence, Attempt: l.attempt}, nil
}

func (r *mailroom) ReleaseMail(ctx context.Context, m bot.Mail, at time.Time) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.released = append(r.released, m)
	if err := refused(ctx, r.releasing); err != nil {
		return err
	}
	l, err := r.held(m)
	if err == nil {
		l.claimAt, l.fence = at, 0
	}
	return err
}

func (r *mailroom) BuryMail(ctx context.Context, m bot.Mail, now time.Time, reason string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := refused(ctx, r.burying); err != nil {
		return err
	}
	l, err := r.held(m)
	if err == nil {
		r.buried[m.Message.ID] = reason
		l.end(1, now)
	}
	return err
}

func (r *mailroom) Commit(_ context.Context, c bot.Change) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.said = append(r.said, c.Say...)
	return nil
}

// ended lists the messages that were handled, in the order of their commits.
func (r *mailroom) ended() (ids []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, c := range r.done {
		ids = append(ids, c.Done.Mail.Message.ID)
	}
	return ids
}

// bubble is a test whose time is its own.
type bubble struct{ *testing.T }

// wait lets time pass until everything that is due by then has happened.
func wait(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// begin runs a loop in a bubble and returns what stops it and waits for its
// end, and everything that it logged.
func begin(tb testing.TB, run func(context.Context) error) (stop func(), log *logged) {
	tb.Helper()
	log = &logged{}
	ctx, cancel := context.WithCancel(zerolog.New(log).WithContext(tb.Context()))
	var running sync.WaitGroup
	running.Go(func() {
		if err := run(ctx); err != nil {
			tb.Errorf("Run: %v", err)
		}
	})
	stop = sync.OnceFunc(func() { cancel(); running.Wait() })
	tb.Cleanup(stop)
	return stop, log
}

// logged keeps the lines of a log.
type logged struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.Write(p)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.String()
}
