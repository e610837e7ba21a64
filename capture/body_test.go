package capture

import (
	"bytes"
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zlib"
	"github.com/klauspost/compress/zstd"
)

// encoders by the name of the content coding; "raw" is deflate without zlib.
var encoders = map[string]func(w io.Writer) io.WriteCloser{
	"gzip":    func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) },
	"deflate": func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) },
	"br":      func(w io.Writer) io.WriteCloser { return brotli.NewWriter(w) },
	"raw": func(w io.Writer) io.WriteCloser {
		fw, _ := flate.NewWriter(w, flate.DefaultCompression)
		return fw
	},
	"zstd": func(w io.Writer) io.WriteCloser {
		zw, _ := zstd.NewWriter(w, zstd.WithEncoderConcurrency(1))
		return zw
	},
}

func encode(t testing.TB, coding string, r io.Reader) []byte {
	t.Helper()
	var out bytes.Buffer
	w := encoders[coding](&out)
	if _, err := io.Copy(w, r); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestDecode(t *testing.T) {
	page := strings.Repeat("<h1>Server Error (500)</h1>\n", 40)
	coded := func(codings ...string) []byte {
		body := []byte(page)
		for _, coding := range codings {
			body = encode(t, coding, bytes.NewReader(body))
		}
		return body
	}
	for _, c := range []struct {
		name   string
		body   []byte
		coding string
		limit  int
		want   string
		cut    bool
		fails  bool
	}{
		{"no coding leaves the body alone", []byte(page), "", 1 << 20, page, false, false},
		{"identity leaves the body alone", []byte(page), "identity", 1 << 20, page, false, false},
		{"gzip", coded("gzip"), "gzip", 1 << 20, page, false, false},
		{"x-gzip is gzip", coded("gzip"), "x-gzip", 1 << 20, page, false, false},
		{"the name of a coding is taken in any case", coded("gzip"), " GZip ", 1 << 20, page, false, false},
		{"deflate is zlib", coded("deflate"), "deflate", 1 << 20, page, false, false},
		{"deflate is also taken raw", coded("raw"), "deflate", 1 << 20, page, false, false},
		{"br", coded("br"), "br", 1 << 20, page, false, false},
		{"zstd", coded("zstd"), "zstd", 1 << 20, page, false, false},
		{"stacked codings are undone from the last to the first", coded("gzip", "br"), "gzip, br", 1 << 20, page, false, false},
		{"four codings are undone", coded("gzip", "br", "zstd", "deflate"), "gzip,br,zstd,deflate", 1 << 20, page, false, false},
		{"five codings are not", coded("gzip"), "gzip,identity,identity,identity,identity", 1 << 20, "", false, true},
		{"exactly the limit is not cut", []byte(page), "", len(page), page, false, false},
		{"one byte more than the limit is cut", []byte(page), "", len(page) - 1, page[:len(page)-1], true, false},
		{"what unpacks to more than the limit is cut", coded("gzip"), "gzip", 100, page[:100], true, false},
		{"plain text that claims to be gzip is no page", []byte(page), "gzip", 1 << 20, "", false, true},
		{"plain text that claims to be zstd is no page", []byte(page), "zstd", 1 << 20, "", false, true},
		{"plain text that claims to be br is no page", []byte(page), "br", 1 << 20, "", false, true},
		{"the wrong order of codings is no page", coded("gzip", "br"), "br, gzip", 1 << 20, "", false, true},
		{"an unknown coding is no page", []byte(page), "dcb", 1 << 20, "", false, true},
		{"an empty body that claims to be gzip is no page", nil, "gzip", 1 << 20, "", false, true},
		{"one byte that claims to be deflate is no page", []byte{0x78}, "deflate", 1 << 20, "", false, true},
		{"an empty body without a coding is an empty page", nil, "", 1 << 20, "", false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, cut, err := decode(c.body, c.coding, c.limit)
			if string(got) != c.want || cut != c.cut || (err != nil) != c.fails {
				t.Errorf("decode = %d bytes %.40q, cut %v, error %v; want %d bytes, cut %v, error %v",
					len(got), got, cut, err, len(c.want), c.cut, c.fails)
			}
		})
	}
}

func TestDecodeYieldsWhatThereIsOfATruncatedBody(t *testing.T) {
	var page bytes.Buffer // hardly compressible, so that half of the bytes are half of the page
	for i := range 20_000 {
		page.WriteByte('a' + byte(i*i%7919%26))
	}
	for coding := range encoders {
		t.Run(coding, func(t *testing.T) {
			whole := encode(t, coding, bytes.NewReader(page.Bytes()))
			name := strings.Replace(coding, "raw", "deflate", 1)
			for n := 1; n < len(whole); n++ {
				got, cut, err := decode(whole[:n], name, 1<<20)
				if !bytes.HasPrefix(page.Bytes(), got) {
					t.Fatalf("%d of %d bytes decode to something else", n, len(whole))
				}
				if len(got) > 0 && len(got) < page.Len() && (!cut || err != nil) {
					t.Fatalf("%d of %d bytes decode to %d: cut %v, error %v", n, len(whole), len(got), cut, err)
				}
				if len(got) == 0 && err == nil {
					t.Fatalf("%d of %d bytes decode to nothing without an error", n, len(whole))
				}
			}
		})
	}
}

// zeros yields so many zero bytes.
func zeros(n int64) io.Reader { return io.LimitReader(zero{}, n) }

type zero struct{}

func (zero) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestABombCostsTheLimitOnly(t *testing.T) {
	const size = 64 << 20 // far more than the bound below
	bombs := map[string][]byte{}
	for _, coding := range []string{"gzip", "zstd", "br", "deflate"} {
		bombs[coding] = encode(t, coding, zeros(size))
	}
	bombs["gzip, gzip"] = encode(t, "gzip", bytes.NewReader(bombs["gzip"]))
	bombs["zstd, gzip"] = encode(t, "gzip", bytes.NewReader(bombs["zstd"]))

	for coding, bomb := range bombs {
		t.Run(coding, func(t *testing.T) {
			decode(bomb, coding, MaxBody) // the decoders' own pools and tables
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			got, _, _ := decode(bomb, coding, MaxBody)
			runtime.ReadMemStats(&after)
			if len(got) > MaxBody {
				t.Errorf("%d bytes decoded, more than the limit", len(got))
			}
			allocated := after.TotalAlloc - before.TotalAlloc
			t.Logf("%d bytes, %d unpacked, allocated %d", len(bomb), size, allocated)
			if bound := uint64(4*MaxBody + 3*zstdWindow); allocated > bound {
				t.Errorf("allocated %d bytes, want at most %d", allocated, bound)
			}
		})
	}
}

// One layer may make nothing of what another unpacks without end: an empty gzip
// member after the other, in zstd.
func TestEveryLayerOfABombIsBounded(t *testing.T) {
	const limit = 4096
	empty := encode(t, "gzip", strings.NewReader(""))
	members := bytes.Repeat(empty, limit/len(empty))
	boom := encode(t, "gzip", strings.NewReader("boom"))
	for _, c := range []struct {
		name   string
		member []byte
		want   string
	}{
		{"what is within the limit is read", append(members[:len(members)/2:len(members)/2], boom...), "boom"},
		{"what comes after it is not", append(append(members, empty...), boom...), ""},
	} {
		if got, _, _ := decode(encode(t, "zstd", bytes.NewReader(c.member)), "gzip, zstd", limit); string(got) != c.want {
			t.Errorf("%s: %q", c.name, got)
		}
	}
}

func TestAZstdFrameCannotAskForAHugeWindow(t *testing.T) {
	// RFC 8878 3.1.1: magic number, no flags, a window of 1 GiB, then a raw block.
	frame := []byte{0x28, 0xb5, 0x2f, 0xfd, 0x00, 20 << 3, 0x21, 0x00, 0x00, 'b', 'o', 'o', 'm'}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, _, err := decode(frame, "zstd", MaxBody)
	runtime.ReadMemStats(&after)
	if err == nil {
		t.Error("the frame was decoded")
	}
	if allocated := after.TotalAlloc - before.TotalAlloc; allocated > 2*zstdWindow {
		t.Errorf("allocated %d bytes", allocated)
	}
}

func TestFormatOf(t *testing.T) {
	for _, c := range []struct {
		name, contentType, body string
		want                    format
	}{
		{"a page", "text/html; charset=utf-8", "<!doctype html>", formatHTML},
		{"XHTML", "application/xhtml+xml", "<html/>", formatHTML},
		{"JSON", "application/json", `{"detail":""}`, formatJSON},
		{"problem details", "application/problem+json", `{}`, formatJSON},
		{"a JSON string", "application/json", `"boom"`, formatJSON},
		{"a form", "application/x-www-form-urlencoded", "a=1", formatForm},
		{"plain text", "text/plain", "boom", formatText},
		{"no type", "", "boom", formatText},
		{"a type that cannot be parsed is text", ";", "boom", formatText},
		{"JSON that is served as a page", "text/html", "\n{\"token\": 1}", formatJSON},
		{"a list that is served as text", "text/plain", "[1]", formatJSON},
		{"a page that is served as text", "text/plain", "\ufeff  <html>", formatHTML},
		{"XML is read as markup", "application/soap+xml", "<?xml version='1.0'?>", formatHTML},
		{"an image", "image/png", "\x89PNG", formatBinary},
		{"an unknown type", "application/octet-stream", "boom", formatBinary},
		{"text with a NUL", "text/plain", "bo\x00om", formatBinary},
		{"text that is no UTF-8", "text/html", "caf\xe9 <b>", formatBinary},
		{"text of which the limit cut the last character", "text/plain", "caf\xc3", formatText},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := formatOf(c.contentType, []byte(c.body)); got != c.want {
				t.Errorf("formatOf(%q, %q) = %d, want %d", c.contentType, c.body, got, c.want)
			}
		})
	}
}

func TestACutCharacterIsDropped(t *testing.T) {
	const text = "aé€😀"
	for n := range len(text) + 1 {
		want := ""
		for i, c := range text {
			if i+len(string(c)) <= n {
				want += string(c)
			}
		}
		if got := string(trimPartialRune([]byte(text[:n]))); got != want {
			t.Errorf("trimPartialRune(%q) = %q, want %q", text[:n], got, want)
		}
		x := failed("text/plain; charset=utf-8", text[:n])
		rec := New(Config{})
		if got := string(rec.pages.read(rec.Site(Options{Scrubber: newScrubber(t)}).copy(x, 0)).plain); got != want {
			t.Errorf("the page of %q is %q, want %q", text[:n], got, want)
		}
	}
}

func TestPageReader(t *testing.T) {
	rec := New(Config{})
	site := rec.Site(Options{Scrubber: newScrubber(t)})
	read := func(coding string, body []byte) page {
		x := failed("text/plain", "")
		x.Failure.Body = body
		x.Failure.ResponseHeader = http.Header{"Content-Type": {"text/plain"}, "Content-Encoding": {coding}}
		return rec.pages.read(site.copy(x, 0))
	}
	zipped := encode(t, "gzip", strings.NewReader("boom"))
	if got := read("gzip", zipped); got.summary != "boom" || string(got.plain) != "boom" {
		t.Errorf("a gzipped page reads as %+v", got)
	}
	if got := read("br", zipped); got.summary != "" || got.plain != nil {
		t.Errorf("the same bytes in another coding read as %+v", got)
	}
	if got := len(rec.pages.known); got != 2 {
		t.Errorf("%d pages are remembered, want 2", got)
	}
	read("gzip", zipped)
	if got := len(rec.pages.known); got != 2 {
		t.Errorf("the same page made it %d", got)
	}
	pair := []byte("boo=hidden")
	read("", pair)
	site = rec.Site(Options{Scrubber: newScrubber(t, "boo")})
	if got := read("", pair); got.summary != "boo=[Filtered]" {
		t.Errorf("another site's own term is not heeded: %q", got.summary)
	}
	for i := range 3 * maxRemembered {
		read("", bytes.Repeat([]byte{'a' + byte(i%26)}, 40_000+i))
	}
	if n, size := len(rec.pages.known), rec.pages.bytes; n > maxRemembered || size > maxRememberedBytes+MaxBody {
		t.Errorf("%d pages of %d bytes are remembered", n, size)
	}
}
