package e2e_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// binary is the program under test, built once with the race detector.
var binary string

func TestMain(m *testing.M) {
	flag.Parse()
	// Every scenario runs a Redis and one or two race-built bots of its own.
	if err := flag.Set("test.parallel", "3"); err != nil {
		panic(err)
	}
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "guanjia-e2e")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer os.RemoveAll(dir) //nolint:errcheck // a scratch folder
		binary = filepath.Join(dir, "guanjia")
		build := exec.Command("go", "build", "-race", "-o", binary, "guanjia/cmd/guanjia")
		if out, err := build.CombinedOutput(); err != nil {
			fmt.Fprintf(os.Stderr, "build guanjia: %v\n%s", err, out)
			return 1
		}
		return m.Run()
	}())
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Setup: func(env *testscript.Env) error {
			w, err := newWorld(env)
			if err != nil {
				return err
			}
			env.Values[worldKey] = w
			env.Defer(w.end)
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"hours":     command((*world).hours),
			"start":     command((*world).start),
			"crash":     command((*world).kill),
			"quit":      command((*world).stop),
			"redis":     command((*world).redis),
			"say":       command((*world).say),
			"repeat":    command((*world).repeat),
			"ingroup":   command((*world).inGroup),
			"purchase":  command((*world).purchase),
			"room":      command((*world).room),
			"cases":     command((*world).cases),
			"erase":     command((*world).erase),
			"forgotten": command((*world).forgotten),
			"both":      command((*world).both),
			"allow":     command((*world).allow),
			"expect":    command((*world).expect),
			"silence":   command((*world).silence),
			"fault":     command((*world).fault),
			"ready":     command((*world).ready),
			"logs":      command((*world).logs),
			"prints":    command((*world).prints),
			"refuses":   command((*world).refuses),
			"logged":    command((*world).logged),
			"closing":   command((*world).closing),

			"bind":        command((*world).bind),
			"regroup":     command((*world).regroup),
			"member":      command((*world).member),
			"marketplace": command((*world).marketplace),
		},
	})
}

type worldKeyType struct{}

var worldKey = worldKeyType{}

// command makes a verb of a method; a leading ! is not for these.
func command(f func(*world, *testscript.TestScript, []string) error) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, neg bool, args []string) {
		w, ok := ts.Value(worldKey).(*world)
		if !ok || neg {
			ts.Fatalf("this verb takes no !")
		}
		if err := f(w, ts, args); err != nil {
			ts.Fatalf("%v", err)
		}
	}
}

// eventually waits until ok, which it asks again and again.
func eventually(limit time.Duration, ok func() bool) bool {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		if ok() {
			return true
		}
		select {
		case <-ctx.Done():
			return ok()
		case <-tick.C:
		}
	}
}
