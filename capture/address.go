package capture

import (
	"net/netip"
	"strings"
)

// hideAddress hides headers that hold the client's address under a name that
// does not say so, as those of many proxies and CDNs do. A loopback address
// stays: it is nobody's, and part of every URL of a development server.
func hideAddress(headers map[string]string, client string) {
	address, err := netip.ParseAddr(client)
	if err != nil || address.IsLoopback() {
		return
	}
	for name, value := range headers {
		if strings.Contains(value, client) {
			headers[name] = filtered
		}
	}
}
