package caddymodule

import (
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
)

func TestSitesAreClosedAndOpened(t *testing.T) {
	t.Setenv("XDG_DATA_HOME", t.TempDir())
	g := startGateway(t, "", "respond ok")
	admin := freeAddress(t)
	file := filepath.Join(t.TempDir(), "closed")
	g.caddyfile = strings.Replace(g.caddyfile, "admin off", "admin "+admin, 1)
	without := g.caddyfile
	g.caddyfile = strings.Replace(g.caddyfile, "\tdjango_monitor \n\trespond ok", "\tdjango 127.0.0.1:9 {\n\t\tlb_try_duration 1ms\n\t}", 1)
	g.caddyfile = strings.Replace(g.caddyfile, "\trespond ok", fmt.Sprintf("\tdjango 127.0.0.1:9 {\n\t\tlb_try_duration 1ms\n\t\tmaintenance %s\n\t}", file), 1)
	g.load(g.caddyfile)
	say := func(args ...string) (string, error) {
		return run(t, maintenanceCommand(), append(args, "--address", admin)...)
	}
	status := func(site string) int {
		resp, err := http.Get("http://" + site + "/")
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		return resp.StatusCode
	}

	text, err := say("status")
	mustPrint(t, text, err, "open    "+file+"\nopen    sites without a file of their own\n|open    sites without a file of their own\nopen    "+file+"\n")
	text, err = say("on", "--file", file)
	mustPrint(t, text, err, "closed  "+file+"\n")
	if open, closed := status(g.monitored), status(g.bare); open != 502 || closed != 503 {
		t.Errorf("%d and %d", open, closed)
	}
	text, err = say("on")
	if err != nil || strings.Count(text, "closed  ") != 2 || status(g.monitored) != 503 {
		t.Errorf("%q, %v", text, err)
	}
	text, _ = run(t, doctorCommand(), "--address", admin, "http://"+g.monitored+"/")
	if want := "is closed by maintenance\n                         -> caddy django maintenance off"; !strings.Contains(text, want) {
		t.Errorf("the doctor does not say %q:\n%s", want, text)
	}
	text, err = say("off", "--json", "--file", file)
	mustPrint(t, text, err, `\[{"file":"`+file+`","on":false}\]`+"\n")
	if text, err = say("off"); err != nil || strings.Count(text, "open  ") != 2 || status(g.bare) != 502 {
		t.Errorf("%q, %v", text, err)
	}

	if _, err = say("on", "--file", "/no/such/switch"); err == nil || !strings.HasPrefix(err.Error(), `no site has the maintenance file "/no/such/switch": use `) {
		t.Errorf("a file that no site names: %v", err)
	}
	if _, err = say("onn"); err == nil || !strings.Contains(err.Error(), "maintenance onn is unknown: write one of ") || !strings.Contains(err.Error(), "off, on, status") {
		t.Errorf("a switch that is misspelt: %v", err)
	}
	g.load(without)
	if _, err = say("status"); err == nil || !strings.Contains(err.Error(), "no site of the running configuration uses the directive django") {
		t.Errorf("without the directive: %v", err)
	}
	if _, err := run(t, maintenanceCommand(), "status", "--address", freeAddress(t)); err == nil || !strings.Contains(err.Error(), "is Caddy running") {
		t.Errorf("without Caddy: %v", err)
	}
}
