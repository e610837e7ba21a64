package spool

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

func TestABodyIsReceivedBeforeItIsHandedOn(t *testing.T) {
	for _, c := range []struct {
		name   string
		limits Limits
		size   int
		whole  bool
	}{
		{"in memory", Limits{Memory: 1 << 20}, 1000, true},
		{"as large as the memory", Limits{Memory: 1000}, 1000, true},
		{"on disk", Limits{Memory: 1000, Disk: 1 << 20}, 100_000, true},
		{"larger than the limits", Limits{Memory: 1000, Disk: 1000}, 100_000, false},
		{"larger than a chunk above the limits", Limits{Memory: 10, Disk: 40_000}, 100_000, false},
		{"not wanted", Limits{}, 1000, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			data := random(t, c.size)
			body := &counting{Reader: iotest.HalfReader(bytes.NewReader(data))}
			r := httptest.NewRequest("POST", "/", body)
			r.ContentLength = int64(c.size)
			if c.whole {
				r.ContentLength, r.TransferEncoding = -1, []string{"chunked"}
			}
			r.Header.Set("Expect", "100-continue")
			s := &Spool{Dir: t.TempDir(), Requests: c.limits}
			release, err := s.Request(r)
			if err != nil {
				t.Fatal(err)
			}
			defer release()
			if whole := body.n == len(data); whole != c.whole {
				t.Errorf("%d of %d bytes were received", body.n, len(data))
			}
			if r.ContentLength != int64(len(data)) {
				t.Errorf("Content-Length %d", r.ContentLength)
			}
			if c.whole && (r.Header.Get("Expect") != "" || r.TransferEncoding != nil || r.GetBody == nil) {
				t.Errorf("%v, %v", r.Header, r.TransferEncoding)
			}
			if r.GetBody != nil {
				r.Body, _ = r.GetBody()
				if got, err := io.ReadAll(r.Body); err != nil || !bytes.Equal(got, data) {
					t.Errorf("again: %d bytes, %v", len(got), err)
				}
			}
		})
	}
}

func TestWhatIsHandedOnIsWhatCame(t *testing.T) {
	for _, limits := range []Limits{{}, {Memory: 1}, {Memory: 1000}, {Memory: 1000, Disk: 1}, {Memory: 1000, Disk: 50_000}, {Memory: 40_000, Disk: 1 << 20}, {Memory: 1 << 20}} {
		data := random(t, 100_000)
		r := httptest.NewRequest("POST", "/", iotest.OneByteReader(bytes.NewReader(data)))
		r.ContentLength = int64(len(data))
		s := &Spool{Dir: t.TempDir(), Requests: limits}
		release, err := s.Request(r)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(r.Body); err != nil || !bytes.Equal(got, data) {
			t.Errorf("%+v: %d bytes, %v", limits, len(got), err)
		}
		release()
	}
}

func TestABodyOfUnknownLengthIsNotHandedOnWithoutOne(t *testing.T) {
	for _, c := range []struct {
		name string
		dir  string
		full bool
	}{
		{"that is larger than the limits", t.TempDir(), true},
		{"that the disk does not take", t.TempDir() + "/missing", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := httptest.NewRequest("POST", "/", bytes.NewReader(random(t, 100_000)))
			r.ContentLength = -1
			_, err := (&Spool{Dir: c.dir, Requests: Limits{Memory: 1000, Disk: 50_000}}).Request(r)
			if !errors.Is(err, ErrNoRoom) || errors.Is(err, ErrFull) != c.full {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestABodyThatBreaksOff(t *testing.T) {
	gone := errors.New("gone")
	for _, limits := range []Limits{{Memory: 1000}, {Memory: 10, Disk: 1000}} {
		r := httptest.NewRequest("POST", "/", io.MultiReader(strings.NewReader("the beginning"), iotest.ErrReader(gone)))
		s := &Spool{Dir: t.TempDir(), Requests: limits}
		if release, err := s.Request(r); !errors.Is(err, gone) || release == nil {
			t.Errorf("%+v: %v", limits, err)
		}
	}
}

func TestADiskThatIsFullMakesUploadsSlowAndNoMore(t *testing.T) {
	data := random(t, 100_000)
	r := httptest.NewRequest("POST", "/", bytes.NewReader(data))
	s := &Spool{Dir: t.TempDir() + "/missing", Requests: Limits{Memory: 1000, Disk: 1 << 20}}
	release, err := s.Request(r)
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	if r.ContentLength != int64(len(data)) {
		t.Errorf("Content-Length %d is not what the client said", r.ContentLength)
	}
	if got, err := io.ReadAll(r.Body); err != nil || !bytes.Equal(got, data) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
}

func TestAReleasedBodyIsNotRead(t *testing.T) {
	r := httptest.NewRequest("POST", "/", strings.NewReader("body"))
	release, err := (&Spool{Requests: Limits{Memory: 10}}).Request(r)
	if err != nil {
		t.Fatal(err)
	}
	release()
	release()
	if n, err := r.Body.Read(make([]byte, 10)); n != 0 || !errors.Is(err, http.ErrBodyReadAfterClose) {
		t.Errorf("Read = %d, %v", n, err)
	}
}

func TestAWebSocketOverHTTP2IsNotWaitedFor(t *testing.T) {
	body := &counting{Reader: strings.NewReader("frames")}
	r := httptest.NewRequest("CONNECT", "/", body)
	if _, err := (&Spool{Requests: Limits{Memory: 10}}).Request(r); err != nil || body.n != 0 {
		t.Errorf("%d bytes were read, %v", body.n, err)
	}
}

type counting struct {
	io.Reader
	n int
}

func (c *counting) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.n += n
	return n, err
}

// In chunks Django would see an empty body.
func TestTrailersDoNotKeepABodyInChunks(t *testing.T) {
	r := httptest.NewRequest("POST", "/", strings.NewReader("body"))
	r.Trailer = http.Header{"X-Checksum": {"1"}}
	r.Header.Set("Trailer", "X-Checksum")
	release, err := (&Spool{Requests: Limits{Memory: 10}}).Request(r)
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	if r.ContentLength != 4 || r.Trailer != nil || r.Header.Get("Trailer") != "" {
		t.Errorf("%d bytes, trailers %v, %v", r.ContentLength, r.Trailer, r.Header)
	}
}

func TestWhoAnswersEarlyDoesNotWaitForTheRestOfABody(t *testing.T) {
	from, client := io.Pipe()
	defer client.Close()
	r := httptest.NewRequest("POST", "/", from)
	r.ContentLength = 1000
	go client.Write(make([]byte, 20)) // and then nothing more
	release, err := (&Spool{Dir: t.TempDir(), Requests: Limits{Memory: 10}}).Request(r)
	if err != nil {
		t.Fatal(err)
	}
	waits := make(chan struct{})
	go func() {
		close(waits)
		_, _ = io.Copy(io.Discard, r.Body) // as http.Transport does while the answer is there already
	}()
	<-waits
	time.Sleep(20 * time.Millisecond) // until it waits for the client
	released := make(chan struct{})
	go func() {
		release()
		close(released)
	}()
	select {
	case <-released:
	case <-time.After(5 * time.Second):
		t.Fatal("it waits for the client")
	}
}

func TestNobodyIsToGoOnWhoHasNothingToSend(t *testing.T) {
	r := httptest.NewRequest("POST", "/", nil)
	r.Header.Set("Expect", "100-continue")
	release, err := (&Spool{Dir: t.TempDir(), Requests: Limits{Memory: 10}}).Request(r)
	if err != nil || r.Header.Get("Expect") != "" {
		t.Errorf("%v, %v", r.Header, err)
	}
	release()
}
