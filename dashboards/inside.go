package dashboards

import "github.com/caddy-django/gateway/metrics"

const noProbe = "no probe is in Django"

// insideDjango is what only the probe in Django tells.
func insideDjango() []Panel {
	perRequest := func(metric string) string {
		return top10(ratio(sumBy(metrics.LabelRoute, rate(shown(metric+"_sum"), interval)), sumBy(metrics.LabelRoute, rate(shown(metric+"_count"), interval))))
	}
	return []Panel{
		{
			Title: "Top routes by time in the database", Kind: TimeSeries, Unit: "short", Width: 8, Stacked: true,
			Description: "Seconds of statements per second, which is how many connections to the database a route keeps busy.",
			Targets: []Target{{
				Expr:   top10(sumBy(metrics.LabelRoute, rate(shown(metrics.DatabaseDuration+"_sum"), interval))),
				Legend: "{{http_route}}", EmptyWhen: noProbe,
			}},
		},
		{
			Title: "Top routes by statements per request", Kind: TimeSeries, Unit: "short", Width: 8,
			Description: "Means. A route whose line climbs with the data asks in a loop.",
			Targets:     []Target{{Expr: perRequest(metrics.DatabaseQueries), Legend: "{{http_route}}", EmptyWhen: noProbe}},
		},
		{
			Title: "Top routes by time in the view", Kind: TimeSeries, Unit: "s", Width: 8,
			Description: "Means, without middleware.",
			Targets:     []Target{{Expr: perRequest(metrics.ViewDuration), Legend: "{{http_route}}", EmptyWhen: noProbe}},
		},
		{
			Title: "Workers", Kind: TimeSeries, Unit: "short", Width: 8,
			Description: "Workers that have answered in the last five minutes, and how many of them were in Django's handler on average.",
			Targets: []Target{
				{Expr: sumBy(metrics.LabelSite, shown(metrics.Workers)), Legend: "{{server_address}}", EmptyWhen: noProbe},
				{Expr: sumBy(metrics.LabelSite, rate(shown(metrics.WorkerSeconds), interval)), Legend: "{{server_address}} busy", EmptyWhen: noProbe},
			},
		},
		{
			Title: "Memory of the workers", Kind: TimeSeries, Unit: "bytes", Width: 8,
			Description: "Of all workers, where what they share counts for each, and of the largest. A line that only climbs until a worker starts anew is a leak.",
			Targets: []Target{
				{Expr: sumBy(metrics.LabelSite, shown(metrics.WorkersMemory)), Legend: "{{server_address}}", EmptyWhen: noProbe},
				{Expr: "max by (" + metrics.LabelSite + ") (" + shown(metrics.WorkerMemoryMax) + ")", Legend: "{{server_address}} largest", EmptyWhen: noProbe},
			},
		},
		{
			Title: "Starts of workers", Kind: TimeSeries, Unit: "short", Width: 8,
			Description: "Workers that took the place of others: after a restart, by max_requests, or because one died.",
			Targets: []Target{{
				Expr:   sumBy(metrics.LabelSite, increase(shown(metrics.WorkerStarts), interval)),
				Legend: "{{server_address}}", EmptyWhen: noProbe,
			}},
		},
	}
}
