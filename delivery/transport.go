package delivery

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"
)

// Transport is how a destination is reached. The zero value is right for most.
type Transport struct {
	Proxy *url.URL       // default: what HTTPS_PROXY, HTTP_PROXY and NO_PROXY say
	CAs   *x509.CertPool // whose certificates are trusted; default: the system's
}

// proxySchemes are those that net/http knows.
var proxySchemes = []string{"http", "https", "socks5", "socks5h"}

// ParseProxy reads the URL of a proxy, such as "http://user:password@proxy.example.com:3128". The error is one line that
// says what is wrong and quotes nothing of the URL, which may hold a password.
func ParseProxy(raw string) (*url.URL, error) {
	proxy, err := url.Parse(raw)
	if err != nil || proxy.Hostname() == "" || !slices.Contains(proxySchemes, proxy.Scheme) {
		return nil, fmt.Errorf("it is no URL of a proxy: write one such as http://proxy.example.com:3128; the scheme is one of %s",
			strings.Join(proxySchemes, ", "))
	}
	return proxy, nil
}

// LoadCAs reads the certificates of authorities from a PEM file.
func LoadCAs(file string) (*x509.CertPool, error) {
	pem, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, errors.New("there is no certificate in the file: it must hold those of authorities in PEM, -----BEGIN CERTIFICATE-----")
	}
	return pool, nil
}

// Through returns the destination as it is reached by a transport of its own.
func (d *Destination) Through(t Transport) *Destination {
	reached := *d
	reached.client = newClient(t.roundTripper())
	return &reached
}

func (t Transport) roundTripper() *http.Transport {
	transport := &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         (&net.Dialer{Timeout: 10 * time.Second}).DialContext,
		TLSHandshakeTimeout: 10 * time.Second,
		ForceAttemptHTTP2:   true,
		MaxIdleConnsPerHost: parallel + transactionSenders,
		IdleConnTimeout:     90 * time.Second,
	}
	if t.Proxy != nil {
		transport.Proxy = http.ProxyURL(t.Proxy)
	}
	if t.CAs != nil {
		transport.TLSClientConfig = &tls.Config{RootCAs: t.CAs, MinVersion: tls.VersionTLS12}
	}
	return transport
}

// newClient returns a client that does not follow redirects: the key must not go where the DSN does not point.
func newClient(transport http.RoundTripper) *http.Client {
	return &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}
