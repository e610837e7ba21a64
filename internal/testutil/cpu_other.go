//go:build !linux

package testutil

import "time"

// CPUTime runs f and returns how long it took. Only Linux has a portable clock of a thread's processor time.
func CPUTime(f func()) time.Duration {
	began := time.Now()
	f()
	return time.Since(began)
}
