package handlers

import (
	"context"
	"strconv"
	"strings"
	"time"

	"guanjia/bot"
	"guanjia/faq"
)

// noteEvery is how often somebody is told that people are away.
const noteEvery = 12 * time.Hour

// humanFor is how long after a person's words nobody needs to hear that people
// are away.
const humanFor = 5 * time.Minute

// ask puts the words to the brain and acts on what it decides.
func (t *turn) ask(ctx context.Context) error {
	d := t.decide(ctx)
	if d.Doubtful {
		if handled, err := t.doubt(ctx, d); handled || err != nil {
			return err
		}
	}
	return t.act(ctx, d)
}

// decide puts the words to the brain, once.
func (t *turn) decide(ctx context.Context) faq.Decision {
	if t.decided == nil {
		d := t.Brain.Decide(ctx, faq.Question{Text: t.msg.Text, Now: t.now, Topic: t.chat.topic(t.now)})
		t.decided = &d
	}
	return *t.decided
}

// act does what was decided.
func (t *turn) act(ctx context.Context, d faq.Decision) error {
	t.learn(d)
	if d.Intent == faq.IntentGreeting {
		t.pleasantry(d)
		return nil
	}
	switch d.Action {
	case faq.ActionAnswer:
		t.answer(d)
	case faq.ActionClarify:
		t.clarify(d)
	case faq.ActionHandOff:
		return t.handOff(ctx, nil)
	case faq.ActionReport, faq.ActionEscalate:
		return t.incident(ctx, d)
	default:
		t.talk(textRefuse(t.lang, t.Brand.Product))
	}
	return nil
}

// pleasantry answers a greeting with what the bot can do, and thanks with a word.
func (t *turn) pleasantry(d faq.Decision) {
	if d.Thanks {
		t.talk(textThanks(t.lang))
		return
	}
	t.greet()
}

// answer says the stored answer, and what else there is to say, in one message:
// the platform meters every call.
func (t *turn) answer(d faq.Decision) {
	t.remember(d.FAQID)
	t.hit(hitAnswered, append([]string{d.FAQID}, d.Also...)...)
	parts := []string{d.Answer}
	if t.msg.Truncated {
		parts = append(parts, textTooLong(t.lang))
	}
	if note, ok := t.awayNote(); ok {
		parts = append(parts, note)
	}
	t.talk(strings.Join(parts, "\n\n"), feedbackButtons(t.lang)...)
}

func feedbackButtons(lang string) []bot.Button {
	if lang == langEN {
		return []bot.Button{{Label: "Helpful", Say: "helpful"}, {Label: "Not helpful", Say: "not helpful"}}
	}
	return []bot.Button{{Label: "有帮助", Say: "有帮助"}, {Label: "没帮助", Say: "没帮助"}}
}

// awayNote is the sentence that people are away, if it is due: outside hours,
// and not said to this person within the last twelve.
func (t *turn) awayNote() (string, bool) {
	open, at := t.opening(t.now, t.lang)
	if open || t.now.Sub(t.person.NotedAt) < noteEvery || t.now.Sub(t.person.HumanAt) < humanFor {
		return "", false
	}
	t.person.NotedAt = t.now
	return textAwayNote(t.lang, at), true
}

func (t *turn) remember(id string) {
	t.chat.Topic, t.chat.TopicAt = id, t.now
}

// clarify offers up to three entries, by number.
func (t *turn) clarify(d faq.Decision) {
	ids := make([]string, 0, 3)
	for _, c := range d.Candidates[:min(3, len(d.Candidates))] {
		ids = append(ids, c.ID)
	}
	list, buttons := t.offer(ids)
	t.talk(textClarify(t.lang)+"\n\n"+list+"\n\n"+textClarifyElse(t.lang), buttons...)
}

// offer remembers entries to choose from and makes their list and buttons.
func (t *turn) offer(ids []string) (list string, buttons []bot.Button) {
	titles := make([]string, len(ids))
	for i, id := range ids {
		titles[i] = t.Brain.Title(id, t.lang)
		n := strconv.Itoa(i + 1)
		buttons = append(buttons, bot.Button{Label: n, Say: n})
	}
	t.chat.Offered, t.chat.OfferedAt = ids, t.now
	return numbered(titles), buttons
}

// choose answers the entry whose number was typed.
func (t *turn) choose(c Command) {
	n, err := strconv.Atoi(c.Args[0])
	if err != nil {
		n = 0
	}
	id, ok := t.chat.offered(n, t.now)
	if !ok {
		t.talk(textChoiceExpired(t.lang))
		return
	}
	answer, ok := t.Brain.Answer(id, t.lang)
	if !ok {
		t.talk(textChoiceExpired(t.lang))
		return
	}
	t.answer(faq.Decision{FAQID: id, Answer: answer})
}

func (t *turn) feedback(helpful bool) {
	if helpful {
		t.hit(hitHelpful, t.chat.topic(t.now))
		t.talk(textHelpful(t.lang))
		return
	}
	t.learnUnhelpful()
	t.talk(textUnhelpful(t.lang))
}

func (t *turn) greet() {
	list, buttons := t.offer(t.Suggested)
	t.talk(textGreeting(t.lang)+t.helpText()+"\n\n"+textSuggestions(t.lang)+"\n\n"+list, buttons...)
}

func (t *turn) help() {
	if t.staff {
		t.talk(textStaffHelp(t.lang))
		return
	}
	list, buttons := t.offer(t.Suggested)
	t.talk(t.helpText()+"\n\n"+textSuggestions(t.lang)+"\n\n"+list, buttons...)
}

func (t *turn) helpText() string {
	open, at := t.opening(t.now, t.lang)
	return textHelp(t.lang, t.Brand.Product, t.Calendar.Describe(t.lang), textOpening(t.lang, open, at))
}
