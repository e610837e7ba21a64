package spool

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// client reads only what it is told to.
type client struct {
	http.ResponseWriter // for its headers

	mu   sync.Mutex
	got  bytes.Buffer
	gone error
	read chan struct{} // a write waits for one, unless it is closed
}

func newClient() *client {
	return &client{ResponseWriter: httptest.NewRecorder(), read: make(chan struct{})}
}

func (c *client) Write(p []byte) (int, error) {
	<-c.read
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.gone != nil {
		return 0, c.gone
	}
	return c.got.Write(p)
}

func get(t *testing.T) *http.Request {
	return httptest.NewRequestWithContext(t.Context(), "GET", "/", nil)
}

// answer writes data in pieces and returns how much was taken and why no more.
func answer(w io.Writer, data []byte) (n int64, err error) {
	return io.Copy(struct{ io.Writer }{w}, bytes.NewReader(data))
}

func TestAWorkerDoesNotWaitForASlowClient(t *testing.T) {
	for _, c := range []struct {
		name   string
		limits Limits
		size   int
	}{
		{"in memory", Limits{Memory: 1 << 20}, 500_000},
		{"on disk", Limits{Memory: chunkSize, Disk: 1 << 20}, 500_000},
		{"on disk alone", Limits{Memory: 1, Disk: 1 << 20}, 500_000},
	} {
		t.Run(c.name, func(t *testing.T) {
			data, slow := random(t, c.size), newClient()
			w, finish := (&Spool{Dir: t.TempDir(), Responses: c.limits}).Response(slow, get(t))
			w.Header().Set("Content-Length", fmt.Sprint(c.size))
			w.WriteHeader(http.StatusOK)
			if n, err := answer(w, data); err != nil || n != int64(c.size) {
				t.Errorf("took %d, %v, before the client read", n, err)
			}
			close(slow.read)
			finish()
			if !bytes.Equal(slow.got.Bytes(), data) {
				t.Errorf("the client got %d bytes of %d, or others", slow.got.Len(), c.size)
			}
		})
	}
}

func TestAWorkerWaitsWhereTheLimitsEnd(t *testing.T) {
	for name, s := range map[string]*Spool{
		"of the disk":   {Dir: t.TempDir(), Responses: Limits{Memory: chunkSize, Disk: 10_000}},
		"of a full one": {Dir: t.TempDir() + "/missing", Responses: Limits{Memory: chunkSize, Disk: 1 << 20}},
	} {
		t.Run(name, func(t *testing.T) {
			data, slow := random(t, 500_000), newClient()
			w, finish := s.Response(slow, get(t))
			w.Header().Set("Content-Length", "500000")
			written := make(chan error)
			go func() {
				_, err := answer(w, data)
				written <- err
			}()
			select {
			case err := <-written:
				t.Fatalf("all was taken: %v", err)
			case <-time.After(20 * time.Millisecond):
			}
			close(slow.read)
			if err := <-written; err != nil {
				t.Error(err)
			}
			finish()
			if !bytes.Equal(slow.got.Bytes(), data) {
				t.Errorf("the client got %d bytes, or others", slow.got.Len())
			}
		})
	}
}

func TestAClientThatLeavesStopsTheWorker(t *testing.T) {
	slow := newClient()
	slow.gone = errors.New("gone")
	w, finish := (&Spool{Dir: t.TempDir(), Responses: Limits{Memory: chunkSize}}).Response(slow, get(t))
	w.Header().Set("Content-Length", "500000")
	close(slow.read)
	if _, err := answer(w, make([]byte, 500_000)); !errors.Is(err, slow.gone) {
		t.Errorf("Write: %v", err)
	}
	finish()
}

func TestWhatIsCutShortIsCutShortForTheClient(t *testing.T) {
	slow := newClient()
	w, finish := (&Spool{Dir: t.TempDir(), Responses: Limits{Memory: 1 << 20}}).Response(slow, get(t))
	w.Header().Set("Content-Length", "500000")
	if _, err := answer(w, make([]byte, 100_000)); err != nil {
		t.Error(err)
	}
	close(slow.read)
	finish() // the handler panics then
	if slow.got.Len() != 100_000 {
		t.Errorf("the client got %d bytes", slow.got.Len())
	}
}

func TestWhatIsNotBuffered(t *testing.T) {
	header := func(pairs ...string) http.Header {
		h := make(http.Header)
		for i := 0; i < len(pairs); i += 2 {
			h.Set(pairs[i], pairs[i+1])
		}
		return h
	}
	all := Limits{Memory: 1 << 20}
	for _, c := range []struct {
		name   string
		limits Limits
		method string
		status int
		header http.Header
	}{
		{"nothing is wanted", Limits{}, "GET", 200, header("Content-Length", "500000")},
		{"a small response", all, "GET", 200, header("Content-Length", "1000")},
		{"a stream", all, "GET", 200, header("Content-Type", "text/event-stream")},
		{"what Django wants to arrive at once", all, "GET", 200, header("Content-Length", "500000", "X-Accel-Buffering", "no")},
		{"an incremental response", all, "GET", 200, header("Content-Length", "500000", "Incremental", "?1")},
		{"the answer to HEAD", all, "HEAD", 200, header("Content-Length", "500000")},
		{"what the client has", all, "GET", 304, header("Content-Length", "500000")},
		{"another protocol", all, "GET", 101, header("Content-Length", "500000", "Upgrade", "websocket")},
	} {
		t.Run(c.name, func(t *testing.T) {
			rec := httptest.NewRecorder()
			w, finish := (&Spool{Responses: c.limits}).Response(rec, httptest.NewRequest(c.method, "/", nil))
			for name, values := range c.header {
				w.Header()[name] = values
			}
			w.Header().Set("X-Accel-Expires", "60")
			w.Header().Set("X-Accel-Charset", "utf-8")
			w.Header().Set("X-Accel-Limit-Rate", "1")
			w.WriteHeader(c.status)
			if _, err := io.WriteString(w, "body"); err != nil && c.status == 200 {
				t.Error(err)
			}
			if got := rec.Body.String(); got != "body" && c.status == 200 || w.pipe != nil {
				t.Errorf("%q went to the client at once", got)
			}
			for name := range rec.Header() {
				if strings.HasPrefix(name, "X-Accel-") {
					t.Errorf("%s reached the client", name)
				}
			}
			finish()
		})
	}
}

func TestInformationComesBeforeTheResponse(t *testing.T) {
	slow := newClient()
	close(slow.read)
	w, finish := (&Spool{Dir: t.TempDir(), Responses: Limits{Memory: 1 << 20}}).Response(slow, get(t))
	w.WriteHeader(http.StatusEarlyHints)
	w.Header().Set("Content-Length", "40000")
	w.WriteHeader(http.StatusOK)
	if w.pipe == nil {
		t.Error("it is not buffered")
	}
	finish()
}

func TestASmallResponseKeepsTheWayOfTheKernel(t *testing.T) {
	rec := &readerFrom{ResponseRecorder: httptest.NewRecorder()}
	w, finish := (&Spool{Responses: Limits{Memory: 1 << 20}}).Response(rec, get(t))
	if _, err := io.Copy(w, io.LimitReader(strings.NewReader("file"), 4)); err != nil || !rec.used {
		t.Errorf("ReadFrom was used: %v, %v", rec.used, err)
	}
	finish()
}

type readerFrom struct {
	*httptest.ResponseRecorder
	used bool
}

func (w *readerFrom) ReadFrom(r io.Reader) (int64, error) {
	w.used = true
	return io.Copy(w.ResponseRecorder, r)
}
