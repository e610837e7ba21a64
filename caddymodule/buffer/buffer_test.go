package buffer

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
)

func provision(t testing.TB, b *Buffer) error {
	t.Helper()
	ctx, cancel := caddy.NewContext(caddy.Context{Context: context.Background()})
	t.Cleanup(cancel)
	if err := b.Provision(ctx); err != nil {
		return err
	}
	return b.Validate()
}

// django reads a request and answers with what it has read.
var django = caddyhttp.HandlerFunc(func(w http.ResponseWriter, r *http.Request) error {
	_, err := io.Copy(w, r.Body)
	return err
})

func TestWhatADjangoGets(t *testing.T) {
	const chunked = -1
	for _, c := range []struct {
		name    string
		maxBody int64
		length  int64
		body    io.Reader
		status  int
	}{
		{"a form", 0, 4, strings.NewReader("a=1&"), 200},
		{"a body as large as is allowed", 4, 4, strings.NewReader("a=1&"), 200},
		{"a body of unknown length", 4, chunked, strings.NewReader("a=1&"), 200},
		{"a body that says it is too large is not read", 4, 5, iotest.ErrReader(errors.New("it was read")), 413},
		{"a body that turns out too large", 4, chunked, strings.NewReader("a=1&b"), 413},
		{"any body", Unlimited, chunked, strings.NewReader("a=1&b"), 200},
		{"a client that stops", 0, 10, iotest.ErrReader(os.ErrDeadlineExceeded), 408},
		{"a client that leaves", 0, 10, iotest.ErrReader(io.ErrUnexpectedEOF), 400},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := &Buffer{MaxBody: c.maxBody}
			if err := provision(t, b); err != nil {
				t.Fatal(err)
			}
			r := httptest.NewRequest("POST", "/", c.body)
			r.ContentLength = c.length
			w := httptest.NewRecorder()
			err := b.ServeHTTP(w, r, django)
			status := w.Code
			if err != nil {
				var e caddyhttp.HandlerError
				if !errors.As(err, &e) {
					t.Fatal(err)
				}
				status = e.StatusCode
			}
			if ends := w.Header().Get("Connection") == "close"; ends != (status != 200) {
				t.Errorf("the answer ends the connection: %v", ends)
			}
			if status != c.status {
				t.Errorf("%d, %v, want %d", status, err, c.status)
			}
		})
	}
}

// It would wait for the body to end, and the client for the answer.
func TestTheConnectionOfWhatIsRefusedEnds(t *testing.T) {
	for name, length := range map[string]int64{"a length": 5, "chunks": -1} {
		b := &Buffer{MaxBody: 4}
		if err := provision(t, b); err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequest("POST", "/", strings.NewReader("a=1&b"))
		r.ContentLength = length
		w := httptest.NewRecorder()
		if err := b.ServeHTTP(w, r, django); err == nil || w.Header().Get("Connection") != "close" {
			t.Errorf("%s: %v, Connection: %q", name, err, w.Header().Get("Connection"))
		}
	}
}

func TestARefusalLeavesAnHTTP2ConnectionOpen(t *testing.T) {
	b := &Buffer{MaxBody: 4}
	if err := provision(t, b); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest("POST", "/", strings.NewReader("a=1&b"))
	r.ProtoMajor = 2
	w := httptest.NewRecorder()
	if err := b.ServeHTTP(w, r, django); err == nil || w.Header().Get("Connection") != "" {
		t.Errorf("%v, %v", err, w.Header())
	}
}

func TestALimitHoldsForWhatIsNotBuffered(t *testing.T) {
	b := &Buffer{MaxBody: 4, Requests: new(Limits)}
	if err := provision(t, b); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest("POST", "/", strings.NewReader("a=1&b"))
	r.ContentLength = -1
	var tooLarge *http.MaxBytesError
	if err := b.ServeHTTP(httptest.NewRecorder(), r, django); !errors.As(err, &tooLarge) {
		t.Errorf("%v", err)
	}
}

func TestABodyWithoutLengthThatDoesNotFitIsRefused(t *testing.T) {
	for _, c := range []struct {
		name   string
		limits Limits
		status int
	}{
		{"into the limits", Limits{Memory: 2}, 413},
		{"onto the disk", Limits{Memory: 2, Disk: 100}, 507},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir() + "/buffers"
			if err := os.Mkdir(dir, 0o700); err != nil {
				t.Fatal(err)
			}
			b := &Buffer{Requests: &c.limits, Dir: dir}
			if err := provision(t, b); err != nil {
				t.Fatal(err)
			}
			if err := os.Remove(dir); err != nil {
				t.Fatal(err)
			}
			r := httptest.NewRequest("POST", "/", strings.NewReader("a=1&b"))
			r.ContentLength = -1
			var e caddyhttp.HandlerError
			if err := b.ServeHTTP(httptest.NewRecorder(), r, django); !errors.As(err, &e) || e.StatusCode != c.status {
				t.Errorf("%v, want %d", err, c.status)
			}
		})
	}
}

func TestAPanicPassesThrough(t *testing.T) {
	b := new(Buffer)
	if err := provision(t, b); err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	defer func() {
		if v := recover(); v != http.ErrAbortHandler {
			t.Errorf("panic %v", v)
		}
		if w.Body.Len() != 50_000 {
			t.Errorf("the client got %d bytes of what Django has sent", w.Body.Len())
		}
	}()
	_ = b.ServeHTTP(w, httptest.NewRequest("GET", "/", nil), caddyhttp.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) error {
		w.Header().Set("Content-Length", "100000")
		if _, err := w.Write(make([]byte, 50_000)); err != nil {
			t.Error(err)
		}
		panic(http.ErrAbortHandler)
	}))
}

func TestWhatIsNoLimitIsRefused(t *testing.T) {
	file := t.TempDir() + "/file"
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		buffer Buffer
		want   string
	}{
		{Buffer{MaxBody: -2}, "max_body -2 is not a size"},
		{Buffer{Requests: &Limits{Memory: -1}}, "requests: -1 and 0 are not sizes"},
		{Buffer{Responses: &Limits{Disk: -1}}, "responses: 0 and -1 are not sizes"},
		{Buffer{Dir: file}, file + " is a file: name a directory"},
		{Buffer{Dir: file + "/none"}, "make it, and let Caddy write to it"},
		{Buffer{Dir: "{env.NO_SUCH_DIRECTORY}"}, "NO_SUCH_DIRECTORY"},
	} {
		if err := provision(t, &c.buffer); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v, want …%s…", c.buffer, err, c.want)
		}
	}
}

func TestAfterABodyThatIsWrongTheConnectionCloses(t *testing.T) {
	fails := func(http.ResponseWriter, *http.Request) error { return errors.New("no answer") }
	wrong := errors.New("malformed trailer")
	for name, c := range map[string]struct {
		limits *Limits
		body   io.Reader
		proto  int
		close  string
	}{
		"in the buffer":                     {nil, iotest.ErrReader(wrong), 1, "close"},
		"on the way, unbuffered":            {&Limits{}, iotest.ErrReader(wrong), 1, "close"},
		"a request without a body is right": {nil, nil, 1, ""},
		"a body that was received is right": {nil, strings.NewReader("a=1"), 1, ""},
		"HTTP/2 tells requests apart":       {nil, iotest.ErrReader(wrong), 2, ""},
	} {
		b := &Buffer{Requests: c.limits}
		if err := provision(t, b); err != nil {
			t.Fatal(err)
		}
		w := httptest.NewRecorder()
		r := httptest.NewRequest("POST", "/", c.body)
		r.ProtoMajor = c.proto
		if err := b.ServeHTTP(w, r, caddyhttp.HandlerFunc(fails)); err == nil {
			t.Errorf("%s: no error", name)
		}
		if got := w.Header().Get("Connection"); got != c.close {
			t.Errorf("%s: Connection: %s", name, got)
		}
	}
}
