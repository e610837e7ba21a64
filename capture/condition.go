package capture

import (
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
)

func pathIs(pattern string) (condition, error) {
	if !strings.HasPrefix(pattern, "/") && !strings.HasPrefix(pattern, "*") {
		return nil, fmt.Errorf("path %q starts neither with / nor with *: write %q", pattern, "/"+pattern)
	}
	g := newGlob(pattern)
	return func(e *facts) bool { return g.matches(e.x.Path) }, nil
}

func routeIs(pattern string) (condition, error) {
	if pattern == "" {
		return nil, errors.New(`route "" is empty: write one such as /users/<int:pk>/`)
	}
	g := newGlob(pattern)
	return func(e *facts) bool { return g.matches(e.x.Route) }, nil
}

func statusIs(status string) (condition, error) {
	first, last, err := parseStatus(status)
	if err != nil {
		return nil, err
	}
	return func(e *facts) bool { return first <= e.x.Status && e.x.Status <= last }, nil
}

// parseStatus returns the statuses that "503" or "5xx" stands for.
func parseStatus(status string) (first, last int, err error) {
	if digit, ok := strings.CutSuffix(status, "xx"); ok && len(digit) == 1 && digit >= "1" && digit <= "5" {
		first = int(digit[0]-'0') * 100
		return first, first + 99, nil
	}
	if code, err := strconv.Atoi(status); err == nil && code >= 100 && code <= 599 && strconv.Itoa(code) == status {
		return code, code, nil
	}
	return 0, 0, fmt.Errorf("status %q is not an HTTP status: write three digits like 503 or a class like 5xx", status)
}

func userAgentHas(part string) (condition, error) {
	if part == "" {
		return nil, errors.New(`user agent "" is empty: it would match every failure`)
	}
	part = strings.ToLower(part)
	return func(e *facts) bool { return strings.Contains(strings.ToLower(e.userAgent), part) }, nil
}

func clientIsIn(network string) (condition, error) {
	prefix, err := netip.ParsePrefix(network)
	if err != nil {
		address, notOne := netip.ParseAddr(network)
		if notOne != nil || address.Zone() != "" {
			return nil, fmt.Errorf("network %q is no range of addresses: write one such as 10.0.0.0/8, or an address", network)
		}
		prefix = netip.PrefixFrom(address, address.BitLen())
	}
	return func(e *facts) bool {
		client, err := netip.ParseAddr(e.x.Failure.ClientIP)
		return err == nil && prefix.Contains(client.Unmap().WithZone(""))
	}, nil
}

func exceptionIs(pattern string) (condition, error) {
	if pattern == "" {
		return nil, errors.New(`exception "" is empty: write a type such as OperationalError`)
	}
	g := newGlob(pattern)
	return func(e *facts) bool {
		name := e.exception[strings.LastIndexByte(e.exception, '.')+1:]
		return g.matches(e.exception) || g.matches(name)
	}, nil
}

func messageIs(pattern string) (condition, error) {
	if pattern == "" {
		return nil, errors.New(`message "" is empty: write a pattern such as "*lock timeout*"`)
	}
	g := newGlob(pattern)
	return func(e *facts) bool { return g.matches(e.message) }, nil
}
