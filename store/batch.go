package store

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

// batcher sends what many callers ask for at the same time in one round trip:
// while one is under way the next gathers. A lone caller waits for nobody. The
// client library's own (experimental) batching does not heed a caller's
// deadline, and a frame must be refused in time.
type batcher struct {
	client redis.UniversalClient
	// replicas is how many must have a batch's writes before they count.
	replicas int

	calls   chan *call
	closing context.Context //nolint:containedctx // it only says that close was called
	close   func()
	flying  sync.WaitGroup
}

// call is what one caller asks for; its commands are in order.
type call struct {
	cmds  []redis.Cmder
	write bool
	err   error
	done  chan struct{}
}

// How much is under way at a time, and for how long.
const (
	maxFlying  = 2
	maxBatch   = 256
	flyAtMost  = 6 * time.Second
	waitWithin = time.Second // for replicas
)

// newBatcher makes a batcher that works until close.
func newBatcher(ctx context.Context, client redis.UniversalClient, replicas int) *batcher {
	b := &batcher{client: client, replicas: replicas, calls: make(chan *call)}
	b.closing, b.close = context.WithCancel(context.WithoutCancel(ctx))
	for range maxFlying {
		b.flying.Go(func() { b.fly(context.WithoutCancel(ctx)) })
	}
	return b
}

// stop waits for what is under way; what comes later is refused.
func (b *batcher) stop() {
	b.close()
	b.flying.Wait()
}

// do runs commands. After an error they must not be looked at: they may still
// be under way.
func (b *batcher) do(ctx context.Context, write bool, cmds ...redis.Cmder) error {
	c := &call{cmds: cmds, write: write, done: make(chan struct{})}
	select {
	case b.calls <- c:
	case <-ctx.Done():
		return ctx.Err()
	case <-b.closing.Done():
		return errors.New("the store is closed")
	}
	select {
	case <-c.done:
		return c.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// fly sends one batch after the other.
func (b *batcher) fly(ctx context.Context) {
	for {
		select {
		case c := <-b.calls:
			b.flyOnce(ctx, b.gather(c))
		case <-b.closing.Done():
			return
		}
	}
}

func (b *batcher) flyOnce(ctx context.Context, batch []*call) {
	ctx, cancel := context.WithTimeout(ctx, flyAtMost)
	defer cancel()
	b.send(ctx, batch)
	for _, c := range batch {
		close(c.done)
	}
}

// gather takes all that wait, after the first.
func (b *batcher) gather(first *call) []*call {
	batch := []*call{first}
	for len(batch) < maxBatch {
		select {
		case c := <-b.calls:
			batch = append(batch, c)
		default:
			return batch
		}
	}
	return batch
}

func (b *batcher) send(ctx context.Context, batch []*call) {
	var all []redis.Cmder
	writes := false
	for _, c := range batch {
		all = append(all, c.cmds...)
		writes = writes || c.write
	}
	acked, err := b.exec(ctx, all, writes)
	for _, c := range batch {
		c.err = err
		for _, cmd := range c.cmds {
			if c.err == nil && cmd.Err() != nil && cmd.Err() != redis.Nil { //nolint:errorlint // the library returns it bare
				c.err = cmd.Err()
			}
		}
		if c.err == nil && c.write && acked < b.replicas {
			c.err = fmt.Errorf("only %d of %d replicas have the write (redis.wait_replicas)", acked, b.replicas)
		}
	}
}

// exec sends commands over one connection, and after writes asks how many
// replicas have them, because WAIT counts only the writes of its own.
func (b *batcher) exec(ctx context.Context, cmds []redis.Cmder, writes bool) (acked int, err error) {
	wait := writes && b.replicas > 0
	if len(cmds) == 1 && !wait {
		_ = b.client.Process(ctx, cmds[0]) // the command has the error
		return 0, nil
	}
	client, err := b.primary(ctx, cmds)
	if err != nil {
		return 0, err
	}
	pipe := client.Pipeline()
	for _, c := range cmds {
		_ = pipe.Process(ctx, c) // it is only queued
	}
	var replicas *redis.Cmd
	if wait {
		replicas = pipe.Do(ctx, "WAIT", b.replicas, waitWithin.Milliseconds())
	}
	_, _ = pipe.Exec(ctx) // each command has its own error
	if !wait {
		return 0, nil
	}
	if acked, err = replicas.Int(); err != nil {
		return 0, fmt.Errorf("wait for replicas: %w", err)
	}
	return acked, nil
}

// primary is the client of the node that holds the commands' keys: one, because
// every key has the same tag.
func (b *batcher) primary(ctx context.Context, cmds []redis.Cmder) (redis.Cmdable, error) {
	if c, ok := b.client.(*redis.ClusterClient); ok {
		return c.MasterForKey(ctx, firstKey(cmds[0]))
	}
	return b.client, nil
}

// firstKey is the key of MGET key …, LRANGE key … or EVALSHA sha n key ….
func firstKey(c redis.Cmder) string {
	args := c.Args()
	at := 1
	if len(args) > 3 && (c.Name() == "evalsha" || c.Name() == "eval") {
		at = 3
	}
	key, _ := args[at].(string)
	return key
}
