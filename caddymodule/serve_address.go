package caddymodule

import (
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"syscall"
)

// defaultListen is for a look at a project: nobody else can reach it.
const defaultListen = "127.0.0.1:8000"

// parseListen checks an address to serve on.
func parseListen(address string) (string, error) {
	if address == "" {
		return defaultListen, nil
	}
	host, port, err := net.SplitHostPort(address)
	number, notANumber := strconv.ParseUint(port, 10, 16)
	if err != nil || notANumber != nil || number == 0 || strings.ContainsAny(host, "/{} ") {
		return "", fmt.Errorf("--listen %q is no address: write :8000, 127.0.0.1:8000 or [::1]:8000", address)
	}
	return address, nil
}

// claim fails if a flag is wrong, or if somebody else listens where the site is to be. Caddy
// itself shares its ports with whoever lets it, for the sake of reloads.
func (s *served) claim() error {
	for _, domain := range s.domains {
		if domain == "" || strings.ContainsAny(domain, ":/{} *") {
			return fmt.Errorf("--domain %q is no domain: write it like shop.example.com, without a scheme, a port or a path", domain)
		}
	}
	if s.sentry != "" && !hasPlaceholder(s.sentry) {
		if _, err := parseSentry(s.sentry); err != nil {
			return err
		}
	}
	claims := [][2]string{{s.listen, "--listen"}, {s.admin, "--admin"}}
	if len(s.domains) > 0 {
		claims = [][2]string{{":80", "--domain"}, {":443", "--domain"}, {s.admin, "--admin"}}
	}
	for _, c := range claims {
		listener, err := claim(c[0], c[1])
		if err != nil {
			return err
		}
		defer listener.Close() // when all are claimed: two of them may be the same
	}
	return nil
}

// claim tries an address that a flag has brought about.
func claim(address, flag string) (net.Listener, error) {
	listener, err := net.Listen("tcp", address)
	switch {
	case errors.Is(err, syscall.EADDRINUSE) && flag == "--domain":
		return nil, fmt.Errorf("something else listens on %s, which HTTPS needs: stop it, such as another web server", address)
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("something else listens on %s: stop it, or choose another address with %s", address, flag)
	case errors.Is(err, syscall.EACCES):
		return nil, fmt.Errorf("listening on %s is not permitted: choose a port above 1023, or allow it with setcap cap_net_bind_service=+ep on this program", address)
	case err != nil:
		return nil, fmt.Errorf("%s %q is no address of this machine (%w): write :8000 or 127.0.0.1:8000", flag, address, err)
	}
	return listener, nil
}
