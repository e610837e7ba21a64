package integration

import (
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/caddy-django/gateway/integration/stack"
	"github.com/caddy-django/gateway/internal/testutil"
)

// A sync worker serves one request at a time. Clients that take minutes over theirs must not take four workers from
// everybody else: each of these holds on until the others are served.
func TestSlowClientsHoldNoWorker(t *testing.T) {
	needs(t, "django")
	shop := preparedShop(t)
	for _, kind := range slowClients {
		t.Run(kind.name, func(t *testing.T) {
			front := newFront(t, onGunicorn(t, shop), filepath.Join(shop.Dir, "static"))
			at := &slowly{end: make(chan struct{})}
			t.Cleanup(func() { close(at.end) })
			for range 200 {
				go kind.slow(t, front.Addr, at)
			}
			at.settle()
			client := newClient(t)
			client.Timeout = testutil.Patience
			for range 20 {
				if p := get(t, client, front.site+"/"); p.status != http.StatusOK {
					t.Fatalf("the catalog is answered with %d", p.status)
				}
			}
			if n := at.alive.Load(); n < 190 {
				t.Errorf("only %d of 200 slow clients are left", n)
			}
			if used := memory(t, front.Pid(), "VmHWM"); used > 200<<20 {
				t.Errorf("they cost %d MiB of memory", used>>20)
			}
		})
	}
}

// slowClients are the ways to be slow.
var slowClients = []struct {
	name string
	slow func(t *testing.T, addr string, at *slowly)
	bare bool // they stop a server that has no buffers
}{
	{"200 uploads at 1 KB/s", slowUpload, true},
	{"200 readers of 5 MB at 1 KB/s", slowReader, true},
	{"200 headers at 1 line/s", slowHeaders, false},
}

// TestSlowClientsDelayNobody measures by how much, beside nginx and a bare Caddy.
func TestSlowClientsDelayNobody(t *testing.T) {
	if !long() {
		t.Skip("it measures, which takes a quiet machine and make test-long")
	}
	needs(t, "django", "nginx")
	shop := preparedShop(t)
	servers := []struct {
		name  string
		start func(t *testing.T, upstream string) *stack.Process
	}{
		{"nginx", newNginx},
		{"bare Caddy", newBareCaddy},
		{"django", func(t *testing.T, upstream string) *stack.Process {
			return newFront(t, upstream, filepath.Join(shop.Dir, "static")).Process
		}},
	}
	for _, kind := range slowClients {
		t.Run(kind.name, func(t *testing.T) {
			seen := make(map[string]sight)
			for _, server := range servers {
				t.Run(server.name, func(t *testing.T) {
					seen[server.name] = watch(t, server.start(t, onGunicorn(t, shop)), kind.slow)
					t.Logf("%s: %s", server.name, seen[server.name])
				})
			}
			ours, nginx := seen["django"], seen["nginx"]
			if ours.loaded.p95 > ours.bound() {
				t.Errorf("beside them a normal client waits %s, more than %s", ours.loaded.p95, ours.bound())
			}
			if nginx.loaded.p95 <= nginx.bound() && ours.slowdown() > max(2, 2*nginx.slowdown()) && ours.loaded.p95 > nginx.loaded.p95+noise {
				t.Errorf("they slow us down %.1f times, nginx %.1f times", ours.slowdown(), nginx.slowdown())
			}
			if kind.bare && seen["bare Caddy"].loaded.p95 < hung {
				t.Errorf("they do not even trouble a bare Caddy: %s", seen["bare Caddy"])
			}
			if ours.memory > 200<<20 {
				t.Errorf("they cost %d MiB of memory", ours.memory>>20)
			}
		})
	}
}

// noise is what a busy machine adds to the time of a request.
const noise = 5 * time.Millisecond

// sight is how a normal client fares alone and beside slow ones.
type sight struct {
	idle, loaded latencies
	memory       int64 // of the server at its worst, in bytes
	alive        int64 // slow clients that were there to the end
}

func (s sight) bound() time.Duration { return max(2*s.idle.p95, s.idle.p95+noise) }

func (s sight) slowdown() float64 { return float64(s.loaded.p95) / float64(s.idle.p95) }

func (s sight) String() string {
	return fmt.Sprintf("idle %s, loaded %s: p95 x %.1f; %d MiB; %d slow clients to the end", s.idle, s.loaded, s.slowdown(), s.memory>>20, s.alive)
}

type latencies struct{ p50, p95 time.Duration }

func (l latencies) String() string {
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	return fmt.Sprintf("p50 %.1f ms, p95 %.1f ms", ms(l.p50), ms(l.p95))
}

// watch measures a normal client before and while 200 slow ones are there.
func watch(t *testing.T, server *stack.Process, slow func(*testing.T, string, *slowly)) sight {
	t.Helper()
	const spell = 20 * time.Second
	normal(t, server.Addr, spell/2) // to get warm
	var s sight
	s.idle = normal(t, server.Addr, spell)
	at := &slowly{end: make(chan struct{})}
	for range 200 {
		go slow(t, server.Addr, at)
	}
	at.settle()
	s.loaded = normal(t, server.Addr, spell)
	// Others may keep the machine busy for a moment, slow clients stay.
	for tries := 0; tries < 2 && s.loaded.p95 > s.bound() && s.loaded.p95 < hung; tries++ {
		s.loaded = normal(t, server.Addr, spell)
	}
	s.memory, s.alive = memory(t, server.Pid(), "VmHWM"), at.alive.Load()
	close(at.end)
	return s
}

// hung is how long the normal client waits for an answer.
const hung = 2 * time.Second

// normal asks for the catalogue, 50 times a second at most.
func normal(t *testing.T, addr string, spell time.Duration) latencies {
	t.Helper()
	client := newClient(t)
	client.Timeout = hung
	var took []time.Duration
	for end := time.Now().Add(spell); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		began := time.Now()
		resp, err := client.Get("http://" + addr + "/")
		if err == nil {
			_, err = io.Copy(io.Discard, resp.Body)
			resp.Body.Close()
			if resp.StatusCode != http.StatusOK {
				t.Errorf("the catalogue is answered with %s", resp.Status)
			}
		}
		if err != nil {
			took = append(took, hung)
			continue
		}
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	at := func(part float64) time.Duration { return took[int(math.Ceil(part*float64(len(took))))-1] }
	return latencies{at(0.5), at(0.95)}
}

// slowly is what slow clients share.
type slowly struct {
	end      chan struct{}
	answered atomic.Int64
	alive    atomic.Int64
}

// settle waits until the server has done what it can for the slow clients: it has
// at best taken their responses from the workers.
func (s *slowly) settle() {
	last := int64(-1)
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); {
		time.Sleep(time.Second)
		now := s.answered.Load()
		if now == last {
			return
		}
		last = now
	}
}

// hold does something every second until the end or until the server has had
// enough, with a connection that buffers next to nothing.
func (s *slowly) hold(t *testing.T, addr, head string, everySecond func(net.Conn) error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Errorf("a slow client: %v", err)
		return
	}
	defer conn.Close()
	conn.(*net.TCPConn).SetReadBuffer(4 << 10)
	if _, err := fmt.Fprintf(conn, head, addr); err != nil {
		return
	}
	s.alive.Add(1)
	defer s.alive.Add(-1)
	for tick := time.Tick(time.Second); ; {
		select {
		case <-s.end:
			return
		case <-tick:
		}
		if err := everySecond(conn); err != nil {
			return
		}
	}
}

// slowUpload announces a body that takes minutes.
func slowUpload(t *testing.T, addr string, at *slowly) {
	const head = "POST /bulk/ HTTP/1.1\r\nHost: %s\r\nContent-Type: application/octet-stream\r\nContent-Length: 300000\r\n\r\n"
	kilobyte := make([]byte, 1024)
	at.hold(t, addr, head, func(conn net.Conn) error {
		_, err := conn.Write(kilobyte)
		return err
	})
}

func slowReader(t *testing.T, addr string, at *slowly) {
	const head = "GET /bulk/?blocks=80 HTTP/1.1\r\nHost: %s\r\n\r\n"
	kilobyte, first := make([]byte, 1024), true
	at.hold(t, addr, head, func(conn net.Conn) error {
		conn.SetReadDeadline(time.Now().Add(time.Minute))
		if _, err := io.ReadFull(conn, kilobyte); err != nil {
			return err
		}
		if first {
			first = false
			at.answered.Add(1)
		}
		return nil
	})
}

// slowHeaders never comes to the end of a request's head.
func slowHeaders(t *testing.T, addr string, at *slowly) {
	const head = "GET / HTTP/1.1\r\nHost: %s\r\n"
	at.hold(t, addr, head, func(conn net.Conn) error {
		_, err := io.WriteString(conn, "X-More: and more\r\n")
		return err
	})
}
