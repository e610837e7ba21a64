package caddymodule

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/caddy-django/gateway/route"
)

// startAnswering is a Django whose middleware answers every path that begins with a status with it.
func startAnswering(t *testing.T) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		status := http.StatusOK
		fmt.Sscanf(r.URL.Path, "/%d/", &status)
		if strings.HasPrefix(r.URL.Path, "/static/") { // as WhiteNoise does
			w.Header().Set("Last-Modified", "Mon, 30 Nov 2026 10:00:00 GMT")
			w.Header().Set("Cache-Control", "max-age=60, public")
		}
		if status >= 300 && status < 400 {
			w.Header().Set("Location", "/accounts/login/")
		}
		w.WriteHeader(status)
		io.WriteString(w, "ok")
	}))
	t.Cleanup(server.Close)
	return server
}

// flood sends requests of made-up paths, more than there are names to be learned.
func (g *gateway) flood(method, prefix, suffix, host string) {
	g.t.Helper()
	for i := range 3 * route.DefaultMaxLearned {
		path := prefix + word(i) + "/" + word(i*7919) + suffix
		req, err := http.NewRequestWithContext(g.t.Context(), method, "http://"+g.monitored+path, nil)
		if err != nil {
			g.t.Fatal(err)
		}
		req.Host = host
		resp, err := http.DefaultTransport.RoundTrip(req)
		if err != nil {
			g.t.Fatal(err)
		}
		io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
	}
}

func TestMadeUpPathsDoNotUseUpLearnedNames(t *testing.T) {
	for _, c := range []struct {
		name, method, prefix, suffix string
		most                         int // made-up names that are learned
	}{
		{"redirects for good", "GET", "/301/", "/", 0},
		{"redirects", "GET", "/302/", "/", 0},
		{"a log-in for every path", "GET", "/401/", "/", 0},
		{"refusals", "GET", "/403/", "/", 0},
		{"refused methods", "GET", "/405/", "/", 0},
		{"CORS for every path", "OPTIONS", "/200/", "/", 0},
		{"made-up methods", "BREW", "/200/", "/", 0},
		{"files of WhiteNoise", "GET", "/static/", ".css", 0},
		{"files of WhiteNoise without an extension", "GET", "/static/", "", 0},
		{"files of the gateway", "GET", "/media/", ".txt", 0},
		{"failures", "GET", "/500/", "/", route.DefaultMaxLearned},
		{"success for every path", "GET", "/200/", "/", route.DefaultMaxLearned},
	} {
		t.Run(c.name, func(t *testing.T) {
			files := t.TempDir()
			if strings.HasPrefix(c.prefix, "/media/") {
				writeFiles(t, filepath.Join(files, "media"))
			}
			g := startGateway(t, "", fmt.Sprintf("handle /media/* {\n\troot %s\n\tfile_server\n}\nhandle {\n\treverse_proxy %s\n}",
				files, startAnswering(t).Listener.Addr()))
			g.flood(c.method, c.prefix, c.suffix, "")
			learned := 0
			for name := range g.routes() {
				if !strings.HasPrefix(name, "_") {
					learned++
				}
			}
			if learned > c.most {
				t.Errorf("%d made-up names are learned, want %d at most", learned, c.most)
			}
			for range 5 {
				g.request("/checkout/", "")
			}
			if got := g.routes()["/checkout/"]; got < 3 {
				t.Errorf("the real route was counted %v times of 5", got)
			}
			if total := g.total(); total != float64(3*route.DefaultMaxLearned+5) && c.most == 0 {
				t.Errorf("%v requests are counted", total)
			}
			g.load(g.caddyfile)
			before := g.routes()["/checkout/"]
			g.request("/checkout/", "")
			if got := g.routes()["/checkout/"]; got != before+1 {
				t.Errorf("after a reload the real route was counted %v times, want %v", got, before+1)
			}
		})
	}
}

// writeFiles writes the files that a flood asks for.
func writeFiles(t *testing.T, root string) {
	t.Helper()
	for i := range 3 * route.DefaultMaxLearned {
		dir := filepath.Join(root, word(i))
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, word(i*7919)+".txt"), []byte("a file"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// total is the number of requests that are counted, of all routes.
func (g *gateway) total() (n float64) {
	for _, count := range g.routes() {
		n += count
	}
	return n
}

func TestAFloodOfOneSiteChangesNoNameOfAnother(t *testing.T) {
	g := startGateway(t, "", "reverse_proxy "+startAnswering(t).Listener.Addr().String())
	_, port, _ := strings.Cut(g.monitored, ":")
	g.caddyfile = strings.Replace(g.caddyfile, "http://"+g.monitored+" {",
		fmt.Sprintf("http://a.example:%s, http://b.example:%s {", port, port), 1)
	g.load(g.caddyfile)
	g.flood("GET", "/200/", "/", "a.example")
	g.request("/checkout/", "b.example")
	if got := g.routes()["/checkout/"]; got != 1 {
		t.Errorf("the route of the other site was counted %v times, want 1", got)
	}
}

// A route that always fails is named in its events, though it takes no learned name.
func TestAnEventPastTheCapIsNamedByItsShape(t *testing.T) {
	g := startGateway(t, "", "reverse_proxy "+startAnswering(t).Listener.Addr().String())
	g.flood("GET", "/200/", "/", "")
	g.request("/500/reports/4711/", "")
	events := g.events(1)
	if events[0].Transaction != "/<var>/reports/<var>/" {
		t.Errorf("the event is named %q", events[0].Transaction)
	}
}
