package delivery

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"
)

// envelope is what arrived, read by the protocol's description and not by the code under test.
type envelope struct {
	header  map[string]any
	item    map[string]any
	payload []byte
	report  []byte // of the second item, if there is one
}

// file returns the attachment, if that is what the envelope holds, with its name and type.
func (e envelope) file() string {
	if e.item["type"] != "attachment" {
		return ""
	}
	return fmt.Sprintf("%s %s %s %s", e.item["filename"], e.item["content_type"], e.item["attachment_type"], e.payload)
}

// readEnvelope reads an envelope with an event and perhaps a client report: a header line, then of each item a header line,
// as many bytes of payload as that says, and a newline.
func readEnvelope(raw []byte) (e envelope, err error) {
	line, raw, ok := bytes.Cut(raw, []byte("\n"))
	if !ok {
		return e, errors.New("the envelope header is not a line")
	}
	if err := json.Unmarshal(line, &e.header); err != nil {
		return e, fmt.Errorf("envelope header: %w", err)
	}
	if e.item, e.payload, raw, err = readItem(raw); err != nil || len(raw) == 0 {
		return e, err
	}
	item, report, raw, err := readItem(raw)
	if err != nil {
		return e, err
	}
	if item["type"] != "client_report" || len(raw) != 0 {
		return e, fmt.Errorf("behind the event comes %v, and %d bytes more", item, len(raw))
	}
	e.report = report
	return e, nil
}

func readItem(raw []byte) (header map[string]any, payload, rest []byte, err error) {
	line, raw, ok := bytes.Cut(raw, []byte("\n"))
	if !ok {
		return nil, nil, nil, errors.New("the item header is not a line")
	}
	if err := json.Unmarshal(line, &header); err != nil {
		return nil, nil, nil, fmt.Errorf("item header: %w", err)
	}
	length, ok := header["length"].(float64)
	if n := int(length); !ok || n+1 > len(raw) || raw[n] != '\n' {
		return nil, nil, nil, fmt.Errorf("length %v, but no newline that far behind in %d bytes", header["length"], len(raw))
	}
	return header, raw[:int(length)], raw[int(length)+1:], nil
}

func readRequest(r *http.Request) (envelope, error) {
	if got := r.Header.Get("Content-Encoding"); got != "gzip" {
		return envelope{}, fmt.Errorf("content encoding %q", got)
	}
	zr, err := gzip.NewReader(r.Body)
	if err != nil {
		return envelope{}, err
	}
	raw, err := io.ReadAll(zr)
	if err != nil {
		return envelope{}, err
	}
	return readEnvelope(raw)
}

// hit is one request that arrived.
type hit struct {
	at      time.Time
	eventID string
	sentAt  any // of the envelope
	auth    string
	report  string // client report
	file    string // attachment, if that is what it was
}

// receiver is a server that follows a script, and takes every event when that is over.
type receiver struct {
	t      *testing.T
	mu     sync.Mutex
	script []http.HandlerFunc
	always func(eventID string) http.HandlerFunc // instead of the script; nil result: takes the event
	files  http.HandlerFunc                      // how attachments are answered, instead of script and always; nil: like events
	hits   []hit
	took   map[string]int // events answered with 200
	now    int            // requests under way
	most   int            // of those, ever
}

func newReceiver(t *testing.T, script ...http.HandlerFunc) *receiver {
	return &receiver{t: t, script: script, took: make(map[string]int)}
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	e, err := readRequest(request)
	if err != nil {
		r.t.Errorf("unreadable request: %v", err)
	}
	id, _ := e.header["event_id"].(string)
	answer := r.arrive(hit{time.Now(), id, e.header["sent_at"], request.Header.Get("X-Sentry-Auth"), string(e.report), e.file()})
	defer r.leave()
	noted := &statusWriter{ResponseWriter: w}
	if answer == nil {
		answer = status(http.StatusOK, `{"id":"`+id+`"}`)
	}
	answer(noted, request)
	if e.file() == "" && noted.status == http.StatusOK && request.Context().Err() == nil {
		r.mu.Lock()
		r.took[id]++
		r.mu.Unlock()
	}
}

type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *statusWriter) WriteHeader(code int) {
	w.status = code
	w.ResponseWriter.WriteHeader(code)
}

func (r *receiver) arrive(h hit) (answer http.HandlerFunc) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.hits = append(r.hits, h)
	r.now++
	r.most = max(r.most, r.now)
	if r.files != nil && h.file != "" {
		return r.files
	}
	if r.always != nil {
		return r.always(h.eventID)
	}
	if len(r.script) > 0 {
		answer, r.script = r.script[0], r.script[1:]
	}
	return answer
}

func (r *receiver) leave() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.now--
}

func (r *receiver) arrived() []hit {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]hit(nil), r.hits...)
}

func (r *receiver) hasTaken(eventID string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.took[eventID] == 1
}

// mustHaveTaken fails the test unless the first n events were each taken exactly once.
func (r *receiver) mustHaveTaken(n int) {
	r.t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range n {
		if got := r.took[eventID(int64(i+1))]; got != 1 {
			r.t.Errorf("event %d was taken %d times, want once", i+1, got)
		}
	}
	if len(r.took) != n {
		r.t.Errorf("took %d events, want %d", len(r.took), n)
	}
}

// RoundTrip makes a receiver a network of its own, so that tests can run on a fake clock.
func (r *receiver) RoundTrip(request *http.Request) (_ *http.Response, err error) {
	recorder := httptest.NewRecorder()
	defer func() {
		if recover() != nil {
			err = errors.New("connection reset by peer")
		}
	}()
	r.ServeHTTP(recorder, request)
	if err := request.Context().Err(); err != nil {
		return nil, err
	}
	return recorder.Result(), nil
}

// The answers a script is made of.

func status(code int, body string, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(header); i += 2 {
			w.Header().Add(header[i], header[i+1])
		}
		w.WriteHeader(code)
		io.WriteString(w, body)
	}
}

// slow takes an event after a while.
func slow(d time.Duration) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		time.Sleep(d)
		w.WriteHeader(http.StatusOK)
	}
}

func hang(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

func reset(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

func times(n int, answer http.HandlerFunc) []http.HandlerFunc {
	script := make([]http.HandlerFunc, n)
	for i := range script {
		script[i] = answer
	}
	return script
}
