package handlers

import (
	"slices"
	"strings"
	"time"

	"guanjia/bot"
)

// desk is whom a hand-off goes to: everybody with the role presales, else the
// first step of the ladder.
func (s Settings) desk(now time.Time) []bot.Member {
	if people := s.Team.WithRole(bot.RolePresales); len(people) > 0 {
		return people
	}
	return s.firstStep(now)
}

// firstStep is the first step of the ladder that has anybody in it.
func (s Settings) firstStep(now time.Time) []bot.Member {
	for _, step := range s.Plan.Ladder {
		if people := s.resolve(step.Notify, now); len(people) > 0 {
			return people
		}
	}
	return nil
}

// resolve finds the people that a list names: rotation:NAME, role:NAME,
// member:KEY. Nobody is named twice.
func (s Settings) resolve(names []string, now time.Time) []bot.Member {
	var out []bot.Member
	add := func(m bot.Member, ok bool) {
		if ok && !slices.ContainsFunc(out, func(x bot.Member) bool { return x.Key == m.Key }) {
			out = append(out, m)
		}
	}
	for _, n := range names {
		switch kind, name, _ := strings.Cut(n, ":"); kind {
		case "rotation":
			add(s.Team.ByKey(s.Rota.OnDuty(name, now)))
		case "role":
			for _, m := range s.Team.WithRole(bot.Role(name)) {
				add(m, true)
			}
		case "member":
			add(s.Team.ByKey(name))
		}
	}
	return out
}
