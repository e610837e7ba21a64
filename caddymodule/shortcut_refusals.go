package caddymodule

import (
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"net/url"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"
)

// unknownOption says of an option that reverse_proxy does not know what the
// directive itself has: it may be one of those, misspelt.
func (s *shortcut) unknownOption(d *caddyfile.Dispenser, err error) error {
	for _, name := range s.left {
		if strings.HasPrefix(err.Error(), "unrecognized subdirective "+name+", at ") {
			return d.Errf("unknown option %q: it is none of reverse_proxy, and the options are %s",
				name, strings.Join(slices.Sorted(maps.Keys(s.options())), ", "))
		}
	}
	return err
}

// checkTo checks the upstreams that stand in the block.
func checkTo(d *caddyfile.Dispenser, segment []caddyfile.Token) error {
	if segment[0].Text != "to" {
		return nil
	}
	for _, token := range segment[1:] {
		if err := checkUpstream(token.Text); err != nil {
			return d.WrapErr(err)
		}
	}
	return nil
}

// checkUpstream refuses what is not an address. reverse_proxy takes a path of a
// socket for the name of a host, and finds out when a request comes.
func checkUpstream(address string) error {
	if hasPlaceholder(address) {
		return nil
	}
	if socket, ok := strings.CutPrefix(address, "unix:"); ok || path.IsAbs(address) { // as gunicorn and nginx write it
		socket = "/" + strings.TrimLeft(strings.TrimPrefix(socket, "http"), ":/")
		return fmt.Errorf("upstream %q is not an address: write unix/%s", address, socket)
	}
	if err := parseUpstream(address); err != nil {
		return fmt.Errorf("upstream %q is not an address (%w): write one such as unix//run/shop/gunicorn.sock or 127.0.0.1:8000", address, err)
	}
	return nil
}

func parseUpstream(address string) error {
	if strings.Contains(address, "://") {
		u, err := url.Parse(address)
		switch {
		case err != nil:
			return errors.Unwrap(err)
		case u.Hostname() == "":
			return errors.New("it has no host")
		case u.User != nil || u.Path != "" || u.RawQuery != "" || u.Fragment != "":
			return errors.New("it has more than scheme, host and port")
		}
		return nil
	}
	network, host, port, err := caddy.SplitNetworkAddress(address)
	if err != nil { // it has no port
		network, host, port = "", address, "80"
	}
	_, noIP := netip.ParseAddr(host)
	switch {
	case caddy.IsUnixNetwork(network):
		if !path.IsAbs(host) && !strings.HasPrefix(host, "@") {
			return errors.New("the path of the socket does not begin with a slash")
		}
		return nil
	case caddy.IsFdNetwork(network):
		return nil
	case noIP != nil && strings.ContainsAny(host, " /@?#:\\\t"):
		return errors.New("that is no name of a host")
	}
	_, err = caddy.ParseNetworkAddress(caddy.JoinNetworkAddress(network, host, port))
	return err
}

// checkProtected refuses a protected directory that anyone may read without
// Django's consent.
func (s *shortcut) checkProtected(d *caddyfile.Dispenser) error {
	for _, p := range s.protected {
		for _, f := range s.files {
			below, err := filepath.Rel(f.Root, p.Root)
			if err == nil && filepath.IsLocal(below) {
				return d.Errf("the protected directory %s is in %s, which everyone may read at %s: move it elsewhere", p.Root, f.Root, f.URL)
			}
		}
	}
	return nil
}
