package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/caddy-django/gateway/integration/stack"
)

func TestTheRealBinaryIsMeasured(t *testing.T) {
	if testing.Short() {
		t.Skip("it runs four Caddies, one after the other")
	}
	if _, err := os.Stat(stack.Caddy()); err != nil {
		t.Fatal("bin/caddy is not there: run make build")
	}
	name := filepath.Join(t.TempDir(), "bench.json")
	if err := run(t.Context(), options{caddy: stack.Caddy(), rounds: 1, duration: minDuration, json: name}); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var r report
	if err := json.Unmarshal(text, &r); err != nil {
		t.Fatal(err)
	}
	if len(r.Subjects) != len(subjects) || r.Ceiling <= 0 {
		t.Errorf("%d subjects, a ceiling of %f", len(r.Subjects), r.Ceiling)
	}
	for _, s := range r.Subjects {
		if f := s.Median; f.CPU <= 0 || f.P50 <= 0 || f.P99 < f.P50 || f.Rate <= 0 {
			t.Errorf("%s: %+v", s.Name, f)
		}
	}
}

func TestWhatCannotBeMeasuredIsRefused(t *testing.T) {
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	broken := script(t, "echo 'no such directive' >&2; exit 1")
	for _, c := range []struct {
		name     string
		ctx      context.Context
		options  options
		contains string
	}{
		{"no rounds", t.Context(), options{caddy: broken, duration: time.Second}, "0 rounds of 1s measure nothing"},
		{"no time", t.Context(), options{caddy: broken, rounds: 1, duration: time.Millisecond}, "500ms or longer"},
		{"no binary", t.Context(), options{caddy: "no-such-caddy", rounds: 1, duration: time.Second}, "no-such-caddy: no such file"},
		{"a binary that ends", t.Context(), options{caddy: broken, rounds: 1, duration: time.Second}, "no such directive"},
		{"a bench that is interrupted", canceled, options{caddy: script(t, "exec sleep 60"), rounds: 1, duration: time.Second}, "canceled"},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := run(c.ctx, c.options)
			if err == nil || !strings.Contains(err.Error(), c.contains) {
				t.Errorf("error %v, want one with %q", err, c.contains)
			}
		})
	}
}

// script returns a program for the shell that stands in for Caddy.
func script(t *testing.T, commands string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "caddy")
	if err := os.WriteFile(name, []byte("#!/bin/sh\n"+commands+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	return name
}
