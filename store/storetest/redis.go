package storetest

import (
	"bytes"
	"context"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"
)

// Server is a Redis that belongs to one test.
type Server struct {
	// URL is what redis.url takes, Addr the same as host:port.
	URL, Addr string

	tb     testing.TB
	dir    string
	args   []string
	cmd    *exec.Cmd
	output bytes.Buffer
}

// Start runs a private redis-server for a test on a port of its own, and stops
// it at the end. It keeps an append-only file, so that Restart finds everything;
// args are further settings ("--appendfsync", "always"). Without redis-server
// the test fails: it must not be skipped over.
func Start(tb testing.TB, args ...string) *Server {
	tb.Helper()
	s := &Server{Addr: freeAddr(tb), tb: tb, dir: tb.TempDir(), args: args}
	s.URL = "redis://" + s.Addr + "/0"
	s.Restart()
	tb.Cleanup(s.Kill)
	return s
}

// StartMemory runs the embedded store for a test, and gives its redis.url. Other
// than with the url "memory", several stores can share it.
func StartMemory(tb testing.TB) string {
	tb.Helper()
	m := miniredis.NewMiniRedis()
	if err := m.StartAddr("127.0.0.1:0"); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(m.Close)
	return "redis://" + m.Addr() + "/0"
}

// freeAddr is below the ports that the system gives to outgoing connections: a
// server that was killed must find its own again.
func freeAddr(tb testing.TB) string {
	tb.Helper()
	for range 100 {
		addr := net.JoinHostPort("127.0.0.1", strconv.Itoa(10_000+rand.IntN(5_000)))
		if l, err := net.Listen("tcp", addr); err == nil {
			_ = l.Close() // it was only for its number
			return addr
		}
	}
	tb.Fatal("no port between 10000 and 15000 is free")
	return ""
}

// Restart runs the server, again if it was killed, and waits until it answers.
func (s *Server) Restart() {
	s.tb.Helper()
	s.run("--appendonly", "yes", "--save", "", "--maxmemory-policy", "noeviction", "--repl-diskless-sync-delay", "0")
	c := s.Client()
	ctx, cancel := context.WithTimeout(s.tb.Context(), 10*time.Second)
	defer cancel()
	for tick := time.Tick(10 * time.Millisecond); c.Ping(ctx).Err() != nil; <-tick {
		if ctx.Err() != nil {
			s.tb.Fatalf("redis-server does not answer: %s", s.output.Bytes())
		}
	}
}

func (s *Server) run(args ...string) {
	s.tb.Helper()
	server, err := exec.LookPath("redis-server")
	if err != nil {
		s.tb.Fatal("this test needs redis-server; install it: apt-get install redis-server")
	}
	_, port, err := net.SplitHostPort(s.Addr)
	if err != nil {
		s.tb.Fatal(err)
	}
	args = append(args, "--port", port, "--bind", "127.0.0.1", "--dir", s.dir, "--loglevel", "warning")
	s.output.Reset()
	s.cmd = exec.Command(server, append(args, s.args...)...)
	s.cmd.Stdout, s.cmd.Stderr = &s.output, &s.output
	if err := s.cmd.Start(); err != nil {
		s.tb.Fatal(err)
	}
}

// Client is a bare client of the server, for what a store does not show.
func (s *Server) Client() *redis.Client {
	s.tb.Helper()
	c := redis.NewClient(&redis.Options{Addr: s.Addr, MaxRetries: -1})
	s.tb.Cleanup(func() { _ = c.Close() })
	return c
}

// Kill ends the server at once, as a crash would.
func (s *Server) Kill() {
	if s.cmd == nil {
		return
	}
	_ = s.cmd.Process.Kill()
	_ = s.cmd.Wait()
	s.cmd = nil
}

// Hang makes the server stand still, as a machine that is overloaded or cut off
// does; Resume lets it go on.
func (s *Server) Hang() { s.signal(syscall.SIGSTOP) }

// Resume ends Hang.
func (s *Server) Resume() { s.signal(syscall.SIGCONT) }

func (s *Server) signal(sig syscall.Signal) {
	s.tb.Helper()
	if err := s.cmd.Process.Signal(sig); err != nil {
		s.tb.Fatal(err)
	}
}

// StartReplica runs a server that follows s.
func (s *Server) StartReplica() *Server {
	s.tb.Helper()
	host, port, err := net.SplitHostPort(s.Addr)
	if err != nil {
		s.tb.Fatal(err)
	}
	r := Start(s.tb, "--replicaof", host+" "+port)
	s.await("its replica", func(ctx context.Context) bool {
		info, err := r.Client().InfoMap(ctx, "replication").Result()
		return err == nil && info["Replication"]["master_link_status"] == "up"
	})
	return r
}

// StartCluster runs a cluster of one server that has all slots, and gives its
// redis.url.
func StartCluster(tb testing.TB) string {
	tb.Helper()
	s := Start(tb, "--cluster-enabled", "yes", "--cluster-node-timeout", "2000")
	c := s.Client()
	if err := c.ClusterAddSlotsRange(tb.Context(), 0, 16383).Err(); err != nil {
		tb.Fatal(err)
	}
	s.await("the cluster", func(ctx context.Context) bool {
		return c.Set(ctx, "x", "1", time.Second).Err() == nil
	})
	return "redis+cluster://" + s.Addr
}

// StartSentinel runs a sentinel that watches over s as "main", and gives the
// redis.url.
func (s *Server) StartSentinel() string {
	s.tb.Helper()
	host, port, err := net.SplitHostPort(s.Addr)
	if err != nil {
		s.tb.Fatal(err)
	}
	w := &Server{Addr: freeAddr(s.tb), tb: s.tb, dir: s.tb.TempDir()}
	conf := filepath.Join(w.dir, "sentinel.conf")
	writeFile(s.tb, conf, "sentinel monitor main "+host+" "+port+" 1\n"+
		"sentinel down-after-milliseconds main 500\nsentinel failover-timeout main 2000\n")
	w.run(conf, "--sentinel")
	s.tb.Cleanup(w.Kill)
	c := w.Client()
	s.await("its sentinel", func(ctx context.Context) bool {
		return c.Do(ctx, "SENTINEL", "GET-MASTER-ADDR-BY-NAME", "main").Err() == nil
	})
	return "redis+sentinel://" + w.Addr + "/main/0"
}

func (s *Server) await(what string, ok func(context.Context) bool) {
	s.tb.Helper()
	ctx, cancel := context.WithTimeout(s.tb.Context(), 10*time.Second)
	defer cancel()
	for tick := time.Tick(10 * time.Millisecond); !ok(ctx); <-tick {
		if ctx.Err() != nil {
			s.tb.Fatalf("%s is not ready: %s", what, s.output.Bytes())
		}
	}
}

func writeFile(tb testing.TB, path, text string) {
	tb.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		tb.Fatal(err)
	}
}
