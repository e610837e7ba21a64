package integration

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"
)

func TestNothingIsTooMuch(t *testing.T) {
	f := newFortress(t)
	ask := func(headers string) string {
		return "GET {p}/a HTTP/1.1\r\nHost: shop.example.com\r\nConnection: close\r\n" + headers + "\r\n"
	}
	a := func(n int) string { return strings.Repeat("a", n) }
	f.repel(t, []attack{
		{"a header of 7 KB", ask("X-A: " + a(7000) + "\r\n"), "200", "GET /a"},
		{"a header of 9 KB, which is gunicorn's to refuse", ask("X-A: " + a(9000) + "\r\n"), "431", ""},
		{"a header of 2 MB", ask("X-A: " + a(2<<20) + "\r\n"), "431", ""},
		{"headers of 2 MB in all", ask(strings.Repeat("X-A: "+a(1000)+"\r\n", 2000)), "431", ""},
		{"a name of 2 MB", ask(a(2<<20) + ": a\r\n"), "431", ""},
		{"a line of a header that does not end", "GET {p}/a HTTP/1.1\r\nX-A: " + a(2<<20), "431", ""},
		{"150 headers, which is gunicorn's to refuse", ask(strings.Repeat("X-A: a\r\n", 150)), "431", ""},
		{"100,000 headers", ask(strings.Repeat("X-A: a\r\n", 100_000)), "431", ""},
		{"cookies of 7 KB", ask("Cookie: a=" + a(7000) + "\r\n"), "200", "GET /a"},
		{"cookies of 9 KB", ask("Cookie: a=" + a(9000) + "\r\n"), "431", ""},
		{"cookies of 2 MB", ask("Cookie: a=" + a(2<<20) + "\r\n"), "431", ""},
		{"1,000 cookies of a byte", ask("Cookie: " + strings.Repeat("a=b; ", 1000) + "\r\n"), "200", "GET /a"},
		{"a path of 5 KB", "GET {p}/" + a(5000) + " HTTP/1.1\r\nHost: shop.example.com\r\nConnection: close\r\n\r\n", "414", ""},
		{"a path of 2 MB", "GET {p}/" + a(2<<20) + " HTTP/1.1\r\nHost: shop.example.com\r\nConnection: close\r\n\r\n", "431", ""},
		{"a query of 5 KB", "GET {p}/a?" + a(5000) + " HTTP/1.1\r\nHost: shop.example.com\r\nConnection: close\r\n\r\n", "414", ""},
		{"a method of 1 KB", a(1000) + " {p}/a HTTP/1.1\r\nHost: shop.example.com\r\nConnection: close\r\n\r\n", "405", ""},
		{"a body that says it is too large is not read", post("Content-Length: 1000001\r\n", ""), "413", ""},
		{"a body of exabytes", post("Content-Length: 9223372036854775807\r\n", ""), "413", ""},
		{"a body that asks first", post("Content-Length: 1000001\r\nExpect: 100-continue\r\n", ""), "413", ""},
		{"chunks that are too much", post("Transfer-Encoding: chunked\r\n", strings.Repeat("10000\r\n"+a(0x10000)+"\r\n", 20)+"0\r\n\r\n"), "413", ""},
		{"trailers that are too much", post("Transfer-Encoding: chunked\r\n", "1\r\na\r\n0\r\n"+strings.Repeat("X-A: "+a(1000)+"\r\n", 2000)+"\r\n"), "400", ""},
	})
}

// Compressed uploads pass as they are: nobody unpacks them before Django.
func TestACompressedUploadStaysSmall(t *testing.T) {
	f := newFortress(t)
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	for range 100 {
		w.Write(make([]byte, 1<<20))
	}
	w.Close()
	p := ownPath()
	answers := f.exchange(t, f.site, strings.ReplaceAll(post("Connection: close\r\nContent-Encoding: gzip\r\nContent-Length: "+strconv.Itoa(packed.Len())+"\r\n", packed.String()), "{p}", p))
	if got := statuses(answers); got != "200" {
		t.Fatalf("it is answered with %q", got)
	}
	seen, err := f.log(p)
	if err != nil || len(seen) != 1 || len([]rune(seen[0].Body)) != packed.Len() {
		t.Errorf("Django sees %d requests (%v)", len(seen), err)
	}
}

// A page that failed and unpacks to 200 MB is evidence only as far as it is looked at.
func TestAFailureThatUnpacksToTooMuchIsCapturedInPart(t *testing.T) {
	f := newFortress(t)
	before := f.memory(t)
	for range 5 {
		answers := f.exchange(t, f.site, "GET /bomb/ HTTP/1.1\r\nHost: shop.example.com\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n")
		if got := statuses(answers); got != "500" || answers[0].Header.Get("Content-Encoding") != "gzip" {
			t.Fatalf("it is answered with %q, %v", got, answers[0].Header)
		}
	}
	eventually(t, func() error {
		resp, err := http.Get("http://" + f.admin + "/django/issues")
		if err != nil {
			return err
		}
		defer resp.Body.Close()
		if text, err := io.ReadAll(resp.Body); err != nil || !strings.Contains(string(text), `"count":5`) {
			return fmt.Errorf("no issue of five: %s (%v)", text, err)
		}
		return nil
	})
	if grown := f.memory(t) - before; grown > 64<<20 {
		t.Errorf("the gateway's memory grew by %d MB", grown>>20)
	}
}

// memory is what the gateway has had at most, in bytes.
func (f *fortress) memory(t *testing.T) int {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", f.gateway.Pid()))
	if err != nil {
		t.Skip(err)
	}
	_, peak, _ := strings.Cut(string(status), "VmHWM:")
	var kilobytes int
	if _, err := fmt.Sscan(peak, &kilobytes); err != nil {
		t.Fatal(err)
	}
	return kilobytes << 10
}

// Ranges must not multiply what is sent, nor what is read.
func TestRangesDoNotMultiply(t *testing.T) {
	f := newFortress(t)
	const size = len("public")
	for _, c := range []struct {
		name, ranges string
		want         int
	}{
		{"one", "bytes=0-1", 206},
		{"two", "bytes=0-0,2-2", 206},
		{"the end", "bytes=-2", 206},
		{"more than there is", "bytes=0-99999999999", 206},
		{"a thousand that are all of it", "bytes=" + strings.Repeat("0-,", 999) + "0-", 200},
		{"a thousand that overlap", "bytes=" + strings.Repeat("0-5,", 999) + "0-5", 200},
		{"seven bytes in seven parts", "bytes=0-0,1-1,2-2,3-3,4-4,5-5,0-0", 200},
		{"behind the end", "bytes=100-", 416},
		{"backwards", "bytes=5-1", 416},
		{"beyond 64 bits", "bytes=99999999999999999999-", 416},
		{"below zero", "bytes=--1", 416},
		{"letters", "bytes=a-b", 416},
		{"another unit", "lines=0-1", 200},
	} {
		t.Run(c.name, func(t *testing.T) {
			status, _, body := f.getFile(t, "/static/site.css", "Range: "+c.ranges+"\r\n")
			if status != c.want {
				t.Errorf("%d, want %d", status, c.want)
			}
			if status == 200 && len(body) != size {
				t.Errorf("%d bytes", len(body))
			}
		})
	}
}
