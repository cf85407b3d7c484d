package llm

import (
	"context"
	"errors"
	"time"

	"github.com/sony/gobreaker/v2"
)

// A kind of request that fails so often in a row is left alone for a while, then
// tried with a single one.
const (
	failuresInARow = 5
	restFor        = 30 * time.Second
	slotWait       = 200 * time.Millisecond // a question does not queue for a slow model
)

// guard keeps a kind of request from piling up.
type guard struct {
	breaker *gobreaker.CircuitBreaker[struct{}]
	slots   chan struct{}
}

func newGuard(parallel int) *guard {
	return &guard{
		slots: make(chan struct{}, parallel),
		breaker: gobreaker.NewCircuitBreaker[struct{}](gobreaker.Settings{
			Timeout:     restFor,
			ReadyToTrip: func(c gobreaker.Counts) bool { return c.ConsecutiveFailures >= failuresInARow },
			// Whoever is gone says nothing about the endpoint.
			IsExcluded: func(err error) bool { return isKind(err, kindGone) || isKind(err, kindBusy) },
		}),
	}
}

// do runs a request unless too many are under way or too many failed.
func (g *guard) do(ctx context.Context, request func() error) error {
	_, err := g.breaker.Execute(func() (struct{}, error) {
		if err := g.enter(ctx); err != nil {
			return struct{}{}, err
		}
		defer func() { <-g.slots }()
		return struct{}{}, request()
	})
	if errors.Is(err, gobreaker.ErrOpenState) || errors.Is(err, gobreaker.ErrTooManyRequests) {
		return &failure{kind: kindResting}
	}
	return err
}

// enter takes a slot, or gives up soon.
func (g *guard) enter(ctx context.Context) error {
	soon := time.NewTimer(slotWait)
	defer soon.Stop()
	select {
	case g.slots <- struct{}{}:
		return nil
	case <-soon.C:
		return &failure{kind: kindBusy}
	case <-ctx.Done():
		return &failure{kind: kindGone}
	}
}
