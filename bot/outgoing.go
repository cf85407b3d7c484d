package bot

import (
	"strings"
	"time"
)

// Recipient is where an outgoing message goes: "user:<staff id>",
// "group:<group id>" or "reply:<conversation>". Messages to one recipient and
// priority keep their order.
type Recipient string

// User is a member of the bot's organisation, in their one-to-one chat with the bot.
func User(staffID string) Recipient { return Recipient("user:" + staffID) }

// Group is a group the bot is in.
func Group(id string) Recipient { return Recipient("group:" + id) }

// ReplyOnly is an outsider who can only be reached while a reply address is valid.
func ReplyOnly(conversation string) Recipient { return Recipient("reply:" + conversation) }

// Split returns the recipient's kind ("user", "group", "reply") and id.
func (r Recipient) Split() (kind, id string) {
	kind, id, _ = strings.Cut(string(r), ":")
	return kind, id
}

// Via is the route by which a person is reached.
type Via string

// The routes of an escalation step, from mild to loud.
const (
	ViaChat      Via = "chat"
	ViaDingApp   Via = "ding_app"
	ViaDingSMS   Via = "ding_sms"
	ViaDingPhone Via = "ding_phone"
)

// Priority orders the outbox across recipients.
type Priority int

// The priorities, most important first.
const (
	PriorityPage   Priority = iota // somebody must act now
	PriorityNormal                 // answers and relayed words
)

// Button offers words that a tap sends in the person's name.
type Button struct {
	Label string `json:"label"`
	Say   string `json:"say"`
}

// Outgoing is one message to be sent. It is stored before it is sent, and
// leaves the store only when it was sent or given up.
type Outgoing struct {
	// ID is unique; the store refuses a second one with the same id.
	ID string `json:"id"`
	// To is who gets it.
	To Recipient `json:"to"`
	// Via is the route; empty means ViaChat.
	Via Via `json:"via,omitempty"`
	// Priority: pages go before everything else.
	Priority Priority `json:"priority,omitempty"`
	// Reply is preferred over the metered API while it is valid.
	Reply Webhook `json:"reply,omitzero"`
	// Title is what lists and push notifications show; empty: the first words of Text.
	Title string `json:"title,omitempty"`
	// Text is markdown of the platform's subset; words of people in it must have
	// gone through Literal. With Plain it is sent exactly as it is.
	Text  string `json:"text"`
	Plain bool   `json:"plain,omitempty"`
	// Buttons are shown below; their words are shown in the text as well.
	Buttons []Button `json:"buttons,omitempty"`
	// Mention names the staff ids to be notified in a group.
	Mention []string `json:"mention,omitempty"`
	// Attachment is a file to pass on; Text is then its caption.
	Attachment *Attachment `json:"attachment,omitempty"`
	// Mergeable messages to one recipient that wait together may be sent as one.
	Mergeable bool `json:"mergeable,omitempty"`
	// Report, if set, is the kind of deadline that is set when the message was
	// sent or given up, with a Delivery as its data and Subject as its subject.
	Report  string `json:"report,omitempty"`
	Subject string `json:"subject,omitempty"`
	Run     int    `json:"run,omitempty"`
	// ReportFailureOnly limits Report to messages that were given up.
	ReportFailureOnly bool `json:"report_failure_only,omitempty"`
	// GiveUpAfter bounds the tries, counted from CreatedAt; zero means one day.
	GiveUpAfter time.Duration `json:"give_up_after,omitempty"`
	// StaleAfter, if set, is how long after CreatedAt the message is still worth
	// saying; later StaleText is said in its place, once for several that waited
	// together.
	StaleAfter time.Duration `json:"stale_after,omitempty"`
	StaleText  string        `json:"stale_text,omitempty"`
	// CreatedAt is set by the commit.
	CreatedAt time.Time `json:"created_at,omitzero"`
}

// Delivery is what became of an outgoing message.
type Delivery struct {
	ID      string    `json:"id"`
	To      Recipient `json:"to"`
	Via     Via       `json:"via"`
	At      time.Time `json:"at"`
	OK      bool      `json:"ok"`
	Receipt string    `json:"receipt,omitempty"` // the platform's key for read states
	Reason  string    `json:"reason,omitempty"`  // why not, in words for staff; never internals
	Text    string    `json:"text,omitempty"`    // the unsent words, when it was given up
}
