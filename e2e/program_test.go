package e2e_test

import (
	"fmt"
	"regexp"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// prints: `prints a 'regexp' faq hits …` waits for a command of the program, with
// bot a's configuration, to print what matches.
func (w *world) prints(_ *testscript.TestScript, args []string) error {
	re, err := regexp.Compile(args[1])
	if err != nil {
		return err
	}
	out := ""
	ok := eventually(10*time.Second, func() bool {
		out, err = w.program(args[0], args[2:]...)
		return err != nil || re.MatchString(out)
	})
	if !ok {
		err = fmt.Errorf("%v does not print %q: %s", args[2:], args[1], out)
	}
	return err
}

// refuses: `refuses a 'regexp' faq promote …` wants the command to fail, and to
// say why.
func (w *world) refuses(_ *testscript.TestScript, args []string) error {
	out, err := w.program(args[0], args[2:]...)
	if err == nil {
		return fmt.Errorf("%v is done: %s", args[2:], out)
	}
	if ok, rerr := regexp.MatchString(args[1], err.Error()); rerr != nil || !ok {
		return fmt.Errorf("%v does not say %q: %w", args[2:], args[1], err)
	}
	return nil
}

// logged: `logged a 'regexp'` waits for a line in the log of bot a.
func (w *world) logged(_ *testscript.TestScript, args []string) error {
	re, err := regexp.Compile(args[1])
	if err != nil {
		return err
	}
	if !eventually(15*time.Second, func() bool { return re.MatchString(w.bots[args[0]].text()) }) {
		return fmt.Errorf("bot %s did not log %q", args[0], args[1])
	}
	return nil
}
