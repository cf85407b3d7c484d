package handlers

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode"

	"guanjia/bot"
	"guanjia/calendar"
	"guanjia/faq"
)

// Brain decides what a question asks, and what may be said to it.
type Brain interface {
	// Decide never fails: what it does not know, it says it does not know.
	Decide(ctx context.Context, q faq.Question) faq.Decision
	// Answer is the stored answer of an entry in a language.
	Answer(id, lang string) (string, bool)
	// Title is the question that an entry answers, as people would put it.
	Title(id, lang string) string
}

// Brand is how the service calls itself.
type Brand struct {
	Product   string
	Provider  string
	TicketURL string
	Lang      string
}

// Settings are what a running bot can be told anew without a restart. They are
// never changed in place.
type Settings struct {
	Brand     Brand
	Team      bot.Team
	Calendar  *calendar.Calendar
	Rota      *calendar.Rota
	Ladder    [][]string // whom each step of the ladder names
	Brain     Brain
	Suggested []string // FAQ entries that a newcomer is offered
	Cases     Cases    // what new cases are made with
}

// Handler answers people. It implements bot.Handler.
type Handler struct {
	store    Store
	settings func() Settings
}

// New makes a handler; settings is asked once for every message.
func New(store Store, settings func() Settings) *Handler {
	return &Handler{store: store, settings: settings}
}

// Handle decides what follows from a message.
func (h *Handler) Handle(ctx context.Context, m bot.Message, now time.Time) (bot.Change, error) {
	t := newTx(h.store, m.ID, now)
	if err := t.load(ctx, personRef(m.Sender.Identity()), deskRef()); err != nil {
		return bot.Change{}, err
	}
	p, err := loadPerson(ctx, t, m)
	if err != nil {
		return bot.Change{}, err
	}
	s := h.settings()
	desk, err := loadDesk(ctx, t)
	if err != nil {
		return bot.Change{}, err
	}
	s.Calendar = s.Calendar.With(desk.manual())
	turn := &turn{
		tx: t, Settings: s, msg: m, person: p,
		chat: p.chat(m.Conversation, now),
		lang: languageOf(m.Text, p.Lang, s.Brand.Lang),
	}
	if hasLetters(m.Text) {
		p.Lang = turn.lang
	}
	if err := turn.take(ctx); err != nil {
		return bot.Change{}, err
	}
	if err := t.set(personRef(m.Sender.Identity()), p); err != nil {
		return bot.Change{}, err
	}
	return t.change(), nil
}

// Apologize makes the words for somebody whose message could not be handled.
func (h *Handler) Apologize(m bot.Message, id string, ue *bot.UserError) bot.Outgoing {
	text := textSorry(languageOf(m.Text, "", h.settings().Brand.Lang), id)
	if ue != nil {
		text = ue.Text
	}
	return bot.Outgoing{ID: m.ID + ".sorry", To: m.From(), Reply: m.Reply, Text: text}
}

// turn is one message being handled: who said what where, and what is known.
type turn struct {
	*tx
	Settings
	msg    bot.Message
	person *person
	chat   *chat
	lang   string
}

// take is the way of a message: what it is made of, then whether it is a
// command, then what it asks.
func (t *turn) take(ctx context.Context) error {
	if handled := t.takeKind(); handled {
		return nil
	}
	if c, ok := ParseCommand(t.msg.Text); ok {
		handled, err := t.command(ctx, c)
		if handled || err != nil {
			return err
		}
	}
	return t.ask(ctx)
}

// takeKind answers what is not words. Voice counts as words once the platform
// recognised some.
func (t *turn) takeKind() (handled bool) {
	switch {
	case strings.TrimSpace(t.msg.Text) != "":
		return false
	case t.msg.Kind == bot.KindAudio:
		t.reply(textVoiceUnclear(t.lang))
	case t.msg.Kind == bot.KindText || t.msg.Kind == bot.KindRichText:
		t.reply(textEmpty(t.lang))
	default:
		t.reply(textUnsupported(t.lang, kindName(t.lang, string(t.msg.Kind))))
	}
	return true
}

// command does what was typed, or reports that the words are meant as a
// question after all.
func (t *turn) command(ctx context.Context, c Command) (handled bool, err error) {
	if c.English {
		t.lang = langEN
	}
	switch c.Verb {
	case VerbHuman:
		return true, t.handOff()
	case VerbHours:
		return true, t.setHours(ctx, c)
	case VerbHelp:
		t.help()
	case VerbStatus:
		t.reply(textNothingOpen(t.lang))
	case VerbHelpful:
		t.feedback(true)
	case VerbUnhelpful:
		t.feedback(false)
	case VerbChoose:
		t.choose(c)
	case VerbUrgent, VerbNotUrgent:
		return false, nil // words like any other until a confirming question is open
	default:
		t.reply(t.staffWord())
	}
	return true, nil
}

// staffWord answers a command of the team: strangers are told that it is not for
// them, and nothing changes.
func (t *turn) staffWord() string {
	if _, ok := t.Team.ByStaffID(t.msg.Sender.StaffID); !ok {
		return textStaffOnly(t.lang)
	}
	return textNotYet(t.lang)
}

// reply answers where the message was sent.
func (t *turn) reply(text string, buttons ...bot.Button) {
	t.say(bot.Outgoing{
		To: t.msg.From(), Reply: t.msg.Reply, Priority: bot.PriorityNormal,
		Text: text, Buttons: buttons, Mention: t.mention(), Mergeable: len(buttons) == 0,
	})
}

// mention is whom a reply in a group is for.
func (t *turn) mention() []string {
	if t.msg.Direct() || t.msg.Sender.StaffID == "" {
		return nil
	}
	return []string{t.msg.Sender.StaffID}
}

// opening tells when people are back, or until when they are here.
func (t *turn) opening() (open bool, at string) {
	w := t.Calendar.Next(t.now)
	if w.Open {
		return true, t.Calendar.FormatClosing(w.Closes, t.lang)
	}
	return false, t.Calendar.FormatOpening(w.Opens, t.lang)
}

// languageOf tells the language to answer in: words with a Han character are
// Chinese, Latin words without one are English (contract §5); anything else
// keeps what was spoken before.
func languageOf(text, before, fallback string) string {
	latin := false
	for _, r := range text {
		if unicode.Is(unicode.Han, r) {
			return langZH
		}
		latin = latin || unicode.Is(unicode.Latin, r)
	}
	switch {
	case latin:
		return langEN
	case before != "":
		return before
	case fallback != "":
		return fallback
	}
	return langZH
}

func hasLetters(text string) bool { return strings.ContainsFunc(text, unicode.IsLetter) }

func numbered(lines []string) string {
	var b strings.Builder
	for i, l := range lines {
		fmt.Fprintf(&b, "%d. %s\n", i+1, l)
	}
	return strings.TrimRight(b.String(), "\n")
}
