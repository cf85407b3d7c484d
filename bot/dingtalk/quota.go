package dingtalk

import (
	"context"
	"sync"
	"time"

	"guanjia/bot"
)

// What is refused before the month's calls are used up, so that an expert can
// still be called: small talk from the first share on, and everything but pages
// and answers from the second.
const (
	smallTalkUntil = 0.80
	othersUntil    = 0.95
)

// lookAgain is for how long a month's count is taken as known.
const lookAgain = 5 * time.Second

// budget knows how much of the month's calls is used.
type budget struct {
	mu   sync.Mutex
	at   time.Time
	used int64
}

// spend refuses a call of the metered API that is to be kept for a page. What
// answers somebody is never refused here: it is sent this way only because their
// reply address failed.
func (p *Platform) spend(ctx context.Context, o bot.Outgoing) error {
	quota := float64(p.api.cfg.MonthlyQuota.API)
	if o.Priority == bot.PriorityPage || o.Reply.URL != "" || quota <= 0 || p.api.meter == nil {
		return nil
	}
	limit := othersUntil
	if o.Mergeable {
		limit = smallTalkUntil
	}
	if float64(p.budget.look(ctx, p.api.meter, time.Now())) < quota*limit {
		return nil
	}
	return &bot.SendError{Reason: "本月接口额度只剩下留给紧急呼叫的部分"}
}

// look is the month's count, as it was at most lookAgain ago; when it cannot be
// asked, nobody is refused for it.
func (b *budget) look(ctx context.Context, m Meter, now time.Time) int64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	if now.Sub(b.at) < lookAgain {
		return b.used
	}
	b.at, b.used = now, 0
	if n, err := m.Usage(ctx, "api", now.Format("2006-01")); err == nil {
		b.used = n
	}
	return b.used
}
