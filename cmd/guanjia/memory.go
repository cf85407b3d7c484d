package main

import (
	"os"
	"runtime"
	"runtime/debug"
)

// Memory in bytes up to which the collector runs seldom, unless what lives for long
// takes half of it.
const fewCollections = 72 << 20

// tendMemory tells the collector how to go about, once what lives for long is there.
// Training the FAQ leaves tens of megabytes of garbage behind that would otherwise
// stay resident until the next collection of an idle program. Afterwards a message
// costs little memory that lives, and much that does not: a third of the collections
// is worth a few megabytes. But a night's reminders that come due in one second are
// worth no more than that, and then cost collections. GOGC and GOMEMLIMIT go first.
func tendMemory() {
	debug.FreeOSMemory()
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(300)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		debug.SetMemoryLimit(max(fewCollections, 2*int64(m.Sys-m.HeapReleased))) //nolint:gosec // no memory is that large
	}
}
