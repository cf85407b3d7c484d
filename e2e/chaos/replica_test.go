package chaos_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// replica is one process of the bot.
type replica struct {
	name   string
	binary string
	wall   *wall // nil: the machine's own
	config string
	log    string
	port   int
	wire   *wire

	mu      sync.Mutex
	cmd     *exec.Cmd
	exited  chan error
	stopped bool // by SIGSTOP
}

func (r *replica) start() error {
	out, err := os.OpenFile(r.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer out.Close() //nolint:errcheck // the child has its own
	cmd := exec.Command(r.binary, "serve", "--config", r.config)
	cmd.Env = r.wall.env()
	cmd.Stdout, cmd.Stderr = out, out
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := cmd.Start(); err != nil {
		return err
	}
	exited := make(chan error, 1)
	go func() { exited <- cmd.Wait() }() // ends with the process
	r.cmd, r.exited, r.stopped = cmd, exited, false
	return nil
}

func (r *replica) running() bool { return r.pid() != 0 }

// pid is the process's number, 0 without one.
func (r *replica) pid() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.cmd == nil {
		return 0
	}
	return r.cmd.Process.Pid
}

// kill ends it as a crash would; false: it was not running.
func (r *replica) kill() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.cmd == nil {
		return false
	}
	_ = r.cmd.Process.Kill()
	r.await()
	r.cmd = nil
	return true
}

// await waits for a killed process; its error only says that it was killed.
func (r *replica) await() {
	if err := <-r.exited; err != nil {
		return
	}
}

// signal stops the process or lets it go on; false: there is nothing to do.
func (r *replica) signal(sig syscall.Signal) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	stop := sig == syscall.SIGSTOP
	if r.cmd == nil || r.stopped == stop {
		return false
	}
	r.stopped = stop
	return r.cmd.Process.Signal(sig) == nil
}

func (r *replica) ready(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, r.url("/readyz"), http.NoBody)
	if err != nil {
		return false
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	defer resp.Body.Close() //nolint:errcheck // only its status
	return resp.StatusCode == http.StatusOK
}

func (r *replica) url(path string) string { return "http://127.0.0.1:" + strconv.Itoa(r.port) + path }

// quit ends it politely; it must leave with 0.
func (r *replica) quit() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.cmd == nil {
		return nil
	}
	cmd := r.cmd
	r.cmd = nil
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	select {
	case err := <-r.exited:
		if err != nil {
			return fmt.Errorf("replica %s left with %w", r.name, err)
		}
		return nil
	case <-time.After(25 * time.Second):
		_ = cmd.Process.Kill()
		r.await()
		return fmt.Errorf("replica %s did not stop within 25 s", r.name)
	}
}

// complaints are what no log may hold, whatever was done to the process: a data
// race, a panic, a secret. What it calls an error is counted.
func (r *replica) complaints() (errorLines map[string]int, err error) {
	text, err := os.ReadFile(r.log)
	if err != nil {
		return nil, err
	}
	errorLines = map[string]int{}
	message := regexp.MustCompile(`"message":"([^"]*)"`)
	for line := range strings.SplitSeq(string(text), "\n") {
		switch {
		case strings.Contains(line, "DATA RACE"), strings.Contains(line, "panic:"), strings.Contains(line, "fatal error:"):
			return nil, fmt.Errorf("%s: %s", filepath.Base(r.log), line)
		case strings.Contains(line, "sim-secret"), strings.Contains(line, "ticket="), strings.Contains(line, secretOfShop):
			return nil, errors.New(filepath.Base(r.log) + " holds a secret: " + line)
		case strings.Contains(line, `"level":"error"`):
			if m := message.FindStringSubmatch(line); m != nil {
				errorLines[m[1]]++
			}
		}
	}
	return errorLines, nil
}
