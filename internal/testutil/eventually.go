package testutil

import (
	"testing"
	"time"
)

// Patience is how long a test waits for something that happens by itself. It is far more than a busy machine takes, and
// a test that passes never waits for it.
const Patience = time.Minute

// Eventually waits until a condition holds, and ends the test if that takes longer than [Patience].
func Eventually(t testing.TB, what string, condition func() bool) {
	t.Helper()
	for deadline := time.Now().Add(Patience); !condition(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s: not within %s", what, Patience)
		}
	}
}
