package faq

import (
	"math"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
)

// Question is what somebody asks.
type Question struct {
	Text string
	Now  time.Time
	// PurchasedAt is when the person's company bought the service; zero: unknown.
	PurchasedAt time.Time
	// Topic is the entry of the last answer in this chat, for follow-ups.
	Topic string
}

// The actions (contract §1).
const (
	ActionAnswer   = "answer"
	ActionClarify  = "clarify"
	ActionHandOff  = "handoff"
	ActionRefuse   = "refuse"
	ActionReport   = "report"
	ActionEscalate = "escalate"
)

// The intents (contract §1).
const (
	IntentFAQ         = "faq"
	IntentIncident    = "incident"
	IntentNonSecurity = "non_security"
	IntentHuman       = "human"
	IntentGreeting    = "greeting"
	IntentOutOfScope  = "out_of_scope"
	IntentInjection   = "injection"
)

// Candidate is an entry that may be meant.
type Candidate struct {
	ID    string  `json:"id"`
	Score float64 `json:"score"`
}

// Decision is what to do with a question (contract §1).
type Decision struct {
	Question      string      `json:"question"`
	Action        string      `json:"action"`
	FAQID         string      `json:"faq_id"`
	Score         float64     `json:"score"`
	Candidates    []Candidate `json:"candidates"`
	Intent        string      `json:"intent"`
	IncidentClass string      `json:"incident_class"`
	Urgent        bool        `json:"urgent"`
	Urgency       float64     `json:"urgency"`
	Reasons       []string    `json:"reasons"`
	Answer        string      `json:"answer"`
	Source        string      `json:"source"`

	// Lang is the language of the answer.
	Lang string `json:"-"`
	// Also is a second entry that the question asks for.
	Also string `json:"-"`
	// Doubtful is set when it is not sure whether it is urgent.
	Doubtful bool `json:"-"`
}

// The entries that rules refer to.
const (
	entryNonSecurity = "non-security"
	entryRecurrence  = "validity-recurrence"
	entryExpired     = "validity-expired"
	entryClasses     = "incident-classes"
)

func (e *Engine) decide(q Question) Decision {
	text := normalize(q.Text)
	d := Decision{Question: q.Text, Intent: IntentOutOfScope, Action: ActionRefuse, Source: "faq", Lang: language(q.Text), Candidates: []Candidate{}, Reasons: []string{}}
	r := e.rules.read(text)
	if !e.byRule(&d, text, r) {
		e.byMatch(&d, text, r, q)
	}
	d.Score, d.Urgency = round(d.Score), round(d.Urgency)
	if d.Action == ActionAnswer && d.FAQID != "" {
		d.Answer, _ = e.Answer(d.FAQID, d.Lang)
		if d.Also != "" {
			also, _ := e.Answer(d.Also, d.Lang)
			d.Answer += "\n\n" + also
		}
	}
	return d
}

// byRule decides what the mood of the words alone decides.
func (e *Engine) byRule(d *Decision, text string, r reading) bool {
	switch {
	case !hasLetter(linkForm.ReplaceAllString(text, "")):
		d.Reasons = append(d.Reasons, "没有文字")
	case len(r.intent["injection"]) > 0:
		d.Intent = IntentInjection
		d.Reasons = append(d.Reasons, r.intent["injection"]...)
	case r.isReport():
		e.report(d, r)
	case r.wantsPerson(text):
		d.Intent, d.Action = IntentHuman, ActionHandOff
		d.Reasons = append(d.Reasons, r.intent["human"]...)
	case onlyWords(text, r.intent["greeting"]):
		d.Intent, d.Action = IntentGreeting, ActionAnswer
	case onlyWords(text, r.intent["thanks"]):
		d.Intent, d.Action = IntentGreeting, ActionAnswer
		d.Reasons = append(d.Reasons, "thanks")
	default:
		return false
	}
	return true
}

// linkForm leaves a message that is only a link without words.
var linkForm = regexp.MustCompile(`(https?:?/*|www\.)[^\s]*`)

func (e *Engine) report(d *Decision, r reading) {
	d.Intent, d.IncidentClass = IntentIncident, r.class
	d.Urgency, d.Reasons = r.urgency()
	d.Urgent = d.Urgency >= 0.5
	d.Action = ActionReport
	if d.Urgent {
		d.Action = ActionEscalate
	}
	d.Score = max(d.Urgency, 0.6)
}

// onlyWords reports whether the text is made of these words and little else.
func onlyWords(text string, words []string) bool {
	if len(words) == 0 {
		return false
	}
	for _, w := range words {
		text = strings.Replace(text, w, "", 1)
	}
	rest := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) && !strings.ContainsRune("呀啊哦呢吧的了哈", r) {
			return r
		}
		return -1
	}, text)
	return len([]rune(rest)) <= 2
}

// byMatch decides by the entries that score best.
func (e *Engine) byMatch(d *Decision, text string, r reading, q Question) {
	scores := e.adjusted(text, r, q)
	d.Candidates = e.top(scores, 5)
	best := d.Candidates[0]
	d.FAQID, d.Score = best.ID, best.Score
	switch {
	case len(r.intent["buyer"]) > 0 && best.Score < 0.97:
		d.Intent, d.Action, d.FAQID = IntentOutOfScope, ActionHandOff, ""
		d.Reasons = append(d.Reasons, r.intent["buyer"]...)
	case best.Score >= e.answerAt:
		d.Intent, d.Action = IntentFAQ, ActionAnswer
		d.Also = e.also(text, best.ID)
	case best.Score >= e.clarifyAt:
		d.Intent, d.Action, d.FAQID = IntentFAQ, ActionClarify, best.ID
	case q.Topic != "" && len(r.intent["followup"]) > 0 && len([]rune(text)) <= 12:
		d.Intent, d.Action, d.FAQID = IntentFAQ, ActionAnswer, q.Topic
	default:
		d.FAQID = ""
	}
	if d.FAQID == entryNonSecurity && d.Action == ActionAnswer {
		d.Intent = IntentNonSecurity
	}
}

// adjusted is the model's scores, corrected by what rules know better.
func (e *Engine) adjusted(text string, r reading, q Question) []float64 {
	scores := e.model.scores(e.tokens.tokens(text))
	lift := func(id string, to float64) {
		if i, ok := e.entryIndex[id]; ok {
			scores[i] = max(scores[i], to)
		}
	}
	if len(r.intent["non_security"]) > 0 && r.class == "" {
		lift(entryNonSecurity, 0.9)
		if i, ok := e.entryIndex[entryClasses]; ok {
			scores[i] = min(scores[i], 0.5)
		}
	}
	days := elapsedSince(r, q.PurchasedAt, q.Now)
	a, okA := e.entryIndex[entryRecurrence]
	b, okB := e.entryIndex[entryExpired]
	if okA && okB && days >= 0 && (r.elapsed >= 0 || max(scores[a], scores[b]) > 0.4) {
		sure := max(scores[a], scores[b])
		if r.elapsed >= 0 && sure > 0.2 {
			sure = max(sure, e.answerAt+0.05)
		}
		if days > validityDays {
			scores[b], scores[a] = sure, min(scores[a], sure-0.05)
		} else {
			scores[a], scores[b] = sure, min(scores[b], sure-0.05)
		}
	}
	for i, entry := range e.file.Entries {
		if slices.ContainsFunc(entry.Concepts.Not, func(c string) bool { return e.fires(text, c) }) {
			scores[i] *= 0.6
		}
	}
	return scores
}

func (e *Engine) fires(text, concept string) bool {
	return slices.ContainsFunc(e.tokens.concepts.find(text), func(h hit) bool { return h.group == concept })
}

// top lists the best entries, ties by id.
func (e *Engine) top(scores []float64, n int) []Candidate {
	cs := make([]Candidate, len(scores))
	for i, s := range scores {
		cs[i] = Candidate{e.file.Entries[i].ID, round(s)}
	}
	slices.SortStableFunc(cs, func(a, b Candidate) int {
		switch {
		case a.Score > b.Score:
			return -1
		case a.Score < b.Score:
			return 1
		}
		return strings.Compare(a.ID, b.ID)
	})
	return cs[:min(n, len(cs))]
}

// also finds a second entry in a question of several clauses.
func (e *Engine) also(text, first string) string {
	clauses := strings.FieldsFunc(strings.NewReplacer("另外", "。", "还有", "。", "顺便", "。", " and also ", "。", " also ", "。").Replace(text),
		func(r rune) bool { return r == '。' || r == '?' })
	if len(clauses) < 2 {
		return ""
	}
	for _, c := range clauses {
		if len([]rune(c)) < 3 {
			continue
		}
		scores := e.model.scores(e.tokens.tokens(c))
		if best := e.top(scores, 1)[0]; best.ID != first && best.Score >= e.answerAt {
			return best.ID
		}
	}
	return ""
}

// language is English for words without a Han character but with Latin ones.
func language(text string) string {
	latin := false
	for _, r := range text {
		if unicode.Is(unicode.Han, r) {
			return "zh"
		}
		latin = latin || unicode.Is(unicode.Latin, r)
	}
	if latin {
		return "en"
	}
	return "zh"
}

// round keeps four places, so that figures print alike on every machine.
func round(v float64) float64 { return math.Round(v*1e4) / 1e4 }
