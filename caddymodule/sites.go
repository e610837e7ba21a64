package caddymodule

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"unicode"

	"github.com/caddyserver/caddy/v2/modules/caddyhttp"

	"github.com/caddy-django/gateway/metrics"
	"github.com/caddy-django/gateway/route"
)

// sites finds the site of a request by its host. As in Caddy's own metrics only
// a host that the configuration names in full is a site: clients make up hosts,
// and each would be a set of series.
type sites struct {
	metrics  *metrics.Metrics
	learners *route.Learners
	tables   tables // their learner is that of the unnamed site
	unnamed  string // the site of all other hosts

	once  sync.Once
	named map[string]namedSite
	other *metrics.Site
}

// namedSite is a site with the routes of its requests, whose labels it learns by itself.
type namedSite struct {
	*metrics.Site
	table *route.Table
}

// of returns the site of r, and the routes that it is resolved with.
func (s *sites) of(r *http.Request) (*metrics.Site, *route.Table) {
	// The routes of the server are there when it serves, not yet when the
	// handler is provisioned.
	s.once.Do(func() {
		server, _ := r.Context().Value(caddyhttp.ServerCtxKey).(*caddyhttp.Server)
		s.load(server)
	})
	host := hostname(r.Host)
	if site, ok := s.named[host]; ok {
		return site.Site, site.table
	}
	return s.other, s.tables.of(host)
}

func (s *sites) load(server *caddyhttp.Server) {
	s.other = s.metrics.Site(s.unnamed)
	s.named = make(map[string]namedSite)
	if server == nil {
		return
	}
	for _, route := range server.Routes {
		for _, matchers := range route.MatcherSets {
			for _, matcher := range matchers {
				hosts, ok := matcher.(*caddyhttp.MatchHost)
				if !ok {
					continue
				}
				for _, host := range *hosts {
					if host = strings.ToLower(host); !strings.ContainsAny(host, "*{") {
						s.named[host] = namedSite{s.metrics.Site(host), s.tables.of(host).WithLearner(s.learners.Site(host))}
					}
				}
			}
		}
	}
}

// maxSiteName is more than a host name has, in bytes.
const maxSiteName = 255

func validateSiteName(name string) error {
	invalid := func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }
	if len(name) > maxSiteName || strings.ContainsFunc(name, invalid) {
		return fmt.Errorf("invalid site %q: use a name without spaces, such as shop.example.com", name)
	}
	return nil
}

// hostname returns a Host header without its port, in lower case.
func hostname(host string) string {
	if i := strings.LastIndexByte(host, ':'); i > strings.LastIndexByte(host, ']') {
		host = host[:i]
	}
	host = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	return strings.ToLower(host)
}
