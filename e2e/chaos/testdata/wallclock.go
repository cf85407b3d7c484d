package time

import (
	"sync/atomic"
	"syscall"
	"unsafe"
)

// wallOffset is what is added to the wall clock, in nanoseconds: the first eight
// bytes of the file that CHAOS_CLOCK names, which a test may change at any time.
// Whoever asks for the time must not make a system call, hence the mapping. The
// monotonic clock is not touched, as in a real step.
var wallOffset = mapOffset()

func mapOffset() *int64 {
	name, ok := syscall.Getenv("CHAOS_CLOCK")
	if !ok {
		return new(int64)
	}
	fd, err := syscall.Open(name, syscall.O_RDONLY|syscall.O_CLOEXEC, 0)
	if err != nil {
		panic("open CHAOS_CLOCK: " + err.Error())
	}
	page, err := syscall.Mmap(fd, 0, 8, syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		panic("map CHAOS_CLOCK: " + err.Error())
	}
	return (*int64)(unsafe.Pointer(&page[0]))
}

// steppedNow is runtimeNow with a wall clock that can be put forward and back.
func steppedNow() (sec int64, nsec int32, mono int64) {
	sec, nsec, mono = runtimeNow()
	if wallOffset == nil {
		return sec, nsec, mono // while the program starts
	}
	n := int64(nsec) + atomic.LoadInt64(wallOffset)
	sec, n = sec+n/1e9, n%1e9
	if n < 0 {
		sec, n = sec-1, n+1e9
	}
	return sec, int32(n), mono
}
