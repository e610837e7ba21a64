package route

import (
	"testing"
	"time"
)

func TestTheClockDecides(t *testing.T) {
	b := new(budget)
	if !b.spend(1000 * stepsPerLook) {
		t.Error("exhausted before there was any time")
	}
	time.Sleep(timeLimit)
	if !b.spend(stepsPerLook) {
		t.Error("it looks at the clock too often")
	}
	if b.spend(1) || b.spend(0) {
		t.Error("it does not end")
	}
}
