// Package escalation is the rules of calling people: the ladder and its steps,
// acknowledgement, hand-over, and the relay between an asker and an expert.
//
// Everything in it is a pure function of state, event and time.
package escalation
