package probe

import (
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/caddy-django/gateway/probe/probetest"
)

const secret = "0123456789abcdefghijklmnop"

func TestASecretIsCheckedWithoutBeingTold(t *testing.T) {
	for _, c := range []struct{ name, secret, want string }{
		{"long enough", strings.Repeat("s", MinSecret), ""},
		{"as long as can be", strings.Repeat("~", MaxSecret), ""},
		{"empty", "", "has 0 characters, not 16 to 256: make one with openssl rand -hex 32"},
		{"too short", "short", "has 5 characters, not 16 to 256: make one with openssl rand -hex 32"},
		{"too long", strings.Repeat("s", MaxSecret+1), "has 257 characters, not 16 to 256: make one with openssl rand -hex 32"},
		{"with a blank", "correct horse battery", "has a character that is neither a letter, a digit nor a sign of ASCII: make one with openssl rand -hex 32"},
		{"with a letter that is not ASCII", "schlüssel-schlüssel", "has a character that is neither a letter, a digit nor a sign of ASCII: make one with openssl rand -hex 32"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := ""
			if err := CheckSecret(c.secret); err != nil {
				got = err.Error()
			}
			if got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestARequestIsAskedAsTheProtocolHasIt(t *testing.T) {
	for _, c := range []struct {
		name    string
		options Options
		want    string
	}{
		{"what is always told", Options{}, `^2;[0-9a-f]{32};\d{10} [0-9a-f]{64}$`},
		{"a user's name, and statements that repeat", Options{PII: true, Repeated: 10}, `^2;[0-9a-f]{32};\d{10};pii;n1=10 [0-9a-f]{64}$`},
		{"errors that were logged without a traceback", Options{Messages: true}, `^2;[0-9a-f]{32};\d{10};log [0-9a-f]{64}$`},
	} {
		t.Run(c.name, func(t *testing.T) {
			var trip Trip
			trip.Begin(Ask(secret, c.options))
			h := http.Header{RequestHeader: {"a client's"}}
			trip.Send(h, "GET", "127.0.0.1:8000", t)
			first := h[RequestHeader][0]
			trip.Send(h, "GET", "127.0.0.1:8000", t)
			if again := h[RequestHeader]; len(again) != 1 || again[0] == first {
				t.Errorf("the second attempt asks with %q, the first with %q", again, first)
			}
			if _, ok := probetest.Nonce(secret, "GET", first); !ok || !regexp.MustCompile(c.want).MatchString(first) {
				t.Errorf("got %q, want %s", first, c.want)
			}
		})
	}
}

func TestTheAnswerOfATripIsItsOwn(t *testing.T) {
	var trip Trip
	trip.Begin(Ask(secret, Options{}))
	trip.Send(http.Header{}, "GET", "127.0.0.1:8000", t)
	own := trip.nonce()
	for _, c := range []struct {
		name     string
		answers  []string
		report   []string
		answered bool
		want     error
	}{
		{"there is none", nil, nil, false, nil},
		{"it is there", []string{"2 " + own + " q=3"}, nil, true, nil},
		{"it is another's", []string{"2 " + nonce + " q=3"}, nil, true, ErrForeign},
		{"there are two", []string{"2 " + own, "2 " + own}, nil, true, ErrInvalid},
		{"its report is as long as it may be", []string{"2 " + own + " q=3"}, split(strings.Repeat("A", maxReport), maxLine-len("99/99 ")), true, nil},
		{"its report is longer than one can be", []string{"2 " + own + " q=3"}, []string{strings.Repeat("A", 2*maxReport), "A"}, true, ErrInvalid},
		{"its report has more lines than it can have", []string{"2 " + own + " q=3"}, make([]string, 100_000), true, ErrInvalid},
		{"there is a report alone", nil, []string{"1/1 eA=="}, true, ErrInvalid},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := http.Header{"Content-Type": {"text/plain"}, "X-Django-Probe-Other": {"x"}}
			if c.answers != nil {
				h[AnswerHeader] = c.answers
			}
			if c.report != nil {
				h[ReportHeader] = c.report
			}
			trip.Receive(h)
			if len(h) != 1 {
				t.Errorf("left is %v", h)
			}
			var a Answer
			answered, err := trip.Answer(&a)
			if answered != c.answered || !errors.Is(err, c.want) {
				t.Errorf("got %v, %v, want %v, %v", answered, err, c.answered, c.want)
			}
			if err != nil && (a != (Answer{}) || trip.Report() != nil) {
				t.Errorf("something is left of it: %+v, %d lines", a, len(trip.Report()))
			}
		})
	}
}

func TestOnlyTheFirstCarrierIsTold(t *testing.T) {
	var trip Trip
	trip.Begin(Ask(secret, Options{}))
	first, second := new(int), new(int)
	if !trip.Send(http.Header{}, "GET", "127.0.0.1:8000", first) {
		t.Fatal("the first carrier is not told")
	}
	h := http.Header{}
	if trip.Send(h, "GET", "127.0.0.1:9000", second) || len(h) > 0 || trip.Upstream != "127.0.0.1:8000" {
		t.Errorf("another carrier sends %v", h)
	}
}

func TestARequestThatIsNotAskedHasNoAnswer(t *testing.T) {
	var trip Trip
	trip.Begin(Ask(secret, Options{}))
	first := new(int)
	trip.Pass("127.0.0.1:8000", first)
	if trip.Sent() || trip.Upstream != "127.0.0.1:8000" {
		t.Errorf("it is sent, to %q", trip.Upstream)
	}
	trip.Pass("127.0.0.1:9000", new(int))
	if trip.Upstream != "127.0.0.1:8000" || trip.Send(http.Header{}, "GET", "127.0.0.1:9000", new(int)) {
		t.Error("another carrier takes it along")
	}
}

// Caddy's placeholders show what the variables of a request hold.
func TestATripPrintsNoSecret(t *testing.T) {
	var trip Trip
	trip.Begin(Ask(secret, Options{}))
	trip.Send(http.Header{}, "GET", "127.0.0.1:8000", t)
	for _, said := range []string{fmt.Sprint(&trip), fmt.Sprintf("%+v", trip), fmt.Sprintf("%#v", &trip), fmt.Sprintf("%#v", trip), fmt.Sprintf("%+v", trip.question)} {
		if strings.Contains(said, secret) {
			t.Errorf("it prints %s", said)
		}
	}
}

func TestATripThatNobodyTookIsNotSent(t *testing.T) {
	var trip Trip
	trip.Begin(Ask(secret, Options{}))
	if trip.Sent() {
		t.Error("it is sent")
	}
	trip.Send(http.Header{}, "GET", "", t)
	if trip.Sent() {
		t.Error("there was no response")
	}
	trip.Receive(http.Header{})
	if !trip.Sent() {
		t.Error("it is not sent")
	}
}

func TestHeadersOfTheProbeAreRemoved(t *testing.T) {
	for _, c := range []struct {
		name       string
		give, want http.Header
	}{
		{"there are none", http.Header{"X-Django": {"1"}, "Trailer": {"Digest"}}, http.Header{"X-Django": {"1"}, "Trailer": {"Digest"}}},
		{"all that begin so", http.Header{"X-Django-Probe": {"1"}, "X-Django-Probe-Secret": {"1"}, "X-Django-Probes": {"1"}}, http.Header{}},
		{"in any case", http.Header{"x-django-PROBE-x": {"1"}}, http.Header{}},
		{"trailers that were not announced", http.Header{"Trailer:X-Django-Probe": {"1"}, "Trailer:Digest": {"1"}}, http.Header{"Trailer:Digest": {"1"}}},
		{"the announcement of a trailer", http.Header{"Trailer": {"x-django-probe, Digest", "Etag"}}, http.Header{"Trailer": {"Digest, Etag"}}},
		{"the only announcement of a trailer", http.Header{"Trailer": {"X-Django-Probe-Report"}}, http.Header{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			Remove(c.give)
			if len(c.give) != len(c.want) {
				t.Errorf("got %v, want %v", c.give, c.want)
			}
			for name := range c.want {
				if strings.Join(c.give[name], "|") != strings.Join(c.want[name], "|") {
					t.Errorf("got %v, want %v", c.give, c.want)
				}
			}
		})
	}
}

func BenchmarkTrip(b *testing.B) {
	question := Ask(secret, Options{})
	h := http.Header{}
	b.ReportAllocs()
	for b.Loop() {
		var trip Trip
		trip.Begin(question)
		trip.Send(h, "GET", "127.0.0.1:8000", b)
	}
}

func BenchmarkRemove(b *testing.B) {
	h := http.Header{"Content-Type": nil, "Content-Length": nil, "Server": nil, "Date": nil, "X-Frame-Options": nil, "Vary": nil, "X-Content-Type-Options": nil, "Referrer-Policy": nil}
	b.ReportAllocs()
	for b.Loop() {
		Remove(h)
	}
}
