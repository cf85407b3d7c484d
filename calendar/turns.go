package calendar

import (
	"iter"
	"slices"
	"time"
)

// Turn is a stretch of time with one member on duty; Member is "" in a gap.
type Turn struct {
	Rotation string    `json:"rotation"`
	Member   string    `json:"member"`
	From     time.Time `json:"from"`
	To       time.Time `json:"to"`
}

// maxTurns bounds how many turns are looked at, for a rotation may hand over
// every second.
const maxTurns = 10_000

// Turns lists who is on duty from one moment to another, gaps included. It ends
// early after 10,000 turns.
func (r *Rota) Turns(name string, from, to time.Time) []Turn {
	return slices.Collect(r.eachTurn(name, from, to))
}

func (r *Rota) eachTurn(name string, from, to time.Time) iter.Seq[Turn] {
	return func(yield func(Turn) bool) {
		turn := Turn{Rotation: name, Member: r.OnDuty(name, from), From: from, To: from}
		for range maxTurns {
			if !turn.To.Before(to) {
				break
			}
			if who := r.OnDuty(name, turn.To); who != turn.Member {
				if !yield(turn) {
					return
				}
				turn = Turn{Rotation: name, Member: who, From: turn.To}
				turn.To = turn.From
			}
			turn.To = r.nextChange(name, turn.To, to)
		}
		if turn.From.Before(turn.To) {
			yield(turn)
		}
	}
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
	if rot := r.find(name); rot != nil && !rot.alone() {
		consider(rot.handover(at))
	}
	return next
}

// aheadOfTurn is how far ahead a change of who is on duty is looked for.
const aheadOfTurn = 366 * 24 * time.Hour

// NextTurn is the next turn that begins after t, if anybody is to take over from
// whoever is on duty at t within a year. A shift-start notice is due at its From.
func (r *Rota) NextTurn(name string, t time.Time) (next Turn, ok bool) {
	for turn := range r.eachTurn(name, t, t.Add(aheadOfTurn)) {
		if turn.From.After(t) {
			return turn, true
		}
	}
	return Turn{}, false
}

// Gaps lists the stretches in which a rotation has nobody.
func (r *Rota) Gaps(from, to time.Time) []Turn {
	return r.Uncovered(from, to, func(string) bool { return true })
}

// Uncovered lists the stretches in which a rotation has nobody, or a member who
// is not reachable: unknown, or never seen by the bot.
func (r *Rota) Uncovered(from, to time.Time, reachable func(member string) bool) []Turn {
	var out []Turn
	for _, name := range r.Rotations() {
		for turn := range r.eachTurn(name, from, to) {
			if turn.Member == "" || !reachable(turn.Member) {
				out = append(out, turn)
			}
		}
	}
	return out
}
