package scheduler

import (
	"fmt"
	"time"

	"github.com/robfig/cron/v3"
)

// NextCron is the first moment after one at which a schedule in the five fields
// of cron(5) is due, in that moment's zone. Only the parser of the library is
// used: its runner would fire on every replica. It fails for a schedule that
// cannot be read, or that is never due.
func NextCron(spec string, after time.Time) (time.Time, error) {
	s, err := cron.ParseStandard(spec)
	if err != nil {
		return time.Time{}, fmt.Errorf("schedule %q: %w", spec, err)
	}
	next := s.Next(after)
	if next.IsZero() {
		return next, fmt.Errorf("schedule %q is never due", spec)
	}
	return next, nil
}
