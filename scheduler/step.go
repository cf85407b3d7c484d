package scheduler

import "time"

// StepNoticed is the smallest step of the wall clock that matters: less is the
// drift that NTP corrects without a step.
const StepNoticed = time.Second

// Step is by how much the wall clock was put forward, or back if it is negative,
// between two readings of time.Now that lie elapsed apart by the monotonic clock
// (after.Sub(before)). After a machine slept it is how long it did.
func Step(before, after time.Time, elapsed time.Duration) time.Duration {
	return after.Round(0).Sub(before.Round(0)) - elapsed // Round drops the monotonic reading
}
