package console

import "time"

// Now is the first page.
type Now struct {
	At    time.Time
	Desk  DeskState
	Calls []Escalation
	// OpenCalls and OpenCases count all of them, Unheld the escalations listed that
	// nobody has.
	OpenCalls, OpenCases, Unheld int
	Incidents                    []Incident
	Cases                        []Case
	Deadlines                    []Deadline
	Duty                         []Duty
	Checks                       []Check
	Quota                        []Used
}

// DeskState is whether the desk is open, and who decided that.
type DeskState struct {
	Open bool
	// Until is when that changes, zero for never.
	Until time.Time
	Mode  string // open, closed or auto
}

// Deadline is something that will happen by itself.
type Deadline struct {
	At                  time.Time
	Kind, Subject, Name string
}

// Duty is who is on duty; nobody without a name. On the first page a zero Until
// means that nothing changes soon.
type Duty struct {
	Rotation, Name string
	From, Until    time.Time
}

// Check is a part of the machine, and whether it works.
type Check struct {
	Name string
	OK   bool
	// Off is set for a part that is not configured.
	Off bool
	// Count is how many there are, where that matters.
	Count int
}

// Used is how much of a month's allowance is used; Limit 0 is unmetered.
type Used struct {
	Kind        string
	Used, Limit int64
	// Forecast is how much the month will take at this pace, Out when the allowance
	// ends then, zero for not this month.
	Forecast int64
	Out      time.Time
}

// Escalation is a call for people.
type Escalation struct {
	ID, Subject, State, Holder string
	Asker, Group               string
	Urgent                     bool
	Round, Step, Steps         int
	Opened, Held, Closed       time.Time
	ClosedBy                   string
	Rating                     int
	// Next is when something happens by itself, zero for nothing.
	Next time.Time
	// Mine is set when the viewer has it.
	Mine bool
	// Words are what those who are called are told.
	Words    string
	Ladder   []Step
	Calls    []Call
	Timeline []Line
}

// Step is a rung of the ladder.
type Step struct {
	N      int // from 1; 0 for calls beside the ladder
	Whom   []Whom
	Via    []string
	Within time.Duration
	Now    bool // it was called last, and is waited for
	Calls  []Call
}

// Whom is who is called at a step: a rotation, a role or a member, and the people
// that means now.
type Whom struct {
	Kind, Name string
	People     []string
}

// Call is one message by which somebody was called.
type Call struct {
	At           time.Time
	Name, Via    string
	Outcome, Why string
	Round, Step  int
}

// Case is an engagement from one purchase.
type Case struct {
	ID, OrderID, Company, Product, State string
	Purchased, ValidUntil                time.Time
	ContactDue, ContactedAt              time.Time
	ContactedBy                          string
	Channel, Link, BindingCode           string
	Rating                               int
	Contacts                             []Contact
	Staff                                []string
	Incidents                            []Incident
	Escalations                          []Escalation
	Timeline                             []Line
}

// Contact is a person at the customer.
type Contact struct {
	Name, Mobile string
	Known        bool // the platform knows them
}

// Incident is an incident of a case.
type Incident struct {
	ID, Case, Company, Class, State string
	Reported, Accepted, Until       time.Time
	Ended                           time.Time
	By, Report, Recurrence          string
	Paused                          bool
	Further                         int
	// Draft is the draft of its report in Markdown.
	Draft string
}

// Line is a line of a timeline.
type Line struct {
	At       time.Time
	Kind, By string
	// Of is the incident it is about.
	Of string
	// Text is what people said, Class an incident class.
	Text, Class string
	// To is who was called, or asked to take over.
	To       string
	Internal bool
}
