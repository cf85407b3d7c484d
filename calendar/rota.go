package calendar

import (
	"fmt"
	"slices"
	"time"
)

// localForm is how the configuration writes moments, in the calendar's zone.
const localForm = "2006-01-02T15:04"

// Rota knows who is on duty. It is immutable and safe for concurrent use.
type Rota struct {
	rotations []rotation
	overrides []swap
}

type rotation struct {
	Rotation
	start time.Time
}

type swap struct {
	rotation, member string
	from, to         time.Time
}

// Turn is a stretch of time with one member on duty; Member is "" in a gap.
type Turn struct {
	Rotation string    `json:"rotation"`
	Member   string    `json:"member"`
	From     time.Time `json:"from"`
	To       time.Time `json:"to"`
}

// NewRota makes a rota in a time zone. Its error names what is wrong.
func NewRota(cfg OnCall, loc *time.Location) (*Rota, error) {
	r := &Rota{}
	for i, rot := range cfg.Rotations {
		start, err := time.ParseInLocation(localForm, rot.Start, loc)
		if err != nil {
			return nil, fmt.Errorf("oncall.rotations[%d].start: %q is not a moment; write it like 2026-11-23T09:00", i, rot.Start)
		}
		if rot.Period <= 0 {
			return nil, fmt.Errorf("oncall.rotations[%d].period: must be positive, such as 24h", i)
		}
		r.rotations = append(r.rotations, rotation{rot, start})
	}
	for i, o := range cfg.Overrides {
		s, err := o.parse(loc)
		if err != nil {
			return nil, fmt.Errorf("oncall.overrides[%d]: %w", i, err)
		}
		r.overrides = append(r.overrides, s)
	}
	return r, nil
}

func (o Override) parse(loc *time.Location) (swap, error) {
	from, err := time.ParseInLocation(localForm, o.From, loc)
	if err != nil {
		return swap{}, fmt.Errorf("from: %q is not a moment; write it like 2026-11-25T18:00", o.From)
	}
	to, err := time.ParseInLocation(localForm, o.To, loc)
	if err != nil {
		return swap{}, fmt.Errorf("to: %q is not a moment; write it like 2026-11-26T09:00", o.To)
	}
	if !from.Before(to) {
		return swap{}, fmt.Errorf("from %s is not before to %s", o.From, o.To)
	}
	return swap{o.Rotation, o.Member, from, to}, nil
}

// WithOverrides is the same rota with more overrides; a later one wins over an
// earlier one. Overrides that cannot be read are left out: they were checked
// when they were made.
func (r *Rota) WithOverrides(more []Override, loc *time.Location) *Rota {
	out := &Rota{rotations: r.rotations, overrides: slices.Clone(r.overrides)}
	for _, o := range more {
		if s, err := o.parse(loc); err == nil {
			out.overrides = append(out.overrides, s)
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

// OnDuty is the key of the member who is on duty at t: an override's, else
// members[floor((t-start)/period) mod n]. It is "" when nobody is.
func (r *Rota) OnDuty(name string, t time.Time) string {
	for _, o := range slices.Backward(r.overrides) {
		if o.rotation == name && !t.Before(o.from) && t.Before(o.to) {
			return o.member
		}
	}
	for _, rot := range r.rotations {
		if rot.Name == name && len(rot.Members) > 0 {
			return rot.Members[rot.turn(t)]
		}
	}
	return ""
}

// turn is floor((t-start)/period) mod n, also for moments before the start.
func (rot rotation) turn(t time.Time) int {
	since, period := t.Sub(rot.start), rot.Period
	n := int64(since / period)
	if since%period < 0 {
		n--
	}
	size := int64(len(rot.Members))
	return int(((n % size) + size) % size)
}

// Turns lists who is on duty from one moment to another, gaps included.
func (r *Rota) Turns(name string, from, to time.Time) []Turn {
	var out []Turn
	for at := from; at.Before(to); {
		next := r.nextChange(name, at, to)
		who := r.OnDuty(name, at)
		if n := len(out); n > 0 && out[n-1].Member == who {
			out[n-1].To = next
		} else {
			out = append(out, Turn{Rotation: name, Member: who, From: at, To: next})
		}
		at = next
	}
	return out
}

// nextChange is the first moment after at at which somebody else may be on duty.
func (r *Rota) nextChange(name string, at, limit time.Time) time.Time {
	next := limit
	consider := func(t time.Time) {
		if t.After(at) && t.Before(next) {
			next = t
		}
	}
	for _, o := range r.overrides {
		if o.rotation == name {
			consider(o.from)
			consider(o.to)
		}
	}
	for _, rot := range r.rotations {
		if rot.Name == name && len(rot.Members) > 0 {
			since := at.Sub(rot.start)
			into := ((since % rot.Period) + rot.Period) % rot.Period
			consider(at.Add(rot.Period - into))
		}
	}
	return next
}

// Gaps lists the stretches in which a rotation has nobody.
func (r *Rota) Gaps(from, to time.Time) []Turn {
	var out []Turn
	for _, name := range r.Rotations() {
		for _, t := range r.Turns(name, from, to) {
			if t.Member == "" {
				out = append(out, t)
			}
		}
	}
	return out
}
