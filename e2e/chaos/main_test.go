package chaos_test

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// setup is what is built once for all tests.
type setup struct {
	binary   string        // the program under test, with the race detector
	powerCut string        // the library that knows what is synced
	length   time.Duration // of the storm; zero: the short form
	seed     uint64
}

// built is filled by TestMain alone.
var built setup

func TestMain(m *testing.M) {
	flag.Parse()
	// The short scenarios mostly wait.
	if err := flag.Set("test.parallel", "6"); err != nil {
		panic(err)
	}
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "guanjia-chaos")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer os.RemoveAll(dir) //nolint:errcheck // a scratch folder
		if built, err = build(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		return m.Run()
	}())
}

func build(dir string) (s setup, err error) {
	if text := os.Getenv("CHAOS_TIME"); text != "" {
		if s.length, err = time.ParseDuration(text); err != nil || s.length < 30*time.Second {
			return s, fmt.Errorf("CHAOS_TIME=%s: write a duration of at least 30s, such as 10m", text)
		}
	}
	s.seed = 7 // the same short storm for everybody who runs the tests
	if s.length > 0 {
		s.seed = uint64(time.Now().UnixNano())
	}
	if text := os.Getenv("CHAOS_SEED"); text != "" {
		if s.seed, err = strconv.ParseUint(text, 10, 64); err != nil {
			return s, fmt.Errorf("CHAOS_SEED=%s: write a whole number", text)
		}
	}
	s.binary = cmp.Or(os.Getenv("CHAOS_BINARY"), filepath.Join(dir, "guanjia"))
	if os.Getenv("CHAOS_BINARY") == "" {
		if out, err := exec.Command("go", "build", "-race", "-o", s.binary, "guanjia/cmd/guanjia").CombinedOutput(); err != nil {
			return s, fmt.Errorf("build guanjia: %w\n%s", err, out)
		}
	}
	s.powerCut = filepath.Join(dir, "powercut.so")
	cc, err := exec.Command("go", "env", "CC").Output()
	if err != nil {
		return s, fmt.Errorf("ask go for the C compiler: %w", err)
	}
	if out, err := exec.Command(strings.TrimSpace(string(cc)), "-shared", "-fPIC", "-O1", "-o", s.powerCut, "testdata/powercut.c", "-ldl").CombinedOutput(); err != nil {
		return s, fmt.Errorf("build testdata/powercut.c (a C compiler is needed: `apt-get install gcc libc6-dev`): %w\n%s", err, out)
	}
	return s, nil
}

// long is how long a scenario takes: short in the short form, else its share of
// CHAOS_TIME.
func (s setup) long(short time.Duration, share float64) time.Duration {
	if s.length == 0 {
		return short
	}
	return time.Duration(share * float64(s.length))
}

// side lets the short scenarios run side by side; the long ones take figures.
func (s setup) side(t *testing.T) {
	t.Helper()
	if s.length == 0 {
		t.Parallel()
	}
}

// chance makes the random numbers of one actor, which depend on the seed and the
// actor's name alone.
func (s setup) chance(actor string) *rand.Rand {
	h := fnv.New64a()
	_, _ = h.Write([]byte(actor)) // never fails
	return rand.New(rand.NewPCG(s.seed, h.Sum64()))
}

// between is a random duration.
func between(r *rand.Rand, low, high time.Duration) time.Duration {
	return low + time.Duration(r.Int64N(int64(high-low)+1))
}

// pause waits, and tells whether the scenario goes on.
func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}

// eventually waits until ok, which it asks again and again.
func eventually(ctx context.Context, limit time.Duration, ok func() bool) bool {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	for !ok() {
		if !pause(ctx, 20*time.Millisecond) {
			return ok()
		}
	}
	return true
}
