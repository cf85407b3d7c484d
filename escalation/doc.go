// Package escalation is the rules of calling people: the ladder and its steps,
// acknowledgement and hand-over (contract §5, "Hand-offs and escalations").
//
// Everything in it is a pure function of state, event and moment: a method
// changes the Escalation and returns the Effects, which the caller turns into
// words and commits together with it. A method that returns an error has changed
// nothing.
//
// What is urgent starts the ladder at any hour. A request is told to the desk
// first, and rests outside hours until somebody took it once or asked for the
// next step. Everything open has a clock that will act: the ladder's while nobody
// has it, the holder's while somebody has. Each clock that is set, and each step
// that is called, has a run number of its own; whatever comes back under an older
// one has no effect. Who is called is found at the moment of the call; the
// ladder itself is frozen at the beginning.
package escalation
