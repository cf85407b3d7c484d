package store

import (
	"math/rand/v2"
	"time"

	"guanjia/bot"
)

// handover is the reply to a message on its way to somebody of this process who
// sends it as soon as it is committed: leased in the commit, it needs no claim.
// The zero value hands nothing over.
type handover struct {
	give   func(*bot.Parcel)
	fence  int64
	until  time.Time
	parcel *bot.Parcel
}

// reserveSender gets somebody who sends a reply at once, if there is anybody.
func (s *Store) reserveSender(now time.Time) handover {
	give, ok := s.wakers.sender()
	if !ok {
		return handover{}
	}
	until := now.Add(s.cfg.Lease)
	// As in claimScript: fences differ even where the clock stands still.
	return handover{give: give, fence: micros(until) + rand.Int64N(1000), until: until} //nolint:gosec // not a secret
}

// take makes a message the one that is handed over, and reports whether it is.
// Pages are left to those who send nothing else.
func (h *handover) take(o bot.Outgoing) bool {
	if h.give == nil || h.parcel != nil || o.Priority == bot.PriorityPage {
		return false
	}
	h.parcel = &bot.Parcel{Outgoing: o, Fence: h.fence, Attempt: 1, Until: h.until}
	return true
}

// end hands the reply over if the commit leased it, and lets the sender go if not.
func (h *handover) end(leased bool) {
	switch {
	case h.give == nil:
	case leased:
		h.give(h.parcel)
	default:
		h.give(nil)
	}
}
