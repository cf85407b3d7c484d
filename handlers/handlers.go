package handlers

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode"

	"guanjia/bot"
	"guanjia/calendar"
	"guanjia/escalation"
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
	Plan      escalation.Config
	Brain     Brain
	Suggested []string // FAQ entries that a newcomer is offered
	Cases     Cases    // what new cases are made with
	Reporting Reporting
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
	t.step = m.ID
	s, err := h.situation(ctx, t, personRef(m.Sender.Identity()), roomRef(m.Group))
	if err != nil {
		return bot.Change{}, err
	}
	p, err := loadPerson(ctx, t, m)
	if err != nil {
		return bot.Change{}, err
	}
	turn := &turn{
		tx: t, Settings: s, msg: m, person: p,
		chat: p.chat(m.Conversation, now),
		lang: languageOf(m.Text, p.Lang, s.Brand.Lang),
	}
	turn.chat.To = m.From()
	turn.member, turn.staff = s.Team.ByStaffID(m.Sender.StaffID)
	if !m.Direct() && m.Reply.Expires.After(turn.chat.Reply.Expires) {
		turn.chat.Reply = m.Reply
	}
	if hasLetters(m.Text) {
		p.Lang = turn.lang
	}
	if err := turn.keepAliases(ctx); err != nil {
		return bot.Change{}, err
	}
	if err := turn.take(ctx); err != nil {
		return bot.Change{}, err
	}
	if isProbe(m) {
		turn.watchAnswer()
		return t.change(), nil // nobody talked
	}
	turn.countHits(ctx)
	t.out.Index = append(t.out.Index, bot.IndexChange{Index: IndexTalks, Member: m.Sender.Identity(), Score: float64(now.Unix())})
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
	// member is the sender, if staff is set.
	member bot.Member
	staff  bool
	// channel is the case whose channel the words were said in, "" for none.
	channel string
	// askings are the sender's open escalations, once they were read.
	askings []*climb
	// decided is what the brain made of the words, once it was asked.
	decided *faq.Decision
	// hits are the entries whose answers go out, as they are counted.
	hits []string
}

// take is the way of a message: words between people go on to whom they are
// for; then what it is made of, whether it is a command, and what it asks.
func (t *turn) take(ctx context.Context) error {
	if err := t.enter(ctx); err != nil {
		return err
	}
	c, isCommand := ParseCommand(t.msg.Text)
	if !isCommand {
		c, isCommand = t.handOffByName()
	}
	for _, try := range [...]func(context.Context, Command, bool) (bool, error){t.takeRating, t.takeCase, t.takeSlip, t.relay, t.takeKind} {
		if handled, err := try(ctx, c, isCommand); handled || err != nil {
			return err
		}
	}
	if !isCommand {
		c, isCommand = t.doubtAnswer()
	}
	if isCommand {
		if handled, err := t.command(ctx, c); handled || err != nil {
			return err
		}
	}
	if t.notRelayed() { // a habit from other bots
		t.help()
		return nil
	}
	return t.ask(ctx)
}

// enter notes whose channel the words were said in. Who speaks there belongs to
// that case (contract §5).
func (t *turn) enter(ctx context.Context) error {
	if t.msg.Direct() {
		return nil
	}
	w, err := linkedCase(ctx, t.tx, t.Settings, roomRef(t.msg.Group))
	if err != nil || w == nil {
		return err
	}
	t.channel = w.ID
	if t.staff {
		return nil
	}
	fresh, e := t.mine(w).Bind(t.msg.Sender.Identity(), t.msg.Sender.Name)
	if !fresh {
		return nil
	}
	return w.take(ctx, e)
}

// takeCase does the words that only customers of a case say.
func (t *turn) takeCase(ctx context.Context, _ Command, _ bool) (handled bool, err error) {
	return t.caseWords(ctx)
}

// takeSlip tells a member how a command is written whose number they got wrong.
func (t *turn) takeSlip(_ context.Context, _ Command, isCommand bool) (handled bool, err error) {
	if isCommand || !t.staff {
		return false, nil
	}
	r, ok := misnumbered(t.msg.Text)
	if ok {
		word := pick(t.lang, r.zh, r.en) + " " + r.letters[:1] + "12"
		t.reply(textMisnumbered(t.lang, word))
	}
	return ok, nil
}

// takeKind answers what is not words. Voice counts as words once the platform
// recognised some.
func (t *turn) takeKind(context.Context, Command, bool) (handled bool, err error) {
	switch {
	case strings.TrimSpace(t.msg.Text) != "":
		return false, nil
	case t.msg.Kind == bot.KindAudio:
		t.reply(textVoiceUnclear(t.lang))
	case t.msg.Kind == bot.KindText || t.msg.Kind == bot.KindRichText:
		t.reply(textEmpty(t.lang))
	default:
		t.reply(textUnsupported(t.lang, kindName(t.lang, string(t.msg.Kind))))
	}
	return true, nil
}

// command does what was typed, or reports that the words are meant as a
// question after all.
func (t *turn) command(ctx context.Context, c Command) (handled bool, err error) {
	if c.English {
		t.lang = langEN
	}
	if handled, err := t.caseCommand(ctx, c, t.member); handled || err != nil {
		return true, err
	}
	switch c.Verb {
	case VerbHuman:
		return true, t.handOff(ctx, nil)
	case VerbHours:
		return true, t.setHours(ctx, c)
	case VerbHelp:
		t.help()
	case VerbStatus:
		return true, t.status(ctx, c)
	case VerbHelpful:
		t.feedback(true)
	case VerbUnhelpful:
		t.feedback(false)
	case VerbChoose:
		t.choose(c)
	case VerbUrgent, VerbNotUrgent:
		return t.resolveDoubt(ctx, c.Verb == VerbUrgent)
	default:
		return true, t.staffCommand(ctx, c)
	}
	return true, nil
}

// reply answers where the message was sent.
func (t *turn) reply(text string, buttons ...bot.Button) { t.say(t.words(text, buttons)) }

// confide answers a member of the team one-to-one, also when they asked in a
// group: customers read along there, and see only what is theirs (contract §5).
func (t *turn) confide(text string, buttons ...bot.Button) {
	o := t.words(text, buttons)
	if !t.msg.Direct() {
		o.To, o.Reply, o.Mention = bot.User(t.msg.Sender.StaffID), t.person.Reply, nil
	}
	t.say(o)
}

// smallTalkFor is how long an answer from the FAQ is worth sending. After an
// outage of the platform that lasted longer, people get one note in place of a
// flood of answers to what they asked before lunch.
const smallTalkFor = 30 * time.Minute

// talk answers what nobody waits for an hour later.
func (t *turn) talk(text string, buttons ...bot.Button) {
	o := t.words(text, buttons)
	o.StaleAfter, o.StaleText = smallTalkFor, textStale(t.lang)
	t.say(o)
}

func (t *turn) words(text string, buttons []bot.Button) bot.Outgoing {
	return bot.Outgoing{
		To: t.msg.From(), Reply: t.msg.Reply, Priority: bot.PriorityNormal,
		Text: text, Buttons: buttons, Mention: t.mention(), Mergeable: len(buttons) == 0,
	}
}

// mention is whom a reply in a group is for.
func (t *turn) mention() []string {
	if t.msg.Direct() || t.msg.Sender.StaffID == "" {
		return nil
	}
	return []string{t.msg.Sender.StaffID}
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
