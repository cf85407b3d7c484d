package bot

import "time"

// Stepped is a wall clock that was put forward or back, which no bubble has.
func (s *Sender) Stepped(by time.Duration, now time.Time) { s.absence.stepped(by, now) }
