package nodeclients

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"guanjia/dingsim"
)

const installHint = "this test needs Node.js 18 or newer with npm: on Debian `apt-get install nodejs npm`"

func TestTheOfficialNodeClientsWorkWithTheSimulator(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		t.Fatalf("no `node` on the PATH; %s", installHint)
	}
	modules := installed(t)
	dir := t.TempDir()
	write(t, dir, "contract.mjs")
	if err := os.Symlink(modules, filepath.Join(dir, "node_modules")); err != nil {
		t.Fatal(err)
	}

	sim := dingsim.New(dingsim.Config{PingEvery: 200 * time.Millisecond})
	web := httptest.NewServer(sim)
	ctx, stop := context.WithTimeout(t.Context(), 45*time.Second)
	var running sync.WaitGroup
	running.Go(func() { _ = sim.Run(ctx) })
	t.Cleanup(func() {
		stop()
		running.Wait()
		web.Close()
	})

	cmd := exec.CommandContext(ctx, node, "contract.mjs")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "SIM_URL="+web.URL, "NO_PROXY=127.0.0.1", "no_proxy=127.0.0.1")
	out, err := cmd.CombinedOutput()
	t.Logf("%s", out)
	if err != nil || !strings.HasSuffix(strings.TrimSpace(string(out)), "done") {
		t.Fatalf("the contract is broken: %v", err)
	}
}

// installed returns a node_modules directory with exactly the locked clients.
// It is kept in the user's cache, so that only the first run needs a registry.
func installed(t *testing.T) string {
	t.Helper()
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatalf("no place to keep the clients: %v; set HOME or XDG_CACHE_HOME", err)
	}
	lock, err := os.ReadFile("package-lock.json")
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(lock)
	root := filepath.Join(cache, "guanjia-node")
	done := filepath.Join(root, hex.EncodeToString(sum[:8]))
	if _, err := os.Stat(filepath.Join(done, "node_modules")); err == nil {
		return filepath.Join(done, "node_modules")
	}
	if err := os.MkdirAll(root, 0o755); err != nil {
		t.Fatal(err)
	}
	fresh, err := os.MkdirTemp(root, "install-") //nolint:usetesting // it is renamed inside the cache
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(fresh) })
	install(t, fresh)
	// Another run may have been faster; its installation is as good.
	if err := os.Rename(fresh, done); err != nil && !errors.Is(err, fs.ErrExist) {
		t.Fatal(err)
	}
	return filepath.Join(done, "node_modules")
}

func install(t *testing.T, dir string) {
	t.Helper()
	npm, err := exec.LookPath("npm")
	if err != nil {
		t.Fatalf("no `npm` on the PATH; %s", installHint)
	}
	write(t, dir, "package.json")
	write(t, dir, "package-lock.json")
	ctx, stop := context.WithTimeout(t.Context(), 3*time.Minute)
	defer stop()
	cmd := exec.CommandContext(ctx, npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("npm could not install the official clients (a package registry must be reachable at the first run): %v\n%s", err, out)
	}
}

func write(t *testing.T, dir, name string) {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
		t.Fatal(err)
	}
}
