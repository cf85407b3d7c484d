package bot

import "time"

// Kind tells what a message is made of, independent of the platform's name for it.
type Kind string

// The kinds of message a person can send.
const (
	KindText     Kind = "text"
	KindRichText Kind = "rich_text"
	KindPicture  Kind = "picture"
	KindAudio    Kind = "audio" // Text holds what the platform recognised, if anything
	KindVideo    Kind = "video"
	KindFile     Kind = "file"
	KindCard     Kind = "card" // a button of a card was pressed; Text holds the words it stands for
	KindUnknown  Kind = "unknown"
)

// Person is somebody who speaks, as the platform identified them. Only StaffID
// is trusted for permissions; the platform sets it and nobody can type it.
type Person struct {
	StaffID  string `json:"staff_id,omitempty"`  // userId inside the bot's organisation; empty for outsiders
	UnionID  string `json:"union_id,omitempty"`  // the same person across organisations
	SenderID string `json:"sender_id,omitempty"` // opaque, always present, useless for sending
	Name     string `json:"name,omitempty"`      // display name, chosen by the person: never trust it
}

// Identity is the strongest id there is: StaffID, else UnionID, else SenderID.
func (p Person) Identity() string {
	switch {
	case p.StaffID != "":
		return p.StaffID
	case p.UnionID != "":
		return p.UnionID
	default:
		return p.SenderID
	}
}

// Webhook is a reply address that the platform lends for a while.
type Webhook struct {
	URL     string    `json:"url,omitempty"`
	Expires time.Time `json:"expires,omitzero"`
}

// ValidAt reports whether the address can still be used at now.
func (w Webhook) ValidAt(now time.Time) bool { return w.URL != "" && now.Before(w.Expires) }

// Attachment is a picture, voice, video or file that came with a message.
type Attachment struct {
	Kind Kind   `json:"kind"`
	Code string `json:"code,omitempty"` // the platform's download code
	Name string `json:"name,omitempty"` // file name, if any
}

// Message is one message from a person, as far as the platform told.
type Message struct {
	// ID is the platform's message id: the idempotency key of everything that follows.
	ID string `json:"id"`
	// Conversation names the chat; messages of one conversation are handled in order.
	Conversation string `json:"conversation"`
	// Group is the group's id for sending, empty in a one-to-one chat.
	Group string `json:"group,omitempty"`
	// GroupTitle is the group's name, for people to read.
	GroupTitle string `json:"group_title,omitempty"`
	// Mentioned is set when a group message is addressed to the bot.
	Mentioned bool `json:"mentioned,omitempty"`
	// Sender is who spoke.
	Sender Person `json:"sender"`
	// Kind and Text: Text is cleaned (trimmed, no mention of the bot, no control
	// or bidirectional override characters) and capped at MaxText runes.
	Kind Kind   `json:"kind"`
	Text string `json:"text,omitempty"`
	// Truncated is set when Text had to be cut.
	Truncated bool `json:"truncated,omitempty"`
	// Attachments came along.
	Attachments []Attachment `json:"attachments,omitempty"`
	// Quoted is the text of the message this one answers to, if the platform said.
	Quoted string `json:"quoted,omitempty"`
	// Reply is where an answer can go while it is valid.
	Reply Webhook `json:"reply,omitzero"`
	// SentAt is the platform's time; ReceivedAt is ours.
	SentAt     time.Time `json:"sent_at,omitzero"`
	ReceivedAt time.Time `json:"received_at"`
}

// MaxText is how many runes of a message are kept; nobody types more, and a
// stranger must not be able to fill the store.
const MaxText = 10_000

// Direct reports whether the message was sent in a one-to-one chat.
func (m Message) Direct() bool { return m.Group == "" }

// From is the recipient that reaches the sender of m where m was sent.
func (m Message) From() Recipient {
	switch {
	case m.Group != "":
		return Group(m.Group)
	case m.Sender.StaffID != "":
		return User(m.Sender.StaffID)
	default:
		return ReplyOnly(m.Conversation)
	}
}
