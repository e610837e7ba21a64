package guard

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
)

// A response that nobody records keeps what is the probe's from the client, too.
func TestNothingOfTheProbeReachesAClient(t *testing.T) {
	for name, write := range map[string]http.HandlerFunc{
		"with WriteHeader":             func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusNotFound) },
		"written":                      func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "body") },
		"copied":                       func(w http.ResponseWriter, r *http.Request) { w.(io.ReaderFrom).ReadFrom(strings.NewReader("body")) },
		"flushed":                      func(w http.ResponseWriter, r *http.Request) { http.NewResponseController(w).Flush() },
		"not written at all":           func(w http.ResponseWriter, r *http.Request) {},
		"in an informational response": func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusEarlyHints) },
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				HideProbe(w, r, caddyhttp.HandlerFunc(func(w http.ResponseWriter, r *http.Request) error {
					w.Header().Set("X-Django-Probe", "leak")
					w.Header().Set("X-Django", "kept")
					w.Header().Set("Trailer", "X-Django-Probe-Later")
					write(w, r)
					w.Header().Set("X-Django-Probe-Later", "leak")
					return nil
				}))
			}))
			defer server.Close()
			conn, err := net.Dial("tcp", server.Listener.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			io.WriteString(conn, "GET / HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n")
			response, err := io.ReadAll(conn)
			if err != nil {
				t.Fatal(err)
			}
			if raw := string(response); strings.Contains(raw, "leak") || strings.Contains(raw, "Django-Probe") || !strings.Contains(raw, "kept") {
				t.Errorf("the client gets\n%s", raw)
			}
		})
	}
}
