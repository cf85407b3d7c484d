package calendar

import (
	"slices"
	"time"
)

// Rota knows who is on duty. It is immutable and safe for concurrent use.
type Rota struct {
	rotations []rotation
	overrides []swap // a later one wins
}

type rotation struct {
	Rotation
	start time.Time
}

type swap struct {
	rotation, member string
	from, to         time.Time
}

// NewRota makes a rota in a time zone. Its error names everything that is wrong,
// as [OnCall.Validate] does, but for members, whom only the team knows.
func NewRota(cfg OnCall, loc *time.Location) (*Rota, error) {
	r, ps := compileRota(cfg, loc)
	if err := ps.err(); err != nil {
		return nil, err
	}
	return r, nil
}

// WithOverrides is the same rota with more overrides; a later one wins over an
// earlier one, and over those of the configuration. Overrides that cannot be
// read are left out: they were checked when they were made.
func (r *Rota) WithOverrides(more []Override, loc *time.Location) *Rota {
	out := &Rota{rotations: r.rotations, overrides: slices.Clone(r.overrides)}
	for _, o := range more {
		from, errFrom := parseMoment(o.From, loc)
		to, errTo := parseMoment(o.To, loc)
		if errFrom == nil && errTo == nil && from.Before(to) {
			out.overrides = append(out.overrides, swap{o.Rotation, o.Member, from, to})
		}
	}
	return out
}

// Rotations lists the rotations' names in the order of the configuration.
func (r *Rota) Rotations() []string {
	names := make([]string, len(r.rotations))
	for i, rot := range r.rotations {
		names[i] = rot.Name
	}
	return names
}

func (r *Rota) find(name string) *rotation {
	for i := range r.rotations {
		if r.rotations[i].Name == name {
			return &r.rotations[i]
		}
	}
	return nil
}

// OnDuty is the key of the member who is on duty at t: an override's, else
// members[floor((t-start)/period) mod n]. It is "" when nobody is.
func (r *Rota) OnDuty(name string, t time.Time) string {
	for _, o := range slices.Backward(r.overrides) {
		if o.rotation == name && !t.Before(o.from) && t.Before(o.to) {
			return o.member
		}
	}
	if rot := r.find(name); rot != nil && len(rot.Members) > 0 {
		return rot.Members[rot.turn(t)]
	}
	return ""
}

// turn is floor((t-start)/period) mod n, also for moments before the start.
func (rot *rotation) turn(t time.Time) int {
	since := t.Sub(rot.start)
	n := int64(since / rot.Period)
	if since%rot.Period < 0 {
		n--
	}
	size := int64(len(rot.Members))
	return int((n%size + size) % size)
}

// handover is the first end of a turn after t.
func (rot *rotation) handover(t time.Time) time.Time {
	into := t.Sub(rot.start) % rot.Period
	if into < 0 {
		into += rot.Period
	}
	return t.Add(rot.Period - into)
}

// alone tells that turns change nothing, because one member has all of them.
func (rot *rotation) alone() bool { return len(slices.Compact(slices.Clone(rot.Members))) < 2 }
