package console

import (
	"context"
	"time"
)

// Desk is what the page shows, and what can be done there. Names of who does
// something come from the sign-in and go into the audit.
type Desk interface {
	// Now is what is open and how the machine is.
	Now(ctx context.Context, now time.Time) (Now, error)
	// Case is one case with its timeline; found is false where there is none.
	Case(ctx context.Context, id string) (c Case, found bool, err error)
	// Escalation is one escalation with its calls and timeline.
	Escalation(ctx context.Context, id string) (e Escalation, found bool, err error)
	// Do does an action: "hours" with open, closed or auto.
	Do(ctx context.Context, action, value, by string, now time.Time) error
}

// Now is the first page.
type Now struct {
	At          time.Time
	Open        bool
	Hours       string // until when, for people
	Mode        string // open, closed or auto
	Escalations []Escalation
	Cases       []Case
	Duty        []Duty
	Health      []Check
	Quota       []Used
}

// Duty is who is on duty.
type Duty struct {
	Rotation, Name string
	Until          time.Time
}

// Check is a part of the machine, and whether it works.
type Check struct {
	Name string
	OK   bool
}

// Used is how much of a month's allowance is used; Limit 0 is unmetered.
type Used struct {
	Kind        string
	Used, Limit int64
}

// Escalation is a call for people.
type Escalation struct {
	ID, Subject, State, Holder string
	Asker                      string
	Urgent                     bool
	Step                       int
	Opened                     time.Time
	// Next is when something happens by itself, zero for nothing.
	Next     time.Time
	Calls    []Call
	Timeline []Line
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
	Contacted                            bool
	Incidents                            []Incident
	Timeline                             []Line
}

// Incident is an incident of a case.
type Incident struct {
	ID, Class, State string
	Reported, Until  time.Time
}

// Line is a line of a timeline.
type Line struct {
	At             time.Time
	Kind, By, Text string
}
