package doctor

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/caddy-django/gateway/probe"
)

// Asked is an upstream whose probe the gateway asks.
type Asked struct {
	Upstream string // as in Setup.Upstreams
	Secret   string // empty: it is in Variable, or not known
	Variable string // of Caddy's environment
	Unknown  string // why the secret is not known
}

const fixProbe = "give its server the directory of the probe in PYTHONPATH, and the secret of the gateway, and start it again: caddy django run does both"

// checkProbe asks the probes as the gateway does, and looks for what keeps them silent.
func checkProbe(ctx context.Context, s *Setup) Check {
	switch {
	case len(s.Upstreams) == 0:
		return skipped("the configuration is not known: name it with --config")
	case !s.Probed:
		return skipped("no site has the option probe, by which Django itself would tell routes, statements, and tracebacks with DEBUG off: caddy django run --help")
	case len(s.Asked) == 0:
		return fail("the probe is not asked: no reverse_proxy of its site has the transport for that", "write transport django in the block of reverse_proxy, or use the directive django")
	}
	var found Check
	for _, asked := range s.Asked {
		check := s.probe(ctx, asked)
		if check.Verdict == Fail {
			return check
		}
		if found.Verdict != Skipped {
			found = check
		}
	}
	return found
}

func (s *Setup) probe(ctx context.Context, asked Asked) Check {
	secret := s.secretOf(asked)
	if secret == "" {
		return skipped("the gateway's secret of the probe is not to be known from here: " + asked.unknown())
	}
	a, answered, err := s.askProbe(ctx, asked.Upstream, secret)
	_, version := errors.AsType[*probe.VersionError](err)
	_, clock := errors.AsType[*probe.ClockError](err)
	switch {
	case clock:
		return fail(fmt.Sprintf("%s: %v", asked.Upstream, err), "set the clocks of both machines, such as by systemd-timesyncd or chrony")
	case version:
		return fail(fmt.Sprintf("%s: %v", asked.Upstream, err), "install the probe of this gateway with caddy django probe install <dir>, and start Django again")
	case err != nil && answered:
		return fail(fmt.Sprintf("%s: %v", asked.Upstream, err), "see what is between the gateway and Django, or answers in its place")
	case errors.Is(err, fs.ErrPermission):
		return skipped(asked.Upstream + " is not open to you: ask as root, or as Caddy's user")
	case err != nil:
		return skipped(fmt.Sprintf("%s does not answer: %v", asked.Upstream, err))
	case answered:
		return ok(fmt.Sprintf("the probe at %s answers, in Django %s and Python %s", asked.Upstream, a.Django, a.Python))
	}
	what, fix := s.whySilent(asked.Upstream, secret)
	return fail(fmt.Sprintf("the probe at %s does not answer: %s", asked.Upstream, what), fix)
}

// secretOf is empty if it is not known.
func (s *Setup) secretOf(asked Asked) string {
	if asked.Secret != "" || asked.Variable == "" {
		return asked.Secret
	}
	names, _ := filepath.Glob(filepath.Join(s.proc, "[0-9]*"))
	for _, dir := range names {
		if p := process(dir); p.name() == "caddy" {
			if value := strings.TrimSpace(variable(dir, asked.Variable)); value != "" {
				return value
			}
		}
	}
	return strings.TrimSpace(os.Getenv(asked.Variable))
}

func (asked Asked) unknown() string {
	if asked.Variable != "" {
		return "ask as root, or with " + asked.Variable + " in the environment"
	}
	return asked.Unknown
}

// askProbe sends one request that no project has a view for.
func (s *Setup) askProbe(ctx context.Context, upstream, secret string) (a probe.Answer, answered bool, err error) {
	network, address := "tcp", upstream
	if path, is := socketOf(upstream); is {
		network, address = "unix", path
	}
	transport := &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, address)
	}}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://localhost"+nowhere, nil)
	if err != nil {
		return a, false, err
	}
	if s.URL != nil {
		req.Host = s.URL.Host
	}
	req.Header.Set("User-Agent", "caddy-django-doctor")
	var trip probe.Trip
	trip.Begin(probe.Ask(secret, probe.Options{}))
	trip.Send(req.Header, req.Method, upstream, s)
	resp, err := transport.RoundTrip(req)
	if err != nil {
		return a, false, err
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, maxBody)) // a server logs who does not listen
	trip.Receive(resp.Header)
	answered, err = trip.Answer(&a)
	return a, answered, err
}
