package caddymodule

import (
	"sync"

	"go.uber.org/zap"

	"github.com/caddy-django/gateway/exchange"
	"github.com/caddy-django/gateway/probe"
)

// maxNoted is the number of upstreams of which is noted what was said.
const maxNoted = 1000

// probeNotes says in the log what is wrong with a probe, once for each upstream and
// not with each request: an old worker may answer in turns with a new one.
type probeNotes struct {
	mu     sync.Mutex
	said   map[string]results // by upstream
	unsent bool
}

// results is a set of what can come of a question.
type results uint8

func (s results) has(r exchange.ProbeResult) bool { return s&(1<<r) != 0 }

// note takes what came of an exchange. proxied tells that somebody has asked Django.
func (n *probeNotes) note(log *zap.Logger, p *exchange.Probe, proxied bool) {
	if p.Result == exchange.ProbeNotAsked {
		if proxied && p.Upstream == "" {
			n.noteUnsent(log)
		}
		return
	}
	n.mu.Lock()
	before, known := n.said[p.Upstream]
	fresh := !before.has(p.Result) && (known || len(n.said) < maxNoted)
	// A page of gunicorn's own has no answer, whoever sits behind it.
	if p.Result == exchange.ProbeNone && before.has(exchange.ProbeOK) {
		fresh = false
	}
	if fresh {
		if n.said == nil {
			n.said = make(map[string]results)
		}
		n.said[p.Upstream] = before | 1<<p.Result
	}
	n.mu.Unlock()
	if fresh {
		say(log.With(zap.String("upstream", p.Upstream)), p)
	}
}

func (n *probeNotes) noteUnsent(log *zap.Logger) {
	n.mu.Lock()
	fresh := !n.unsent
	n.unsent = true
	n.mu.Unlock()
	if fresh {
		log.Warn("the probe is not asked, because reverse_proxy sends requests with another transport: write transport django in its block, or use the directive django")
	}
}

func say(log *zap.Logger, p *exchange.Probe) {
	const goesOn = "; the site goes on without it"
	switch p.Result {
	case exchange.ProbeOK:
		log.Info("the probe in Django answers", zap.String("django", p.Answer.Django), zap.String("python", p.Answer.Python))
	case exchange.ProbeNone:
		log.Warn("the probe in Django does not answer" + goesOn +
			": is DJANGO_PROBE_SECRET in its environment the secret of the gateway, and the directory of the probe's sitecustomize.py in its PYTHONPATH? A probe of a gateway before version 2 of the protocol does not answer either: install that of this gateway")
	case exchange.ProbeVersion:
		message := p.Err.Error()
		if _, ok := p.Err.(*probe.VersionError); ok {
			message += goesOn + ": install the probe of this gateway, and restart Django"
		}
		log.Warn(message)
	case exchange.ProbeClock:
		log.Warn(p.Err.Error() + goesOn + ": set the clocks of both machines, such as by systemd-timesyncd or chrony")
	case exchange.ProbeForeign:
		log.Warn("an answer of the probe belongs to another request"+goesOn+": something between the gateway and Django answers from a cache, or makes it up", zap.Error(p.Err))
	default:
		log.Warn("an answer of the probe cannot be read"+goesOn+": is it Django's, and is its sitecustomize.py that of this gateway?", zap.Error(p.Err))
	}
}
