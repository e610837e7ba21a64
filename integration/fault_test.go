package integration

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// fault is a way in which delivery fails. What is not set is as it should be.
type fault struct {
	name        string
	closed      bool                                                     // nobody listens
	connection  func(*passage, net.Conn)                                 // what becomes of a connection
	certificate func(*certificates) *tls.Certificate                     // what is shown
	http1       bool                                                     // it takes HTTP/1.1 to do this
	answer      func(p *passage, w http.ResponseWriter, r *http.Request) // what becomes of a request
	gateway     func(*faultyWay) (heal func())                           // what happens to the gateway itself
	met         func(*faultyWay) func() error                            // whether the gateway ran into it; default: the passage knows
	refused     string                                                   // how the reason begins by which events are set aside
}

// faults are all there are but the kill, of which each round has its own.
func faults() []fault {
	all := []fault{
		{name: "nobody listens", closed: true, met: anotherAttempt},
		{name: "it hangs before it reads", connection: func(p *passage, _ net.Conn) { <-p.over }},
		{name: "the TLS handshake fails", connection: func(_ *passage, conn net.Conn) {
			io.WriteString(conn, "HTTP/1.1 400 Bad Request\r\n\r\n")
		}},
		{name: "the certificate is not trusted", certificate: func(c *certificates) *tls.Certificate { return &c.untrusted }},
		{name: "the certificate has expired", certificate: func(c *certificates) *tls.Certificate { return &c.expired }},
		{name: "a name does not resolve", gateway: unresolvable, met: anotherAttempt},
		{name: "the disk is full", gateway: fullDisk, met: storeDown},
		{name: "it hangs after it has read", answer: func(p *passage, _ http.ResponseWriter, r *http.Request) {
			io.Copy(io.Discard, r.Body)
			<-p.over
			panic(http.ErrAbortHandler)
		}},
		{name: "it is slow", answer: func(p *passage, w http.ResponseWriter, r *http.Request) {
			select {
			case <-time.After(300 * time.Millisecond):
			case <-p.over:
			}
			p.forward(w, r)
		}},
		{name: "it breaks off in the request", answer: func(_ *passage, _ http.ResponseWriter, r *http.Request) {
			io.CopyN(io.Discard, r.Body, 100)
			panic(http.ErrAbortHandler)
		}},
		{name: "it breaks off in the answer", http1: true, answer: breakOff},
		{name: "it takes the event and its answer is lost", answer: func(p *passage, _ http.ResponseWriter, r *http.Request) {
			p.deliver(r)
			panic(http.ErrAbortHandler)
		}},
		{name: "it takes the event and breaks off in the answer", http1: true, answer: func(p *passage, w http.ResponseWriter, r *http.Request) {
			p.deliver(r)
			breakOff(p, w, r)
		}},
		{name: "it takes the event and wants no more", answer: func(p *passage, w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-Sentry-Rate-Limits", "60:error:organization")
			p.forward(w, r)
		}},
		{name: "large ones are too large", refused: "HTTP 413", answer: func(p *passage, w http.ResponseWriter, r *http.Request) {
			if r.ContentLength > large {
				answering(413, "")(p, w, r)
				return
			}
			p.forward(w, r)
		}},
		{name: "it redirects", refused: "HTTP 307", answer: answering(307, "", "Location", "https://127.0.0.1:1/elsewhere/")},
		{name: "it says that the event is bad", refused: "HTTP 400", answer: answering(400, `{"detail":"bad event"}`)},
		{name: "somebody else answers with a page", answer: answering(200, "<!DOCTYPE html><title>Welcome to our Wi-Fi</title>", "Content-Type", "text/html")},
		{name: "it limits until a date", answer: func(p *passage, w http.ResponseWriter, r *http.Request) {
			date := time.Now().Add(time.Hour).UTC().Format(http.TimeFormat)
			answering(429, "", "Retry-After", date)(p, w, r)
		}},
	}
	for _, status := range []int{401, 403, 404, 408, 500, 502, 503, 504} {
		all = append(all, fault{name: "it answers " + strconv.Itoa(status), answer: answering(status, "not now")})
	}
	for _, header := range []string{
		"", "Retry-After: 1", "Retry-After: 0", "Retry-After: Fri, 01 Jan 2021 00:00:00 GMT", "Retry-After: soon", "Retry-After: 99999999999999999999",
		"X-Sentry-Rate-Limits: 1:error:organization:quota_exceeded", "X-Sentry-Rate-Limits: 2:default;transaction:key",
		"X-Sentry-Rate-Limits: 1::project", "X-Sentry-Rate-Limits: 1", "X-Sentry-Rate-Limits: 60:transaction:organization, 1:error:key",
		"X-Sentry-Rate-Limits: ;;:,,x:error", "X-Sentry-Rate-Limits: 1e300:error:organization",
	} {
		name, value, _ := strings.Cut(header, ": ")
		all = append(all, fault{name: strings.TrimSpace("it answers 429 " + header), answer: answering(429, "", name, value)})
	}
	return all
}

// large is in bytes of a request.
const large = 16 << 10

// answering gives an answer with headers and takes nothing.
func answering(status int, body string, header ...string) func(*passage, http.ResponseWriter, *http.Request) {
	return func(p *passage, w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		for i := 0; i < len(header); i += 2 {
			if header[i] != "" {
				w.Header().Set(header[i], header[i+1])
			}
		}
		p.say(w, status, []byte(body))
	}
}

// breakOff sends a status and half a header.
func breakOff(_ *passage, w http.ResponseWriter, _ *http.Request) {
	if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
		io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Le")
		conn.Close()
	}
}

// unresolvable has the way to the receiver lead over a name that does not resolve,
// by a reload of the configuration.
func unresolvable(f *faultyWay) (heal func()) {
	f.reload(func(caddyfile string) string {
		return strings.Replace(caddyfile, "ca_file", "proxy http://proxy.invalid:3128\nca_file", 1)
	})
	return func() { f.reload(func(caddyfile string) string { return caddyfile }) }
}

// fullDisk lets the gateway write no byte to any file.
func fullDisk(f *faultyWay) (heal func()) {
	limit := func(size string) {
		out, err := exec.Command("prlimit", "--pid", strconv.Itoa(f.Pid()), "--fsize="+size+":").CombinedOutput()
		if err != nil {
			f.t.Fatalf("limiting the size of files: %v: %s", err, out)
		}
	}
	limit("0")
	return func() {
		limit("unlimited")
		eventually(f.t, func() error { return same(f.counts("django_store_up"), map[string]float64{"": 1}) })
	}
}

func storeDown(f *faultyWay) func() error {
	return func() error { return same(f.counts("django_store_up"), map[string]float64{"": 0}) }
}

// anotherAttempt is for what no server can notice.
func anotherAttempt(f *faultyWay) func() error {
	attempts := func() float64 { return f.counts("django_delivery_attempts_total", "code")["network_error"] }
	before := attempts()
	return func() error {
		if attempts() == before {
			return errors.New("no attempt has failed without an answer")
		}
		return nil
	}
}
