package dashboards

import "github.com/caddy-django/gateway/metrics"

// ofRoute selects the chosen route of the chosen sites.
func ofRoute(metric string, matchers ...string) string {
	return shown(metric, append([]string{metrics.LabelRoute + `="$` + metrics.LabelRoute + `"`}, matchers...)...)
}

func oneRoute() Dashboard {
	return Dashboard{
		UID:         "django-gateway-route",
		Title:       "Django gateway / One route",
		Description: "One route in full: its view, who asks how and what they get, how long it takes and where, and whether that is usual.",
		Variables:   []Variable{sites, ofRoutes},
		Rows: []Row{
			{Title: "Now", Panels: routeNow()},
			{Title: "Requests", Panels: routeRequests()},
			{Title: "Duration", Panels: routeDurations()},
			{Title: "Compared with before", Panels: routeBefore()},
		},
	}
}

func routeNow() []Panel {
	return []Panel{
		{
			Title: "Requests per second", Kind: Stat, Unit: "reqps", Width: 6,
			Description: "Requests for this route.",
			Targets:     []Target{{Expr: sum(rate(ofRoute(requests), interval)), Legend: "requests"}},
		},
		{
			Title: "Error ratio", Kind: Stat, Unit: "percentunit", Width: 6, Alarm: 0.01,
			Description: "Share of the requests with a status of 500 or above.",
			Targets: []Target{{
				Expr:   ratio("("+orZero(sum(rate(ofRoute(requests, serverError), interval)))+")", sum(rate(ofRoute(requests), interval))),
				Legend: "errors",
			}},
		},
		{
			Title: "95th percentile", Kind: Stat, Unit: "s", Width: 6,
			Description: "19 of 20 requests took at most this long.",
			Targets:     []Target{{Expr: quantile(0.95, "", rate(ofRoute(requestBuckets), interval)), Legend: "p95"}},
		},
		{
			Title: "Time consumed", Kind: Stat, Unit: "short", Width: 6,
			Description: "Seconds of work per second, which is how many workers the route keeps busy.",
			Targets:     []Target{{Expr: sum(rate(ofRoute(requestSeconds), interval)), Legend: "workers"}},
		},
	}
}

func routeRequests() []Panel {
	return []Panel{
		{
			Title: "By method", Kind: TimeSeries, Unit: "reqps", Width: 12, Stacked: true,
			Description: "Requests by their method.",
			Targets: []Target{{
				Expr:   sumBy(metrics.LabelMethod, rate(ofRoute(requests), interval)),
				Legend: "{{http_request_method}}",
			}},
		},
		{
			Title: "By status", Kind: TimeSeries, Unit: "reqps", Width: 12, Stacked: true,
			Description: "Requests by the status that the client got. 499: the client left before there was one.",
			Targets: []Target{{
				Expr:   sumBy(metrics.LabelStatus, rate(ofRoute(requests), interval)),
				Legend: "{{http_response_status_code}}",
			}},
		},
		{
			Title: "View", Kind: Table, Unit: "short", Width: 24,
			Description: "What Django calls for this route, and the name to reverse it by.",
			Targets: []Target{{
				Expr:      "max by (view, name, namespace, app) (" + ofRoute(metrics.RouteInfo) + ")",
				EmptyWhen: "no routes file is configured, or no route matched",
			}},
		},
	}
}

func routeDurations() []Panel {
	return []Panel{
		{
			Title: "Requests by duration", Kind: Heatmap, Unit: "s", Width: 12,
			Description: "How many requests per second took how long. Two bands mean two kinds of requests, which no quantile shows.",
			Targets:     []Target{{Expr: sumBy("le", rate(ofRoute(requestBuckets), interval)), Legend: "{{le}}"}},
		},
		{
			Title: "Quantiles", Kind: TimeSeries, Unit: "s", Width: 12,
			Description: "Time from a request's arrival until the last byte was handed to the client.",
			Targets:     quantiles(ofRoute(requestBuckets)),
		},
		{
			Title: "Time to headers and in all", Kind: TimeSeries, Unit: "s", Width: 12,
			Description: "Means. Until the headers arrive Django works; what is above that line is the body on its way to the client.",
			Targets: []Target{
				{Expr: ratio(sum(rate(ofRoute(headersSeconds), interval)), sum(rate(ofRoute(headersCount), interval))), Legend: "until Django's headers"},
				{Expr: ratio(sum(rate(ofRoute(requestSeconds), interval)), sum(rate(ofRoute(requests), interval))), Legend: "in all"},
			},
		},
		{
			Title: "95th percentile by method", Kind: TimeSeries, Unit: "s", Width: 12,
			Description: "Reading and writing are seldom equally fast.",
			Targets: []Target{{
				Expr:   quantile(0.95, metrics.LabelMethod, rate(ofRoute(requestBuckets), interval)),
				Legend: "{{http_request_method}}",
			}},
		},
	}
}

func routeBefore() []Panel {
	return []Panel{
		{
			Title: "Requests, a day and a week ago", Kind: TimeSeries, Unit: "reqps", Width: 12,
			Description: "Requests now, and at the same time before.",
			Targets: compared(func(rate func(string) string) string {
				return sum(rate(ofRoute(requests)))
			}),
		},
		{
			Title: "95th percentile, a day and a week ago", Kind: TimeSeries, Unit: "s", Width: 12,
			Description: "Duration now, and at the same time before.",
			Targets: compared(func(rate func(string) string) string {
				return quantile(0.95, "", rate(ofRoute(requestBuckets)))
			}),
		},
	}
}

// compared asks the same now, a day ago and a week ago; ask gets the rate of the
// time that it is to ask about.
func compared(ask func(rate func(series string) string) string) []Target {
	at := func(offset string) string {
		return ask(func(series string) string { return "rate(" + series + "[" + interval + "]" + offset + ")" })
	}
	return []Target{
		{Expr: at(""), Legend: "now"},
		{Expr: at(" offset 1d"), Legend: "a day ago", EmptyWhen: "Prometheus has nothing from a day ago"},
		{Expr: at(" offset 1w"), Legend: "a week ago", EmptyWhen: "Prometheus has nothing from a week ago"},
	}
}
