package capture

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strconv"

	"github.com/caddy-django/gateway/exchange"
	"github.com/caddy-django/gateway/store"
)

// grouping is what identifies a failure. Two occurrences with equal keys are one
// group, here and, as the fingerprint, at the receiver.
type grouping struct {
	kind  Kind
	keys  []string
	scope string // keeps groups apart that share their keys
	title string

	method, route string // or Any
}

// maxTitle is in bytes, of a title and of what a failure is grouped by.
const maxTitle = 200

// groupOf decides what a failure is grouped by. said is what it says of itself.
//
// A failure to reach Django says nothing about the route it happened on, and its
// cause changes while Django goes down and comes up again: one outage is one
// group for each upstream.
func groupOf(x *exchange.Exchange, said message) grouping {
	outcome := x.Outcome.String() // and not the kind: it was there first
	method := exchange.MethodLabel(x.Method)
	status := strconv.Itoa(x.Status)
	g := grouping{kind: kindOf(x, said), method: method, route: x.Route}
	switch {
	case g.kind == KindSlow:
		g.keys = []string{string(g.kind), x.Site, method, x.Route}
		g.title = "slow: " + method + " " + x.Route
	case g.kind == KindLogged && said.logger != "": // as at Sentry: by the logger, and what it logs before its arguments
		g.keys = []string{string(g.kind), x.Site, said.logger, said.signature}
		g.title = clip(said.summary, maxTitle)
		g.method, g.route = Any, Any
	case g.kind == KindLogged: // by the exception, wherever it was met
		g.keys = append([]string{string(g.kind), x.Site, said.exception}, said.raisedAt...)
		g.title = clip(said.summary, maxTitle)
		g.method, g.route = Any, Any
	case g.kind == KindNPlusOne:
		g.keys = []string{string(g.kind), x.Site, method, x.Route, said.signature}
		g.title = clip("N+1: "+said.summary, maxTitle)
	case unreached(x):
		g.keys = []string{outcome, x.Site, x.Failure.Upstream, "unreachable"}
		g.title = "Django is unreachable"
		if x.Failure.Upstream != "" {
			g.title += " at " + x.Failure.Upstream
		}
		g.method, g.route = Any, Any
	case x.Outcome == exchange.GatewayError:
		g.keys = []string{outcome, x.Site, x.Failure.Upstream, string(x.Failure.Cause), method, x.Route}
		g.title = causeTitle(x.Failure.Cause, x) + " on " + method + " " + x.Route
	case x.Outcome == exchange.Truncated:
		g.keys = []string{outcome, x.Site, method, x.Route}
		g.title = fmt.Sprintf("%s %s was cut short", method, x.Route)
	case x.Outcome == exchange.Panicked:
		g.keys = []string{outcome, x.Site, method, x.Route, said.signature}
		g.title = clip("panic: "+said.summary, maxTitle)
	case uncaught(x, said):
		g.keys = []string{string(g.kind), x.Site, method, x.Route, status, said.signature}
		g.title = "gunicorn's own error page on " + method + " " + x.Route
	default:
		g.keys = []string{outcome, x.Site, method, x.Route, status, said.signature}
		g.title = clip(said.summary, maxTitle)
		if g.title == "" {
			g.title = http.StatusText(x.Status)
		}
	}
	return g
}

// ruled reports whether a rule of the site's has decided.
func (g grouping) ruled() bool { return g.scope != "" }

// id names the group: 32 hexadecimal digits.
func (g grouping) id() string {
	text := []byte(g.scope)
	for _, key := range g.keys {
		text = strconv.AppendInt(text, int64(len(key)), 10)
		text = append(text, ':')
		text = append(text, key...)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:16])
}

// Any stands for the method and the route of a group that spans them.
const Any = "*"

func (g grouping) group(x *exchange.Exchange) store.Group {
	kind := g.kind
	if unreached(x) {
		kind = KindUnreachable
	}
	return store.Group{
		ID:     g.id(),
		Kind:   string(kind),
		Title:  g.title,
		Site:   x.Site,
		Method: g.method,
		Route:  g.route,
		Status: x.Status,
	}
}

// causeTitle says in words why there was no answer.
func causeTitle(cause exchange.Cause, x *exchange.Exchange) string {
	upstream := x.Failure.Upstream
	if upstream == "" {
		upstream = "the upstream"
	}
	switch cause {
	case exchange.CauseRefused:
		return upstream + " refused the connection"
	case exchange.CauseSocketMissing:
		return "the socket " + upstream + " does not exist"
	case exchange.CauseUnresolvable:
		return upstream + " cannot be resolved"
	case exchange.CauseDialTimeout:
		return upstream + " did not accept the connection in time"
	case exchange.CauseTLS:
		return "TLS to " + upstream + " failed"
	case exchange.CauseNoUpstream:
		return "no upstream is available"
	case exchange.CauseTimeout:
		return upstream + " did not answer in time"
	case exchange.CauseIdleClosed:
		return upstream + " closed an idle connection"
	case exchange.CauseResponseTooLarge:
		return upstream + " sent more headers than the gateway takes"
	case exchange.CauseReset, exchange.CauseClosed:
		return upstream + " closed the connection without answering"
	case exchange.CauseBadResponse:
		return upstream + " sent something that is not HTTP"
	default:
		return fmt.Sprintf("the gateway answered %d", x.Status)
	}
}
