package handlers

import (
	"context"
	"fmt"
	"time"

	"guanjia/bot"
	"guanjia/faq"
)

// The kinds of entry on the timelines of gaps, one timeline a month (UTC). The
// words are the askers' and go with them, or with their retention.
const (
	entryUnanswered = "unanswered"
	entryUnhelpful  = "unhelpful"
)

func gapsRef(at time.Time) bot.DocRef {
	return bot.DocRef{Kind: "gaps", ID: at.UTC().Format("2006-01")}
}

// learn keeps a question that the FAQ had no answer to. A wish for a person is
// none, and neither is what is out of scope.
func (t *turn) learn(d faq.Decision) {
	if d.Intent != faq.IntentFAQ || d.Action != faq.ActionHandOff && d.Action != faq.ActionClarify {
		return
	}
	t.log(gapsRef(t.now), bot.Entry{Kind: entryUnanswered, Text: clip(t.msg.Text, maxLearned), Person: t.msg.Sender.Identity(), Internal: true})
}

// learnUnhelpful keeps that the last answer did not help. What was asked is not
// kept that long: the entry's own question stands for it.
func (t *turn) learnUnhelpful() {
	id := t.chat.topic(t.now)
	if id == "" {
		return
	}
	t.hit(hitUnhelpful, id)
	t.log(gapsRef(t.now), bot.Entry{Kind: entryUnhelpful, By: id, Text: t.Brain.Title(id, t.lang), Internal: true})
}

// maxLearned is how many runes of a question are kept.
const maxLearned = 300

// Unanswered lists the questions between two moments that had no answer, or
// whose answer did not help, as far as their words are still kept.
func Unanswered(ctx context.Context, s Store, from, to time.Time) ([]faq.Asked, error) {
	var out []faq.Asked
	for at := from.UTC(); ; at = time.Date(at.Year(), at.Month()+1, 1, 0, 0, 0, 0, time.UTC) {
		if at.After(to) {
			return out, nil
		}
		entries, err := s.Timeline(ctx, gapsRef(at))
		if err != nil {
			return nil, fmt.Errorf("read the gaps of %s: %w", gapsRef(at).ID, err)
		}
		for _, e := range entries {
			if e.Text != "" && !e.At.Before(from) && !e.At.After(to) {
				out = append(out, faq.Asked{Text: e.Text, At: e.At, Unhelpful: e.Kind == entryUnhelpful})
			}
		}
	}
}
