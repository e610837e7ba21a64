package integration

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/caddy-django/gateway/integration/stack"
)

// Daphne sends the body of a stream to HEAD, with 204 and with 304, and more of it than its Content-Length says. It
// comes when the response is over, and must not be taken for the response to somebody else.
func TestWhatAServerSendsLateIsNobodysResponse(t *testing.T) {
	needs(t, "servers")
	dir := t.TempDir()
	upstream, site, admin := freeAddr(t), freeAddr(t), freeAddr(t)
	host, port, _ := net.SplitHostPort(upstream)
	p, err := stack.Start(t.Context(), stack.Spec{
		Name:  "daphne",
		Args:  []string{stack.Root(".build", "servers", "bin", "python"), "-m", "daphne", "-b", host, "-p", port, "late:application"},
		Env:   []string{"PYTHONPATH=" + stack.Root("integration", "security"), "PYTHONDONTWRITEBYTECODE=1"},
		Dir:   dir,
		Addr:  upstream,
		Ready: stack.Answers("http://" + upstream + "/own/?token=ready"),
	})
	started(t, p, err)
	_, sitePort, _ := net.SplitHostPort(site)
	p, err = stack.Gateway(t.Context(), dir, stack.Root("integration", "security", "late.Caddyfile"), site,
		"SECURITY_ADMIN="+admin, "SECURITY_SITE_PORT="+sitePort, "SECURITY_UPSTREAM="+upstream,
		"SECURITY_STORE="+filepath.Join(dir, "errors.db"))
	started(t, p, err)

	rounds := 20
	if long() {
		rounds = 1000
	}
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 8, DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, site)
	}}}
	defer client.CloseIdleConnections()
	for _, host := range []string{"django", "monitored", "nethttp", "limited"} {
		for _, c := range []struct{ name, method, path, body string }{
			{"HEAD", "HEAD", "/late/", ""},
			{"204", "GET", "/late/?status=204", ""},
			{"304", "GET", "/late/?status=304", ""},
			{"204 to a form", "POST", "/late/?status=204", "a=1"},
			{"a body longer than announced", "GET", "/late/?length=5", ""},
			{"a body longer than announced to a form", "POST", "/late/?length=5", "a=1"},
		} {
			t.Run(host+", "+c.name, func(t *testing.T) {
				foreign := 0
				var mu sync.Mutex
				var all sync.WaitGroup
				for worker := range 4 {
					all.Go(func() {
						for n := range rounds / 4 {
							site := "http://" + host + ".example.com"
							fetch(t, client, c.method, site+c.path, c.body)
							token := fmt.Sprintf("own-%d-%d", worker, n)
							if got := fetch(t, client, "GET", site+"/own/?token="+token, ""); got != token {
								mu.Lock()
								if foreign++; foreign == 1 {
									t.Logf("%q instead of %q", got, token)
								}
								mu.Unlock()
							}
						}
					})
				}
				all.Wait()
				if foreign > 0 {
					t.Errorf("%d of %d clients got what was not theirs", foreign, rounds)
				}
			})
		}
	}
}

// fetch returns the body of a response, and what was wrong with it.
func fetch(t *testing.T, client *http.Client, method, url, body string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Error(err)
		return ""
	}
	resp, err := client.Do(req)
	if err != nil {
		return err.Error()
	}
	defer resp.Body.Close()
	got, err := io.ReadAll(resp.Body)
	if err != nil {
		return string(got) + " " + err.Error()
	}
	return string(got)
}
