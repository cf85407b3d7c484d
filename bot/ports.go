package bot

import (
	"context"
	"time"
)

// Inbox keeps what was heard until it is handled.
type Inbox interface {
	// Receive stores the message durably, once: fresh is false when a message
	// with this id was stored before. After an error nothing may be assumed.
	Receive(ctx context.Context, m Message) (fresh bool, err error)
}

// Mailbox is the dispatcher's side of the inbox.
type Mailbox interface {
	// ClaimMail leases the head message of up to n conversations that have mail
	// at now, and tells when the next one can be claimed (zero: nothing waits).
	ClaimMail(ctx context.Context, now time.Time, n int) (mail []Mail, next time.Time, err error)
	// FinishMail commits the change that ends a message (Done.Mail), as Commit
	// does, and leases the conversation's next message at now, if one waits: it
	// needs no claim. A zero now leases nothing. It may return nil although one waits.
	FinishMail(ctx context.Context, c Change, now time.Time) (next *Mail, err error)
	// ReleaseMail gives a claimed message back, to be claimed again at the given time.
	ReleaseMail(ctx context.Context, m Mail, at time.Time) error
	// BuryMail moves a message that cannot be handled to the dead letters, with
	// the reason, and lets the conversation go on.
	BuryMail(ctx context.Context, m Mail, now time.Time, reason string) error
}

// Committer makes a Change happen, all of it or nothing. It returns ErrConflict
// and ErrFenced as documented there.
type Committer interface {
	Commit(ctx context.Context, c Change) error
}

// Parcel is the oldest unsent message of a recipient and priority, held by one
// replica until its lease ends.
type Parcel struct {
	Outgoing Outgoing
	// More are further messages that wait behind it for the same recipient and
	// may be merged into it; at most a handful.
	More []Outgoing
	// Fence proves the lease; Attempt counts the claims of this message from 1.
	Fence   int64
	Attempt int
	// Until is when the lease ends, by this process' clock and however long it took
	// to get it; zero where nobody else can have the parcel.
	Until time.Time
}

// Outbox is what waits to be said.
type Outbox interface {
	// ClaimParcels leases up to n parcels that are at least as important as least,
	// most important first (none: it only asks whether the store is there), and tells
	// when the next can be claimed (zero: nothing waits).
	ClaimParcels(ctx context.Context, now time.Time, n int, least Priority) (ps []Parcel, next time.Time, err error)
	// Delivered removes the first count messages of the parcel (1 plus the merged
	// ones) and sets the report deadlines they asked for. With more it leases the
	// recipient's next parcel of the same priority, if one waits and nothing more
	// important does; it may return nil although one waits.
	Delivered(ctx context.Context, p Parcel, ds []Delivery, now time.Time, more bool) (next *Parcel, err error)
	// RetryParcel gives the parcel back, to be claimed again at the given time.
	RetryParcel(ctx context.Context, p Parcel, at time.Time) error
}

// Platform sends messages. An error is a *SendError when the platform said why.
type Platform interface {
	// Send hands one message over and returns the platform's receipt for it.
	Send(ctx context.Context, o Outgoing) (receipt string, err error)
}

// SendError tells the sender how to go on after a failed send.
type SendError struct {
	// Retry says whether trying again can help; without it the message is given up.
	Retry bool
	// After is the earliest sensible moment for the next try; zero: the sender's backoff.
	After time.Duration
	// Throttled is set when the platform, or our own budget, asked to slow down:
	// nothing is wrong.
	Throttled bool
	// Reason is for staff: one clause without internals, Chinese.
	Reason string
	// Err is the cause, for the log.
	Err error
}

// Error is the cause for the log.
func (e *SendError) Error() string {
	if e.Err != nil {
		return e.Err.Error()
	}
	return e.Reason
}

// Unwrap gives access to the cause.
func (e *SendError) Unwrap() error { return e.Err }

// Handler decides what follows from a message. It must not say or change
// anything itself: everything is in the Change.
type Handler interface {
	Handle(ctx context.Context, m Message, now time.Time) (Change, error)
}
