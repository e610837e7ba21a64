package integration

import (
	"bufio"
	"io"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/caddy-django/gateway/integration/stack"
)

// endless is a project whose responses have no end.
var endless = map[string]string{
	"manage.py": `import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")
from django.core.management import execute_from_command_line

execute_from_command_line(sys.argv)
`,
	"settings.py": `SECRET_KEY = "x"
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "endless"
ASGI_APPLICATION = "endless.application"
`,
	"endless.py": `import asyncio

from django.core.asgi import get_asgi_application
from django.http import StreamingHttpResponse
from django.urls import path


async def ticks():
    while True:
        yield b"data: tick\n\n"
        await asyncio.sleep(0.1)


async def events(request):
    return StreamingHttpResponse(ticks(), content_type="text/event-stream")


urlpatterns = [path("events/", events)]
http = get_asgi_application()


async def application(scope, receive, send):
    if scope["type"] != "websocket":
        return await http(scope, receive, send)
    await receive()
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.send", "text": "hello"})
    while (await receive())["type"] != "websocket.disconnect":
        pass
`,
}

// What is open ends with `caddy django serve` as it does with `caddy run`: the server must not end first, and the gateway
// has to know that its process ends.
func TestStreamsEndWithAServedProject(t *testing.T) {
	needs(t, "django")
	dir := t.TempDir()
	for name, text := range endless {
		writeFile(t, filepath.Join(dir, name), text)
	}
	addr := freeAddr(t)
	s := startServe(t, stack.Shop{Dir: t.TempDir()}, "--project", dir, "--app", "endless:application", "--listen", addr, "--admin", freeAddr(t), "--workers", "1")
	events, err := newClient(t).Get("http://" + addr + "/events/")
	if err != nil {
		t.Fatal(err)
	}
	defer events.Body.Close()
	if line, err := bufio.NewReader(events.Body).ReadString('\n'); !strings.HasPrefix(line, "data: tick") {
		t.Fatalf("%q, %v", line, err)
	}
	ws := openWebSocket(t, addr, "/ws/")
	if _, text := ws.receive(); text != "hello" {
		t.Fatalf("%q", text)
	}
	begin := time.Now()
	if err := s.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if opcode, payload := ws.receive(); opcode != opClose || payload != "\x03\xe9" {
		t.Errorf("the WebSocket gets a frame %x with %q", opcode, payload)
	}
	ws.conn.Close()
	if _, err := io.ReadAll(events.Body); err != nil {
		t.Errorf("the stream ends with %v", err)
	}
	if err := <-s.done; err != nil {
		t.Errorf("it ends with %v", err)
	}
	if took := time.Since(begin); took < 4*time.Second {
		t.Errorf("the stream had %s", took)
	}
	s.gone(t)
}
