package integration

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"testing"

	"github.com/caddy-django/gateway/integration/stack"
)

// A site for every host, as those of scanners, whose event would go to a receiver.
const catchAllSite = `{
	admin %s
	persist_config off
	django {
		store %s
	}
}
:%s {
	bind 127.0.0.1
	django %s {
		monitor {
			probe %s
			sentry %s
		}
	}
}
`

func TestHostsThatAScannerAsksForAreOneIssueThatIsNotSent(t *testing.T) {
	needs(t, "thirdparty")
	dir, receiver := t.TempDir(), newListener(t)
	server := startAccounts(t, dir)
	g := &gateway{t: t, admin: freeAddr(t), dir: t.TempDir()}
	addr := freeAddr(t)
	_, port, err := net.SplitHostPort(addr)
	if err != nil {
		t.Fatal(err)
	}
	g.caddyfile, g.site = filepath.Join(g.dir, "Caddyfile"), "http://"+addr
	writeFile(t, g.caddyfile, fmt.Sprintf(catchAllSite, g.admin, filepath.Join(g.dir, "errors.db"), port, server.Addr, probeSecret, receiver.dsn("gateway")))
	p, err := stack.Gateway(t.Context(), g.dir, g.caddyfile, addr)
	g.Process = started(t, p, err)

	client := newClient(t)
	hosts := []string{"evil.example", "10.0.0.7:8080", "www.shop.example", "evil.example"}
	for i, host := range hosts {
		req, err := http.NewRequestWithContext(t.Context(), []string{http.MethodGet, http.MethodPost}[i%2], fmt.Sprintf("%s/cart/?page=%d", g.site, i), nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Host = host
		resp, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		if p := readPage(t, resp); p.status != http.StatusBadRequest {
			t.Errorf("%s is answered with %d", host, p.status)
		}
	}
	g.committed(len(hosts))
	issues := g.issues()
	if len(issues) != 1 || issues[0].Kind != "noise" || issues[0].Method != "*" || issues[0].Route != "*" {
		t.Errorf("the issues are %+v", issues)
	}
	events := g.events()
	if len(events) == 0 {
		t.Error("there is no event")
	}
	for _, e := range events {
		var read struct{ Level string }
		if err := json.Unmarshal(e.Payload, &read); err != nil {
			t.Fatal(err)
		}
		if read.Level != "warning" || e.Tags["noise"] != "disallowed_host" || e.Tags["evidence"] != "probe" {
			t.Errorf("an event is %s with %v", read.Level, e.Tags)
		}
	}
	if got := g.counts("django_noise_total", "reason"); got["disallowed_host"] != float64(len(hosts)) {
		t.Errorf("the counts of noise are %v", got)
	}
	// An error after them is sent, and so would they have been before it.
	dropTable(t, filepath.Join(dir, "accounts.sqlite3"), "django_session")
	signedIn(t, g, http.MethodGet, "/cart/", "Token "+apiToken)
	if sent := receiver.await("gateway", "event", 1); len(sent) != 1 || sent[0].Tags["noise"] != "" {
		t.Errorf("%d events are sent, the first of %v", len(sent), sent[0].Tags)
	}
}
