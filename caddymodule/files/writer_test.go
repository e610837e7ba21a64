package files

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
)

// pieces notes how a response is written.
type pieces struct {
	*httptest.ResponseRecorder
	written []string
}

func (p *pieces) Write(b []byte) (int, error) {
	p.written = append(p.written, string(b))
	return p.ResponseRecorder.Write(b)
}

func (p *pieces) ReadFrom(io.Reader) (int64, error) { panic("a copy is made") }

func TestAFileInMemoryIsWrittenInOnePiece(t *testing.T) {
	f := &Files{Root: project(t), URL: "/static/"}
	if err := provision(t, f); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, method, of string
		want             []string
	}{
		{"all of it", "GET", "", []string{"noise"}},
		{"a part", "GET", "bytes=1-2", []string{"oi"}},
		{"nothing of it", "HEAD", "", nil},
	} {
		w := &pieces{ResponseRecorder: httptest.NewRecorder()}
		r := httptest.NewRequest(c.method, "/static/noise", nil)
		if c.of != "" {
			r.Header.Set("Range", c.of)
		}
		if err := f.ServeHTTP(w, prepared(r, w), nil); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(w.written, c.want) {
			t.Errorf("%s: %q, want %q", c.name, w.written, c.want)
		}
	}
}

func TestWhatWasWrittenIsRead(t *testing.T) {
	f, err := newMemory(project(t)).Open("noise")
	if err != nil {
		t.Fatal(err)
	}
	w := &pieces{ResponseRecorder: httptest.NewRecorder()}
	for _, n := range []int64{2, 9} {
		if _, err := (writer{w}).ReadFrom(io.LimitReader(f, n)); err != nil {
			t.Fatal(err)
		}
	}
	if want := []string{"no", "ise"}; !slices.Equal(w.written, want) {
		t.Errorf("%q, want %q", w.written, want)
	}
}

func BenchmarkFiles(b *testing.B) {
	f := &Files{Root: project(b), URL: "/static/"}
	if err := provision(b, f); err != nil {
		b.Fatal(err)
	}
	for _, accept := range []string{"", "gzip, deflate, br, zstd"} {
		b.Run("Accept-Encoding="+accept, func(b *testing.B) {
			r := httptest.NewRequest("GET", "/static/css/base.css", nil)
			r.Header.Set("Accept-Encoding", accept)
			w := &discard{header: make(http.Header)}
			r = prepared(r, w)
			b.ReportAllocs()
			for b.Loop() {
				clear(w.header)
				if err := f.ServeHTTP(w, r, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// discard is a response that nobody reads.
type discard struct{ header http.Header }

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) Write(p []byte) (int, error) { return len(p), nil }
func (d *discard) WriteHeader(int)             {}
