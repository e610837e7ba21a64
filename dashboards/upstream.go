package dashboards

import "github.com/caddy-django/gateway/metrics"

func upstream() Dashboard {
	return Dashboard{
		UID:         "django-gateway-upstream",
		Title:       "Django gateway / Upstream and saturation",
		Description: "Whether Django can be reached, how busy it is, and what the gateway itself needs.",
		Variables:   []Variable{sites},
		Rows: []Row{
			{Title: "Reaching Django", Panels: upstreamErrors()},
			{Title: "Saturation", Panels: saturation()},
			{Title: "Inside Django", Panels: insideDjango()},
			{Title: "Bodies", Panels: bodies()},
			{Title: "The gateway's process", Panels: process()},
		},
	}
}

func upstreamErrors() []Panel {
	return []Panel{
		{
			Title: "Requests without a whole answer", Kind: TimeSeries, Unit: "reqps", Width: 12, Stacked: true,
			Description: "No answer from Django (gateway_error), an answer that broke off (truncated), a handler of the gateway that panicked (panicked). The error events have the cause.",
			Targets: []Target{{
				Expr:   sumBy(metrics.LabelOutcome, rate(shown(metrics.Exchanges, incomplete), interval)),
				Legend: "{{outcome}}",
			}},
		},
		{
			Title: "Gateway errors by status", Kind: TimeSeries, Unit: "reqps", Width: 12, Stacked: true,
			Description: "502: Django refused, closed or answered nonsense. 503: every upstream is marked as down. 504: no answer in time. Those that Django itself answers with count as well.",
			Targets: []Target{
				{Expr: orZero(sum(rate(shown(requests, metrics.LabelStatus+`="502"`), interval))), Legend: "502"},
				{Expr: orZero(sum(rate(shown(requests, metrics.LabelStatus+`="503"`), interval))), Legend: "503"},
				{Expr: orZero(sum(rate(shown(requests, metrics.LabelStatus+`="504"`), interval))), Legend: "504"},
			},
		},
		{
			Title: "Share of gateway errors", Kind: TimeSeries, Unit: "percentunit", Width: 12,
			Description: "Share of the requests of each site that got no answer from Django.",
			Targets: []Target{{
				Expr: ratio(sumBy(metrics.LabelSite, rate(shown(metrics.Exchanges, gatewayError), interval)),
					sumBy(metrics.LabelSite, rate(shown(metrics.Exchanges), interval))),
				Legend: "{{server_address}}",
			}},
		},
		{
			Title: "Healthy upstreams", Kind: TimeSeries, Unit: "short", Width: 12,
			Description: "What Caddy thinks of each upstream: 1 is healthy. Of all sites.",
			Targets: []Target{{
				Expr:   "min by (upstream) (" + upstreamsHealthy + ")",
				Legend: "{{upstream}}",
			}},
		},
	}
}

func saturation() []Panel {
	return []Panel{
		activePanel(),
		{
			Title: "Workers busy on average", Kind: TimeSeries, Unit: "short", Width: 12,
			Description: "Seconds until Django's headers arrived, per second: how many workers were at work on average. When it nears their number, requests queue.",
			Targets: []Target{{
				Expr:   sumBy(metrics.LabelSite, rate(shown(headersSeconds), interval)),
				Legend: "{{server_address}}",
			}},
		},
		{
			Title: "Time to headers", Kind: TimeSeries, Unit: "s", Width: 12,
			Description: "Time until Django's headers arrived, the wait for a free worker included. A slow download adds nothing to it.",
			Targets:     quantiles(shown(headersBuckets)),
		},
		{
			Title: "Active requests by method", Kind: TimeSeries, Unit: "short", Width: 12, Stacked: true,
			Description: "Long uploads show as POST and PUT, WebSockets as GET.",
			Targets: []Target{{
				Expr:   sumBy(metrics.LabelMethod, shown(metrics.ActiveRequests)),
				Legend: "{{http_request_method}}",
			}},
		},
	}
}

func bodies() []Panel {
	return []Panel{
		{
			Title: "Size of requests", Kind: TimeSeries, Unit: "bytes", Width: 8,
			Description: "Quantiles of the size of request bodies.",
			Targets:     quantiles(shown(metrics.RequestBodySize + "_bucket")),
		},
		{
			Title: "Size of responses", Kind: TimeSeries, Unit: "bytes", Width: 8,
			Description: "Quantiles of the size of response bodies, as Django wrote them: before they are compressed.",
			Targets:     quantiles(shown(metrics.ResponseBodySize + "_bucket")),
		},
		{
			Title: "Throughput", Kind: TimeSeries, Unit: "Bps", Width: 8,
			Description: "Bytes per second of bodies, without headers.",
			Targets: []Target{
				{Expr: sum(rate(shown(metrics.RequestBodySize+"_sum"), interval)), Legend: "requests"},
				{Expr: sum(rate(shown(metrics.ResponseBodySize+"_sum"), interval)), Legend: "responses"},
			},
		},
	}
}

func process() []Panel {
	return []Panel{
		{
			Title: "CPU", Kind: TimeSeries, Unit: "short", Width: 6,
			Description: "Cores that Caddy uses.",
			Targets:     []Target{{Expr: ofGateways(rate(processCPU, interval)), Legend: "{{instance}}"}},
		},
		{
			Title: "Memory", Kind: TimeSeries, Unit: "bytes", Width: 6,
			Description: "Memory of Caddy's process, and the part of it that is Go's heap.",
			Targets: []Target{
				{Expr: ofGateways(processMemory), Legend: "{{instance}} resident"},
				{Expr: ofGateways(goHeap), Legend: "{{instance}} heap"},
			},
		},
		{
			Title: "Goroutines", Kind: TimeSeries, Unit: "short", Width: 6,
			Description: "A few for each open connection. A line that only climbs is a leak.",
			Targets:     []Target{{Expr: ofGateways(goGoroutines), Legend: "{{instance}}"}},
		},
		{
			Title: "File descriptors", Kind: TimeSeries, Unit: "percentunit", Width: 6,
			Description: "Share of the file descriptors that the process may open. At 1 it accepts no connection.",
			Targets:     []Target{{Expr: ofGateways(processOpenFDs + " / " + processMaxFDs), Legend: "{{instance}}"}},
		},
	}
}

// ofGateways keeps the answers about processes that serve the chosen sites:
// every process that Prometheus knows has these metrics.
func ofGateways(expr string) string {
	return expr + " and on (job, instance) " + shown(metrics.Exchanges)
}
