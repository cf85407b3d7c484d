package dingtalk

import (
	"context"
	"sync"
	"time"
)

// gatherFor is how long a DING waits for others with the same words, which then
// go in one call: every call is metered, and a step of a ladder pages several
// people at once.
const gatherFor = 10 * time.Millisecond

// dingKey is what DINGs must have in common to go in one call.
type dingKey struct {
	remind int
	words  string
}

// dingCall makes one call and tells who was not reached, and why.
type dingCall func(ctx context.Context, key dingKey, ids []string) (receipt string, unreached map[string]string, err error)

// gatherer makes one call of those that come together.
type gatherer struct {
	mu   sync.Mutex
	open map[dingKey]*gathering
}

// gathering is a call that waits for more people, or its outcome once done is closed.
type gathering struct {
	ids       []string
	done      chan struct{}
	receipt   string
	unreached map[string]string
	err       error
}

// ring has somebody called, with whoever else is to be told the same now.
func (g *gatherer) ring(ctx context.Context, key dingKey, id string, call dingCall) (receipt, unreached string, err error) {
	c, first := g.join(key, id)
	if first {
		pause(ctx, gatherFor)
		g.leave(key, c)
		// One who gives up must not make the others fail.
		calling, cancel := context.WithTimeout(context.WithoutCancel(ctx), callsWithin)
		defer cancel()
		c.receipt, c.unreached, c.err = call(calling, key, c.ids)
		close(c.done)
		return c.receipt, c.unreached[id], c.err
	}
	select {
	case <-c.done:
		return c.receipt, c.unreached[id], c.err
	case <-ctx.Done():
		return "", "", &failure{verdict: verdictAmbiguous, err: ctx.Err()}
	}
}

// join adds somebody to the waiting call, or opens one.
func (g *gatherer) join(key dingKey, id string) (c *gathering, first bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.open == nil {
		g.open = map[dingKey]*gathering{}
	}
	if c, ok := g.open[key]; ok {
		if c.ids = append(c.ids, id); len(c.ids) == mostCalled(key.remind) {
			delete(g.open, key)
		}
		return c, false
	}
	c = &gathering{ids: []string{id}, done: make(chan struct{})}
	g.open[key] = c
	return c, true
}

// leave lets nobody join any more.
func (g *gatherer) leave(key dingKey, c *gathering) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.open[key] == c {
		delete(g.open, key)
	}
}

// mostCalled is how many people one DING may call.
func mostCalled(remind int) int {
	if remind == 1 {
		return 200
	}
	return 20
}
