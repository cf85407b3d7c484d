package bot

import (
	"slices"
	"time"
)

// merge joins the parcel's first message with the followers that may be merged
// into it, up to the first that may not, and tells how many it took. Every call
// to the platform is metered, and a group hears at most twenty a minute. Only what
// is late can have become stale.
func merge(p Parcel, late bool, now time.Time) (o Outgoing, merged int) {
	o = p.Outgoing
	if late && stale(o, now) {
		return o.asStale(), countStale(p, now)
	}
	if !mergeable(o) {
		return o, 0
	}
	for _, next := range p.More {
		if !mergeable(next) || late && stale(next, now) || next.Plain != o.Plain || len(o.Text)+len(next.Text) > 3000 {
			break
		}
		o.Text += "\n\n" + next.Text
		for _, id := range next.Mention {
			if !slices.Contains(o.Mention, id) {
				o.Mention = append(slices.Clip(o.Mention), id)
			}
		}
		if next.Reply.URL != "" {
			o.Reply = next.Reply
		}
		merged++
	}
	return o, merged
}

func mergeable(o Outgoing) bool {
	return o.Mergeable && len(o.Buttons) == 0 && o.Attachment == nil && o.via() == ViaChat
}

// stale reports whether a message has waited so long that it helps nobody, as
// small talk has after an outage of the platform.
func stale(o Outgoing, now time.Time) bool {
	return o.StaleAfter > 0 && now.Sub(o.CreatedAt) > o.StaleAfter
}

// asStale is the note that takes a stale message's place.
func (o Outgoing) asStale() Outgoing {
	o.Text, o.Title, o.Buttons, o.Attachment = o.StaleText, "", nil, nil
	return o
}

// countStale is how many followers say the same note: one of it is enough.
func countStale(p Parcel, now time.Time) (n int) {
	for _, next := range p.More {
		if !stale(next, now) || next.StaleText != p.Outgoing.StaleText {
			break
		}
		n++
	}
	return n
}
