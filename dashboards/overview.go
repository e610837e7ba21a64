package dashboards

import "github.com/caddy-django/gateway/metrics"

func overview() Dashboard {
	return Dashboard{
		UID:         "django-gateway-overview",
		Title:       "Django gateway / Overview",
		Description: "How the sites behind the gateway are doing: traffic, errors, latency, saturation.",
		Variables:   []Variable{sites},
		Rows: []Row{
			{Title: "Now", Panels: overviewNow()},
			{Title: "Requests", Panels: overviewRequests()},
			{Title: "Where the time goes", Panels: overviewRoutes()},
			{Title: "Error events", Panels: []Panel{dispositionsPanel(), deliveriesPanel()}},
		},
	}
}

func overviewNow() []Panel {
	return []Panel{
		{
			Title: "Requests per second", Kind: Stat, Unit: "reqps", Width: 4,
			Description: "Requests of any outcome.",
			Targets:     []Target{{Expr: sum(rate(shown(metrics.Exchanges), interval)), Legend: "requests"}},
		},
		{
			Title: "Failed requests", Kind: Stat, Unit: "percentunit", Width: 4, Alarm: 0.01,
			Description: "Share of the requests that ended in an app error, a gateway error, truncated, or panicked. A truncated response has the status 200 and counts here.",
			Targets:     []Target{{Expr: failedShare("", interval), Legend: "failed"}},
		},
		{
			Title: "95th percentile", Kind: Stat, Unit: "s", Width: 4,
			Description: "19 of 20 requests took at most this long, from their arrival until the last byte was handed to the client.",
			Targets:     []Target{{Expr: quantile(0.95, "", rate(shown(requestBuckets), interval)), Legend: "p95"}},
		},
		{
			Title: "Active requests", Kind: Stat, Unit: "short", Width: 4,
			Description: "Requests that are being answered now. Compare it with the number of workers: what exceeds them waits.",
			Targets:     []Target{{Expr: sum(shown(metrics.ActiveRequests)), Legend: "active"}},
		},
		{
			Title: "Unmatched requests", Kind: Stat, Unit: "percentunit", Width: 4,
			Description: "Share of the requests for paths on which Django has no route: scanners, dead links, a missing redirect.",
			Targets: []Target{{
				Expr:   ratio("("+orZero(sum(rate(shown(requests, unmatched), interval)))+")", sum(rate(shown(requests), interval))),
				Legend: "unmatched",
			}},
		},
		{
			Title: "Events waiting", Kind: Stat, Unit: "short", Width: 4, Alarm: 100,
			Description: "Error events that wait for their delivery, of all sites.",
			Targets:     []Target{{Expr: orZero(sum(outboxPending)), Legend: "waiting"}},
		},
	}
}

// failedShare is the share of failed requests, by labels if there are any.
func failedShare(labels, window string) string {
	part, whole := rate(shown(metrics.Exchanges, failed), window), rate(shown(metrics.Exchanges), window)
	if labels == "" {
		return ratio(sum(part), sum(whole))
	}
	return ratio(sumBy(labels, part), sumBy(labels, whole))
}

func overviewRequests() []Panel {
	return []Panel{
		{
			Title: "Requests by outcome", Kind: TimeSeries, Unit: "reqps", Width: 12, Stacked: true,
			Description: "How requests end. Each has exactly one outcome.",
			Targets: []Target{{
				Expr:   sumBy(metrics.LabelOutcome, rate(shown(metrics.Exchanges), interval)),
				Legend: "{{outcome}}",
			}},
		},
		{
			Title: "Error ratio by outcome", Kind: TimeSeries, Unit: "percentunit", Width: 12, Stacked: true,
			Description: "Share of all requests that failed, by how: Django answered with a status of 500 or above (app_error), did not answer (gateway_error), died in the middle of its answer (truncated), or a handler of the gateway panicked (panicked).",
			Targets: []Target{{
				Expr: shareOfAll(sumBy(metrics.LabelOutcome, rate(shown(metrics.Exchanges, failed), interval)),
					sum(rate(shown(metrics.Exchanges), interval))),
				Legend: "{{outcome}}",
			}},
		},
		{
			Title: "Duration", Kind: TimeSeries, Unit: "s", Width: 12,
			Description: "Quantiles of the time from a request's arrival until the last byte was handed to the client. Streams are not in it.",
			Targets:     quantiles(shown(requestBuckets)),
		},
		activePanel(),
	}
}

// quantiles are the three that are shown of every histogram.
func quantiles(buckets string) []Target {
	return []Target{
		{Expr: quantile(0.5, "", rate(buckets, interval)), Legend: "p50"},
		{Expr: quantile(0.95, "", rate(buckets, interval)), Legend: "p95"},
		{Expr: quantile(0.99, "", rate(buckets, interval)), Legend: "p99"},
	}
}

func overviewRoutes() []Panel {
	return []Panel{
		timeConsumedPanel(),
		{
			Title: "Top routes by requests", Kind: TimeSeries, Unit: "reqps", Width: 12, Stacked: true,
			Description: "The routes that are asked for most.",
			Targets: []Target{{
				Expr:   top10(sumBy(metrics.LabelRoute, rate(shown(requests), interval))),
				Legend: "{{http_route}}",
			}},
		},
		{
			Title: "Requests by status", Kind: TimeSeries, Unit: "reqps", Width: 12, Stacked: true,
			Description: "The status that the client got. 499: the client left before there was one.",
			Targets: []Target{{
				Expr:   sumBy(metrics.LabelStatus, rate(shown(requests), interval)),
				Legend: "{{http_response_status_code}}",
			}},
		},
		unmatchedPanel(),
	}
}
