package calendar

import (
	"errors"
	"fmt"
)

// Problem is one mistake in a section of the configuration.
type Problem struct {
	// Path is where it stands, such as hours.week.mon[1].
	Path string
	// Message says what is wrong and what to write instead.
	Message string
}

// Error is the problem as one line.
func (p Problem) Error() string { return p.Path + ": " + p.Message }

// problems collects what is wrong, so that all of it is reported at once.
type problems []Problem

func (ps *problems) add(path, format string, args ...any) {
	*ps = append(*ps, Problem{Path: path, Message: fmt.Sprintf(format, args...)})
}

// err is nil when nothing is wrong.
func (ps problems) err() error {
	errs := make([]error, len(ps))
	for i, p := range ps {
		errs[i] = p
	}
	return errors.Join(errs...)
}
