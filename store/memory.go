package store

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"
)

// openMemory starts the embedded store, which keeps nothing: for the demo and
// for trying things out.
func (s *Store) openMemory(ctx context.Context) error {
	m := miniredis.NewMiniRedis()
	if err := m.StartAddr("127.0.0.1:0"); err != nil {
		return fmt.Errorf("start the embedded store: %w", err)
	}
	ticking, cancel := context.WithCancel(context.WithoutCancel(ctx))
	var ticker sync.WaitGroup
	ticker.Go(func() { passTime(ticking, m) })
	s.stop = append(s.stop, func() { cancel(); ticker.Wait(); m.Close() })
	o := &redis.Options{Addr: m.Addr()}
	tune(o)
	s.client = redis.NewClient(o)
	return nil
}

// passTime lets keys expire, which the embedded store does not do by itself.
func passTime(ctx context.Context, m *miniredis.Miniredis) {
	t := time.NewTicker(time.Second)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
			m.FastForward(time.Second)
		}
	}
}
