package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/rs/zerolog"
)

// openChild starts a Redis of our own: no port, a socket only we can open, and
// an append-only file that is written before a change counts.
func (s *Store) openChild(ctx context.Context) error {
	dir, err := dataDir(s.cfg.Data)
	if err != nil {
		return err
	}
	ours, err := lock(filepath.Join(dir, "guanjia.lock"))
	switch {
	case errors.Is(err, errLocked) && s.cfg.Join:
		return s.joinChild(dir)
	case errors.Is(err, errLocked):
		return fmt.Errorf("redis.data: %s is in use by another running bot; stop that one, or choose another folder", dir)
	case err != nil:
		return fmt.Errorf("redis.data: %w", err)
	}
	s.stop = append(s.stop, func() { _ = ours.Close() })
	server, err := findServer()
	if err != nil {
		return err
	}
	c := &child{server: server, dir: dir, log: *zerolog.Ctx(ctx)}
	if c.lock, err = lockOrphan(ctx, dir); err != nil {
		return err
	}
	s.stop = append(s.stop, func() { _ = c.lock.Close() })
	if err := c.placeSocket(); err != nil {
		return err
	}
	c.start()
	s.stop = append(s.stop, c.end)
	s.client = socketClient(c.socket)
	return c.await(ctx, s.client)
}

func dataDir(data string) (string, error) {
	if data == "" {
		return "", errors.New("redis.url and redis.data are both empty; name the folder for the private Redis in redis.data")
	}
	dir, err := filepath.Abs(data)
	if err != nil {
		return "", fmt.Errorf("redis.data: %w", err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("redis.data: cannot make the folder: %w", err)
	}
	return dir, nil
}

// CheckServer says whether there is a program for a private Redis, and what to
// install if not.
func CheckServer() error {
	_, err := findServer()
	return err
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

// joinChild uses the Redis of the bot that holds the folder.
func (s *Store) joinChild(dir string) error {
	socket, err := os.ReadFile(socketNote(dir))
	if err != nil {
		return fmt.Errorf("redis.data: the bot that uses %s is just starting or ending; try again: %w", dir, err)
	}
	s.client = socketClient(string(socket))
	return nil
}

func socketClient(path string) redis.UniversalClient {
	o := &redis.Options{Network: "unix", Addr: path}
	tune(o)
	return redis.NewClient(o)
}

// socketNote is the file that tells where the socket is.
func socketNote(dir string) string { return filepath.Join(dir, "redis.socket") }

// patience is how long the Redis of a crashed bot may take to end. It hears of
// the crash from the kernel, or else from us.
const (
	patience = 15 * time.Second
	grace    = time.Second
)

// lockOrphan takes the lock that a private Redis inherits from its bot and holds
// until it ends. After a crash the next bot comes here while the old Redis is
// still closing its file, and two of them on one file would ruin it.
func lockOrphan(ctx context.Context, dir string) (*os.File, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for asked, since := false, time.Now(); ; {
		f, err := lock(filepath.Join(dir, "redis.lock"))
		if !errors.Is(err, errLocked) {
			return f, wrap(err, "redis.data")
		}
		if !asked && time.Since(since) > grace {
			asked = true
			askToEnd(ctx, dir)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil, fmt.Errorf("redis.data: the Redis of an earlier bot still runs on %s; end that redis-server and start again", dir)
		}
	}
}

// askToEnd tells an orphan to end, as a bot that ends would have.
func askToEnd(ctx context.Context, dir string) {
	socket, err := os.ReadFile(socketNote(dir))
	if err != nil {
		return
	}
	c := socketClient(string(socket))
	_ = c.Shutdown(ctx).Err() // whether it heard shows in the lock
	_ = c.Close()
}
