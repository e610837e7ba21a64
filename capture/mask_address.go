package capture

import (
	"net/http"
	"net/netip"
	"strings"
)

// addresses are those of a visitor.
type addresses map[netip.Addr]bool

// forwardedBy are the headers in which proxies and CDNs pass on whom they serve.
var forwardedBy = []string{
	"X-Forwarded-For", "Forwarded", "X-Real-Ip", "X-Client-Ip", "X-Cluster-Client-Ip", "Client-Ip", "True-Client-Ip",
	"Cf-Connecting-Ip", "Cf-Connecting-Ipv6", "Cf-Pseudo-Ipv4", "Fastly-Client-Ip", "Fly-Client-Ip", "Do-Connecting-Ip",
	"X-Azure-Clientip", "X-Appengine-User-Ip", "X-Original-Forwarded-For", "X-Envoy-External-Address",
}

// maxVisitorAddresses is the number of addresses that one request has.
const maxVisitorAddresses = 64

// addressesOf returns the address that Caddy believes, and what the headers say. That
// of the connection is the visitor's or that of a proxy in front, which is the site's
// own if it is private. A loopback address is nobody's, and part of every URL of a
// development server. That of the server behind is part of what went wrong.
func addressesOf(f *failure) addresses {
	all := make(addresses)
	upstream := parseAddress(hostOf(f.x.Failure.Upstream))
	add := func(address netip.Addr) {
		if address.IsValid() && !address.IsLoopback() && !address.IsUnspecified() && address != upstream && len(all) < maxVisitorAddresses {
			all[address] = true
		}
	}
	add(parseAddress(f.x.Failure.ClientIP))
	if remote := parseAddress(hostOf(f.remote)); !remote.IsPrivate() && !remote.IsLinkLocalUnicast() {
		add(remote)
	}
	for _, name := range forwardedBy {
		for _, value := range f.requestHeader[http.CanonicalHeaderKey(name)] {
			for _, part := range strings.FieldsFunc(value[:min(len(value), maxHeaderValue)], separatesAddresses) {
				add(parseAddress(hostOf(part)))
			}
		}
	}
	return all
}

// separatesAddresses is about lists, and the parameters of Forwarded (RFC 7239).
func separatesAddresses(r rune) bool { return strings.ContainsRune(",;= \t\"", r) }

func hostOf(address string) string {
	if at, err := netip.ParseAddrPort(address); err == nil {
		return at.Addr().String()
	}
	return strings.Trim(address, "[]")
}

// parseAddress returns an address in the one form that all its spellings have.
func parseAddress(s string) netip.Addr {
	address, err := netip.ParseAddr(s)
	if err != nil {
		return netip.Addr{}
	}
	return address.Unmap().WithZone("")
}

// minAddress is in bytes: ::1, and no credential is as short.
const minAddress = 3

// find calls add with each place of one of the addresses in s, whatever its spelling.
func (all addresses) find(s string, add func(from, to int)) {
	addressesIn(s, func(from, to int, address netip.Addr) {
		if all[address] {
			add(from, to)
		}
	})
}

// inAddress holds what an address may consist of.
var inAddress = func() (table [256]bool) {
	for c := range table {
		table[c] = c == '.' || c == ':' || isDigit(byte(c)) || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
	}
	return table
}()

// maxAddress is in bytes: six groups, an address of IPv4, and something around.
const maxAddress = 64

// addressesIn calls found with each address in s.
func addressesIn(s string, found func(from, to int, address netip.Addr)) {
	for at := 0; at < len(s); {
		if !inAddress[s[at]] {
			at++
			continue
		}
		from, points := at, 0
		for at < len(s) && inAddress[s[at]] {
			if s[at] == '.' || s[at] == ':' {
				points++
			}
			at++
		}
		if points < 2 {
			continue
		}
		addressIn(s, from, at, found)
	}
}

// addressIn looks in a run of bytes that addresses consist of. There may be a port
// behind the address, the end of a word before it, and the period of a sentence.
func addressIn(s string, from, to int, found func(from, to int, address netip.Addr)) {
	for to > from && s[to-1] == '.' {
		to--
	}
	if to-from <= maxAddress {
		for _, begin := range placesIn(s, from, to) {
			for _, end := range []int{to, from + strings.LastIndexByte(s[from:to], ':')} {
				if end <= begin || strings.IndexByte(s[begin:end], ':') < 0 {
					continue
				}
				if address := parseAddress(s[begin:end]); address.IsValid() {
					found(begin, zoneEnd(s, end), address)
				}
			}
		}
	}
	quads(s, from, to, found)
}

// placesIn returns where an address of IPv6 may begin: at the beginning, unless that
// is the end of a word, and behind one or two words that could be groups of it.
func placesIn(s string, from, to int) []int {
	var places []int
	if from == 0 || !alphanumeric(s[from-1]) {
		places = append(places, from)
	}
	for at, words := from, 0; words < 2; words++ {
		next := strings.IndexByte(s[at:to], ':')
		if next < 0 {
			break
		}
		at += next + 1
		places = append(places, at)
	}
	return places
}

// zoneEnd returns where the zone of an address ends: fe80::1%eth0.
func zoneEnd(s string, at int) int {
	if at+1 >= len(s) || s[at] != '%' || !isLetter(s[at+1]) {
		return at
	}
	for at++; at < len(s) && alphanumeric(s[at]); at++ {
	}
	return at
}

// quads finds the addresses of IPv4.
func quads(s string, from, to int, found func(from, to int, address netip.Addr)) {
	for at := from; at < to; {
		end := at
		for end < to && (isDigit(s[end]) || s[end] == '.') {
			end++
		}
		quad := strings.Trim(s[at:end], ".")
		if address := parseAddress(quad); address.Is4() {
			begin := at + strings.Index(s[at:end], quad)
			if wordBegins(s, begin) && wordEnds(s, begin+len(quad)) {
				found(begin, begin+len(quad), address)
			}
		}
		at = end + 1
	}
}
