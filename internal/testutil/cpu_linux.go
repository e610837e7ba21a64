package testutil

import (
	"runtime"
	"time"

	"golang.org/x/sys/unix"
)

// CPUTime runs f on a thread of its own and returns the processor time that the thread spent. Other processes and other
// goroutines do not count, so it is the same on a busy machine. What f starts on other goroutines does not count either.
func CPUTime(f func()) time.Duration {
	spent := make(chan time.Duration)
	go func() {
		runtime.LockOSThread() // never unlocked: the thread ends with the goroutine
		before := threadTime()
		f()
		spent <- threadTime() - before
	}()
	return <-spent
}

func threadTime() time.Duration {
	var now unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &now); err != nil {
		panic(err) // Linux has this clock
	}
	return time.Duration(now.Nano())
}
