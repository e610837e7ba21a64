package store

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/caddy-django/gateway/internal/testutil"
)

func TestMain(m *testing.M) {
	if path := os.Getenv(helperPath); path != "" {
		if os.Getenv(helperSteps) != "" {
			recordInSteps(path)
		}
		recordUntilKilled(path)
	}
	goleak.VerifyTestMain(m)
}

// logBook collects log lines.
type logBook struct {
	mu sync.Mutex
	b  strings.Builder
}

func (l *logBook) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logBook) count(text string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Count(l.b.String(), text)
}

// testConfig is a configuration that commits fast, in a directory of its own.
func testConfig(t testing.TB) Config {
	return Config{Path: filepath.Join(t.TempDir(), "data", "errors.db"), CommitInterval: 2 * time.Millisecond}
}

func logged(c Config) (Config, *logBook) {
	book := new(logBook)
	c.Logger = slog.New(slog.NewTextHandler(book, nil))
	return c, book
}

// started returns a running store that is closed, without loss, at the end of the test.
func started(t testing.TB, c Config) *Store {
	t.Helper()
	s := New(c)
	s.Start()
	t.Cleanup(func() { closed(t, s) })
	return s
}

func closed(t testing.TB, s *Store) {
	t.Helper()
	if err := s.Close(context.Background()); err != nil {
		t.Errorf("Close: %v", err)
	}
}

var eventually = testutil.Eventually

// total is the sum of all counts in the database, -1 when it cannot be read.
func total(t testing.TB, s *Store) (n int64) {
	t.Helper()
	issues, err := s.Issues(context.Background(), IssueFilter{Limit: 1_000_000})
	if err != nil {
		return -1
	}
	for _, i := range issues {
		n += i.Count
	}
	return n
}

func group(n int) Group {
	return Group{
		ID: fmt.Sprintf("%032x", n), Kind: "app_error", Title: fmt.Sprintf("ValueError %d", n), Site: "shop",
		Method: "GET", Route: "orders/<int:id>/", Status: 500,
	}
}

func event(n int, destination string) *Event {
	return &Event{
		ID: fmt.Sprintf("%032x", n), Payload: fmt.Appendf(nil, `{"n":%d}`, n), Destination: destination,
	}
}

const destination = "https://sentry.example/1"

// value reads one of the store's metrics as a registry would; labels are given as in `reason="age"`.
func value(t testing.TB, s *Store, name, label string) float64 {
	t.Helper()
	for line := range strings.Lines(exposition(t, s)) {
		fields := strings.Fields(line)
		if fields[0] == name && label == "" || fields[0] == name+"{"+label+"}" {
			var v float64
			fmt.Sscan(fields[1], &v)
			return v
		}
	}
	t.Fatalf("no metric %s{%s}", name, label)
	return 0
}
