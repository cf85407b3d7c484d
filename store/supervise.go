package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"syscall"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/rs/zerolog"
)

// child is the private Redis. It is started again when it ends by itself.
type child struct {
	server, dir, socket string
	lock                *os.File
	log                 zerolog.Logger
	tmp                 string // the socket's folder, if it is not dir

	stopping chan struct{}
	failed   chan error // the first end, if it comes before the first answer
	done     chan struct{}

	mu    sync.Mutex
	cmd   *exec.Cmd
	ready bool
}

// maxSocketPath is how long the path of a unix socket may be.
const maxSocketPath = 100

// placeSocket decides where the socket is, and notes it for others.
func (c *child) placeSocket() error {
	c.socket = filepath.Join(c.dir, "redis.sock")
	if len(c.socket) > maxSocketPath {
		tmp, err := os.MkdirTemp("", "guanjia")
		if err != nil {
			return fmt.Errorf("make a folder for the socket: %w", err)
		}
		c.tmp, c.socket = tmp, filepath.Join(tmp, "redis.sock")
	}
	if err := os.WriteFile(socketNote(c.dir), []byte(c.socket), 0o600); err != nil {
		return fmt.Errorf("redis.data: %w", err)
	}
	return nil
}

func (c *child) start() {
	c.stopping, c.done, c.failed = make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go c.supervise() // ended by end, which waits for it
}

// supervise runs the child until end is called. The kernel sends the
// parent-death signal when the thread that started the child ends, so that
// thread must live as long as the child.
func (c *child) supervise() {
	runtime.LockOSThread()
	defer close(c.done)
	for pause := 100 * time.Millisecond; ; pause = min(2*pause, 5*time.Second) {
		began := time.Now()
		err := c.run()
		if c.ending() {
			return
		}
		if !c.wasReady() {
			c.failed <- err
			return
		}
		c.log.Error().Err(err).Msg("the private redis ended, starting it again")
		if time.Since(began) > time.Minute {
			pause = 100 * time.Millisecond
		}
		select {
		case <-c.stopping:
			return
		case <-time.After(pause):
		}
	}
}

// run starts the child and waits for its end.
func (c *child) run() error {
	_ = os.Remove(c.socket) // left by a crash
	var output tail
	cmd := c.command(&output)
	c.mu.Lock()
	if c.ending() {
		c.mu.Unlock()
		return nil
	}
	err := cmd.Start()
	if err == nil {
		c.cmd = cmd
	}
	c.mu.Unlock()
	if err != nil {
		return err
	}
	err = cmd.Wait()
	if err == nil {
		err = errors.New("it ended by itself")
	}
	return fmt.Errorf("%s: %w: %s", filepath.Base(c.server), err, bytes.TrimSpace(output.last))
}

func (c *child) command(output *tail) *exec.Cmd {
	cmd := exec.Command(c.server, //nolint:gosec,noctx // its end is ours to say, not a context's
		"--port", "0", "--unixsocket", c.socket, "--unixsocketperm", "700", "--dir", c.dir,
		"--appendonly", "yes", "--appendfsync", "always", "--maxmemory-policy", "noeviction",
		"--save", "", "--daemonize", "no", "--loglevel", "warning")
	cmd.Stdout, cmd.Stderr = output, output
	cmd.ExtraFiles = []*os.File{c.lock} // held until it has ended, also after our crash
	// Its own process group, so that Ctrl-C reaches the bot first; and it ends
	// with the bot, however that ends.
	cmd.SysProcAttr = childAttributes()
	return cmd
}

// await waits until the child has read its file and answers.
func (c *child) await(ctx context.Context, client redis.UniversalClient) error {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for client.Ping(ctx).Err() != nil {
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait for %s: %w", c.server, ctx.Err())
		case err := <-c.failed:
			return fmt.Errorf("the private redis ended at its start: %w; see to its folder %s (redis.data)", err, c.dir)
		case <-tick.C:
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ready = true
	return nil
}

func (c *child) wasReady() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.ready
}

func (c *child) ending() bool {
	select {
	case <-c.stopping:
		return true
	default:
		return false
	}
}

// end asks the child to finish its file and leave, and waits for it.
func (c *child) end() {
	close(c.stopping)
	c.signal(syscall.SIGTERM) // the same as SHUTDOWN
	select {
	case <-c.done:
	case <-time.After(10 * time.Second):
		c.signal(syscall.SIGKILL)
		<-c.done
	}
	_ = os.Remove(socketNote(c.dir))
	_ = os.Remove(c.socket)
	if c.tmp != "" {
		_ = os.RemoveAll(c.tmp)
	}
}

func (c *child) signal(sig os.Signal) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.cmd != nil {
		_ = c.cmd.Process.Signal(sig) // it may have gone already
	}
}

// tail keeps the last words of the child.
type tail struct{ last []byte }

func (t *tail) Write(p []byte) (int, error) {
	t.last = append(t.last, p...)
	t.last = t.last[max(0, len(t.last)-2048):]
	return len(p), nil
}
