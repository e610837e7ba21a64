package caddymodule

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestASocketNobodyListensOn(t *testing.T) {
	g := startGateway(t, "", "respond ok")
	dir := t.TempDir()
	logFile := filepath.Join(dir, "caddy.log")
	socket := filepath.Join(dir, "gunicorn.sock")
	g.caddyfile = strings.Replace(g.caddyfile, "output discard", "output file "+logFile, 1)
	g.caddyfile = strings.Replace(g.caddyfile, "\tdjango_monitor \n\trespond ok", fmt.Sprintf("\tdjango unix/%s {\n\t\tlb_try_duration 1ms\n\t}", socket), 1)
	g.load(g.caddyfile)
	eventually(t, "the log says so", func() bool {
		log, _ := os.ReadFile(logFile)
		return strings.Contains(string(log), "nobody listens where Django should be") && strings.Contains(string(log), socket)
	})

	var resp *http.Response
	eventually(t, "an answer", func() (ok bool) { // Caddy resets what comes while its listener changes hands
		var err error
		resp, err = http.Get("http://" + g.monitored + "/")
		return err == nil
	})
	defer resp.Body.Close()
	page, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusBadGateway {
		t.Fatalf("%d, %v", resp.StatusCode, err)
	}
	e := g.events(1)[0]
	if id := e.Contexts.Gateway.ErrorID; id == "" || !strings.Contains(string(page), id) {
		t.Errorf("the page does not have the code %q of the event:\n%s", id, page)
	}
	if !strings.Contains(e.Contexts.Gateway.Upstream, socket) {
		t.Errorf("the event is about %q", e.Contexts.Gateway.Upstream)
	}
}
