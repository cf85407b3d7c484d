// Package scheduler fires deadlines when they fall due: at least once, across
// replicas, and again after a crash.
//
// A deadline is claimed for a lease. Whoever fires it commits what follows from
// it together with its end, in one step that only succeeds while the lease is
// still held; a claimer that dies simply lets the lease run out, and the
// deadline is due again. Time is always an argument: the store is never asked
// what time it is, which is what lets tests run days in a second.
package scheduler

import (
	"encoding/json"
	"time"
)

// Deadline is a moment at which something must be looked at again.
type Deadline struct {
	// ID names the deadline; setting one with the same id moves it.
	ID string `json:"id"`
	// Due is when it fires; stored with microsecond precision.
	Due time.Time `json:"-"`
	// Wait is how long after it was set it is due, where that is what matters. A clock
	// that is put back makes it no longer. Zero: it is due at a time of the calendar.
	Wait time.Duration `json:"wait,omitempty"`
	// Kind selects the handler.
	Kind string `json:"kind"`
	// Subject is the aggregate it belongs to, such as "E12"; may be empty.
	Subject string `json:"subject,omitempty"`
	// Run is the run of the subject that set it. A handler that finds the
	// subject in a later run lets the deadline fall dead. Zero where the lease
	// alone keeps an outdated firing from having an effect.
	Run int `json:"run,omitempty"`
	// Data is for the handler alone.
	Data json.RawMessage `json:"data,omitempty"`
}

// Claimed is a deadline held by one replica until its lease ends.
type Claimed struct {
	Deadline
	// Fence proves the lease; a commit with an outdated one has no effect.
	Fence int64
	// Attempt counts the claims of this deadline, from 1.
	Attempt int
}
