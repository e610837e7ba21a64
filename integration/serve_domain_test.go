package integration

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
)

// inNamespace is set for a test that has the network to itself.
const inNamespace = "GATEWAY_TEST_NAMESPACE"

// alone runs a test in a namespace of its own, whose loopback is all the network there is, and whose list of trusted
// authorities, which Caddy adds its own to, is thrown away. It reports whether this is the one inside.
func alone(t *testing.T) bool {
	t.Helper()
	if os.Getenv(inNamespace) != "" {
		return true
	}
	const script = `ip link set lo up
for dir in /usr/local/share/ca-certificates /etc/ssl/certs /etc/ca-certificates; do
	if test -d $dir; then mount -t tmpfs none $dir; fi
done
exec "$@"`
	namespace := func(command ...string) *exec.Cmd {
		return exec.CommandContext(t.Context(), "unshare", append([]string{"--map-root-user", "--net", "--mount", "sh", "-euc", script, "sh"}, command...)...)
	}
	if out, err := namespace("true").CombinedOutput(); err != nil {
		t.Skipf("no network of its own: %v: %s", err, out)
	}
	cmd := namespace(os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
	cmd.Env = append(os.Environ(), inNamespace+"=1")
	if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), "--- PASS: "+t.Name()) {
		t.Errorf("%v:\n%s", err, out)
	}
	return false
}

func TestADomainIsServedByHTTPS(t *testing.T) {
	needs(t, "django")
	if !alone(t) {
		return
	}
	shop, admin := preparedShop(t, "SHOP_HOSTS=shop.localhost"), freeAddr(t)
	s := startServe(t, shop, "--domain", "shop.localhost", "--admin", admin)
	s.awaits(t, "url      https://shop.localhost/\n")

	var dialer net.Dialer
	unknown := &tls.Config{InsecureSkipVerify: true} // the authority is of this moment
	client := &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{TLSClientConfig: unknown, DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			_, port, _ := net.SplitHostPort(addr)
			return dialer.DialContext(ctx, network, "127.0.0.1:"+port)
		}},
	}
	var body []byte
	ask := func(url string) (*http.Response, error) {
		resp, err := client.Get(url)
		if err != nil {
			return nil, err
		}
		defer resp.Body.Close()
		body, err = io.ReadAll(resp.Body)
		return resp, err
	}
	eventually(t, func() error { // the certificate may come a moment later
		_, err := ask("https://shop.localhost/")
		return err
	})

	resp, err := ask("https://shop.localhost/mirror/")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(body), `"secure": true`) {
		t.Errorf("Django is asked by HTTPS and sees %s: %s", resp.Status, body)
	}
	if issuer := resp.TLS.PeerCertificates[0].Issuer.CommonName; !strings.HasPrefix(issuer, "Caddy Local Authority") {
		t.Errorf("the certificate is of %s", issuer)
	}
	resp, err = ask("http://shop.localhost/search/?q=tea")
	if err != nil {
		t.Fatal(err)
	}
	if to := resp.Header.Get("Location"); resp.StatusCode != http.StatusPermanentRedirect || to != "https://shop.localhost/search/?q=tea" {
		t.Errorf("HTTP is answered with %s to %q", resp.Status, to)
	}
	if resp, err := ask("https://other.localhost/"); err == nil {
		t.Errorf("a host that nobody serves is answered with %s", resp.Status)
	}

	s.Process.Signal(syscall.SIGTERM)
	if err := <-s.done; err != nil {
		t.Errorf("it ends with %v", err)
	}
}
