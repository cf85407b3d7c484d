package escalation

import "guanjia/scheduler"

// Needs lists the deadlines without which it would never be looked at again: for
// the checkup, which puts back what is missing.
func (e *Escalation) Needs() []scheduler.Deadline {
	var out []scheduler.Deadline
	for _, k := range [...]struct {
		kind string
		clock
	}{{KindClimb, e.Climb}, {KindProgress, e.Progress}, {KindOffer, e.Offer}} {
		if k.Run != 0 && e.Open() {
			out = append(out, scheduler.Deadline{ID: k.kind + "|" + e.ID, Due: k.Due, Kind: k.kind, Subject: e.ID, Run: k.Run})
		}
	}
	return out
}
