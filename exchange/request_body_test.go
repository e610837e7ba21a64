package exchange

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestTheRequestsBodyIsKeptAsFarAsItIsRead(t *testing.T) {
	for _, c := range []struct {
		name   string
		body   string
		length int64 // announced
		limit  int
		read   int64
		want   string
		cut    bool
	}{
		{"whole", "name=ada", 8, 64, 100, "name=ada", false},
		{"whole, its length announced and its end not looked for", "name=ada", 8, 64, 8, "name=ada", false},
		{"whole, of an unknown length", "name=ada", -1, 64, 100, "name=ada", false},
		{"of exactly the limit", "name=ada", 8, 8, 100, "name=ada", false},
		{"longer than the limit", "name=ada", 8, 4, 100, "name", true},
		{"longer than the limit, of an unknown length", "name=ada", -1, 4, 100, "name", true},
		{"not read to its end", "name=ada", 8, 64, 4, "name", true},
		{"of an unknown length, its end not looked for", "name=ada", -1, 64, 8, "name=ada", true},
		{"not read at all", "name=ada", 8, 64, 0, "", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := httptest.NewRequest("POST", "/", io.NopCloser(strings.NewReader(c.body)))
			r.ContentLength = c.length
			rec := Record(httptest.NewRecorder(), r, 0)
			rec.CaptureRequest(c.limit)
			got, err := io.ReadAll(io.LimitReader(r.Body, c.read))
			if want := c.body[:min(c.read, int64(len(c.body)))]; err != nil || string(got) != want {
				t.Errorf("the handler reads %q, %v", got, err)
			}
			rec.WriteHeader(500)
			x := rec.Finish(End{})
			if string(x.Failure.RequestBody) != c.want || x.Failure.RequestBodyCut != c.cut {
				t.Errorf("%q, cut: %v, want %q, %v", x.Failure.RequestBody, x.Failure.RequestBodyCut, c.want, c.cut)
			}
			if c.length < 0 && x.RequestBytes != int64(len(got)) {
				t.Errorf("%d bytes are counted", x.RequestBytes)
			}
		})
	}
}

func TestNoBodyIsNotWrapped(t *testing.T) {
	for name, r := range map[string]*http.Request{
		"none":             httptest.NewRequest("GET", "/", nil),
		"an empty one":     httptest.NewRequest("POST", "/", http.NoBody),
		"that of a tunnel": httptest.NewRequest("CONNECT", "/", strings.NewReader("x")),
	} {
		before := r.Body
		rec := Record(httptest.NewRecorder(), r, 0)
		rec.CaptureRequest(64)
		if r.Body != before {
			t.Errorf("%s is wrapped", name)
		}
	}
}

func TestASuccessKeepsNothingOfTheRequest(t *testing.T) {
	r := httptest.NewRequest("POST", "/", strings.NewReader("password=x"))
	rec := Record(httptest.NewRecorder(), r, 0)
	rec.CaptureRequest(64)
	io.Copy(io.Discard, r.Body)
	rec.WriteHeader(200)
	if x := rec.Finish(End{}); x.Failure.RequestBody != nil || x.Failure.RequestBodyCut {
		t.Errorf("%+v", x.Failure)
	}
}

// A transport goes on reading when the handlers have returned.
func TestWhatIsReadLateStaysOutOfTheNextExchange(t *testing.T) {
	body := &requestBody{ReadCloser: io.NopCloser(strings.NewReader("firstlate")), limit: 64, length: 9, kept: make([]byte, 0, 64)}
	io.CopyN(io.Discard, body, 5)
	kept, cut := body.take()
	if string(kept) != "first" || !cut {
		t.Errorf("%q, cut: %v", kept, cut)
	}
	next := append(kept[:0], "next one"...)
	if late, err := io.ReadAll(body); string(late) != "late" || err != nil {
		t.Errorf("the transport reads %q, %v", late, err)
	}
	if string(next) != "next one" {
		t.Errorf("the next exchange has %q", next)
	}
}

func TestTheBufferOfABodyIsUsedAgain(t *testing.T) {
	for _, body := range []string{"the first one", "next"} {
		r := httptest.NewRequest("POST", "/", strings.NewReader(body))
		rec := Record(httptest.NewRecorder(), r, 0)
		rec.CaptureRequest(64)
		io.Copy(io.Discard, r.Body)
		rec.WriteHeader(500)
		if got := string(rec.Finish(End{}).Failure.RequestBody); got != body {
			t.Errorf("%q, want %q", got, body)
		}
		rec.Release()
	}
	rec := Record(httptest.NewRecorder(), httptest.NewRequest("POST", "/", strings.NewReader("x")), 0)
	rec.WriteHeader(500)
	if x := rec.Finish(End{}); len(x.Failure.RequestBody) > 0 || x.Failure.RequestBodyCut {
		t.Error("an exchange that captures none has the body of another")
	}
}
