package main

import (
	"math"
	"runtime/debug"
	"testing"
)

// A burst costs collections instead of memory, and whoever runs the program may say
// otherwise.
func TestMemoryHasALimitUnlessItIsGiven(t *testing.T) {
	const none = math.MaxInt64
	before := debug.SetMemoryLimit(none)
	t.Cleanup(func() { debug.SetMemoryLimit(before) })
	t.Setenv("GOMEMLIMIT", "")
	tendMemory()
	limit := debug.SetMemoryLimit(none)
	if limit < fewCollections || limit > 1<<30 {
		t.Errorf("the limit is %d", limit)
	}
	t.Setenv("GOMEMLIMIT", "64MiB")
	if tendMemory(); debug.SetMemoryLimit(none) != none {
		t.Error("GOMEMLIMIT is not heeded")
	}
}
