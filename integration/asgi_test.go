package integration

import (
	"strings"
	"testing"
)

func TestTheShopOnUvicorn(t *testing.T) {
	needs(t, "django", "uvicorn")
	shop := preparedShop(t)
	p, err := shop.Uvicorn(t.Context(), freeAddr(t))
	upstream := started(t, p, err).Addr

	t.Run("every page is what Django sends and is counted under its route", func(t *testing.T) {
		g := newGateway(t, upstream)
		visitAll(t, g, upstream)
		checkMetrics(t, g)
	})
	t.Run("server-sent events come as they are sent", func(t *testing.T) {
		g := newGateway(t, upstream)
		checkEventStream(t, g)
	})
	t.Run("a WebSocket echoes every message", func(t *testing.T) {
		g := newGateway(t, upstream)
		ws := openWebSocket(t, g.Addr, "/ws/echo/")
		for _, message := range []struct {
			opcode  byte
			payload string
		}{{opText, "hello"}, {opBinary, "\x00\xff"}, {opText, strings.Repeat("x", 125)}} {
			ws.send(message.opcode, message.payload)
			if opcode, payload := ws.receive(); opcode != message.opcode || payload != message.payload {
				t.Fatalf("sent %x %q, received %x %q", message.opcode, message.payload, opcode, payload)
			}
		}
		if active := g.counts("http_server_active_requests")[""]; active != 1 {
			t.Errorf("%v requests are active while it is open", active)
		}
		ws.send(opClose, "\x03\xe8") // 1000, a normal end
		if opcode, _ := ws.receive(); opcode != opClose {
			t.Errorf("the close frame is answered with opcode %x", opcode)
		}
		ws.conn.Close()
		checkStreamed(t, g)
	})
	t.Run("a crash becomes an issue", func(t *testing.T) {
		g := newGateway(t, upstream)
		client := newClient(t)
		for _, kind := range []string{"value-error", "streaming"} {
			crash(t, client, g.site, kind)
		}
		g.committed(2)
		got := make(map[string]string)
		for _, i := range g.issues() {
			got[i.Title] = i.Kind
		}
		if got["Something went wrong"] != "app_error" || got["GET "+crashRoute+" was cut short"] != "truncated" {
			t.Errorf("the issues are %v", got)
		}
	})
}
