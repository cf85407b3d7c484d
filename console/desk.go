package console

import (
	"context"
	"time"
)

// Desk is what the pages show, and what can be done there. Names of who does
// something come from the sign-in and go into the audit. Words that it makes
// itself are in the language that is asked for, "zh" or "en".
type Desk interface {
	Present
	Archive
	Plans
	Knowledge
}

// Present is what is going on.
type Present interface {
	// Now is what is open.
	Now(ctx context.Context, now time.Time) (Now, error)
	// Health is how the machine is.
	Health(ctx context.Context, now time.Time) (Health, error)
	// Do does what the words of a chat command do. It is refused with an Outcome,
	// not with an error.
	Do(ctx context.Context, a Action, now time.Time) (Outcome, error)
	// SignedIn puts a sign-in into the audit.
	SignedIn(ctx context.Context, name, from string, now time.Time) error
}

// Archive is what there is and was.
type Archive interface {
	Cases(ctx context.Context, q Query, now time.Time) (Cases, error)
	// Case is one case with its timeline; found is false where there is none.
	Case(ctx context.Context, id, lang string) (c Case, found bool, err error)
	Escalations(ctx context.Context, q Query, now time.Time) (Escalations, error)
	// Escalation is one escalation with its calls and timeline, as name sees it.
	Escalation(ctx context.Context, id, name string) (e Escalation, found bool, err error)
}

// Plans is what is planned, and how it went.
type Plans interface {
	Rota(ctx context.Context, from, to time.Time) (Rota, error)
	Year(ctx context.Context, year int, now time.Time) (Year, error)
	Audit(ctx context.Context, since, now time.Time) (Audit, error)
	Insight(ctx context.Context, now time.Time) (Insight, error)
}

// Knowledge is what can be answered, and everything that is known of a case.
type Knowledge interface {
	FAQ(ctx context.Context, lang string, now time.Time) (FAQ, error)
	// Ask tells what would be done with a question, and does nothing.
	Ask(ctx context.Context, question, lang string, now time.Time) (Answer, error)
	// Export is a case for programs, as JSON.
	Export(ctx context.Context, id string) (body []byte, found bool, err error)
	// Members are the team.
	Members(ctx context.Context) ([]Member, error)
}

// Action is a chat command, said on a page by somebody.
type Action struct {
	Words, By, Lang string
}

// Outcome is what became of an action: Text is for the person, and Done tells
// whether anything changed.
type Outcome struct {
	Text string
	Done bool
}

// Query asks for a page of a list.
type Query struct {
	// Words are looked for in numbers, names and orders.
	Words string
	// State is open, closed, or "" for all.
	State string
	// From is how many are left out before, Size how many are wanted.
	From, Size int
}

// Cases is a page of cases, latest first; All is how many there are.
type Cases struct {
	List []Case
	All  int
	// Partial is set when the oldest were not looked at for want of time.
	Partial bool
}

// Escalations is a page of escalations, latest first; All is how many there are.
type Escalations struct {
	List []Escalation
	All  int
}
