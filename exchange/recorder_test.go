package exchange

import (
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"syscall"
	"testing"
)

func TestCaptureKeepsTheBeginningOfAFailure(t *testing.T) {
	long := strings.Repeat("0123456789", 10)
	for _, c := range []struct {
		name   string
		status int
		limit  int
		write  func(w http.ResponseWriter)
		body   string
		cut    bool
	}{
		{"a short body is kept whole", 500, 64, writes("boom"), "boom", false},
		{"a body of exactly the limit is not cut", 500, 4, writes("boom"), "boom", false},
		{"a long body is cut at the limit", 500, 16, writes(long), long[:16], true},
		{"the limit spans writes", 503, 6, writes("boom", "bang"), "boomba", true},
		{"a limit of 0 keeps nothing", 500, 0, writes("boom"), "", false},
		{"a 404 is no failure", 404, 64, writes("boom"), "", false},
		{"ReadFrom is captured too", 500, 16, readsFrom(long), long[:16], true},
	} {
		t.Run(c.name, func(t *testing.T) {
			client := httptest.NewRecorder()
			rec := Record(client, httptest.NewRequest("GET", "/", nil), c.limit)
			rec.WriteHeader(c.status)
			c.write(rec)
			x := rec.Finish(End{})
			if got := string(x.Failure.Body); got != c.body {
				t.Errorf("captured %q, want %q", got, c.body)
			}
			if x.Failure.BodyCut != c.cut {
				t.Errorf("BodyCut = %v, want %v", x.Failure.BodyCut, c.cut)
			}
			if int(x.ResponseBytes) != client.Body.Len() {
				t.Errorf("ResponseBytes = %d, the client got %d", x.ResponseBytes, client.Body.Len())
			}
			rec.Release()
		})
	}
}

func writes(parts ...string) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) {
		for _, part := range parts {
			io.WriteString(w, part)
		}
	}
}

func readsFrom(s string) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) { io.Copy(w, struct{ io.Reader }{strings.NewReader(s)}) }
}

func TestReleaseForgetsTheExchange(t *testing.T) {
	rec := Record(httptest.NewRecorder(), httptest.NewRequest("POST", "/secret/", nil), 64)
	rec.WriteHeader(500)
	io.WriteString(rec, "secret")
	rec.Finish(End{Err: errors.New("x"), Status: 502})
	rec.Release()
	if rec.x.Path != "" || rec.status != 0 || rec.capturing || len(rec.x.Failure.Body) != 0 || rec.x.Failure.ResponseHeader != nil {
		t.Errorf("a released recorder still holds %+v", rec.x)
	}
}

func TestInformationalResponsesAreNotTheStatus(t *testing.T) {
	rec := Record(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil), 0)
	rec.WriteHeader(http.StatusEarlyHints)
	if rec.status != 0 {
		t.Fatalf("status %d after 103", rec.status)
	}
	rec.WriteHeader(http.StatusCreated)
	if x := rec.Finish(End{}); x.Status != http.StatusCreated || x.Outcome != OK {
		t.Errorf("%d %s, want 201 ok", x.Status, x.Outcome)
	}
}

func TestHeadersAreThoseBehindTheEncoder(t *testing.T) {
	client := httptest.NewRecorder()
	encoder := &headerChanger{ResponseWriter: client}
	rec := Record(encoder, httptest.NewRequest("GET", "/", nil), 64)
	rec.Header().Set("Content-Type", "text/plain")
	rec.WriteHeader(500)
	if got := rec.Finish(End{}).Failure.ResponseHeader.Get("Content-Encoding"); got != "" {
		t.Errorf("Content-Encoding %q: the body was captured before it was encoded", got)
	}
	if client.Header().Get("Content-Encoding") != "gzip" {
		t.Error("the encoder in front did not run: this test shows nothing")
	}
}

type headerChanger struct{ http.ResponseWriter }

func (h *headerChanger) WriteHeader(status int) {
	h.Header().Set("Content-Encoding", "gzip")
	h.ResponseWriter.WriteHeader(status)
}

// readerFrom notices whether a copy reached it whole, which is what lets
// net/http use sendfile.
type readerFrom struct {
	http.ResponseWriter
	got any
}

func (r *readerFrom) ReadFrom(src io.Reader) (int64, error) {
	r.got = src
	return io.Copy(r.ResponseWriter, src)
}

func TestAFileReachesTheWriterInFrontAsAFile(t *testing.T) {
	file, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	below := &readerFrom{ResponseWriter: httptest.NewRecorder()}
	rec := Record(below, httptest.NewRequest("GET", "/", nil), 64)
	if _, err := rec.ReadFrom(file); err != nil {
		t.Fatal(err)
	}
	if below.got != any(file) {
		t.Errorf("ReadFrom got a %T, want the file itself", below.got)
	}
}

func TestUploadsWithoutALengthAreCounted(t *testing.T) {
	r := httptest.NewRequest("POST", "/", io.MultiReader(strings.NewReader("12345"), strings.NewReader("678")))
	r.ContentLength = -1
	rec := Record(httptest.NewRecorder(), r, 0)
	io.Copy(io.Discard, r.Body)
	if x := rec.Finish(End{}); x.RequestBytes != 8 {
		t.Errorf("RequestBytes = %d, want 8", x.RequestBytes)
	}
}

type failingWriter struct {
	http.ResponseWriter
	err error
}

func (f failingWriter) Write([]byte) (int, error) { return 0, f.err }

func TestOutcomes(t *testing.T) {
	refused := &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}
	gone := &net.OpError{Op: "write", Err: syscall.EPIPE}
	broken := &os.PathError{Op: "read", Err: syscall.EIO}
	for _, c := range []struct {
		name    string
		respond func(w http.ResponseWriter)
		end     End
		client  error // of writing to the client
		outcome Outcome
		status  int
	}{
		{"an answer below 500 is ok", status(404), End{}, nil, OK, 404},
		{"nothing written is net/http's 200", nothing, End{}, nil, OK, 200},
		{"a 5xx answer is an app error", status(503), End{}, nil, AppError, 503},
		{"an error asking for 502 is a gateway error", nothing, End{Err: refused, Status: 502}, nil, GatewayError, 502},
		{"an error asking for 404 is no failure", nothing, End{Err: os.ErrNotExist, Status: 404}, nil, OK, 404},
		{"an abort after the headers is a truncation", status(200), End{Panic: http.ErrAbortHandler}, nil, Truncated, 200},
		{"an error after the headers is a truncation", status(200), End{Err: io.ErrUnexpectedEOF, Status: 502}, nil, Truncated, 200},
		{"an abort because the client left is canceled", status(200), End{Panic: http.ErrAbortHandler, ClientGone: true}, nil, Canceled, 200},
		{"a failed write means that the client left", body(200, "x"), End{Panic: http.ErrAbortHandler}, gone, Canceled, 200},
		{"a body for HEAD is no fault of the client", body(200, "x"), End{}, http.ErrBodyNotAllowed, OK, 200},
		{"a file that cannot be read on is a truncation", copying(200, broken), End{}, nil, Truncated, 200},
		{"a client that leaves before the answer is canceled", nothing, End{ClientGone: true}, nil, Canceled, 499},
		{"its error says 502 and means nothing", nothing, End{Err: refused, Status: 502, ClientGone: true}, nil, Canceled, 499},
		{"Caddy's 499 is canceled", status(499), End{}, nil, Canceled, 499},
		{"an error asking for 499 is canceled", nothing, End{Err: refused, Status: 499}, nil, Canceled, 499},
		{"a client that leaves after the answer got it", status(200), End{ClientGone: true}, nil, OK, 200},
		{"a panic is a panic", nothing, End{Panic: "bug"}, nil, Panicked, 500},
		{"a panic after the headers is a panic", status(200), End{Panic: "bug"}, nil, Panicked, 200},
		{"switching protocols is streamed", status(101), End{}, nil, Streamed, 101},
		{"server-sent events are streamed", eventStream(200), End{}, nil, Streamed, 200},
		{"which a client ends by leaving", eventStream(200), End{Panic: http.ErrAbortHandler, ClientGone: true}, nil, Streamed, 200},
		{"and Django by dying", eventStream(200), End{Panic: http.ErrAbortHandler}, nil, Truncated, 200},
		{"a 500 stays one when the client leaves", status(500), End{Panic: http.ErrAbortHandler, ClientGone: true}, nil, AppError, 500},
		{"also when writing to the client fails", body(500, "x"), End{Panic: http.ErrAbortHandler}, gone, AppError, 500},
		{"a failing event stream is an app error", eventStream(500), End{}, nil, AppError, 500},
	} {
		t.Run(c.name, func(t *testing.T) {
			var w http.ResponseWriter = httptest.NewRecorder()
			if c.client != nil {
				w = failingWriter{w, c.client}
			}
			r := httptest.NewRequest("GET", "/", nil)
			if c.status == http.StatusSwitchingProtocols {
				r.Header = http.Header{"Connection": {"Upgrade"}, "Upgrade": {"websocket"}}
			}
			rec := Record(w, r, 64)
			c.respond(rec)
			x := rec.Finish(c.end)
			if x.Outcome != c.outcome || x.Status != c.status {
				t.Errorf("%s with status %d, want %s with %d", x.Outcome, x.Status, c.outcome, c.status)
			}
			if hasEvidence := x.Failure.Err != nil || x.Failure.Panic != nil || x.Failure.ResponseHeader != nil; hasEvidence != x.Outcome.Failed() {
				t.Errorf("evidence: %v, failed: %v", hasEvidence, x.Outcome.Failed())
			}
		})
	}
}

func TestATruncatedResponseTellsHowLongItWasToBe(t *testing.T) {
	for announced, want := range map[string]int64{"5000": 5000, "": 0, "lots": 0} {
		rec := Record(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil), 0)
		if announced != "" {
			rec.Header().Set("Content-Length", announced)
		}
		body(200, "begun")(rec)
		rec.Header().Del("Content-Length") // as an encoder in front does
		x := rec.Finish(End{Panic: http.ErrAbortHandler})
		if x.Failure.ResponseLength != want || x.ResponseBytes != 5 {
			t.Errorf("%q: %d of %d bytes, want %d", announced, x.ResponseBytes, x.Failure.ResponseLength, want)
		}
	}
}

func nothing(http.ResponseWriter) {}

func status(code int) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) { w.WriteHeader(code) }
}

func body(code int, s string) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) {
		w.WriteHeader(code)
		io.WriteString(w, s)
	}
}

func eventStream(code int) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) {
		w.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
		w.WriteHeader(code)
	}
}

func copying(code int, err error) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) {
		w.WriteHeader(code)
		w.(io.ReaderFrom).ReadFrom(io.MultiReader(strings.NewReader("begun"), failingReader{err}))
	}
}

type failingReader struct{ err error }

func (f failingReader) Read([]byte) (int, error) { return 0, f.err }

func TestRecordingFindsARecorderBehindWrappers(t *testing.T) {
	rec := Record(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil), 0)
	if !Recording(wrapper{rec}) {
		t.Error("a wrapped recorder was not found")
	}
	if Recording(wrapper{httptest.NewRecorder()}) {
		t.Error("a recorder was found where there is none")
	}
}

type wrapper struct{ http.ResponseWriter }

func (w wrapper) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func BenchmarkRecordASuccess(b *testing.B) {
	w := discard{http.Header{"Content-Type": {"text/html"}}}
	r := httptest.NewRequest("GET", "/", nil)
	page := bytes.Repeat([]byte("x"), 1024)
	b.ReportAllocs()
	for b.Loop() {
		rec := Record(w, r, 64<<10)
		rec.WriteHeader(200)
		rec.Write(page)
		rec.Finish(End{})
		rec.Release()
	}
}

type discard struct{ header http.Header }

func (d discard) Header() http.Header         { return d.header }
func (d discard) WriteHeader(int)             {}
func (d discard) Write(p []byte) (int, error) { return len(p), nil }
