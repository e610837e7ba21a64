package dashboards

import "github.com/caddy-django/gateway/metrics"

// bySiteAndRoute keeps apart the routes of two sites that have the same name.
const bySiteAndRoute = metrics.LabelSite + ", " + metrics.LabelRoute

func routes() Dashboard {
	return Dashboard{
		UID:         "django-gateway-routes",
		Title:       "Django gateway / Routes",
		Description: "All routes beside each other: which one to make faster, and which one fails.",
		Variables:   []Variable{sites},
		Rows: []Row{
			{Title: "All routes", Panels: []Panel{routesTable()}},
			{Title: "Over time", Panels: routesOverTime()},
			{Title: "Paths that lead nowhere", Panels: []Panel{unmatchedPanel(), notFoundByRoute()}},
			{Title: "The table of routes", Panels: routesFile()},
		},
	}
}

func routesTable() Panel {
	seconds := rate(shown(requestSeconds), span)
	return Panel{
		Title: "Routes by time consumed", Kind: Table, Unit: "short", Width: 24,
		Description: "The time consumed is the rate times the mean: seconds of work per second, or how many workers a route keeps busy. Errors are statuses of 500 and above. All figures are of the whole range that the dashboard shows.",
		Targets: []Target{
			{Legend: "Time consumed", Unit: "short", Expr: sumBy(bySiteAndRoute, seconds)},
			{Legend: "Share of time", Unit: "percentunit", Expr: shareOfAll(sumBy(bySiteAndRoute, seconds), sum(seconds))},
			{Legend: "Requests per second", Unit: "reqps", Expr: sumBy(bySiteAndRoute, rate(shown(requests), span))},
			{Legend: "Mean", Unit: "s", Expr: ratio(sumBy(bySiteAndRoute, seconds), sumBy(bySiteAndRoute, rate(shown(requests), span)))},
			{Legend: "p95", Unit: "s", Expr: quantile(0.95, bySiteAndRoute, rate(shown(requestBuckets), span))},
			{Legend: "Error ratio", Unit: "percentunit", Expr: errorRatio(bySiteAndRoute, span)},
		},
	}
}

// errorRatio is the share of requests with a status of 500 or above: 0 for a
// route that never had one.
func errorRatio(labels, window string) string {
	all := sumBy(labels, rate(shown(requests), window))
	return ratio("("+sumBy(labels, rate(shown(requests, serverError), window))+" or 0 * "+all+")", all)
}

func routesOverTime() []Panel {
	return []Panel{
		timeConsumedPanel(),
		{
			Title: "Slowest routes", Kind: TimeSeries, Unit: "s", Width: 12,
			Description: "95th percentile of the ten routes where it is highest.",
			Targets: []Target{{
				Expr:   top10(quantile(0.95, metrics.LabelRoute, rate(shown(requestBuckets), interval))),
				Legend: "{{http_route}}",
			}},
		},
		serverErrorsPanel(),
		{
			Title: "Time to headers", Kind: TimeSeries, Unit: "s", Width: 12,
			Description: "95th percentile of the time until Django's headers arrived, of the ten routes where it is highest. A slow download adds nothing to it.",
			Targets: []Target{{
				Expr:   top10(quantile(0.95, metrics.LabelRoute, rate(shown(headersBuckets), interval))),
				Legend: "{{http_route}}",
			}},
		},
	}
}

func notFoundByRoute() Panel {
	return Panel{
		Title: "404 by route", Kind: TimeSeries, Unit: "reqps", Width: 12, Stacked: true,
		Description: "Requests that a view answered with 404, of the ten routes that have most.",
		Targets: []Target{{
			Expr:      top10(sumBy(metrics.LabelRoute, rate(shown(requests, matched, notFound), interval))),
			Legend:    "{{http_route}}",
			EmptyWhen: "no view answered with 404 since the gateway started",
		}},
	}
}

func routesFile() []Panel {
	const noFile = "no routes file is configured: routes are learned"
	return []Panel{
		{
			Title: "Known routes", Kind: TimeSeries, Unit: "short", Width: 8,
			Description: "Routes in the table, by where it comes from.",
			Targets:     []Target{{Expr: routesKnown, Legend: "{{source}}", EmptyWhen: noFile}},
		},
		{
			Title: "Age of the table", Kind: TimeSeries, Unit: "s", Width: 8,
			Description: "Time since the routes were last loaded. It grows until they change; what counts is that no newer ones failed to load.",
			Targets:     []Target{{Expr: "time() - (" + routesSince + " > 0)", Legend: "{{source}}", EmptyWhen: noFile}},
		},
		{
			Title: "Regular expressions given up", Kind: TimeSeries, Unit: "ops", Width: 8,
			Description: "Paths on which a regular expression of a route took longer than its limit. They count as _other.",
			Targets:     []Target{{Expr: sumBy("source", rate(routesGaveUp, interval)), Legend: "{{source}}", EmptyWhen: noFile}},
		},
	}
}
