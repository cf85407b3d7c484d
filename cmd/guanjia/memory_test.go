package main

import (
	"context"
	"math"
	"runtime/debug"
	"testing"
)

func TestTheMemoryLimitFollowsWhatLives(t *testing.T) {
	for live, want := range map[uint64]int64{0: 72 << 20, 20 << 20: 72 << 20, 100 << 20: 300 << 20, math.MaxUint64 / 3: 1 << 40} {
		if got := memoryLimit(live); got != want {
			t.Errorf("with %d bytes that live the limit is %d, want %d", live, got, want)
		}
	}
}

// Whoever runs the program may say otherwise.
func TestMemoryHasALimitUnlessItIsGiven(t *testing.T) {
	const none = math.MaxInt64
	before := debug.SetMemoryLimit(none)
	t.Cleanup(func() { debug.SetMemoryLimit(before) })
	over, cancel := context.WithCancel(t.Context())
	cancel()
	t.Setenv("GOMEMLIMIT", "64MiB")
	if err := boundMemory(over); err != nil || debug.SetMemoryLimit(none) != none {
		t.Errorf("GOMEMLIMIT is not heeded: %v", err)
	}
	t.Setenv("GOMEMLIMIT", "")
	if err := boundMemory(over); err != nil || debug.SetMemoryLimit(none) == none {
		t.Errorf("there is no limit: %v", err)
	}
}
