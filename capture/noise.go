package capture

import (
	"fmt"
	"slices"
	"strings"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/caddy-django/gateway/evidence"
	"github.com/caddy-django/gateway/exchange"
)

// Noise is what becomes of failures that clients cause by their nature: a scanner that
// asks for a host which is not there, a visitor who leaves while a form is read. They
// are warnings, and one group for each reason and site.
type Noise string

const (
	KeepNoise Noise = "keep" // events, which stay in the store; the default, and what "" stands for
	SendNoise Noise = "send" // events, which are delivered as well
	DropNoise Noise = "drop" // no events and no groups
)

// Validate refuses other values.
func (n Noise) Validate() error {
	switch n {
	case "", KeepNoise, SendNoise, DropNoise:
		return nil
	}
	return fmt.Errorf("noise %q is unknown: use keep, send or drop", string(n))
}

// noiseReason is why a failure is noise; empty if it is none.
type noiseReason string

const (
	noiseHost       noiseReason = "disallowed_host"
	noiseSuspicious noiseReason = "suspicious_operation"
	noiseTooLarge   noiseReason = "request_too_large"
	noiseClientGone noiseReason = "client_gone"
	noiseNotFound   noiseReason = "not_found"
)

// noiseTitles are the titles of their groups.
var noiseTitles = map[noiseReason]string{
	noiseHost:       "DisallowedHost: requests for hosts that ALLOWED_HOSTS does not name",
	noiseSuspicious: "SuspiciousOperation: requests that Django refused",
	noiseTooLarge:   "RequestDataTooBig, TooManyFieldsSent: requests with more data than Django takes",
	noiseClientGone: "Client disconnected while its request was read or answered",
	noiseNotFound:   "Http404: logged errors of pages that do not exist",
}

// noiseByType is what Django and servers raise because of the client. Connection
// errors need a closer look: a database may break a connection, too.
var noiseByType = map[string]noiseReason{
	"DisallowedHost": noiseHost,

	"SuspiciousOperation":     noiseSuspicious,
	"SuspiciousMultipartForm": noiseSuspicious,
	"SuspiciousFileOperation": noiseSuspicious,
	"SuspiciousSession":       noiseSuspicious,
	"DisallowedRedirect":      noiseSuspicious,
	"InvalidSessionKey":       noiseSuspicious,

	"RequestDataTooBig": noiseTooLarge,
	"TooManyFieldsSent": noiseTooLarge,
	"TooManyFilesSent":  noiseTooLarge,

	"UnreadablePostError": noiseClientGone,
	"RequestAborted":      noiseClientGone,
	"ClientDisconnect":    noiseClientGone, // starlette
	"ClientDisconnected":  noiseClientGone, // uvicorn

	"BrokenPipeError":        noiseClientGone,
	"ConnectionResetError":   noiseClientGone,
	"ConnectionAbortedError": noiseClientGone,

	"Http404":     noiseNotFound,
	"Resolver404": noiseNotFound,
}

// raisedBy are the packages whose exceptions these are. A project may call its own so.
var raisedBy = []string{"django", "starlette", "uvicorn"}

// noiseOf decides whether a failure is noise.
func noiseOf(f *failure, said *evidence.Evidence) noiseReason {
	thrown := said.Thrown()
	if thrown == nil {
		return ""
	}
	reason := noiseByType[thrown.Type]
	connection := strings.HasPrefix(thrown.Type, "Broken") || strings.HasPrefix(thrown.Type, "Connection")
	switch {
	case reason == "":
		return ""
	case connection && (thrown.Module != "" || !ofTheClient(f, said)):
		return ""
	case !connection && thrown.Module != "" && !slices.Contains(raisedBy, firstName(thrown.Module)):
		return ""
	case reason == noiseHost && refusesOwnHost(f, thrown.Value):
		return "" // a mistake in ALLOWED_HOSTS, which keeps everybody out
	case reason == noiseSuspicious && isUser(f) && !f.bot && !probes(f.x.Failure.URL):
		return "" // somebody at work: perhaps a bug
	}
	return reason
}

func firstName(module string) string {
	first, _, _ := strings.Cut(module, ".")
	return first
}

// refusesOwnHost reports whether the host that Django refused is the one that the site
// is configured for.
func refusesOwnHost(f *failure, message string) bool {
	site, _, _ := strings.Cut(f.x.Site, ":")
	return site != "" && (strings.Contains(message, "'"+site+"'") || strings.Contains(message, "'"+site+":"))
}

// isUser reports whether the request is that of a user whom Django knows.
func isUser(f *failure) bool { return f.report != nil && f.report.User.ID != "" }

// probes reports whether a URL is one of an attempt to get at files.
func probes(url string) bool {
	plain := strings.ToLower(unescape(url))
	return strings.ContainsRune(plain, 0) || slices.ContainsFunc([]string{"..", "/etc/", "/proc/", ":\\", "://", "<script"}, func(part string) bool {
		return strings.Contains(plain, part)
	})
}

// clientSide are the servers that read requests and write responses, with what of Django does.
var clientSide = []string{
	"gunicorn", "uvicorn", "daphne", "hypercorn", "granian", "waitress", "uwsgi", "wsgiref", "socketserver", "asgiref",
	"django.http", "django.core.handlers", "django.core.servers", "django.utils.functional",
}

// transports are what connections of all kinds go through.
var transports = []string{"socket", "ssl", "asyncio", "selectors", "_io", "io", "h11", "httptools", "uvloop", "twisted"}

// ofTheClient reports whether a broken connection is that to the client, and not to
// a database: the innermost frame that is no transport tells. Without frames, only the
// probe is believed: it leaves none out.
func ofTheClient(f *failure, said *evidence.Evidence) bool {
	if f.x.Outcome == exchange.Canceled {
		return true
	}
	frames := said.Thrown().Frames
	for _, frame := range slices.Backward(frames) {
		if frame.Module == "" || below(frame.Module, transports) {
			continue
		}
		return below(frame.Module, clientSide)
	}
	return len(frames) == 0 && said.Source == evidence.Probe
}

func below(module string, packages []string) bool {
	return slices.ContainsFunc(packages, func(p string) bool { return module == p || strings.HasPrefix(module, p+".") })
}

func newNoiseCounter() *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "django_noise_total",
		Help: "Failures and logged errors that clients cause by their nature, by reason.",
	}, []string{"reason"})
}

// noiseGroup is what noise of one reason is grouped by.
func noiseGroup(f *failure, reason noiseReason) grouping {
	return grouping{
		kind:   KindNoise,
		keys:   []string{string(KindNoise), f.x.Site, string(reason)},
		title:  noiseTitles[reason],
		method: Any, route: Any,
	}
}

// quiet reports whether the event of f is of noise, which is not delivered.
func (f *failure) quiet() bool { return f.noise != "" && f.site.opts.Noise != SendNoise }
