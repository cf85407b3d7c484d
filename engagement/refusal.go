package engagement

import (
	"fmt"
	"time"
)

// Why is the reason for which something cannot be done.
type Why string

// The reasons; none of them changes any state.
const (
	WhyUnknown         Why = "unknown"           // there is no such incident
	WhyContacted       Why = "contacted"         // By made the first call, At
	WhyExpired         Why = "expired"           // the validity ended, At
	WhyCancelled       Why = "cancelled"         // the purchase was cancelled
	WhyClosed          Why = "closed"            // the case is closed
	WhyNoIncidents     Why = "no_incidents"      // the product does not include incidents
	WhyAccepted        Why = "accepted"          // By accepted it, At
	WhyNotAccepted     Why = "not_accepted"      // nobody accepted it yet
	WhyRejected        Why = "rejected"          // By rejected it, At
	WhyResolved        Why = "resolved"          // By resolved it, At
	WhyNotResolved     Why = "not_resolved"      // it is open
	WhyPaused          Why = "paused"            // it is paused since At
	WhyNotPaused       Why = "not_paused"        // it is not paused
	WhyResponseOver    Why = "response_over"     // the response period ended, At
	WhyEndPast         Why = "end_past"          // the new end, At, would not lie ahead
	WhyRated           Why = "rated"             // the case was rated
	WhyNoChecklist     Why = "no_checklist"      // there is nothing to confirm
	WhyBadReport       Why = "bad_report"        // the address of the report is none
	WhyNotTheirs       Why = "not_theirs"        // the room belongs to another case
	WhyNothingToExtend Why = "nothing_to_extend" // no period has begun
)

// Refusal is the error of everything that a case refuses. It carries what words
// for people need.
type Refusal struct {
	Why     Why
	Subject string // C3 or I5
	By      string // display name
	At      time.Time
}

// Error is for the log.
func (r *Refusal) Error() string {
	return fmt.Sprintf("%s: refused, %s (by %q, at %s)", r.Subject, r.Why, r.By, r.At.Format(time.RFC3339))
}
