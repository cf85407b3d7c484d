package bot

import (
	"encoding/json"
	"errors"
	"time"

	"guanjia/scheduler"
)

// DocRef names a stored document: an aggregate such as {"escalation", "E12"}.
type DocRef struct {
	Kind string `json:"kind"`
	ID   string `json:"id"`
}

// Doc is a stored document. Version 0 means that it does not exist yet; a
// commit raises it by one. Body is JSON; unknown fields in it must survive.
type Doc struct {
	DocRef
	Version int64
	Body    json.RawMessage
}

// Entry is one line of a timeline.
type Entry struct {
	// Of is the document whose timeline it is on.
	Of DocRef `json:"-"`
	// At is when it happened.
	At time.Time `json:"at"`
	// Kind is a stable word for programs, Text a sentence for people.
	Kind string `json:"kind"`
	By   string `json:"by,omitempty"` // display name or "bot"
	Text string `json:"text,omitempty"`
	// Person is the identity whose words Text holds, so that they can be erased.
	Person string `json:"person,omitempty"`
	// Internal entries are never shown to customers.
	Internal bool `json:"internal,omitempty"`
}

// IndexChange adds a member to a named, sorted index, or removes it.
type IndexChange struct {
	Index  string
	Member string
	Score  float64
	Remove bool
}

// Claim is the piece of work that a change finishes; at most one field is set.
type Claim struct {
	Mail     *Mail
	Deadline *scheduler.Claimed
}

// Mail is the oldest unhandled message of a conversation, held by one replica
// until its lease ends.
type Mail struct {
	Message Message
	// Fence proves the lease, Attempt counts the claims of this message from 1.
	Fence   int64
	Attempt int
}

// Change is everything that one step changes: all of it, or nothing.
type Change struct {
	// Op is the idempotency key of this commit, so that a write which the client
	// library repeats after a lost answer has one effect. Empty: made by the store.
	Op string
	// Now is the time of the step.
	Now time.Time
	// Put are documents to write; each Version is the one that was read.
	Put []Doc
	// Check are documents that were only read, and must be unchanged.
	Check []Doc
	// Delete are documents to remove; each Version is the one that was read.
	Delete []Doc
	// Set and Clear are deadlines to set (or move) and to cancel by id.
	Set   []scheduler.Deadline
	Clear []string
	// Say are messages for the outbox.
	Say []Outgoing
	// Log are timeline entries.
	Log []Entry
	// Index are changes of indexes.
	Index []IndexChange
	// Done is the work that is finished by this change.
	Done Claim
}

// ErrConflict is returned by a commit when a document changed since it was
// read: load again and decide again.
var ErrConflict = errors.New("document changed meanwhile")

// ErrFenced is returned by a commit when the lease on the work is lost: somebody
// else does it, or it was done, perhaps by this very change, whose answer was lost.
// Nothing was changed by this call.
var ErrFenced = errors.New("lease lost")
