package chaos_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"guanjia/e2e/port"
)

// redisServer is one redis-server that can be killed, also as a power cut would.
type redisServer struct {
	dir  string
	port int
	args []string

	mu  sync.Mutex
	cmd *exec.Cmd
}

func newRedis(dir, fsync string, more ...string) (*redisServer, error) {
	listen, err := port.Free()
	if err != nil {
		return nil, err
	}
	r := &redisServer{dir: filepath.Join(dir, "redis-"+strconv.Itoa(listen)), port: listen}
	r.args = append([]string{
		"--port", strconv.Itoa(listen), "--bind", "127.0.0.1", "--dir", r.dir, "--save", "", "--appendonly", "yes",
		"--appendfsync", fsync, "--loglevel", "warning", "--maxmemory-policy", "noeviction", "--repl-diskless-sync-delay", "0",
	}, more...)
	return r, os.MkdirAll(filepath.Join(r.dir, "synced"), 0o700)
}

func (r *redisServer) addr() string { return "127.0.0.1:" + strconv.Itoa(r.port) }

// start runs it, and waits until it has read its file.
func (r *redisServer) start(ctx context.Context) error {
	server, err := exec.LookPath("redis-server")
	if err != nil {
		return errors.New("the chaos suite needs redis-server: apt-get install redis-server")
	}
	log, err := os.OpenFile(filepath.Join(r.dir, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close() //nolint:errcheck // the child has its own
	cmd := exec.Command(server, r.args...)
	cmd.Env = append(os.Environ(), "LD_PRELOAD="+built.powerCut, "SYNCED="+filepath.Join(r.dir, "synced"))
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		return err
	}
	r.mu.Lock()
	r.cmd = cmd
	r.mu.Unlock()
	if !eventually(ctx, time.Minute, func() bool { return r.ask("PING") == "+PONG" }) {
		return fmt.Errorf("redis-server does not answer within a minute; see %s", filepath.Join(r.dir, "log"))
	}
	return nil
}

// kill ends it at once. It returns false when it was not running.
func (r *redisServer) kill() bool {
	r.mu.Lock()
	cmd := r.cmd
	r.cmd = nil
	r.mu.Unlock()
	if cmd == nil {
		return false
	}
	_ = cmd.Process.Kill()
	_ = cmd.Wait() // it was killed
	return true
}

// powerCut kills it and drops every byte that was not synced to the disk. It
// returns how many there were.
func (r *redisServer) powerCut() (dropped int64, err error) {
	if !r.kill() {
		return 0, nil
	}
	files, err := filepath.Glob(filepath.Join(r.dir, "appendonlydir", "*"))
	if err != nil {
		return 0, err
	}
	for _, f := range files {
		n, err := dropUnsynced(f, filepath.Join(r.dir, "synced"))
		if err != nil {
			return dropped, err
		}
		dropped += n
	}
	return dropped, nil
}

func dropUnsynced(file, notes string) (int64, error) {
	info, err := os.Stat(file)
	if err != nil {
		return 0, err
	}
	sys, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, errors.New("this system does not tell inodes")
	}
	synced := int64(0)
	note, err := os.ReadFile(filepath.Join(notes, strconv.FormatUint(sys.Ino, 10)))
	if err == nil {
		if synced, err = strconv.ParseInt(strings.TrimSpace(string(note)), 10, 64); err != nil {
			return 0, err
		}
	}
	if synced >= info.Size() {
		return 0, nil
	}
	return info.Size() - synced, os.Truncate(file, synced)
}

func (r *redisServer) portText() string { return strconv.Itoa(r.port) }

// field is a value of an answer that lists names and values, line by line or in
// turns.
func (r *redisServer) field(command, name string) string {
	lines := askRedis(r.addr(), command)
	for i, l := range lines {
		if v, ok := strings.CutPrefix(l, name+":"); ok {
			return v
		}
		if l == name && i+2 < len(lines) {
			return lines[i+2] // the length stands between
		}
	}
	return ""
}

// cutConnections ends the connections of all clients.
func (r *redisServer) cutConnections() { r.ask("CLIENT KILL TYPE normal SKIPME yes") }

// ask sends one command and returns the first line of the answer, empty without one.
func (r *redisServer) ask(command string) string {
	lines := askRedis(r.addr(), command)
	if len(lines) == 0 {
		return ""
	}
	return lines[0]
}

// askRedis returns the lines of an answer.
func askRedis(addr, command string) []string {
	c, err := net.DialTimeout("tcp", addr, time.Second)
	if err != nil {
		return nil
	}
	defer c.Close() //nolint:errcheck // one question only
	_ = c.SetDeadline(time.Now().Add(2 * time.Second))
	if _, err := fmt.Fprintf(c, "%s\r\n", command); err != nil {
		return nil
	}
	if half, ok := c.(*net.TCPConn); ok {
		_ = half.CloseWrite() // it answers, and then closes; a sentinel knows no QUIT
	}
	text, _ := io.ReadAll(c)
	return strings.Split(strings.ReplaceAll(string(text), "\r", ""), "\n")
}
