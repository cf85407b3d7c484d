package handlers

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"guanjia/bot"
)

// deedsRef is where it is kept what was done on pages, a timeline a month (UTC).
func deedsRef(at time.Time) bot.DocRef {
	return bot.DocRef{Kind: "deeds", ID: at.UTC().Format("2006-01")}
}

// Deed is something that somebody of the team did.
type Deed struct {
	bot.Entry
	// Ref is the C or E number it was done to, or "".
	Ref string
	// Page is set when it was done on a page, and not in the chat.
	Page bool
}

// maxDeeds is of how many escalations, and of how many cases, the timelines are
// read: those that were opened last.
const maxDeeds = 40

// Deeds lists what people of the team did since a moment, latest first: the
// switch of the desk, the rota, what was done on pages, and what was done to the
// latest escalations and cases.
func (h *Handler) Deeds(ctx context.Context, since, now time.Time) ([]Deed, error) {
	refs := []bot.DocRef{deskRef(), swapsRef()}
	for at := since.UTC(); !at.After(now); at = time.Date(at.Year(), at.Month()+1, 1, 0, 0, 0, 0, time.UTC) {
		refs = append(refs, deedsRef(at))
	}
	for _, x := range [...]struct {
		index string
		ref   func(string) bot.DocRef
	}{{IndexAllEscalations, escalationRef}, {IndexCases, caseRef}} {
		ids, err := h.store.Index(ctx, x.index, float64(since.Add(-30*24*time.Hour).Unix()), math.Inf(1), math.MaxInt32)
		if err != nil {
			return nil, fmt.Errorf("list %s: %w", x.index, err)
		}
		for _, id := range ids[max(0, len(ids)-maxDeeds):] {
			refs = append(refs, x.ref(id))
		}
	}
	var out []Deed
	for _, ref := range refs {
		entries, err := h.store.Timeline(ctx, ref)
		if err != nil {
			return nil, fmt.Errorf("read the timeline of %s %s: %w", ref.Kind, ref.ID, err)
		}
		for _, e := range entries {
			if !e.At.Before(since) && isDeed(ref, e) {
				out = append(out, Deed{Entry: e, Ref: refOf(ref, e), Page: ref.Kind == "deeds"})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Deed) int { return b.At.Compare(a.At) })
	return mergePages(out), nil
}

// isDeed reports whether an entry is something that the team did, and no words
// of others.
func isDeed(ref bot.DocRef, e bot.Entry) bool {
	switch e.Kind {
	case entryAsked, entryReason, entrySaid, "words", "rated", "purchased", "renewed", "reported", "further_report", "bound", "checklist_done":
		return false
	}
	return e.By != "bot" && e.By != "" || ref.Kind == "deeds"
}

func refOf(ref bot.DocRef, e bot.Entry) string {
	switch ref.Kind {
	case "escalation", "case":
		return ref.ID
	case "deeds":
		if id, _, ok := scanRef(strings.ToLower(e.Text), "CEI"); ok {
			return id
		}
	}
	return ""
}

// mergePages leaves out lines of pages that stand on the timeline of what it was
// done to, and marks those: the two were written by one commit. A sign-in stands
// nowhere else, and stays, whatever was done in the same millisecond.
func mergePages(lines []Deed) []Deed {
	type moment struct {
		at int64
		by string
	}
	pages := map[moment]bool{}
	for _, l := range lines {
		if l.Page && l.Kind != KindSignIn {
			pages[moment{l.At.UnixNano(), l.By}] = true
		}
	}
	twice := map[moment]bool{}
	for i, l := range lines {
		if d := (moment{l.At.UnixNano(), l.By}); !l.Page && pages[d] {
			lines[i].Page, twice[d] = true, true
		}
	}
	return slices.DeleteFunc(lines, func(l Deed) bool {
		return l.Of.Kind == "deeds" && l.Kind != KindSignIn && twice[moment{l.At.UnixNano(), l.By}]
	})
}

// KindSignIn is the kind of the line that a sign-in is.
const KindSignIn = "signin"

// Noted is the change that puts a line into the audit of pages, such as a
// sign-in.
func (h *Handler) Noted(kind, by, text string, now time.Time) bot.Change {
	t := newTx(h.store, "noted", now)
	t.log(deedsRef(now), bot.Entry{Kind: kind, By: by, Text: text, Internal: true})
	return t.change()
}
