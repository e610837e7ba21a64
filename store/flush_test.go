package store

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestFlushCommitsAtOnce(t *testing.T) {
	c := testConfig(t)
	c.CommitInterval = time.Hour
	s := started(t, c)
	for i := range 3 {
		s.Record(Occurrence{Group: group(i), Event: event(i, destination)})
		must(t, s.Flush(t.Context()))
		if pending, err := s.Pending(t.Context(), destination, 0, 10); err != nil || len(pending) != i+1 {
			t.Fatalf("%d events, %v", len(pending), err)
		}
	}
	must(t, s.Flush(t.Context())) // nothing
}

func TestFlushSaysWhyItFails(t *testing.T) {
	c := testConfig(t)
	must(t, os.WriteFile(filepath.Dir(c.Path), nil, 0o600)) // where the directory is to be
	s := New(c)
	if err := s.Flush(t.Context()); !errors.Is(err, ErrUnavailable) {
		t.Errorf("before Start: %v", err)
	}
	s.Start()
	s.Record(Occurrence{Group: group(1)})
	if err := s.Flush(t.Context()); !errors.Is(err, ErrUnavailable) {
		t.Errorf("where no file can be: %v", err)
	}
	must(t, os.Remove(filepath.Dir(c.Path)))
	s.Record(Occurrence{Group: group(1)})
	must(t, s.Flush(t.Context()))
	if got := total(t, s); got != 2 {
		t.Errorf("%d failures, want 2", got)
	}
	closed(t, s)
	if err := s.Flush(t.Context()); !errors.Is(err, ErrUnavailable) {
		t.Errorf("after Close: %v", err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Flush(ended); err == nil {
		t.Error("after Close, with a context that has ended: no error")
	}
}
