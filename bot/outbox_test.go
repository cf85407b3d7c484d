package bot_test

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"guanjia/bot"
)

// followers is how many messages behind the first a parcel shows.
const followers = 4

// outbox is a store in memory: what waits to be said.
type outbox struct {
	mu    sync.Mutex
	lanes []*lane[bot.Outgoing]
	// handOn makes a delivery lease the recipient's next parcel.
	handOn bool
	// recording, if set, is called before a delivery is recorded; recorded after
	// it, when only the answer is lost.
	recording, recorded func() error
	// claiming, if set, is called before parcels are claimed; answering after it, while
	// others may claim too.
	claiming  func() error
	answering func(ps []bot.Parcel)

	delivered []bot.Delivery
}

func newOutbox(handOn bool) *outbox { return &outbox{handOn: handOn} }

// put appends messages; one without a time of creation is made now.
func (b *outbox) put(os ...bot.Outgoing) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, o := range os {
		if o.CreatedAt.IsZero() {
			o.CreatedAt = time.Now()
		}
		l := laneOf(&b.lanes, string(o.To), o.Priority)
		l.waiting = append(l.waiting, o)
	}
	slices.SortStableFunc(b.lanes, func(x, y *lane[bot.Outgoing]) int { return cmp.Compare(x.priority, y.priority) })
}

func parcel(l *lane[bot.Outgoing]) bot.Parcel {
	n := min(len(l.waiting), 1+followers)
	return bot.Parcel{Outgoing: l.waiting[0], More: slices.Clone(l.waiting[1:n]), Fence: l.fence, Attempt: l.attempt, Until: l.claimAt}
}

func (b *outbox) ClaimParcels(ctx context.Context, now time.Time, n int, least bot.Priority) (ps []bot.Parcel, next time.Time, err error) {
	if b.answering != nil {
		defer func() { b.answering(ps) }()
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := refused(ctx, b.claiming); err != nil {
		return nil, time.Time{}, err
	}
	wanted := slices.DeleteFunc(slices.Clone(b.lanes), func(l *lane[bot.Outgoing]) bool { return l.priority > least })
	got, next := claim(wanted, now, n)
	for _, l := range got {
		ps = append(ps, parcel(l))
	}
	return ps, next, nil
}

func (b *outbox) held(p bot.Parcel) (*lane[bot.Outgoing], error) {
	l := laneOf(&b.lanes, string(p.Outgoing.To), p.Outgoing.Priority)
	if len(l.waiting) == 0 || l.waiting[0].ID != p.Outgoing.ID || l.fence != p.Fence {
		return nil, bot.ErrFenced
	}
	return l, nil
}

func (b *outbox) Delivered(ctx context.Context, p bot.Parcel, ds []bot.Delivery, now time.Time, more bool) (*bot.Parcel, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := refused(ctx, b.recording); err != nil {
		return nil, err
	}
	l, err := b.held(p)
	if err != nil {
		return nil, err
	}
	b.delivered = append(b.delivered, ds...)
	l.end(len(ds), now)
	if err := refused(ctx, b.recorded); err != nil {
		return nil, err
	}
	loud := slices.ContainsFunc(b.lanes, func(x *lane[bot.Outgoing]) bool {
		return x.priority < l.priority && len(x.waiting) > 0 && !x.claimAt.After(now)
	})
	if !more || !b.handOn || loud || len(l.waiting) == 0 {
		return nil, nil
	}
	l.take(now)
	return new(parcel(l)), nil
}

func (b *outbox) RetryParcel(ctx context.Context, p bot.Parcel, at time.Time) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	l, err := b.held(p)
	if err == nil {
		l.claimAt, l.fence = at, 0
	}
	return err
}

// left counts what has not been said.
func (b *outbox) left() (n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, l := range b.lanes {
		n += len(l.waiting)
	}
	return n
}

// sent is one call of the platform.
type sent struct {
	bot.Outgoing
	at time.Time
}

// platform is a Platform in memory.
type platform struct {
	// do, if set, answers; its number counts the calls from 1.
	do func(ctx context.Context, o bot.Outgoing, call int) error

	mu     sync.Mutex
	calls  []sent
	inside map[bot.Recipient]int
	torn   bool // two sends to one recipient at a time
	most   int
}

func (p *platform) Send(ctx context.Context, o bot.Outgoing) (string, error) {
	call := p.enter(o)
	defer p.leave(o)
	if p.do != nil {
		if err := p.do(ctx, o, call); err != nil {
			return "", err
		}
	}
	return "receipt of " + o.ID, nil
}

func (p *platform) enter(o bot.Outgoing) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.inside == nil {
		p.inside = map[bot.Recipient]int{}
	}
	p.calls = append(p.calls, sent{o, time.Now()})
	p.inside[o.To]++
	p.torn = p.torn || p.inside[o.To] > 1
	n := 0
	for _, one := range p.inside {
		n += one
	}
	p.most = max(p.most, n)
	return len(p.calls)
}

func (p *platform) leave(o bot.Outgoing) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.inside[o.To]--
}

// ids lists what was handed over, in order.
func (p *platform) ids() (ids []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.calls {
		ids = append(ids, c.ID)
	}
	return ids
}

func sending(tb testing.TB, b *outbox, p *platform, cfg bot.SenderConfig) (stop func(), log *logged) {
	tb.Helper()
	return begin(tb, bot.NewSender(b, p, cfg).Run)
}
