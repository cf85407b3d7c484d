package days_test

import (
	"net"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"guanjia/e2e/port"
)

// startRedis runs a redis-server for one test, outside any bubble, and returns
// its address.
func startRedis(t *testing.T) string {
	t.Helper()
	server, err := exec.LookPath("redis-server")
	if err != nil {
		t.Fatal("these tests need redis-server: apt-get install redis-server")
	}
	free, err := port.Free()
	if err != nil {
		t.Fatal(err)
	}
	dir, number := t.TempDir(), strconv.Itoa(free)
	cmd := exec.Command(server,
		"--port", number, "--bind", "127.0.0.1", "--dir", dir, "--logfile", filepath.Join(dir, "log"),
		"--appendonly", "yes", "--appendfsync", "everysec", "--save", "", "--maxmemory-policy", "noeviction")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // it was killed
	})
	address := net.JoinHostPort("127.0.0.1", number)
	up := time.NewTicker(20 * time.Millisecond)
	defer up.Stop()
	for range 500 {
		if c, err := net.DialTimeout("tcp", address, time.Second); err == nil {
			_ = c.Close()
			return address
		}
		<-up.C
	}
	t.Fatal("redis-server does not answer")
	return ""
}
