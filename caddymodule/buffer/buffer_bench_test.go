package buffer

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
)

// discard is a client that takes everything at once.
type discard struct{ header http.Header }

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) Write(p []byte) (int, error) { return len(p), nil }
func (d *discard) WriteHeader(int)             {}

func BenchmarkBuffer(b *testing.B) {
	for _, c := range []struct {
		name     string
		request  int // bytes
		response int
	}{
		{"a small GET", 0, 1 << 10},
		{"a POST of 1 KiB", 1 << 10, 1 << 10},
		{"a response of 1 MiB", 0, 1 << 20},
	} {
		piece, length := make([]byte, 32<<10), []string{fmt.Sprint(c.response)}
		next := caddyhttp.HandlerFunc(func(w http.ResponseWriter, r *http.Request) error {
			if _, err := io.Copy(io.Discard, r.Body); err != nil {
				return err
			}
			w.Header()["Content-Length"] = length
			w.WriteHeader(http.StatusOK)
			for left := c.response; left > 0; left -= len(piece) {
				if _, err := w.Write(piece[:min(left, len(piece))]); err != nil {
					return err
				}
			}
			return nil
		})
		buffer := &Buffer{Dir: b.TempDir()}
		if err := provision(b, buffer); err != nil {
			b.Fatal(err)
		}
		for name, serve := range map[string]func(http.ResponseWriter, *http.Request) error{
			"without": next,
			"with":    func(w http.ResponseWriter, r *http.Request) error { return buffer.ServeHTTP(w, r, next) },
		} {
			b.Run(c.name+" "+name, func(b *testing.B) {
				body, w := bytes.NewReader(make([]byte, c.request)), &discard{make(http.Header)}
				first := httptest.NewRequest("POST", "/", body)
				reader := io.NopCloser(body)
				b.ReportAllocs()
				for b.Loop() {
					r := *first
					body.Seek(0, io.SeekStart)
					if r.Body = reader; c.request == 0 {
						r.Body = http.NoBody
					}
					if err := serve(w, &r); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
