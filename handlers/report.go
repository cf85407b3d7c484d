package handlers

import (
	"fmt"
	"time"

	"guanjia/bot"
)

// FellBack tells the managers that a loud route could not be used. Its messages
// have the same ids all day, so that each is said once.
func (h *Handler) FellBack(from, to bot.Via, reason string, now time.Time) bot.Change {
	s := h.settings()
	c := bot.Change{Now: now}
	for _, m := range s.Team.WithRole(bot.RoleManager) {
		c.Say = append(c.Say, bot.Outgoing{
			ID: fmt.Sprintf("fallback|%s|%s|%s", from, now.Format(time.DateOnly), m.Key), To: bot.User(m.UserID),
			Text: textFellBack(s.Brand.Lang, from, to, reason),
		})
	}
	return c
}

// ClockStepped tells the managers that a machine's clock was put forward, or back
// if by is negative. Its messages have the same ids all day, so that each is said
// once, whatever replicas share the machine.
func (h *Handler) ClockStepped(host string, by time.Duration, now time.Time) bot.Change {
	s := h.settings()
	c := bot.Change{Now: now}
	for _, m := range s.Team.WithRole(bot.RoleManager) {
		c.Say = append(c.Say, bot.Outgoing{
			ID: fmt.Sprintf("clock|%s|%s", now.Format(time.DateOnly), m.Key), To: bot.User(m.UserID),
			Text: textClockStepped(s.Brand.Lang, host, by),
		})
	}
	return c
}
