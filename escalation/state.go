package escalation

import (
	"slices"
	"time"

	"guanjia/bot"
)

// Kind is why people are called.
type Kind string

// The kinds of escalation (contract §5).
const (
	// KindUrgent: somebody needs help now.
	KindUrgent Kind = "urgent"
	// KindRequest: somebody asked for a person, or what nobody but a person can answer.
	KindRequest Kind = "request"
	// KindSubject: a case or an incident is not being attended to; Subject names it.
	KindSubject Kind = "subject"
)

// State is where an escalation stands.
type State string

// The states. Everything but StateClosed is open; what is open and not held
// can be taken at any time.
const (
	// StateWaiting: not urgent, and nobody is called before the desk opens.
	StateWaiting State = "waiting"
	// StateDesk: the desk was told, and the ladder starts if it stays silent.
	StateDesk State = "desk"
	// StateCalling: a step of the ladder was called.
	StateCalling State = "calling"
	// StateExhausted: the whole ladder and the catch-all were called, nobody took
	// it. It comes up again at the next opening.
	StateExhausted State = "exhausted"
	// StateHeld: Holder has it.
	StateHeld State = "held"
	// StateClosed: it is over.
	StateClosed State = "closed"
)

// Asker is who needs help, and how to reach them. It is zero where nobody asked.
// Their name and words are kept elsewhere, where they can be erased.
type Asker struct {
	Identity     string        `json:"identity,omitempty"`
	StaffID      string        `json:"staff_id,omitempty"`
	Lang         string        `json:"lang,omitempty"`
	To           bot.Recipient `json:"to,omitempty"`
	Conversation string        `json:"conversation,omitempty"`
	Group        string        `json:"group,omitempty"`
	GroupTitle   string        `json:"group_title,omitempty"`
}

// Outcome is what became of a call.
type Outcome string

// The outcomes of a call; "" is not known yet.
const (
	OutcomeSent   Outcome = "sent"
	OutcomeRead   Outcome = "read"
	OutcomeFailed Outcome = "failed"
)

// Call is the record of one message by which one member was called.
type Call struct {
	Member  string    `json:"member"`
	Via     bot.Via   `json:"via"`
	Round   int       `json:"round"` // from 1
	Step    int       `json:"step"`  // from 1; 0 for calls outside the ladder
	Run     int       `json:"run"`
	At      time.Time `json:"at"`
	Outcome Outcome   `json:"outcome,omitempty"`
	// Receipt is the platform's key of the message, by which it tells who read it.
	Receipt string `json:"receipt,omitempty"`
	// Why says why it failed.
	Why string `json:"why,omitempty"`
}

// clock is a deadline that is set; one of another run is stale.
type clock struct {
	Run int       `json:"run,omitempty"`
	Due time.Time `json:"due,omitzero"`
}

// Escalation is one call for people, from its opening to its end. It is the
// document {"escalation", ID}.
type Escalation struct {
	ID    string `json:"id"`
	Kind  Kind   `json:"kind"`
	State State  `json:"state"`
	// Subject is the case or incident it is about, "" for none.
	Subject string `json:"subject,omitempty"`
	Asker   Asker  `json:"asker,omitzero"`

	OpenedAt time.Time `json:"opened_at"`
	// Plan is the ladder as it was when this began.
	Plan Config `json:"plan"`
	// Run numbers every clock that was set; Round and Step say which step of the
	// ladder was called last, both from 1, 0 for none.
	Run   int `json:"run"`
	Round int `json:"round,omitempty"`
	Step  int `json:"step,omitempty"`
	// Climb is the clock of the ladder and the desk, Progress that of the holder,
	// Offer that of those who were asked to take over.
	Climb    clock `json:"climb,omitzero"`
	Progress clock `json:"progress,omitzero"`
	Offer    clock `json:"offer,omitzero"`
	// Offered are the members who may take it from its holder: whoever was asked
	// to, until somebody did.
	Offered []string `json:"offered,omitempty"`
	// Leaving is set while its holder wants somebody else to take it.
	Leaving bool `json:"leaving,omitempty"`
	// Pressed is set when a request is called for at any hour, like what is urgent:
	// a member asked for the next step, or its holder fell silent.
	Pressed bool `json:"pressed,omitempty"`

	// Holder is the key of who has it.
	Holder     string    `json:"holder,omitempty"`
	HolderName string    `json:"holder_name,omitempty"`
	HeldAt     time.Time `json:"held_at,omitzero"`
	// FirstHeldAt is when it was first taken: the time to acknowledge.
	FirstHeldAt time.Time `json:"first_held_at,omitzero"`
	// Answered is set once somebody of the team wrote to the asker.
	Answered bool `json:"answered,omitempty"`
	// LastWord is the holder's last sign of life; AskedAt when they were asked for
	// one, zero once they gave it.
	LastWord time.Time `json:"last_word,omitzero"`
	AskedAt  time.Time `json:"asked_at,omitzero"`

	// Calls are the latest calls, oldest first; those of the run at hand are kept
	// however many they are. Paged are the keys of all who were ever called.
	Calls []Call   `json:"calls,omitempty"`
	Paged []string `json:"paged,omitempty"`

	ClosedAt time.Time `json:"closed_at,omitzero"`
	ClosedBy string    `json:"closed_by,omitempty"`
	// Rating is what the asker gave, 1 to 5; 0 for none.
	Rating int `json:"rating,omitempty"`
}

// What an escalation remembers at most. Ten thousand of them are open at a time,
// and all that happened is on the timeline.
const (
	maxCalls = 24
	maxWhy   = 60 // runes
)

// Open reports whether it is not over.
func (e *Escalation) Open() bool { return e.State != StateClosed }

// Held reports whether somebody has it.
func (e *Escalation) Held() bool { return e.State == StateHeld }

// Urgent reports whether the ladder is called at any hour.
func (e *Escalation) Urgent() bool { return e.Kind != KindRequest }

// resting reports whether nobody is called just now: outside hours one that is
// not urgent pages nobody (contract §5). That ends when somebody took it once,
// or asked for the next step.
func (e *Escalation) resting(m Moment) bool { return !e.Urgent() && !e.Pressed && !m.Open }

// Called are the keys of everybody who was called so far, in that order.
func (e *Escalation) Called() []string { return slices.Clone(e.Paged) }

// firstWait is how long the first step waits; the desk, an offer and a silent
// holder are given as long.
func (e *Escalation) firstWait() time.Duration {
	if len(e.Plan.Ladder) > 0 {
		return e.Plan.Ladder[0].AckWithin
	}
	return 5 * time.Minute // no ladder: the contract's default
}
