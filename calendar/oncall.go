package calendar

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Validate lists everything that is wrong with the section; members are the keys
// of the team. A rotation without members is allowed: it has nobody on duty, and
// [Rota.Gaps] says so.
func (o OnCall) Validate(members []string) []Problem {
	_, ps := compileRota(o, time.UTC)
	unknown := func(path, key string) {
		if !slices.Contains(members, key) {
			ps.add(path, "there is no member with key %q under team; add one, or use %s", key, listed(members))
		}
	}
	for i, r := range o.Rotations {
		for j, key := range r.Members {
			unknown(fmt.Sprintf("oncall.rotations[%d].members[%d]", i, j), key)
		}
	}
	for i, v := range o.Overrides {
		unknown(fmt.Sprintf("oncall.overrides[%d].member", i), v.Member)
	}
	return ps
}

func listed(keys []string) string {
	if len(keys) == 0 {
		return "the key of a member"
	}
	return "one of " + strings.Join(keys, ", ")
}

// compileRota turns the section into what is computed with.
func compileRota(cfg OnCall, loc *time.Location) (*Rota, problems) {
	var ps problems
	r := &Rota{}
	for i, c := range cfg.Rotations {
		path := fmt.Sprintf("oncall.rotations[%d]", i)
		switch {
		case c.Name == "" || strings.ContainsAny(c.Name, " \t\n:"):
			ps.add(path+".name", "%q is not a name; give it one word, such as primary", c.Name)
		case r.find(c.Name) != nil:
			ps.add(path+".name", "there is another rotation %q; names must differ", c.Name)
		}
		if c.Period <= 0 {
			ps.add(path+".period", "must be positive, such as 24h or 7d")
		}
		start, err := parseMoment(c.Start, loc)
		if err != nil {
			ps.add(path+".start", "%s", err)
		}
		r.rotations = append(r.rotations, rotation{Rotation: c, start: start})
	}
	for i, o := range cfg.Overrides {
		r.compileOverride(&ps, fmt.Sprintf("oncall.overrides[%d]", i), o, loc)
	}
	return r, ps
}

func (r *Rota) compileOverride(ps *problems, path string, o Override, loc *time.Location) {
	if r.find(o.Rotation) == nil {
		ps.add(path+".rotation", "there is no rotation %q; use %s", o.Rotation, listed(r.Rotations()))
	}
	from, errFrom := parseMoment(o.From, loc)
	if errFrom != nil {
		ps.add(path+".from", "%s", errFrom)
	}
	to, errTo := parseMoment(o.To, loc)
	if errTo != nil {
		ps.add(path+".to", "%s", errTo)
	}
	if errFrom != nil || errTo != nil {
		return
	}
	if !from.Before(to) {
		ps.add(path+".to", "%s is not after %s; end the override later than it begins", o.To, o.From)
		return
	}
	s := swap{o.Rotation, o.Member, from, to}
	if i := slices.IndexFunc(r.overrides, s.overlaps); i >= 0 {
		ps.add(path, "overlaps another override of %s, by %s from %s; shorten one of them",
			o.Rotation, r.overrides[i].member, r.overrides[i].from.Format("2006-01-02T15:04"))
	}
	r.overrides = append(r.overrides, s)
}

func (s swap) overlaps(other swap) bool {
	return s.rotation == other.rotation && s.from.Before(other.to) && other.from.Before(s.to)
}
