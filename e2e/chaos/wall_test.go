package chaos_test

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// Go reads the wall clock from a page that the kernel maps into the process, past
// every function that could be preloaded. So the program is built with a standard
// library whose time.Now adds what stands in a file (testdata/wallclock.go); the
// monotonic clock stays as it is, as in a real step.
const (
	readsClock   = "sec, nsec, mono := runtimeNow()"
	readsStepped = "sec, nsec, mono := steppedNow()"
)

// steppable writes an overlay for `go build` into a folder and returns its path.
func steppable(dir string) (string, error) {
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return "", fmt.Errorf("ask go for its root: %w", err)
	}
	lib := filepath.Join(strings.TrimSpace(string(root)), "src", "time")
	theirs, err := os.ReadFile(filepath.Join(lib, "time.go"))
	if err != nil {
		return "", err
	}
	if n := strings.Count(string(theirs), readsClock); n != 1 {
		return "", fmt.Errorf("%s has %q %d times, want once: this release of Go reads its clock in another way; find how time.Now does it, and adapt readsClock and testdata/wallclock.go",
			filepath.Join(lib, "time.go"), readsClock, n)
	}
	ours, err := filepath.Abs(filepath.Join("testdata", "wallclock.go"))
	if err != nil {
		return "", err
	}
	patched := filepath.Join(dir, "time.go")
	if err := os.WriteFile(patched, []byte(strings.Replace(string(theirs), readsClock, readsStepped, 1)), 0o600); err != nil {
		return "", err
	}
	overlay, err := json.Marshal(map[string]map[string]string{"Replace": {
		filepath.Join(lib, "time.go"): patched, filepath.Join(lib, "wallclock.go"): ours,
	}})
	if err != nil {
		return "", err
	}
	file := filepath.Join(dir, "overlay.json")
	return file, os.WriteFile(file, overlay, 0o600)
}

// buildSteppable builds the program under test with an overlay. It has no race
// detector: the library would be built anew with it, too, for minutes more.
func buildSteppable(dir, overlay string) (string, error) {
	file := filepath.Join(dir, "guanjia-steppable")
	if out, err := exec.Command("go", "build", "-overlay", overlay, "-o", file, "guanjia/cmd/guanjia").CombinedOutput(); err != nil {
		return "", fmt.Errorf("build guanjia with testdata/wallclock.go in package time: %w\n%s", err, out)
	}
	return file, nil
}

// lease is how long a replica holds work.
const lease = 10 * time.Second

// wall is how far a replica's wall clock is off; it outlives its process.
type wall struct {
	file *os.File
	off  time.Duration
}

func newWall(dir, name string) (*wall, error) {
	f, err := os.Create(filepath.Join(dir, name+".clock"))
	if err != nil {
		return nil, err
	}
	w := &wall{file: f}
	return w, w.step(0)
}

// env is the environment of a process with this clock.
func (w *wall) env() []string {
	if w == nil {
		return nil // the one of the test
	}
	return append(os.Environ(), "CHAOS_CLOCK="+w.file.Name())
}

// step puts the clock forward or back, at once.
func (w *wall) step(by time.Duration) error {
	w.off += by
	_, err := w.file.WriteAt(binary.NativeEndian.AppendUint64(nil, uint64(w.off)), 0)
	return err
}

// stepBusy is step in the middle of things: some messages are on their way, and
// some wait to be tried again.
func (w *world) stepBusy(ctx context.Context, who []int, by time.Duration) error {
	err := w.sim.SetFaults(fmt.Sprintf(`{"flow_controlled":[%q,%q,%q]}`, expertLi, expertWang, managerZhou))
	for _, b := range w.bots {
		b.wire.setSlow(time.Second, built.chance("slow "+b.name))
	}
	pause(ctx, time.Second)
	err = errors.Join(err, w.step(who, by))
	for _, b := range w.bots {
		b.wire.setSlow(0, nil)
	}
	return errors.Join(err, w.sim.SetFaults(`{"flow_controlled":[]}`))
}

// step puts the clocks of some replicas forward or back.
func (w *world) step(who []int, by time.Duration) (err error) {
	for _, i := range who {
		w.book.happened(steppedClock, 0)
		err = errors.Join(err, w.bots[i].wall.step(by))
	}
	apart := clocksAgree
	if (w.bots[0].wall.off - w.bots[1].wall.off).Abs() >= lease {
		apart = clocksApart
	}
	w.book.happened(apart, 0)
	return err
}
