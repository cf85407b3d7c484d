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
)

// openChild starts a Redis of our own: no port, a socket only we can open, and
// an append-only file that is written before a change counts.
func (s *Store) openChild(ctx context.Context) error {
	dir, err := filepath.Abs(s.cfg.Data)
	if err != nil {
		return fmt.Errorf("redis.data: %w", err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("redis.data: cannot make the folder: %w", err)
	}
	lock, err := lockDir(dir)
	if err != nil {
		return err
	}
	s.stop = append(s.stop, func() { _ = lock.Close() })
	server, err := findServer()
	if err != nil {
		return err
	}
	c := &child{server: server, dir: dir}
	if err := c.start(); err != nil {
		return err
	}
	s.stop = append(s.stop, c.end)
	o := &redis.Options{Network: "unix", Addr: c.socket}
	tune(o)
	s.client = redis.NewClient(o)
	return c.await(ctx, s.client)
}

func findServer() (string, error) {
	for _, name := range [...]string{"redis-server", "valkey-server"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errors.New("redis.url is empty, which needs redis-server or valkey-server on this machine, and neither is on the PATH: " +
		"install one (Debian, Ubuntu: apt-get install redis-server; Fedora: dnf install valkey), or set redis.url to a Redis elsewhere")
}

// lockDir makes sure that one bot uses the folder.
func lockDir(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("redis.data: %w", err)
	}
	// A crashed bot's lock is free at once; its child ends within moments.
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("redis.data: %s is in use by another running bot; stop it, or choose another folder", dir)
	}
	return f, nil
}

// child is the private Redis.
type child struct {
	server, dir, socket string
	cmd                 *exec.Cmd
	output              bytes.Buffer
	exited              chan struct{}
	waiting             sync.WaitGroup
	err                 error
	tmp                 string
}

// maxSocketPath is how long the path of a unix socket may be.
const maxSocketPath = 100

func (c *child) start() error {
	c.socket = filepath.Join(c.dir, "redis.sock")
	if len(c.socket) > maxSocketPath {
		tmp, err := os.MkdirTemp("", "guanjia")
		if err != nil {
			return fmt.Errorf("make a folder for the socket: %w", err)
		}
		c.tmp, c.socket = tmp, filepath.Join(tmp, "redis.sock")
	}
	_ = os.Remove(c.socket)        // left by a crash
	c.cmd = exec.Command(c.server, //nolint:gosec,noctx // its end is ours to say, not a context's
		"--port", "0", "--unixsocket", c.socket, "--unixsocketperm", "700", "--dir", c.dir,
		"--appendonly", "yes", "--appendfsync", "always", "--maxmemory-policy", "noeviction",
		"--save", "", "--daemonize", "no", "--loglevel", "warning")
	c.cmd.Stdout, c.cmd.Stderr = &c.output, &c.output
	// Its own process group, so that Ctrl-C reaches the bot first; and it ends
	// with the bot, however that ends.
	c.cmd.SysProcAttr = childAttributes()
	c.exited = make(chan struct{})
	started := make(chan error)
	c.waiting.Go(func() {
		// The kernel sends the parent-death signal when the thread that started the
		// child ends, so that thread must live as long as the child.
		runtime.LockOSThread()
		defer close(c.exited)
		err := c.cmd.Start()
		started <- err
		if err == nil {
			c.err = c.cmd.Wait()
		}
	})
	if err := <-started; err != nil {
		return fmt.Errorf("start %s: %w", c.server, err)
	}
	return nil
}

// await waits until the child has read its file and answers.
func (c *child) await(ctx context.Context, client redis.UniversalClient) error {
	for {
		if client.Ping(ctx).Err() == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait for %s: %w", c.server, ctx.Err())
		case <-c.exited:
			return fmt.Errorf("%s ended at its start (%w): %s", c.server, c.err, bytes.TrimSpace(c.output.Bytes()))
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// end asks the child to finish its file and leave, and waits for it.
func (c *child) end() {
	_ = c.cmd.Process.Signal(syscall.SIGTERM) // it may have gone already
	select {
	case <-c.exited:
	case <-time.After(10 * time.Second):
		_ = c.cmd.Process.Kill()
	}
	c.waiting.Wait()
	_ = os.Remove(c.socket)
	if c.tmp != "" {
		_ = os.RemoveAll(c.tmp)
	}
}
