package capture

import (
	"fmt"
	"time"

	"github.com/dustin/go-humanize"

	"github.com/caddy-django/gateway/exchange"
)

// outageGap is how long no request has failed to reach an upstream when its
// outage counts as over. It is the interval of the events, so that a site which
// is seldom asked for makes no more of them than another.
const outageGap = eventInterval

// unreached reports whether a failure is part of an outage: Django never saw the
// request.
func unreached(x *exchange.Exchange) bool {
	return x.Outcome == exchange.GatewayError && !x.Failure.Cause.Reached()
}

// outage is a time in which the requests to an upstream did not reach it.
type outage struct {
	since, last time.Time
	failed      int64 // requests
}

// add counts a request that failed at now; if the outage was over, a new one
// begins with it.
func (o *outage) add(now time.Time) {
	if now.Sub(o.last) > outageGap {
		*o = outage{since: now, last: now}
	}
	o.failed++
	if now.After(o.last) {
		o.last = now
	}
}

// describe says in words how bad it is; why is the cause of the latest failure.
func (o *outage) describe(why string) string {
	if o.failed == 1 {
		return why
	}
	return fmt.Sprintf("Django has been unreachable for %s, %s requests failed: %s", lasting(o.last.Sub(o.since)), humanize.Comma(o.failed), why)
}

// lasting writes a duration as one says it.
func lasting(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d s", d/time.Second)
	case d < time.Hour:
		return fmt.Sprintf("%d min", d/time.Minute)
	default:
		return fmt.Sprintf("%d h %d min", d/time.Hour, d%time.Hour/time.Minute)
	}
}

// failedDials remembers for each site the upstream that was not reached last. It
// is not safe for concurrent use.
type failedDials map[string]failedDial

type failedDial struct {
	upstream string
	at       time.Time
}

// name fills in the upstream of a failure before which none was chosen, because
// all count as down: the outage is that which made them count so.
func (d failedDials) name(x *exchange.Exchange, now time.Time) {
	last := d[x.Site]
	if x.Failure.Upstream == "" && now.Sub(last.at) <= outageGap {
		x.Failure.Upstream = last.upstream
	}
	d[x.Site] = failedDial{x.Failure.Upstream, now}
}
