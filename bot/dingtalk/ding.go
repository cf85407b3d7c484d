package dingtalk

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"guanjia/bot"
)

// fallbacks remembers which ones were reported today.
type fallbacks struct {
	mu       sync.Mutex
	report   func(from, to bot.Via, reason string)
	reported map[bot.Via]string // from -> the day, local time
}

// OnFallback sets what is told, at most once a day and route, that a DING was
// refused and went by the next milder route: the reason is for staff. Every
// process counts for itself. It must be set before the first Send, and must not
// block.
func (p *Platform) OnFallback(report func(from, to bot.Via, reason string)) {
	p.fallbacks.mu.Lock()
	defer p.fallbacks.mu.Unlock()
	p.fallbacks.report = report
}

func (f *fallbacks) tell(from, to bot.Via, reason string, now time.Time) {
	f.mu.Lock()
	report, day := f.report, now.Format(time.DateOnly)
	if report == nil || f.reported[from] == day {
		f.mu.Unlock()
		return
	}
	if f.reported == nil {
		f.reported = map[bot.Via]string{}
	}
	f.reported[from] = day
	f.mu.Unlock()
	report(from, to, reason)
}

// ding calls by DING: by telephone, by SMS or in the app. What the edition or
// the balance forbids goes by the next milder route, at last by chat: somebody
// must be told now, and the desk can buy packs tomorrow.
func (p *Platform) ding(ctx context.Context, id string, o bot.Outgoing) (string, error) {
	for via := o.Via; ; {
		remind := remindType(via)
		if remind == 0 {
			return "", &bot.SendError{Reason: "不支持的通知方式", Err: fmt.Errorf("unknown route %q", via)}
		}
		receipt, err := p.ring(ctx, remind, id, o)
		if !dingRefused(err) {
			return receipt, err
		}
		to := milder(via)
		zerolog.Ctx(ctx).Warn().Err(err).Str("route", string(via)).Str("next_route", string(to)).Msg("ding refused, using a milder route")
		p.fallbacks.tell(via, to, dingReason(err), time.Now())
		if via = to; via == bot.ViaChat {
			return p.chat(ctx, "user", id, o)
		}
	}
}

func remindType(via bot.Via) int {
	return map[bot.Via]int{bot.ViaDingApp: 1, bot.ViaDingSMS: 2, bot.ViaDingPhone: 3}[via]
}

func milder(via bot.Via) bot.Via {
	switch via {
	case bot.ViaDingPhone:
		return bot.ViaDingSMS
	case bot.ViaDingSMS:
		return bot.ViaDingApp
	default:
		return bot.ViaChat
	}
}

// ring makes a DING, together with others that say the same at the moment.
func (p *Platform) ring(ctx context.Context, remind int, id string, o bot.Outgoing) (string, error) {
	receipt, why, err := p.gather.ring(ctx, dingKey{remind: remind, words: plainWords(o)}, id, p.callDing)
	switch {
	case err != nil:
		return "", err
	case why != "":
		return "", &failure{verdict: verdictFinal, status: 200, code: why, err: fmt.Errorf("ding did not reach %s: %s", id, why)}
	}
	return dingReceipt + receipt, nil
}

// callDing makes one DING. The platform answers 200 even when nobody was reached.
func (p *Platform) callDing(ctx context.Context, key dingKey, ids []string) (receipt string, unreached map[string]string, err error) {
	var answer struct {
		OpenDingID string              `json:"openDingId"`
		Failed     map[string][]string `json:"failedList"`
	}
	err = p.api.post(ctx, pathDing, map[string]any{
		"robotCode": p.api.cfg.RobotCode, "remindType": key.remind, "receiverUserIdList": ids, "content": key.words,
	}, &answer)
	unreached = map[string]string{}
	for why, failed := range answer.Failed {
		for _, id := range failed {
			unreached[id] = why
		}
	}
	return answer.OpenDingID, unreached, err
}

// dingRefused reports whether another route can do what this one cannot: the
// pack is used up, the edition lacks it, or the app may not use it. The month's
// quota of all calls and people whom no route reaches are not such cases.
func dingRefused(err error) bool {
	f, ok := errors.AsType[*failure](err)
	if !ok {
		return false
	}
	code := strings.ToLower(f.code)
	switch f.verdict {
	case verdictQuota:
		return strings.HasPrefix(code, "ding.")
	case verdictFinal:
		return !strings.Contains(code, "staffid")
	default:
		return false
	}
}

func dingReason(err error) string {
	f, ok := errors.AsType[*failure](err)
	switch {
	case ok && f.verdict == verdictQuota:
		return "DING 额度已用完，或当前版本不支持"
	case ok:
		return f.reason()
	default:
		return "钉钉没有接受这次 DING"
	}
}
