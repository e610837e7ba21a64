package store

import (
	"errors"
	"log/slog"
	"testing"
)

func TestHealthLogsChangesNotRepetitions(t *testing.T) {
	book := new(logBook)
	h := newHealth(slog.New(slog.NewTextHandler(book, nil)), gauge("up", "up"))
	full, locked := errors.New("full"), errors.New("locked")
	for step, test := range []struct {
		cause      error // nil: success
		bad, again int   // lines logged so far
	}{
		{nil, 0, 0}, {nil, 0, 0}, {full, 1, 0}, {full, 1, 0}, {locked, 2, 0}, {nil, 2, 1}, {nil, 2, 1}, {locked, 3, 1},
	} {
		if test.cause != nil {
			h.fail(test.cause)
		} else {
			h.succeed()
		}
		if err := h.get(); !errors.Is(err, test.cause) || (err == nil) != (test.cause == nil) {
			t.Errorf("step %d: %v", step, err)
		}
		if bad, again := book.count("is unavailable"), book.count("available again"); bad != test.bad || again != test.again {
			t.Errorf("step %d: %d failures and %d recoveries logged, want %d and %d", step, bad, again, test.bad, test.again)
		}
	}
}
