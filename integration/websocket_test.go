package integration

import (
	"bufio"
	"crypto/rand"
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"
	"time"
)

// Opcodes of frames: RFC 6455 5.2.
const (
	opText   = 0x1
	opBinary = 0x2
	opClose  = 0x8
)

// webSocket is a client that knows unfragmented frames of up to 125 bytes.
type webSocket struct {
	t    *testing.T
	conn net.Conn
	in   *bufio.Reader
}

// openWebSocket shakes hands with the example key and answer of RFC 6455 1.3.
func openWebSocket(t *testing.T, addr, path string) *webSocket {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(patience))
	fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"+
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n", path, addr)
	ws := &webSocket{t, conn, bufio.NewReader(conn)}
	resp, err := http.ReadResponse(ws.in, nil)
	if err != nil {
		t.Fatalf("shaking hands: %v", err)
	}
	accept := resp.Header.Get("Sec-WebSocket-Accept")
	if resp.StatusCode != http.StatusSwitchingProtocols || accept != "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" {
		t.Fatalf("shaking hands: %s, accept %q", resp.Status, accept)
	}
	return ws
}

// send sends a frame, masked as a client must.
func (ws *webSocket) send(opcode byte, payload string) {
	ws.t.Helper()
	mask := make([]byte, 4)
	rand.Read(mask)
	frame := append([]byte{0x80 | opcode, 0x80 | byte(len(payload))}, mask...)
	for i := range len(payload) {
		frame = append(frame, payload[i]^mask[i%4])
	}
	if _, err := ws.conn.Write(frame); err != nil {
		ws.t.Fatalf("sending a frame: %v", err)
	}
}

func (ws *webSocket) receive() (opcode byte, payload string) {
	ws.t.Helper()
	head := make([]byte, 2)
	if _, err := io.ReadFull(ws.in, head); err != nil {
		ws.t.Fatalf("receiving a frame: %v", err)
	}
	content := make([]byte, head[1])
	if _, err := io.ReadFull(ws.in, content); err != nil {
		ws.t.Fatalf("receiving a frame: %v", err)
	}
	return head[0] &^ 0x80, string(content)
}
