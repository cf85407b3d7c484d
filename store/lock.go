package store

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// errLocked is returned for a lock that somebody else holds.
var errLocked = errors.New("locked by another program")

// lock takes a lock that the kernel gives back when the last program that holds
// the file has ended.
func lock(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open lock: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, errLocked
		}
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
	return f, nil
}
