package caddymodule

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/caddyserver/caddy/v2"
)

// A client behind a proxy chooses the left end of X-Forwarded-For. It must not choose who it is.
func TestAClientDoesNotChooseItsAddress(t *testing.T) {
	dir := t.TempDir()
	closed := filepath.Join(dir, "closed")
	if err := os.WriteFile(closed, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	backend := backend(t, says("HTTP/1.1 200 OK\nContent-Length: 5\n\nhello"))
	for _, c := range []struct{ name, site, spoofed, honest string }{
		{"maintenance", fmt.Sprintf("django %s {\n\t\tmonitor off\n\t\tmaintenance %s {\n\t\t\tallow 10.0.0.0/8\n\t\t}\n\t}", backend, closed), "503", "503"},
		{"the monitor", "django_monitor\n\trespond {client_ip}", "203.0.113.7", "203.0.113.7"},
		{"the directive without a monitor", fmt.Sprintf("django %s {\n\t\tmonitor off\n\t}\n\theader X-Client {client_ip}", backend), "X-Client: 203.0.113.7", "X-Client: 203.0.113.7"},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := &gateway{t: t, monitored: freeAddress(t)}
			t.Cleanup(func() {
				if err := caddy.Stop(); err != nil {
					t.Error(err)
				}
			})
			g.load(fmt.Sprintf("{\n\tadmin off\n\tpersist_config off\n\tauto_https off\n\tdefault_bind 127.0.0.1\n\tlog {\n\t\toutput discard\n\t}\n"+
				"\tservers {\n\t\ttrusted_proxies static 127.0.0.0/8 192.0.2.0/24\n\t}\n\tdjango {\n\t\tstore %s\n\t}\n}\nhttp://%s {\n\t%s\n}\n",
				filepath.Join(dir, "errors.db"), g.monitored, c.site))
			for forwarded, want := range map[string]string{
				"203.0.113.7":                              c.honest,
				"10.1.2.3, 203.0.113.7":                    c.spoofed,
				"10.1.2.3, 203.0.113.7, 192.0.2.1":         c.spoofed, // over another trusted proxy
				"10.1.2.3\r\nX-Forwarded-For: 203.0.113.7": c.spoofed,
			} {
				got := g.roundTrip(g.monitored, "GET / HTTP/1.1\r\nHost: %s\r\nX-Forwarded-For: "+forwarded+"\r\nConnection: close\r\n\r\n")
				if !strings.Contains(got, want) {
					t.Errorf("%q: the client gets %.300q", forwarded, got)
				}
			}
			if c.name == "maintenance" {
				got := g.roundTrip(g.monitored, "GET / HTTP/1.1\r\nHost: %s\r\nX-Forwarded-For: 203.0.113.7, 10.1.2.3\r\nConnection: close\r\n\r\n")
				if !strings.Contains(got, "200 OK") {
					t.Errorf("who is allowed gets %.300q", got)
				}
			}
		})
	}
}
