package handlers

import (
	"context"
	"slices"
	"strings"
	"time"

	"guanjia/bot"
	"guanjia/calendar"
)

// maxSwaps bounds how many overrides are kept; those that are over go first.
const maxSwaps = 200

// override is 换班 primary 王工 11-25T18:00 11-26T09:00, for a manager.
func (t *turn) override(ctx context.Context, c Command) error {
	if !t.member.Has(bot.RoleManager) {
		t.reply(textManagerOnly(t.lang))
		return nil
	}
	if len(c.Args) < 4 {
		t.reply(textSwapUsage(t.lang, t.Rota.Rotations()))
		return nil
	}
	rotation, ok := rotationNamed(t.Rota, c.Args[0])
	if !ok {
		t.reply(textNoSuchRotation(t.lang, c.Args[0], t.Rota.Rotations()))
		return nil
	}
	who, ok := t.Team.ByWord(c.Args[1])
	if !ok {
		t.reply(textNoSuchMember(t.lang, c.Args[1], t.Team))
		return nil
	}
	loc := t.Calendar.Location()
	from, to, err := calendar.ParseSwap(strings.Join(c.Args[2:], " "), t.now, loc)
	if err != nil {
		t.reply(textSwapUsage(t.lang, t.Rota.Rotations()))
		return nil //nolint:nilerr // the words say how it is written
	}
	var kept swaps
	if _, err := t.get(ctx, swapsRef(), &kept); err != nil {
		return err
	}
	kept.add(calendar.NewOverride(rotation, who.Key, from, to), t.now)
	t.log(swapsRef(), bot.Entry{Kind: "override", By: t.member.Name, Text: strings.Join(c.Args, " "), Internal: true})
	swapped := swap{rotation: rotation, name: who.Name, from: from.In(loc), to: to.In(loc), now: t.now.In(loc)}
	t.reply(textSwapped(t.lang, swapped))
	if who.UserID != t.msg.Sender.StaffID {
		t.say(bot.Outgoing{To: bot.User(who.UserID), Text: textSwapped(t.Brand.Lang, swapped)})
	}
	return t.set(swapsRef(), kept)
}

// swap is an override as people are told of it.
type swap struct {
	rotation, name string
	from, to, now  time.Time
}

// add appends an override, and forgets those that are over.
func (s *swaps) add(o calendar.Override, now time.Time) {
	s.Overrides = slices.DeleteFunc(s.Overrides, func(o calendar.Override) bool {
		end, err := time.Parse(time.RFC3339, o.To)
		return err == nil && end.Before(now.Add(-24*time.Hour))
	})
	s.Overrides = append(s.Overrides, o)
	if over := len(s.Overrides) - maxSwaps; over > 0 {
		s.Overrides = slices.Delete(s.Overrides, 0, over)
	}
}

func rotationNamed(r *calendar.Rota, word string) (string, bool) {
	for _, n := range r.Rotations() {
		if fold(n) == fold(word) {
			return n, true
		}
	}
	return "", false
}
