package testutil

import (
	"testing"
	"time"
)

func TestCPUTimeCountsOnlyWhatRuns(t *testing.T) {
	working := CPUTime(func() {
		for began := time.Now(); time.Since(began) < 50*time.Millisecond; {
		}
	})
	waiting := CPUTime(func() { time.Sleep(50 * time.Millisecond) })
	if working <= waiting {
		t.Errorf("working takes %s, waiting as long %s", working, waiting)
	}
}
