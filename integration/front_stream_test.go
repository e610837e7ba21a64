package integration

import (
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"testing"
	"time"
)

// The directive django buffers, but nothing that is meant to arrive at once.
func TestWhatIsStreamedIsNotBuffered(t *testing.T) {
	needs(t, "django", "uvicorn")
	shop := preparedShop(t)
	p, err := shop.Uvicorn(t.Context(), freeAddr(t))
	upstream, static := started(t, p, err).Addr, filepath.Join(shop.Dir, "static")

	t.Run("server-sent events come as they are sent", func(t *testing.T) {
		checkEventStream(t, newFront(t, upstream, static))
	})
	t.Run("a WebSocket outlives a reload", func(t *testing.T) {
		g := newFront(t, upstream, static)
		ws := openWebSocket(t, g.Addr, "/ws/echo/")
		echoes(t, ws, "before")
		g.reload()
		echoes(t, ws, "after")
		time.Sleep(time.Second) // a reload closes what it closes in the background
		echoes(t, ws, "long after")
	})
	t.Run("server-sent events outlive a reload", func(t *testing.T) {
		g := newFront(t, upstream, static)
		resp, err := newClient(t).Get(g.site + "/events/")
		if err != nil {
			t.Fatal(err)
		}
		g.reload()
		if body := said(t, resp, nil); body != "id: 1\nevent: tick\ndata: 1\n\nid: 2\nevent: tick\ndata: 2\n\nid: 3\nevent: tick\ndata: 3\n\n" {
			t.Errorf("the events are %q", body)
		}
	})
	t.Run("a large response of unknown length waits for its reader", func(t *testing.T) {
		buffers := t.TempDir()
		g := newFront(t, upstream, static, "FRONT_BUFFERS="+buffers)
		const count = 50 << 20 / block
		resp, err := newClient(t).Get(fmt.Sprintf("%s/bulk/?chunked&blocks=%d", g.site, count))
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		if resp.StatusCode != http.StatusOK || resp.ContentLength != -1 {
			t.Fatalf("%s, Content-Length %d", resp.Status, resp.ContentLength)
		}
		if _, err := io.CopyN(io.Discard, resp.Body, block); err != nil {
			t.Fatal(err)
		}
		time.Sleep(500 * time.Millisecond)
		if open := openIn(t, g.Pid(), buffers); len(open) > 0 {
			t.Errorf("it is kept in %v", open)
		}
		if n, err := io.Copy(io.Discard, resp.Body); err != nil || n != (count-1)*block {
			t.Errorf("%d bytes follow, %v", n, err)
		}
	})
}

func echoes(t *testing.T, ws *webSocket, message string) {
	t.Helper()
	ws.send(opText, message)
	if opcode, payload := ws.receive(); opcode != opText || payload != message {
		t.Fatalf("sent %q, received %x %q", message, opcode, payload)
	}
}
