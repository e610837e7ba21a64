package capture

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
	"time"

	"github.com/caddy-django/gateway/exchange"
)

// start is when the failures of the tests began.
var start = time.Date(2026, 3, 4, 5, 6, 7, 8_000_000, time.UTC)

// failed returns an exchange in which Django answered 500 with the body.
func failed(contentType, body string) *exchange.Exchange {
	r := httptest.NewRequest("POST", "https://shop.example/orders/7/?page=2", nil)
	header := http.Header{}
	if contentType != "" {
		header.Set("Content-Type", contentType)
	}
	return &exchange.Exchange{
		Request:       r,
		Method:        "POST",
		Path:          "/orders/7/",
		Site:          "shop.example",
		Route:         "/orders/<int:pk>/",
		Start:         start,
		Duration:      1500 * time.Microsecond,
		Status:        500,
		Outcome:       exchange.AppError,
		ResponseBytes: int64(len(body)),
		Failure: exchange.Failure{
			ResponseHeader: header,
			Body:           []byte(body),
			URL:            "/orders/7/?page=2",
			Scheme:         "https",
			ClientIP:       "192.0.2.1",
		},
	}
}

// unreachable returns an exchange in which Django did not answer.
func unreachable(cause exchange.Cause, upstream string) *exchange.Exchange {
	x := failed("", "")
	x.Status, x.Outcome = 502, exchange.GatewayError
	x.Failure.ResponseHeader = nil
	x.Failure.Err = errors.New("dial tcp " + upstream + ": connect: connection refused")
	x.Failure.Cause = cause
	x.Failure.Upstream = upstream
	return x
}

func newScrubber(t testing.TB, extra ...string) *Scrubber {
	t.Helper()
	s, err := NewScrubber(extra)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// eventOf returns the event of x, as JSON and decoded.
func eventOf(t testing.TB, x *exchange.Exchange) (payload []byte, decoded map[string]any) {
	t.Helper()
	return eventWith(t, Options{Release: "shop@7", Environment: "production", ServerName: "web1"}, x)
}

// eventWith returns the event of x on a site with these options.
func eventWith(t testing.TB, opts Options, x *exchange.Exchange) (payload []byte, decoded map[string]any) {
	t.Helper()
	opts.Scrubber = newScrubber(t)
	rec := New(Config{Version: "1.2.3"})
	site := rec.Site(opts)
	f := site.copy(x, 0)
	body := rec.pages.read(f)
	f.bot = isBot(x.Request.UserAgent())
	limit := &groupLimit{suppressed: 3}
	limit.outage.add(x.Start)
	_, payload, err := newEvent(f, groupOf(&f.x, body.message), body, limit)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(payload, &decoded); err != nil {
		t.Fatalf("the event is no JSON: %v", err)
	}
	return payload, decoded
}

// at returns what stands in a decoded event under the keys.
func at(t testing.TB, event any, keys ...any) any {
	t.Helper()
	for _, key := range keys {
		switch key := key.(type) {
		case string:
			object, ok := event.(map[string]any)
			if !ok {
				t.Fatalf("%v: no object to look for %q in", keys, key)
			}
			event = object[key]
		case int:
			list, ok := event.([]any)
			if !ok || key >= len(list) {
				t.Fatalf("%v: no element %d", keys, key)
			}
			event = list[key]
		}
	}
	return event
}

func fixture(t testing.TB, name string) string {
	t.Helper()
	page, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(page)
}
