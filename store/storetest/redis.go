// Package storetest starts real Redis servers for tests.
package storetest

import (
	"context"
	"net"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

// Server is a Redis that belongs to one test.
type Server struct {
	// URL is what redis.url takes.
	URL  string
	tb   testing.TB
	port int
	dir  string
	args []string
	cmd  *exec.Cmd
}

// Start runs a private redis-server for a test and stops it at the end. Without
// redis-server the test fails: it must not be skipped over.
func Start(tb testing.TB, args ...string) *Server {
	tb.Helper()
	s := &Server{tb: tb, port: freePort(tb), dir: tb.TempDir(), args: args}
	s.URL = "redis://127.0.0.1:" + strconv.Itoa(s.port) + "/0"
	s.Restart()
	tb.Cleanup(s.Kill)
	return s
}

func freePort(tb testing.TB) int {
	tb.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	defer l.Close() //nolint:errcheck // only for its number
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		tb.Fatal(err)
	}
	n, err := strconv.Atoi(port)
	if err != nil {
		tb.Fatal(err)
	}
	return n
}

// Restart runs the server, again if it was killed, and waits until it answers.
func (s *Server) Restart() {
	s.tb.Helper()
	server, err := exec.LookPath("redis-server")
	if err != nil {
		s.tb.Fatal("these tests need redis-server: apt-get install redis-server")
	}
	args := append([]string{
		"--port", strconv.Itoa(s.port), "--bind", "127.0.0.1", "--dir", s.dir, "--appendonly", "yes",
		"--save", "", "--loglevel", "warning", "--maxmemory-policy", "noeviction",
	}, s.args...)
	s.cmd = exec.Command(server, args...)
	if err := s.cmd.Start(); err != nil {
		s.tb.Fatal(err)
	}
	c := redis.NewClient(&redis.Options{Addr: "127.0.0.1:" + strconv.Itoa(s.port), MaxRetries: -1})
	defer c.Close() //nolint:errcheck // only for waiting
	ctx, cancel := context.WithTimeout(s.tb.Context(), 10*time.Second)
	defer cancel()
	for tick := time.Tick(10 * time.Millisecond); c.Ping(ctx).Err() != nil; <-tick {
		if ctx.Err() != nil {
			s.tb.Fatal("redis-server does not answer")
		}
	}
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
