package engagement

import (
	"time"

	"guanjia/scheduler"
)

// Audience is who is told.
type Audience string

// The audiences. Words for the channel go one-to-one to the contacts as long as
// there is no channel.
const (
	ToChannel  Audience = "channel"  // the customer
	ToContacts Audience = "contacts" // the customer's contacts one by one
	ToExpert   Audience = "expert"   // Notice.Member, else the ladder's first step
	ToFirst    Audience = "first"    // the ladder's first step
	ToManagers Audience = "managers"
)

// Topic is what a notice is about; the words are the handlers'.
type Topic string

// The topics of notices.
const (
	TopicPurchased      Topic = "purchased"       // somebody must telephone
	TopicContactWarning Topic = "contact_warning" // nobody has, At is the target
	TopicRenewed        Topic = "renewed"         // At is the new end of validity
	TopicCancelled      Topic = "cancelled"
	TopicValidity       Topic = "validity"     // reminder: Before the end, At
	TopicValidityEnd    Topic = "validity_end" // the end, At; it may lie ahead
	TopicReported       Topic = "further_report"
	TopicAccepted       Topic = "accepted" // At is the end of the response period
	TopicNotAccepted    Topic = "not_accepted"
	TopicRejected       Topic = "rejected" // Text is the reason
	TopicUpdate         Topic = "update"   // Text is the word
	TopicUpdateDue      Topic = "update_due"
	TopicReport         Topic = "report"       // Text is the address
	TopicResponse       Topic = "response"     // reminder: Before the end, At
	TopicResponseEnd    Topic = "response_end" // the end, At; it may lie ahead
	TopicNoReport       Topic = "no_report"
	TopicPaused         Topic = "paused"  // Text is the reason
	TopicResumed        Topic = "resumed" // At is the new end
	TopicExtended       Topic = "extended"
	TopicResolved       Topic = "resolved"
	TopicReopened       Topic = "reopened" // At is the end, if the response period runs
	TopicChecklist      Topic = "checklist"
	TopicChecklistNudge Topic = "checklist_nudge"
	TopicRoomLost       Topic = "room_lost"   // Text is what happened
	TopicRoomFailed     Topic = "room_failed" // the channel cannot be made, it is tried again
	TopicRoomByHand     Topic = "room_by_hand"
	TopicWelcome        Topic = "welcome"
	TopicJoinLink       Topic = "join_link" // Text is the address to forward
)

// Notice is something to be said.
type Notice struct {
	To    Audience
	Topic Topic
	// Incident is the incident it is about, "" for the case.
	Incident string
	// Member is the key of the member who is told, for ToExpert.
	Member string
	At     time.Time
	Before time.Duration
	By     string
	Text   string
	// Page is set when somebody must act now.
	Page bool
}

// CallDo is what is asked of the escalations.
type CallDo string

// The requests to the escalations of a subject.
const (
	CallOpen  CallDo = "open"  // start the ladder
	CallNext  CallDo = "next"  // page the next step now; open one if none is open
	CallAck   CallDo = "ack"   // the member has it
	CallSpoke CallDo = "spoke" // somebody works on it
	CallEnd   CallDo = "end"   // it needs nobody any more
)

// Call asks for an escalation, or moves the one that stands.
type Call struct {
	Do CallDo
	// Subject is the C or I number that the escalation names.
	Subject string
	// Member is the key of who acknowledged it, for CallAck and CallEnd.
	Member string
	Urgent bool
}

// Event is a line of the case's timeline.
type Event struct {
	Kind string
	// Incident is what it is about, "" for the case.
	Incident string
	By       string
	Text     string
	// Internal events are never shown to customers.
	Internal bool
}

// Effects is what follows from an event beside the new state.
type Effects struct {
	Say   []Notice
	Calls []Call
	Log   []Event
	Set   []scheduler.Deadline
	Clear []string
}

// Empty reports whether nothing follows.
func (e *Effects) Empty() bool {
	return len(e.Say)+len(e.Calls)+len(e.Log)+len(e.Set)+len(e.Clear) == 0
}

func (e *Effects) say(ns ...Notice) { e.Say = append(e.Say, ns...) }
func (e *Effects) call(c Call)      { e.Calls = append(e.Calls, c) }
func (e *Effects) log(v Event)      { e.Log = append(e.Log, v) }

// The kinds of deadline that a case sets. The subject is the C or I number.
const (
	KindContact   = "case.contact"   // first contact: warnings, then the ladder
	KindValidity  = "case.validity"  // reminders and the end of validity
	KindAccept    = "case.accept"    // an incident that nobody accepted
	KindResponse  = "case.response"  // reminders and the end of a response period
	KindUpdate    = "case.update"    // the customer has heard nothing for a while
	KindChecklist = "case.checklist" // the binding of servers is not confirmed
	KindRoom      = "case.channel"   // the next step of making the channel
	KindMembers   = "case.members"   // who is on duty belongs into the channel
)

// arm plans a deadline anew; a zero due takes it back. Either way one that is
// being fired meanwhile loses its lease, and changes nothing.
func (e *Effects) arm(kind, subject string, due time.Time) { e.plan(kind, subject, 0, due) }

// armStep is arm for a step that acts on the platform before it is committed: by
// its run, one that comes too late knows so before it acts.
func (e *Effects) armStep(kind, subject string, run *int, due time.Time) {
	*run++
	e.plan(kind, subject, *run, due)
}

func (e *Effects) plan(kind, subject string, run int, due time.Time) {
	id := kind + "|" + subject
	if due.IsZero() {
		e.Clear = append(e.Clear, id)
		return
	}
	e.Set = append(e.Set, scheduler.Deadline{ID: id, Due: due, Kind: kind, Subject: subject, Run: run})
}

// await is arm for what is due so long after now, whatever the time of day.
func (e *Effects) await(kind, subject string, now time.Time, wait time.Duration) {
	e.arm(kind, subject, now.Add(wait))
	e.Set[len(e.Set)-1].Wait = wait
}

// awaitStep is armStep for what is due so long after now.
func (e *Effects) awaitStep(kind, subject string, run *int, now time.Time, wait time.Duration) {
	e.armStep(kind, subject, run, now.Add(wait))
	e.Set[len(e.Set)-1].Wait = wait
}
