// Package doctor checks a set-up of the gateway, Django and what is between them, and
// says what is wrong and how to mend it.
package doctor

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/caddy-django/gateway/appserver"
	"github.com/caddy-django/gateway/delivery"
)

// Verdict is how a check ended.
type Verdict string

// Verdicts, best first.
const (
	OK      Verdict = "ok"
	Skipped Verdict = "skipped" // what it needs is not known
	Warn    Verdict = "warn"    // it may work, or not for long
	Fail    Verdict = "fail"    // it does not work
)

// Check is the outcome of one check.
type Check struct {
	Name    string  `json:"name"`
	Verdict Verdict `json:"verdict"`
	What    string  `json:"what"`          // what was found
	Fix     string  `json:"fix,omitempty"` // what to do about it
}

// Setup is what is to be checked. What is left out is not known, and checks that need it
// are skipped.
type Setup struct {
	// URL of the site, as visitors see it.
	URL *url.URL
	// Project is what the Django project says of itself.
	Project *appserver.Project
	// Upstreams are the addresses of Django's server, as Caddy writes them:
	// "unix//run/shop/gunicorn.sock", "127.0.0.1:8001".
	Upstreams []string
	// Timeout is how long the gateway waits for the head of a response; 0 is for ever.
	Timeout time.Duration
	// Closed is whether a switch of maintenance is on.
	Closed bool
	// Probed is whether a site has the option probe, and Asked which upstreams are asked by it.
	Probed bool
	Asked  []Asked
	// Trials sends test events, and follows them.
	Trials func(context.Context) ([]delivery.Trial, error)

	client *http.Client // of the site
	proc   string       // path of /proc
	synced func() (bool, error)
	now    func() time.Time

	asked bool // for the home page
	page  *answer
	err   error
}

// checks are made in this order.
var checks = []struct {
	name string
	run  func(context.Context, *Setup) Check
}{
	{"upstream", checkUpstreams},
	{"private_tmp", checkPrivateTmp},
	{"answer", checkAnswer},
	{"redirects", checkRedirects},
	{"allowed_hosts", checkAllowedHosts},
	{"csrf", checkCSRF},
	{"static_root", checkStaticRoot},
	{"static_names", checkStaticNames},
	{"debug", checkDebug},
	{"worker_timeout", checkWorkerTimeout},
	{"probe", checkProbe},
	{"clock", checkClock},
	{"sentry", checkSentry},
}

// Run makes all checks, one after the other.
func Run(ctx context.Context, s Setup) []Check {
	s.defaults()
	all := make([]Check, 0, len(checks))
	for _, check := range checks {
		found := check.run(ctx, &s)
		found.Name = check.name
		all = append(all, found)
	}
	return all
}

// Failed reports whether any check has failed.
func Failed(all []Check) bool {
	for _, check := range all {
		if check.Verdict == Fail {
			return true
		}
	}
	return false
}

func (s *Setup) defaults() {
	if s.client == nil {
		s.client = &http.Client{
			Timeout:       10 * time.Second,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		}
	}
	if s.proc == "" {
		s.proc = "/proc"
	}
	if s.synced == nil {
		s.synced = synchronized
	}
	if s.now == nil {
		s.now = time.Now
	}
}

func ok(what string) Check        { return Check{Verdict: OK, What: what} }
func skipped(what string) Check   { return Check{Verdict: Skipped, What: what} }
func warn(what, fix string) Check { return Check{Verdict: Warn, What: what, Fix: fix} }
func fail(what, fix string) Check { return Check{Verdict: Fail, What: what, Fix: fix} }

// What checks need, in words.
const (
	needsURL     = "the URL of the site is not known: name it"
	needsProject = "the project is not known: name it with --project"
)
