package main

import (
	"context"
	"os"
	"runtime/debug"
	runtimemetrics "runtime/metrics"
	"time"
)

// collectSeldom tells the collector how to go about, once the FAQ is trained: that
// leaves tens of megabytes of garbage behind, which would otherwise stay resident
// until the next collection of an idle program. Afterwards a message costs little
// memory that lives, and much that does not: a third of the collections is worth a
// few megabytes.
func collectSeldom() {
	debug.FreeOSMemory()
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(300)
	}
}

// boundMemory keeps the program small until ctx ends, so that thousands of deadlines
// that come due in one second cost collections instead of memory. The limit follows
// what lives: one that does not would let the collector take half of the processor.
func boundMemory(ctx context.Context) error {
	if os.Getenv("GOMEMLIMIT") != "" {
		return nil
	}
	tick := time.NewTicker(10 * time.Second)
	defer tick.Stop()
	live := []runtimemetrics.Sample{{Name: "/gc/heap/live:bytes"}}
	for {
		runtimemetrics.Read(live)
		debug.SetMemoryLimit(memoryLimit(live[0].Value.Uint64()))
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// memoryLimit gives a limit for so much that lives, both in bytes: three times that
// is no more work than GOGC=200, which is half as much again as there is without.
func memoryLimit(live uint64) int64 {
	const least, most = 72 << 20, 1 << 40
	return int64(max(least, min(most, 3*live)))
}
