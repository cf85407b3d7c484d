package dingsim

import (
	"container/heap"
	"context"
	"sync"
	"time"
)

// agenda holds what must happen later. Nothing happens unless run is running.
type agenda struct {
	mu    sync.Mutex
	items appointments
	wake  chan struct{}
}

type appointment struct {
	at time.Time
	do func()
}

func newAgenda() *agenda { return &agenda{wake: make(chan struct{}, 1)} }

func (a *agenda) after(d time.Duration, do func()) {
	a.mu.Lock()
	heap.Push(&a.items, appointment{at: time.Now().Add(d), do: do})
	a.mu.Unlock()
	select {
	case a.wake <- struct{}{}:
	default:
	}
}

func (a *agenda) run(ctx context.Context) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		timer.Reset(a.doDue(time.Now()))
		select {
		case <-ctx.Done():
			return
		case <-a.wake:
		case <-timer.C:
		}
	}
}

// doDue does what is due and returns the time to the next appointment.
func (a *agenda) doDue(now time.Time) time.Duration {
	for {
		a.mu.Lock()
		if len(a.items) == 0 {
			a.mu.Unlock()
			return time.Hour
		}
		if next := a.items[0].at; next.After(now) {
			a.mu.Unlock()
			return time.Until(next)
		}
		do := heap.Pop(&a.items).(appointment).do //nolint:errcheck,forcetypeassert // the heap holds nothing else
		a.mu.Unlock()
		do()
	}
}

// appointments is a heap by time.
type appointments []appointment

func (h appointments) Len() int           { return len(h) }
func (h appointments) Less(i, j int) bool { return h[i].at.Before(h[j].at) }
func (h appointments) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }

// Push and Pop make appointments a heap.Interface.
func (h *appointments) Push(x any) { *h = append(*h, x.(appointment)) } //nolint:errcheck,forcetypeassert // only after pushes

// Pop takes the last one.
func (h *appointments) Pop() any {
	last := len(*h) - 1
	item := (*h)[last]
	(*h)[last] = appointment{}
	*h = (*h)[:last]
	return item
}
