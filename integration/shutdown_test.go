package integration

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/caddy-django/gateway/integration/stack"
)

// Streams last as long as their clients like. They must not keep the gateway from ending, nor end like a failure.
func TestStreamsEndWithTheGateway(t *testing.T) {
	needs(t, "servers")
	upstream := freeAddr(t)
	host, port, _ := net.SplitHostPort(upstream)
	p, err := stack.Start(t.Context(), stack.Spec{
		Name:  "uvicorn",
		Args:  []string{stack.Root(".build", "servers", "bin", "python"), "-m", "uvicorn", "--host", host, "--port", port, "late:application"},
		Env:   []string{"PYTHONPATH=" + stack.Root("integration", "security"), "PYTHONDONTWRITEBYTECODE=1"},
		Dir:   t.TempDir(),
		Addr:  upstream,
		Ready: stack.Answers("http://" + upstream + "/own/?token=ready"),
	})
	started(t, p, err)
	const limit = 25 * time.Second // 5 are usual, and 10 the promise; a machine may be busy
	for _, c := range []struct {
		name           string
		options        string // global ones
		monitor        string
		reload         bool // while they are open
		stream, socket bool
		least          time.Duration // that it takes to end
	}{
		{name: "an event stream", stream: true, least: 4 * time.Second},
		{name: "a WebSocket", socket: true},
		{name: "both, without a monitor", monitor: "monitor off", stream: true, socket: true, least: 4 * time.Second},
		{name: "both, opened before a reload", reload: true, stream: true, socket: true, least: 4 * time.Second},
		{name: "streams that have a second", options: "django {\nstream_grace_period 1s\n}", stream: true},
		{name: "a grace period of two seconds", options: "grace_period 2s", stream: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir, site, admin := t.TempDir(), freeAddr(t), freeAddr(t)
			file := filepath.Join(dir, "Caddyfile")
			config := func(extra string) string {
				return fmt.Sprintf("{\nadmin %s\npersist_config off\n%s\n}\nhttp://%s {\ndjango %s {\n%s\n}\n%s\n}\n", admin, c.options, site, upstream, c.monitor, extra)
			}
			writeFile(t, file, config(""))
			p, err := stack.Gateway(t.Context(), dir, file, site)
			g := started(t, p, err)
			var events *http.Response
			if c.stream {
				if events, err = newClient(t).Get("http://" + site + "/events/"); err != nil {
					t.Fatal(err)
				}
				defer events.Body.Close()
				if line, err := bufio.NewReader(events.Body).ReadString('\n'); !strings.HasPrefix(line, "data: tick") {
					t.Fatalf("%q, %v", line, err)
				}
			}
			var ws *webSocket
			if c.socket {
				ws = openWebSocket(t, site, "/ws/")
				if _, text := ws.receive(); text != "hello" {
					t.Fatalf("%q", text)
				}
			}
			if c.reload {
				resp, err := http.Post("http://"+admin+"/load", "text/caddyfile", strings.NewReader(config("header X-Reloaded yes")))
				if err != nil || resp.StatusCode != http.StatusOK {
					t.Fatal(resp, err)
				}
				resp.Body.Close()
			}
			begin := time.Now()
			if err := syscall.Kill(g.Pid(), syscall.SIGTERM); err != nil {
				t.Fatal(err)
			}
			if c.socket {
				opcode, payload := ws.receive()
				if opcode != opClose || payload != "\x03\xe9" {
					t.Errorf("the WebSocket gets a frame %x with %q", opcode, payload)
				}
				ws.conn.Close()
			}
			if c.stream {
				if _, err := io.ReadAll(events.Body); err != nil {
					t.Errorf("the stream ends with %v", err)
				}
			}
			eventually(t, func() error {
				if syscall.Kill(g.Pid(), 0) == nil {
					return fmt.Errorf("it runs")
				}
				return nil
			})
			if took := time.Since(begin); took > limit || took < c.least {
				t.Errorf("it ended after %s", took)
			}
		})
	}
}
