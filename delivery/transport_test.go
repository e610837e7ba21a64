package delivery

import (
	"crypto/tls"
	"encoding/pem"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
)

func TestParseProxy(t *testing.T) {
	for _, raw := range []string{"http://proxy.example:3128", "https://user:s3cret@proxy.example", "socks5://127.0.0.1:1080", "socks5h://[::1]:1080"} {
		if proxy, err := ParseProxy(raw); err != nil || proxy.String() != raw {
			t.Errorf("%s: %v, %v", raw, proxy, err)
		}
	}
	for _, raw := range []string{"", "proxy.example:3128", "//proxy.example", "ftp://s3cret@proxy.example", "http://s3cret@:3128", "http://a:s3cret@%zz", "off"} {
		_, err := ParseProxy(raw)
		if err == nil || !strings.Contains(err.Error(), "http://proxy.example.com:3128") || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%s: %v", raw, err)
		}
	}
}

// authority writes the certificate that signs those of test servers, its own, to a file.
func authority(t *testing.T, server *httptest.Server) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "ca.pem")
	block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := os.WriteFile(file, block, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestLoadCAsSaysWhatIsWrong(t *testing.T) {
	if _, err := LoadCAs(filepath.Join(t.TempDir(), "missing.pem")); !os.IsNotExist(err) {
		t.Errorf("of a file that is not there: %v", err)
	}
	file := filepath.Join(t.TempDir(), "key.pem")
	if err := os.WriteFile(file, []byte("-----BEGIN PRIVATE KEY-----\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadCAs(file); err == nil || !strings.Contains(err.Error(), "there is no certificate in the file") {
		t.Errorf("of a file without a certificate: %v", err)
	}
}

// proxy passes connections and requests on, and counts them.
type proxy struct{ asked atomic.Int64 }

func (p *proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.asked.Add(1)
	if r.Method != http.MethodConnect {
		r.RequestURI = ""
		response, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		defer response.Body.Close()
		w.WriteHeader(response.StatusCode)
		io.Copy(w, response.Body)
		return
	}
	upstream, err := net.Dial("tcp", r.Host)
	if err != nil {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	defer upstream.Close()
	w.WriteHeader(http.StatusOK)
	conn, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	defer conn.Close()
	go io.Copy(upstream, buffered)
	io.Copy(conn, upstream)
}

func TestEventsGoThroughTheProxyOfTheirDestination(t *testing.T) {
	for _, scheme := range []string{"http", "https"} {
		t.Run("to "+scheme, func(t *testing.T) {
			r := newReceiver(t)
			b := newImpatientBench(t, r)
			b.sender.timeout = requestTimeout
			server := serve(t, r)
			var through Transport
			if scheme == "https" {
				server.StartTLS()
				cas, err := LoadCAs(authority(t, server))
				if err != nil {
					t.Fatal(err)
				}
				through.CAs = cas
			} else {
				server.Start()
			}
			p := new(proxy)
			proxyServer := serve(t, p)
			proxyServer.Start()
			through.Proxy, _ = url.Parse(proxyServer.URL)

			b.shop = mustParse(t, strings.Replace(server.URL, "://", "://shopkey@", 1)+"/1").Through(through)
			b.sender.Acquire(b.shop)
			b.outbox.add(b.shop.Name(), 3)
			b.sender.Start()
			b.eventually("delivered", b.empty)
			r.mustHaveTaken(3)
			if p.asked.Load() == 0 {
				t.Error("the proxy was not asked")
			}
		})
	}
}

func TestOnlyTheAuthoritiesOfADestinationAreTrusted(t *testing.T) {
	r := newReceiver(t)
	b := newImpatientBench(t, r)
	b.sender.timeout = requestTimeout
	server := serve(t, r)
	var closed atomic.Bool
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) { closed.Store(state == http.StateClosed) }
	server.TLS = &tls.Config{MinVersion: tls.VersionTLS13}
	server.StartTLS()
	cas, err := LoadCAs(authority(t, server))
	if err != nil {
		t.Fatal(err)
	}
	distrusting := mustParse(t, strings.Replace(server.URL, "://", "://shopkey@", 1)+"/1")
	b.sender.Acquire(distrusting)
	b.outbox.add(distrusting.Name(), 1)
	b.sender.Start()
	b.eventually("distrusted", func() bool { return strings.Contains(b.log.String(), "certificate") })
	b.sender.Acquire(distrusting.Through(Transport{CAs: cas}))
	b.eventually("delivered", b.empty)
	r.mustHaveTaken(1)
	if err := b.sender.Close(t.Context()); err != nil {
		t.Error(err)
	}
	b.eventually("closed", closed.Load)
}
