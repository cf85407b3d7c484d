package handlers

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"guanjia/bot"
	"guanjia/faq"
)

// IndexCollected lists the escalations whose words were collected for the FAQ
// and are not yet in it, by when that was.
const IndexCollected = "faq.collected"

// The kinds of entry on an escalation's timeline by which its words come into
// the FAQ.
const (
	entryCollected = "collected" // its text is the entry's id
	entryPromoted  = "promoted"  // its text is the entry's id
)

// Candidate is a question that somebody asked, with what the team replied,
// collected for the FAQ. Its words are those of the escalation's timeline: they
// go with their retention, and with their speakers.
type Candidate struct {
	ID       string    `json:"id"`     // of the escalation, such as E12
	Entry    string    `json:"faq_id"` // the entry that it is for, which may not exist yet
	Question string    `json:"question"`
	Answer   string    `json:"answer"`
	By       string    `json:"by"` // who collected it
	At       time.Time `json:"at"`
	Promoted bool      `json:"-"` // it is in the FAQ
}

// collect is 收录 E12 faq-id.
func (t *turn) collect(ctx context.Context, c Command) error {
	if !t.member.Has(bot.RoleExpert) && !t.member.Has(bot.RoleManager) {
		t.reply(textExpertOnly(t.lang))
		return nil
	}
	if c.Ref == "" || len(c.Args) != 1 {
		t.reply(textCollectUsage(t.lang, c.Ref))
		return nil
	}
	id := fold(c.Args[0])
	if !faq.ValidID(id) {
		t.reply(textNoEntryID(t.lang, c.Ref, c.Args[0]))
		return nil
	}
	e, err := loadClimb(ctx, t.tx, t.Settings, c.Ref)
	if err != nil {
		return err
	}
	if e == nil {
		t.reply(textUnknownEscalation(t.lang, c.Ref))
		return nil
	}
	entries, err := t.store.Timeline(ctx, escalationRef(e.ID))
	if err != nil {
		return fmt.Errorf("read the timeline of %s: %w", e.ID, err)
	}
	switch k := candidateOf(e.ID, e.Asker.Identity, entries); {
	case k.Entry != "":
		t.reply(textCollectedBefore(t.lang, k))
	case k.Question == "":
		t.reply(textNoQuestion(t.lang, e.ID))
	case k.Answer == "":
		t.reply(textNoReply(t.lang, e.ID))
	default:
		_, known := t.Brain.Answer(id, t.lang)
		t.log(escalationRef(e.ID), bot.Entry{Kind: entryCollected, By: t.member.Name, Text: id, Internal: true})
		t.out.Index = append(t.out.Index, bot.IndexChange{Index: IndexCollected, Member: e.ID, Score: float64(t.now.Unix())})
		if !t.msg.Direct() { // a group need not read what was said elsewhere
			k.Question, k.Answer = "", ""
		}
		t.reply(textCollected(t.lang, id, k, known))
		return e.keep(ctx) // of two at once, one sees the other's
	}
	return nil
}

// placeholderWords stand on a timeline for what was no text, see logSaid.
var placeholderWords = regexp.MustCompile(`^\[\w+\]$`)

// candidateOf reads the timeline of an escalation: the first question of the
// asker, and what the team replied, up to when it was collected.
func candidateOf(id, asker string, entries []bot.Entry) Candidate {
	k := Candidate{ID: id}
	var later string
	var replies []string
	for _, e := range entries {
		switch {
		case e.Kind == entryPromoted:
			k.Promoted = true
		case e.Kind == entryCollected:
			k.Entry, k.By, k.At = e.Text, e.By, e.At
		case k.Entry != "" || e.Text == "" || placeholderWords.MatchString(e.Text):
		case e.Kind == entryAsked && k.Question == "" && isQuestion(e.Text):
			k.Question = e.Text
		case e.Kind == entrySaid && e.Person != asker:
			replies = append(replies, strings.TrimSpace(e.Text))
		case e.Kind == entrySaid && later == "" && isQuestion(e.Text):
			later = e.Text
		}
	}
	if k.Question == "" {
		k.Question = later
	}
	k.Question, k.Answer = strings.TrimSpace(k.Question), strings.Join(replies, "\n")
	return k
}

// isQuestion reports whether words can be one: 转人工 asks for a person and says
// nothing.
func isQuestion(text string) bool {
	_, command := ParseCommand(text)
	return !command && hasLetters(text)
}

// ErrNotCollected is returned for an escalation whose words nobody collected, or
// whose words are gone.
var ErrNotCollected = errors.New("nothing is collected there")

// CandidateOf gives what was collected from an escalation, by its number.
func (h *Handler) CandidateOf(ctx context.Context, number string) (Candidate, error) {
	id, _, ok := scanRef(fold(strings.TrimSpace(number)), "E")
	if !ok {
		return Candidate{}, fmt.Errorf("%q is no number of an escalation: %w", number, ErrNotCollected)
	}
	e, err := loadClimb(ctx, newTx(h.store, "candidate", time.Time{}), h.settings(), id)
	if err != nil || e == nil {
		return Candidate{}, errors.Join(err, fmt.Errorf("%s: %w", id, ErrNotCollected))
	}
	entries, err := h.store.Timeline(ctx, escalationRef(id))
	if err != nil {
		return Candidate{}, fmt.Errorf("read the timeline of %s: %w", id, err)
	}
	k := candidateOf(id, e.Asker.Identity, entries)
	if k.Entry == "" || k.Question == "" {
		return k, fmt.Errorf("%s: %w", id, ErrNotCollected)
	}
	return k, nil
}

// maxCandidates bounds how many are listed.
const maxCandidates = 1000

// Candidates lists what was collected and is not yet in the FAQ, oldest first,
// as far as the words are still kept.
func (h *Handler) Candidates(ctx context.Context, now time.Time) ([]Candidate, error) {
	ids, err := h.store.Index(ctx, IndexCollected, 0, float64(now.Unix()), maxCandidates)
	if err != nil {
		return nil, fmt.Errorf("list what was collected: %w", err)
	}
	var out []Candidate
	for _, id := range ids {
		k, err := h.CandidateOf(ctx, id)
		if errors.Is(err, ErrNotCollected) {
			continue
		}
		if err != nil {
			return nil, err
		}
		out = append(out, k)
	}
	return out, nil
}

// Promoted is the change that notes that a candidate is now in the FAQ.
func (h *Handler) Promoted(k Candidate, entry string, now time.Time) bot.Change {
	t := newTx(h.store, "promoted", now)
	t.log(escalationRef(k.ID), bot.Entry{Kind: entryPromoted, By: "faq promote", Text: entry, Internal: true})
	t.unlist(IndexCollected, k.ID)
	return t.change()
}
