// Package engagement is the rules of a case from purchase to end: the channel,
// the incidents reported in it, the clocks and their reminders.
//
// Everything in it is a pure function of state, event and time.
package engagement
