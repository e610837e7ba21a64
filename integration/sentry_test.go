package integration

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"
)

// sentry takes envelopes, once it listens: before that its address refuses
// connections.
type sentry struct {
	t    *testing.T
	addr string

	mu       sync.Mutex
	received map[string]int // by event id
	faults   []error
}

func newSentry(t *testing.T) *sentry {
	return &sentry{t: t, addr: freeAddr(t), received: make(map[string]int)}
}

func (s *sentry) dsn() string { return "http://0123456789abcdef0123456789abcdef@" + s.addr + "/1" }

func (s *sentry) listen() {
	s.t.Helper()
	listener, err := net.Listen("tcp", s.addr)
	if err != nil {
		s.t.Fatal(err)
	}
	server := &http.Server{Handler: s, ReadTimeout: 10 * time.Second}
	s.t.Cleanup(func() { server.Close() })
	go server.Serve(listener)
}

func (s *sentry) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	id, err := receive(r)
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil {
		s.faults = append(s.faults, err)
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	s.received[id]++
	fmt.Fprintf(w, `{"id":%q}`, id)
}

// receive reads an envelope with one event and returns its id.
func receive(r *http.Request) (string, error) {
	if r.Method != http.MethodPost || r.URL.Path != "/api/1/envelope/" || r.Header.Get("Content-Encoding") != "gzip" {
		return "", fmt.Errorf("%s %s with %v is no envelope", r.Method, r.URL, r.Header)
	}
	zr, err := gzip.NewReader(r.Body)
	if err != nil {
		return "", fmt.Errorf("unpacking the envelope: %w", err)
	}
	raw, err := io.ReadAll(zr)
	if err != nil {
		return "", fmt.Errorf("unpacking the envelope: %w", err)
	}
	lines := bytes.SplitN(raw, []byte("\n"), 3)
	if len(lines) != 3 {
		return "", errors.New("the envelope has no three lines")
	}
	var header, event struct {
		EventID string `json:"event_id"`
	}
	// A report of what was not sent may follow the event.
	if err := errors.Join(json.Unmarshal(lines[0], &header), json.NewDecoder(bytes.NewReader(lines[2])).Decode(&event)); err != nil {
		return "", fmt.Errorf("reading the envelope: %w", err)
	}
	if header.EventID != event.EventID || len(event.EventID) != 32 {
		return "", fmt.Errorf("the envelope of %q holds event %q", header.EventID, event.EventID)
	}
	return event.EventID, nil
}

// events returns how often each event was accepted.
func (s *sentry) events() map[string]int {
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, fault := range s.faults {
		s.t.Error(fault)
	}
	return maps.Clone(s.received)
}
