package dashboards

import (
	"slices"
	"strings"
	"time"

	"github.com/caddy-django/gateway/metrics"
)

// Severities: critical wakes somebody, warning waits for the morning.
const (
	critical = "critical"
	warning  = "warning"
)

// runbook is where each alert has a section under its name.
const runbook = "https://github.com/caddy-django/gateway/blob/main/docs/dashboards.md#"

func alerts() []Rule {
	all := slices.Concat(burnAlerts(), trafficAlerts(), storeAlerts(), deliveryAlerts())
	for _, rule := range all {
		rule.Annotations["runbook_url"] = runbook + strings.ToLower(rule.Alert)
	}
	return all
}

func says(summary, description string) map[string]string {
	return map[string]string{"summary": summary, "description": description}
}

func severity(s string) map[string]string { return map[string]string{"severity": s} }

func trafficAlerts() []Rule {
	const site = metrics.LabelSite
	lostRequests := series(metrics.Exchanges, gatewayError)
	scan := sumBy(site, rate(series(requests, unmatched), "5m"))
	return []Rule{
		{
			Alert: "DjangoUnreachable",
			// Five, because a request or two are lost whenever Django restarts.
			Expr: ratio(sumBy(site, rate(lostRequests, "5m")), sumBy(site, rate(metrics.Exchanges, "5m"))) + " > 0.2 and " +
				sumBy(site, increase(lostRequests, "5m")) + " >= 5",
			For:    2 * time.Minute,
			Labels: severity(critical),
			Annotations: says("{{ $labels.server_address }} cannot reach Django",
				"{{ $value | humanizePercentage }} of the requests of the last 5 minutes got no answer from Django."),
		},
		{
			Alert: "DjangoUnmatchedTraffic",
			// One a second, because dead links alone make fewer.
			Expr:   ratio(scan, sumBy(site, rate(requests, "5m"))) + " > 0.5 and " + scan + " > 1",
			For:    10 * time.Minute,
			Labels: severity(warning),
			Annotations: says("{{ $labels.server_address }} is asked for many paths that do not exist",
				"{{ $value | humanizePercentage }} of the requests of the last 5 minutes were for paths on which Django has no route."),
		},
		{
			Alert:  "DjangoRoutesNotLoaded",
			Expr:   routesLoaded + " == 0",
			For:    5 * time.Minute,
			Labels: severity(warning),
			Annotations: says("The routes of {{ $labels.source }} do not load",
				"{{ $labels.instance }} goes on with the last routes that did load, or learns them from the paths if there are none."),
		},
	}
}

func storeAlerts() []Rule {
	return []Rule{
		{
			Alert:  "DjangoStoreUnavailable",
			Expr:   storeUp + " == 0",
			For:    5 * time.Minute,
			Labels: severity(warning),
			Annotations: says("The error store of {{ $labels.instance }} is out of reach",
				"Failures are counted in memory, and their events are dropped when that is full."),
		},
		{
			Alert: "DjangoEvidenceLost",
			Expr: increase(series(errorsByDisposition, lost), "15m") + " > 0 or " +
				increase(storeDropped, "15m") + " > 0 or " + increase(storeUncounted, "15m") + " > 0",
			Labels: severity(warning),
			Annotations: says("{{ $labels.instance }} lost evidence of failures",
				"{{ $value | humanize }} failures of the last 15 minutes have no event or no count: {{ $labels.disposition }}{{ $labels.reason }}."),
		},
	}
}

func deliveryAlerts() []Rule {
	const same = " unless on (job, instance, destination) "
	return []Rule{
		{
			Alert:  "DjangoDeliveryFails",
			Expr:   deliveryUp + " == 0",
			For:    15 * time.Minute,
			Labels: severity(warning),
			Annotations: says("{{ $labels.destination }} takes no error events",
				"It fails or asks to wait. Events wait in the outbox, and none is lost until they exceed max_age or max_size."),
		},
		{
			Alert: "DjangoEventsWait",
			Expr: outboxPending + " > 0" +
				same + increase(series(deliveryEvents, `result="delivered"`), "15m") + " > 0" +
				same + deliveryUp + " == 0",
			For:    30 * time.Minute,
			Labels: severity(warning),
			Annotations: says("Error events for {{ $labels.destination }} stay in the outbox",
				"{{ $value | humanize }} events have waited for half an hour, though nothing is known to be wrong with their destination."),
		},
		{
			Alert: "DjangoEventsNotDelivered",
			Expr: increase(outboxRemoved, "1h") + " > 0 or " +
				increase(series(deliveryEvents, `result="set_aside"`), "1h") + " > 0",
			Labels: severity(warning),
			Annotations: says("Error events of {{ $labels.instance }} did not arrive",
				"{{ $value | humanize }} events of the last hour were refused by their destination, or removed to respect a limit while they waited."),
		},
	}
}
