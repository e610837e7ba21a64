package integration

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"encoding/json"
	"io"
	"log"
	"maps"
	"net"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// passage is what stands between a gateway and its receiver, and can be broken in
// every way that a network and the servers on it can. It speaks TLS.
type passage struct {
	t            *testing.T
	addr         string
	receiver     string // URL, without a slash at its end
	certificates certificates
	client       *http.Client

	fault  fault
	met    atomic.Int64  // how often something ran into the fault
	over   chan struct{} // closed when the fault is
	served sync.WaitGroup
	close  func()

	mu      sync.Mutex
	answers map[string]float64 // given in full, by status
	taken   map[string]int     // by the receiver, by event id

	serving sync.RWMutex // held by who serves a request, against a change of the fault
}

// newPassage opens a passage that is whole.
func newPassage(t *testing.T, receiver string) *passage {
	t.Helper()
	p := &passage{
		t:            t,
		addr:         freeAddr(t),
		receiver:     receiver,
		certificates: newCertificates(t),
		client:       newClient(t),
		answers:      make(map[string]float64),
		taken:        make(map[string]int),
	}
	p.open(fault{})
	t.Cleanup(func() { p.shut() })
	return p
}

// become replaces the fault of the passage by another one.
func (p *passage) become(f fault) {
	p.t.Helper()
	p.shut()
	p.open(f)
}

func (p *passage) open(f fault) {
	p.t.Helper()
	p.serving.Lock() // http.Server.Shutdown does not wait for every handler of HTTP/2
	p.fault, p.over = f, make(chan struct{})
	p.serving.Unlock()
	p.met.Store(0)
	if f.closed {
		p.close = func() {}
		return
	}
	// A connection of somebody else's may have the port for a moment.
	var listener net.Listener
	eventually(p.t, func() (err error) {
		listener, err = net.Listen("tcp", p.addr)
		return err
	})
	if f.connection != nil {
		p.close = func() { listener.Close() }
		p.served.Go(func() { p.take(listener) })
		return
	}
	server := &http.Server{Handler: p, ErrorLog: log.New(io.Discard, "", 0), TLSConfig: &tls.Config{
		GetCertificate: p.certificate,
		MinVersion:     tls.VersionTLS12,
	}}
	if f.http1 {
		server.TLSNextProto = make(map[string]func(*http.Server, *tls.Conn, http.Handler))
	}
	p.close = func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if server.Shutdown(ctx) != nil {
			server.Close()
		}
	}
	p.served.Go(func() { server.ServeTLS(listener, "", "") })
}

// shut ends the fault, and what is under way as the fault ends it.
func (p *passage) shut() {
	close(p.over)
	p.close()
	p.served.Wait()
}

// take does to connections what the fault does to them.
func (p *passage) take(listener net.Listener) {
	var all sync.WaitGroup
	defer all.Wait()
	for {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		all.Go(func() {
			defer conn.Close()
			p.met.Add(1)
			p.fault.connection(p, conn)
		})
	}
}

func (p *passage) certificate(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	p.serving.RLock()
	defer p.serving.RUnlock()
	if p.fault.certificate == nil {
		return &p.certificates.good, nil
	}
	p.met.Add(1)
	return p.fault.certificate(&p.certificates), nil
}

func (p *passage) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.serving.RLock()
	defer p.serving.RUnlock()
	if p.fault.answer == nil {
		p.forward(w, r)
		return
	}
	p.met.Add(1)
	p.fault.answer(p, w, r)
}

// forward has the receiver answer.
func (p *passage) forward(w http.ResponseWriter, r *http.Request) {
	status, body, err := p.deliver(r)
	if err != nil {
		panic(http.ErrAbortHandler) // the gateway has gone away
	}
	p.say(w, status, body)
}

// deliver hands a request to the receiver, whatever becomes of its sender.
func (p *passage) deliver(r *http.Request) (status int, answer []byte, err error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return 0, nil, err
	}
	id, err := envelopeID(body)
	if err != nil {
		p.t.Errorf("reading an envelope: %v", err)
		return 0, nil, err
	}
	req, err := http.NewRequest(r.Method, p.receiver+r.URL.Path, bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	req.Header = r.Header.Clone()
	req.Close = true // the receiver may end a connection that waits, just as it is used
	resp, err := p.client.Do(req)
	if err != nil {
		p.t.Errorf("the receiver does not answer: %v", err)
		return 0, nil, err
	}
	defer resp.Body.Close()
	if answer, err = io.ReadAll(resp.Body); err != nil {
		p.t.Errorf("reading what the receiver answers: %v", err)
		return 0, nil, err
	}
	if resp.StatusCode != http.StatusOK {
		p.t.Errorf("the receiver answers %s: %s", resp.Status, answer)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.taken[id]++
	return resp.StatusCode, answer, nil
}

// envelopeID is the id that an envelope's header names.
func envelopeID(envelope []byte) (string, error) {
	zr, err := gzip.NewReader(bytes.NewReader(envelope))
	if err != nil {
		return "", err
	}
	var header struct {
		EventID string `json:"event_id"`
	}
	err = json.NewDecoder(zr).Decode(&header)
	return header.EventID, err
}

// repeats is how often an event was taken that had been taken before.
func (p *passage) repeats() (n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, times := range p.taken {
		n += times - 1
	}
	return n
}

// say answers in full.
func (p *passage) say(w http.ResponseWriter, status int, body []byte) {
	w.WriteHeader(status)
	w.Write(body)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.answers[strconv.Itoa(status)]++
}

// forget starts the counts of answers anew.
func (p *passage) forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	clear(p.answers)
}

// said are the numbers of answers by status.
func (p *passage) said() map[string]float64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return maps.Clone(p.answers)
}
