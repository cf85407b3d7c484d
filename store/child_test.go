package store_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"guanjia/store"
)

// bare is a client of the private Redis in a folder.
func bare(t *testing.T, dir string) *redis.Client {
	t.Helper()
	socket, err := os.ReadFile(filepath.Join(dir, "redis.socket"))
	if err != nil {
		t.Fatal(err)
	}
	c := redis.NewClient(&redis.Options{Network: "unix", Addr: string(socket), MaxRetries: -1})
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func childPID(t *testing.T, dir string) int {
	t.Helper()
	info, err := bare(t, dir).InfoMap(t.Context(), "server").Result()
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(info["Server"]["process_id"])
	if err != nil {
		t.Fatal(err)
	}
	return pid
}

// gone reports whether a process has ended; who should bury it may be slow.
func gone(pid int) bool {
	stat, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
	return syscall.Kill(pid, 0) != nil || err == nil && strings.Contains(string(stat), ") Z ")
}

func TestPrivateRedisKeepsItsState(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "data")
	s := open(t, store.Config{Data: dir})
	receive(t, s, message("c1", "m1"))
	if !s.Durable() {
		t.Error("it does not say that it keeps things")
	}
	if w := s.Warnings(t.Context()); len(w) != 0 {
		t.Errorf("it is not set up as advised: %q", w)
	}
	pid := childPID(t, dir)
	s.Close()
	if !gone(pid) {
		t.Error("it outlived its bot")
	}
	if got := heads(t, open(t, store.Config{Data: dir}), start); len(got) != 1 {
		t.Errorf("after a restart there is %v", got)
	}
}

func TestPrivateRedisIsPrivate(t *testing.T) {
	dir := t.TempDir()
	open(t, store.Config{Data: dir})
	port, err := bare(t, dir).ConfigGet(t.Context(), "port").Result()
	if err != nil || port["port"] != "0" {
		t.Errorf("it listens on a port: %v %v", port, err)
	}
	st, err := os.Stat(filepath.Join(dir, "redis.sock"))
	if err != nil || st.Mode().Perm() != 0o700 {
		t.Errorf("others can open its socket: %v %v", st.Mode(), err)
	}
	group, err := syscall.Getpgid(childPID(t, dir))
	if err != nil || group == syscall.Getpgrp() {
		t.Errorf("Ctrl-C on the bot reaches it too: %v", err)
	}
}

func TestFolderServesOneBotAtATime(t *testing.T) {
	dir := t.TempDir()
	first := open(t, store.Config{Data: dir})
	receive(t, first, message("c1", "m1"))
	if _, err := store.Open(t.Context(), store.Config{Data: dir}); err == nil || !strings.Contains(err.Error(), "in use by another running bot") {
		t.Fatalf("a second bot: %v", err)
	}
	helper := open(t, store.Config{Data: dir, Join: true})
	if e, err := helper.Erase(t.Context(), "cust001"); err != nil || e.Mail != 1 {
		t.Errorf("a helper beside the bot: %+v %v", e, err)
	}
	helper.Close()
	receive(t, first, message("c1", "m2"))
	first.Close()
	helper = open(t, store.Config{Data: dir, Join: true})
	receive(t, helper, message("c1", "m3"))
}

func TestPrivateRedisEndsWithACrashedBot(t *testing.T) {
	dir := t.TempDir()
	crashing := startBot(t, dir)
	pid := childPID(t, dir)
	if err := crashing.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = crashing.Wait()
	began := time.Now()
	s := open(t, store.Config{Data: dir})
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("the next start took %v", took)
	}
	if !gone(pid) {
		t.Error("two of them work on one file")
	}
	if got := heads(t, s, start); len(got) != 1 || got[0] != "m1" {
		t.Errorf("the acknowledged message is lost: %v", got)
	}
}

// Where the kernel does not tell a child of its parent's death, the next bot does.
func TestOrphanIsToldToEnd(t *testing.T) {
	dir := t.TempDir()
	lock, err := os.OpenFile(filepath.Join(dir, "redis.lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	socket := filepath.Join(dir, "redis.sock")
	orphan := exec.Command("redis-server", "--port", "0", "--unixsocket", socket, "--dir", dir, "--appendonly", "yes", "--save", "")
	orphan.ExtraFiles = []*os.File{lock}
	if err := orphan.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = orphan.Process.Kill(); _ = orphan.Wait() })
	_ = lock.Close()
	if err := os.WriteFile(filepath.Join(dir, "redis.socket"), []byte(socket), 0o600); err != nil {
		t.Fatal(err)
	}
	c := bare(t, dir)
	for c.Set(t.Context(), "{guanjia}:seq:C", "41", 0).Err() != nil && t.Context().Err() == nil {
		continue
	}
	s := open(t, store.Config{Data: dir})
	if n, err := s.NextID(t.Context(), "C", "again"); n != 42 || err != nil {
		t.Errorf("%d %v", n, err)
	}
}

func TestPrivateRedisIsStartedAgainWhenItDies(t *testing.T) {
	dir := t.TempDir()
	s := open(t, store.Config{Data: dir})
	receive(t, s, message("c1", "before"))
	for range 2 {
		if err := syscall.Kill(childPID(t, dir), syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		recovers(t, s)
	}
	if fresh, err := s.Receive(t.Context(), message("c1", "before")); fresh || err != nil {
		t.Errorf("what was acknowledged before is lost: %v %v", fresh, err)
	}
}

func TestPrivateRedisWorksInADeepFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), strings.Repeat("very-deep/", 15))
	receive(t, open(t, store.Config{Data: dir}), message("c1", "m1"))
	receive(t, open(t, store.Config{Data: dir, Join: true}), message("c1", "m2"))
}

func TestWhatKeepsThePrivateRedisFromStartingIsSaid(t *testing.T) {
	broken := t.TempDir()
	if err := os.MkdirAll(filepath.Join(broken, "appendonlydir"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(broken, "appendonlydir", "appendonly.aof.manifest"), []byte("nonsense\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ dir, path, want string }{
		"no folder":         {"", os.Getenv("PATH"), "redis.data"},
		"a file":            {file, os.Getenv("PATH"), "cannot make the folder"},
		"no redis":          {t.TempDir(), t.TempDir(), "apt-get install redis-server"},
		"a file it refuses": {broken, os.Getenv("PATH"), "manifest"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("PATH", c.path)
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			defer cancel()
			s, err := store.Open(ctx, store.Config{Data: c.dir})
			if err == nil {
				s.Close()
				t.Fatal("it started")
			}
			if !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v does not say %q", err, c.want)
			}
		})
	}
}
