package faq

import (
	"math"
	"time"
)

// Question is what somebody asks.
type Question struct {
	Text string
	// Now is the moment of asking.
	Now time.Time
	// PurchasedAt is when the person's company bought the service; zero: unknown.
	PurchasedAt time.Time
	// Topic is the entry of the last answer in this chat, for follow-ups; "" none.
	Topic string
}

// The actions (contract §1).
const (
	ActionAnswer   = "answer"   // the answer of the entry faq_id
	ActionClarify  = "clarify"  // up to three candidates are offered; a greeting, too
	ActionHandOff  = "handoff"  // a person is needed or asked for
	ActionRefuse   = "refuse"   // out of scope, said politely
	ActionReport   = "report"   // an incident that is not urgent
	ActionEscalate = "escalate" // an urgent incident
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
	Title string  `json:"-"` // in the language of the answer
}

// Decision is what to do with a question (contract §1).
type Decision struct {
	Question      string      `json:"question"`
	Action        string      `json:"action"`
	FAQID         string      `json:"faq_id"` // the entry that is answered, or first offered
	Score         float64     `json:"score"`
	Candidates    []Candidate `json:"candidates"` // the best entries, best first, whatever the action
	Intent        string      `json:"intent"`
	IncidentClass string      `json:"incident_class"`
	Urgent        bool        `json:"urgent"`
	Urgency       float64     `json:"urgency"` // 0 to 1; urgent from 0.5
	Reasons       []string    `json:"reasons"` // the words that decided, for the expert
	Answer        string      `json:"answer"`
	Source        string      `json:"source"`

	// Lang is the language of the answer, "zh" or "en".
	Lang string `json:"-"`
	// Also lists further entries that are answered: the second question of two.
	Also []string `json:"-"`
	// Doubtful is set when it is not sure whether it is urgent; one confirming
	// question is due.
	Doubtful bool `json:"-"`
	// Thanks is set on a greeting that says thanks or goodbye.
	Thanks bool `json:"-"`
}

// The entries that rules refer to; an FAQ need not have them.
const (
	entryNonSecurity = "non-security"
	entryRecurrence  = "validity-recurrence"
	entryExpired     = "validity-expired"
	entryClasses     = "incident-classes"
)

const (
	sourceFAQ = "faq"
	shown     = 5 // candidates in a decision
	offered   = 3 // candidates that a person chooses from
)

// round keeps four places, so that figures print alike on every machine.
func round(v float64) float64 { return math.Round(v*1e4) / 1e4 }
