package delivery

import (
	"crypto/tls"
	"io"
	stdlog "log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// These tests have a real network, and therefore a real clock that is made fast.

// newImpatientBench has a sender with the default transport that waits for milliseconds where others wait for seconds.
func newImpatientBench(t *testing.T, r *receiver) *bench {
	b := newBench(t, r)
	b.sender = b.newSender(nil)
	b.sender.timeout = 200 * time.Millisecond
	b.sender.backoff = func(int) time.Duration { return 5 * time.Millisecond }
	return b
}

// to has the shop's events go to an address.
func (b *bench) to(url string) {
	b.t.Helper()
	scheme, host, _ := strings.Cut(url, "://")
	b.shop = mustParse(b.t, scheme+"://shopkey@"+host+"/1")
	b.sender.Acquire(b.shop)
}

func (b *bench) eventually(what string, condition func() bool) {
	b.t.Helper()
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(2 * time.Millisecond) {
		if condition() {
			return
		}
	}
	b.t.Fatalf("never: %s; log:\n%s", what, b.log)
}

func (b *bench) empty() bool { return len(b.outbox.left()) == 0 }

func serve(t *testing.T, handler http.Handler) *httptest.Server {
	server := httptest.NewUnstartedServer(handler)
	server.Config.ErrorLog = stdlog.New(io.Discard, "", 0)
	t.Cleanup(server.Close)
	return server
}

func TestEveryEventSurvivesEveryFault(t *testing.T) {
	breakOff := func(w http.ResponseWriter, _ *http.Request) { // a status and half a header
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		io.WriteString(conn, "HTTP/1.1 500 Oops\r\nContent-Le")
		conn.Close()
	}
	r := newReceiver(t, reset, breakOff, hang, status(500, ""), reset, status(503, ""), slow(50*time.Millisecond), breakOff,
		status(502, strings.Repeat("x", 1<<20)), hang, status(408, ""))
	b := newImpatientBench(t, r)
	server := serve(t, r)
	server.Start()
	b.to(server.URL)
	b.outbox.add(b.shop.Name(), 30)
	b.sender.Start()
	b.eventually("all delivered", b.empty)
	r.mustHaveTaken(30)
	if len(b.outbox.reasons()) != 0 {
		t.Errorf("set aside: %v", b.outbox.reasons())
	}
}

func TestAReceiverThatWasNotThereYet(t *testing.T) {
	r := newReceiver(t)
	b := newImpatientBench(t, r)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	listener.Close()

	b.to("http://" + address)
	b.outbox.add(b.shop.Name(), 5)
	b.sender.Start()
	b.eventually("refused", func() bool { return strings.Contains(b.log.String(), "connection refused") })

	listener, err = net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	server := serve(t, r)
	server.Listener.Close()
	server.Listener = listener
	server.Start()
	b.eventually("all delivered", b.empty)
	r.mustHaveTaken(5)
	b.eventually("resumed", func() bool { return strings.Contains(b.log.String(), "delivery resumed") })
	b.mustHaveLogged("delivery interrupted", "delivery resumed")
}

func TestACertificateThatCannotBeTrustedGetsNoEvent(t *testing.T) {
	r := newReceiver(t)
	b := newImpatientBench(t, r)
	b.sender.timeout = requestTimeout // a busy machine takes its time over a handshake
	server := serve(t, r)
	server.TLS = &tls.Config{MinVersion: tls.VersionTLS13}
	server.StartTLS()
	b.to(server.URL)
	b.outbox.add(b.shop.Name(), 2)
	b.sender.Start()
	b.eventually("distrusted", func() bool { return strings.Contains(b.log.String(), "certificate") })
	if len(r.arrived()) != 0 || len(b.outbox.left()) != 2 || len(b.outbox.reasons()) != 0 {
		t.Errorf("%d requests, left %v, set aside %v", len(r.arrived()), b.outbox.left(), b.outbox.reasons())
	}
}

func TestARedirectIsNotFollowed(t *testing.T) {
	var followed atomic.Bool
	elsewhere := serve(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { followed.Store(true) }))
	elsewhere.Start()
	for _, code := range []int{301, 302, 303, 307, 308} {
		r := newReceiver(t, status(code, "", "Location", elsewhere.URL))
		b := newImpatientBench(t, r)
		server := serve(t, r)
		server.Start()
		b.to(server.URL)
		b.outbox.add(b.shop.Name(), 1)
		b.sender.Start()
		b.eventually("set aside", b.empty)
		if followed.Load() {
			t.Errorf("a %d was followed", code)
		}
		if len(b.outbox.reasons()) != 1 {
			t.Errorf("set aside after a %d: %v", code, b.outbox.reasons())
		}
	}
}

func TestAnAnswerWithoutEndIsNotReadToTheEnd(t *testing.T) {
	endless := func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusBadRequest)
		for r.Context().Err() == nil {
			if _, err := io.WriteString(w, strings.Repeat("no ", 10_000)); err != nil {
				return
			}
		}
	}
	r := newReceiver(t, endless)
	b := newImpatientBench(t, r)
	b.sender.timeout = time.Minute
	server := serve(t, r)
	server.Start()
	b.to(server.URL)
	b.outbox.add(b.shop.Name(), 2)
	b.sender.Start()
	b.eventually("all answered", b.empty)
	if reason := b.outbox.reasons(); len(reason) != 1 {
		t.Errorf("set aside: %v", reason)
	}
}

func TestARequestOnTheWire(t *testing.T) {
	b := newImpatientBench(t, newReceiver(t))
	server := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost || r.URL.Path != "/api/1/envelope/" || r.URL.RawQuery != "" {
			t.Errorf("%s %s", r.Method, r.URL)
		}
		for name, want := range map[string]string{
			"Content-Type":  "application/x-sentry-envelope",
			"User-Agent":    "gateway/1.0",
			"X-Sentry-Auth": "Sentry sentry_version=7, sentry_client=gateway/1.0, sentry_key=shopkey",
		} {
			if got := r.Header.Get(name); got != want {
				t.Errorf("%s: %q, want %q", name, got, want)
			}
		}
		if r.ContentLength <= 0 {
			t.Errorf("content length %d", r.ContentLength)
		}
		e, err := readRequest(r)
		if err != nil {
			t.Error(err)
		}
		sentAt, err := time.Parse(time.RFC3339, e.header["sent_at"].(string))
		if err != nil || time.Since(sentAt).Abs() > time.Minute {
			t.Errorf("sent at %v: %v", e.header["sent_at"], err)
		}
		if e.header["event_id"] != eventID(1) || e.item["type"] != "event" || e.item["content_type"] != "application/json" {
			t.Errorf("header %v, item header %v", e.header, e.item)
		}
		if want := `{"event_id":"` + eventID(1) + `","message":"line\nline"}`; string(e.payload) != want {
			t.Errorf("payload %s, want %s", e.payload, want)
		}
	}))
	server.Start()
	b.to(server.URL)
	b.outbox.add(b.shop.Name(), 1)
	b.sender.Start()
	b.eventually("delivered", b.empty)
}

func TestCloseLeavesNoConnectionBehind(t *testing.T) {
	b := newImpatientBench(t, newReceiver(t))
	var closed atomic.Bool
	server := serve(t, b.receiver)
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) { closed.Store(state == http.StateClosed) }
	server.Start()
	b.to(server.URL)
	b.outbox.add(b.shop.Name(), 1)
	b.sender.Start()
	b.eventually("delivered", b.empty)
	if err := b.sender.Close(t.Context()); err != nil {
		t.Error(err)
	}
	b.eventually("closed", closed.Load)
}
