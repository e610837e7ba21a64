package exchange

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// foreign is a body in the place of net/http's, as Caddy puts one there.
type foreign struct{ io.ReadCloser }

// serveUploads calls handler with bodies that are not net/http's own.
func serveUploads(t *testing.T, handler func(w http.ResponseWriter, r *http.Request)) (addr string) {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = foreign{r.Body}
		copied := *r // as http.Request.WithContext does
		handler(w, &copied)
	}))
	t.Cleanup(s.Close)
	return s.Listener.Addr().String()
}

// pipelined sends bytes, and returns how many responses come back, and whether the first announces the end.
func pipelined(t *testing.T, addr, send string) (responses int, ends bool) {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(20 * time.Second))
	go io.WriteString(conn, send)
	for in := bufio.NewReader(conn); ; {
		resp, err := http.ReadResponse(in, nil)
		if err != nil {
			return responses, ends
		}
		if _, err := io.Copy(io.Discard, resp.Body); err != nil {
			t.Errorf("the body of response %d: %v", responses, err)
		}
		if resp.StatusCode >= 200 {
			responses++
			ends = ends || responses == 1 && resp.Close
		}
	}
}

const oneMore = "GET /more HTTP/1.1\r\nHost: shop\r\n\r\n"

func TestWhatIsLeftOfABodyIsNoRequest(t *testing.T) {
	leave := func(n int64) func(http.ResponseWriter, *http.Request) {
		return func(_ http.ResponseWriter, r *http.Request) { io.CopyN(io.Discard, r.Body, n) }
	}
	closes := func(_ http.ResponseWriter, r *http.Request) { r.Body.Close() }
	for _, c := range []struct {
		name   string
		length int // of the body
		read   func(http.ResponseWriter, *http.Request)
		ends   bool // the connection, with the response to it
	}{
		{"read in whole", 1 << 20, leave(1 << 21), false},
		{"of which nobody reads anything", 1000, func(http.ResponseWriter, *http.Request) {}, false},
		{"of which nobody reads anything, and it is large", 1 << 20, func(http.ResponseWriter, *http.Request) {}, true},
		{"read in part", 1 << 20, leave(1000), true},
		{"closed at once", 1 << 20, closes, true},
		{"closed at once, and it is small", 1000, closes, true},
		{"closed when the response has begun", 1 << 20, func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(200); r.Body.Close() }, true},
		{"read in whole and closed", 1 << 20, func(w http.ResponseWriter, r *http.Request) { leave(1<<21)(w, r); r.Body.Close() }, false},
		{"full duplex, of which nobody reads anything", 1 << 20, func(w http.ResponseWriter, r *http.Request) {
			if err := http.NewResponseController(w).EnableFullDuplex(); err != nil {
				t.Error(err)
			}
		}, true},
		{"full duplex, closed when all is sent", 1 << 20, func(w http.ResponseWriter, r *http.Request) {
			http.NewResponseController(w).EnableFullDuplex()
			io.WriteString(w, strings.Repeat("x", 10_000))
			r.Body.Close()
		}, true},
	} {
		for _, chunked := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, chunked=%v", c.name, chunked), func(t *testing.T) {
				t.Parallel()
				addr := serveUploads(t, func(w http.ResponseWriter, r *http.Request) {
					rec := Record(w, r, 0)
					c.read(rec, r)
					io.WriteString(rec, "ok")
					rec.Finish(End{})
				})
				body := strings.Repeat(oneMore, c.length/len(oneMore))
				head := fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(body), body)
				if chunked {
					head = fmt.Sprintf("Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n", len(body), body)
				}
				last := "GET /last HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n"
				responses, ends := pipelined(t, addr, "POST / HTTP/1.1\r\nHost: shop\r\n"+head+last)
				if want := map[bool]int{true: 1, false: 2}[c.ends]; responses != want || ends != c.ends {
					t.Errorf("%d responses, want %d; the first ends the connection: %v, want %v", responses, want, ends, c.ends)
				}
			})
		}
	}
}

func TestAnErrorAfterABodyThatIsLeftEndsTheConnection(t *testing.T) {
	addr := serveUploads(t, func(w http.ResponseWriter, r *http.Request) {
		rec := Record(w, r, 0)
		r.Body.Close() // as a transport does that cannot connect
		rec.Finish(End{Err: errors.New("connection refused"), Status: 502})
		w.WriteHeader(502)
	})
	body := strings.Repeat(oneMore, 1000)
	responses, ends := pipelined(t, addr, fmt.Sprintf("POST / HTTP/1.1\r\nHost: shop\r\nContent-Length: %d\r\n\r\n%s", len(body), body))
	if responses != 1 || !ends {
		t.Errorf("%d responses, and the first ends the connection: %v", responses, ends)
	}
}

// The client of an expectation may go on with the next request instead of the body.
func TestABodyThatWasNotAskedForEndsTheConnection(t *testing.T) {
	addr := serveUploads(t, func(w http.ResponseWriter, r *http.Request) {
		rec := Record(w, r, 0)
		rec.WriteHeader(403)
		rec.Finish(End{})
	})
	responses, ends := pipelined(t, addr, "POST / HTTP/1.1\r\nHost: shop\r\nExpect: 100-continue\r\nContent-Length: 34\r\n\r\n"+oneMore+oneMore)
	if responses != 1 || !ends {
		t.Errorf("%d responses, and the first ends the connection: %v", responses, ends)
	}
}

func TestAClosedUploadReadsNothing(t *testing.T) {
	r := httptest.NewRequest("POST", "/", strings.NewReader("name=ada"))
	below := r.Body
	u := Receive(r)
	r.Body.Close()
	if _, err := r.Body.Read(make([]byte, 1)); err != http.ErrBodyReadAfterClose {
		t.Errorf("%v", err)
	}
	if left, err := io.ReadAll(below); string(left) != "name=ada" || err != nil {
		t.Errorf("%q, %v is left to net/http", left, err)
	}
	if again := Receive(r); again != u {
		t.Error("a handler further in puts another in front of it")
	}
}
