package appserver

import (
	"slices"
	"strings"
)

// Allows reports whether ALLOWED_HOSTS lets requests for a host in, as Django's
// HttpRequest.get_host and validate_host do. An address of IPv6 may lack its brackets.
func (p *Project) Allows(host string) bool {
	patterns := p.AllowedHosts
	if p.Debug && len(patterns) == 0 {
		patterns = []string{".localhost", "127.0.0.1", "[::1]"}
	}
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if strings.Contains(host, ":") && !strings.HasPrefix(host, "[") {
		host = "[" + host + "]"
	}
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		pattern = strings.ToLower(pattern)
		return pattern == "*" || pattern == host ||
			strings.HasPrefix(pattern, ".") && (strings.HasSuffix(host, pattern) || host == pattern[1:])
	})
}
