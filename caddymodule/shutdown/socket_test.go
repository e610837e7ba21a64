package shutdown

import (
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
)

func TestAFrameEndsWhereItSays(t *testing.T) {
	frame := func(head string, size int) []byte { return append([]byte(head), bytes.Repeat([]byte{0x88}, size)...) }
	for name, f := range map[string][]byte{
		"an empty one":              frame("\x81\x00", 0),
		"a short one":               frame("\x81\x05", 5),
		"one of 125 bytes":          frame("\x82\x7d", 125),
		"one of 126 bytes":          frame("\x82\x7e\x00\x7e", 126),
		"one of 65,536 bytes":       frame("\x82\x7f\x00\x00\x00\x00\x00\x01\x00\x00", 65536),
		"a long head and no bytes":  frame("\x82\x7e\x00\x00", 0),
		"a fragment and its second": append(frame("\x01\x03", 3), frame("\x80\x02", 2)...),
	} {
		for _, step := range []int{1, 2, 7, len(f)} {
			var whole frames
			for rest := f; len(rest) > 0; {
				n := min(step, len(rest))
				whole.pass(rest[:n])
				rest = rest[n:]
				if len(rest) > 0 && whole.between() && name != "a fragment and its second" {
					t.Fatalf("%s is over %d bytes before its end", name, len(rest))
				}
			}
			if !whole.between() {
				t.Errorf("%s, %d bytes at a time, has no end", name, step)
			}
		}
	}
}

func FuzzFrames(f *testing.F) {
	f.Add([]byte("\x82\x7f\xff\xff\xff\xff\xff\xff\xff\xff\x00"))
	f.Add([]byte("\x81\x05hello\x88\x02\x03\xe9"))
	f.Fuzz(func(t *testing.T, p []byte) {
		var whole, single frames
		whole.pass(p)
		for i := range p {
			single.pass(p[i : i+1])
		}
		if whole.between() != single.between() || whole.payload != single.payload {
			t.Errorf("%+v at once, %+v byte by byte", whole, single)
		}
	})
}

// response is one of a server that has sent text, and says no more.
func response(status int, header http.Header) (*http.Response, net.Conn) {
	client, server := net.Pipe()
	return &http.Response{StatusCode: status, Header: header, Body: client}, server
}

func TestWhatEndsWithCaddy(t *testing.T) {
	for _, c := range []struct {
		name   string
		status int
		header http.Header
		sent   string
		want   string // after what was sent
		err    bool   // in place of io.EOF
		left   bool   // alone
	}{
		{"an event stream", 200, http.Header{"Content-Type": {"text/event-stream; charset=utf-8"}}, "data: 1\n\n", "", false, false},
		{"a WebSocket", 101, http.Header{"Upgrade": {"websocket"}}, "\x81\x05hello", "\x88\x02\x03\xe9", false, false},
		{"a WebSocket in a frame", 101, http.Header{"Upgrade": {"WebSocket"}}, "\x81\x09hello", "", true, false},
		{"a download", 200, http.Header{"Content-Type": {"text/csv"}}, "a,b", "", false, true},
		{"another protocol", 101, http.Header{"Upgrade": {"h2c"}}, "PRI", "", false, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			resp, server := response(c.status, c.header)
			defer server.Close()
			plain := resp.Body
			Wrap(resp)
			if (resp.Body == plain) != c.left {
				t.Fatalf("it is a %T", resp.Body)
			}
			if c.left {
				return
			}
			go io.WriteString(server, c.sent)
			if _, err := io.ReadFull(resp.Body, make([]byte, len(c.sent))); err != nil {
				t.Fatal(err)
			}
			var heard bytes.Buffer
			done := make(chan struct{})
			go func() { defer close(done); io.Copy(&heard, server) }()
			go func() {
				switch body := resp.Body.(type) {
				case *Stream:
					body.end()
				case *Socket:
					body.end()
				}
			}()
			rest, err := io.ReadAll(resp.Body)
			if string(rest) != c.want || (err != nil) != c.err {
				t.Errorf("%q, %v", rest, err)
			}
			<-done
			if c.status == 101 && (heard.Len() != 8 || !strings.HasPrefix(heard.String(), "\x88\x82")) {
				t.Errorf("the server gets %x", heard.Bytes())
			}
			if _, err := resp.Body.Read(make([]byte, 1)); err == nil || errors.Is(err, io.ErrNoProgress) {
				t.Errorf("%v", err)
			}
			running.mu.Lock()
			defer running.mu.Unlock()
			if len(running.streams)+len(running.sockets) > 0 {
				t.Error("it is not forgotten")
			}
		})
	}
}
