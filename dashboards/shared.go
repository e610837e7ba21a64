package dashboards

import "github.com/caddy-django/gateway/metrics"

// Why a healthy system may have no answer.
const (
	noDestination = "no destination for events is configured"
	noFailure     = "no request was answered with a status of 500 or above since the gateway started"
)

// What follows are panels that several dashboards show.

func activePanel() Panel {
	return Panel{
		Title: "Active requests by site", Kind: TimeSeries, Unit: "short", Width: 12,
		Description: "Requests of each site that are being answered at the moment of the scrape, streams included. When a line stays at the number of workers, requests queue.",
		Targets: []Target{{
			Expr:   sumBy(metrics.LabelSite, shown(metrics.ActiveRequests)),
			Legend: "{{server_address}}",
		}},
	}
}

func timeConsumedPanel() Panel {
	return Panel{
		Title: "Top routes by time consumed", Kind: TimeSeries, Unit: "short", Width: 12, Stacked: true,
		Description: "Seconds of work per second, which is how many workers a route keeps busy: its rate times its mean duration. To make one of these faster gains most.",
		Targets: []Target{{
			Expr:   top10(sumBy(metrics.LabelRoute, rate(shown(requestSeconds), interval))),
			Legend: "{{http_route}}",
		}},
	}
}

func serverErrorsPanel() Panel {
	return Panel{
		Title: "Server errors by route", Kind: TimeSeries, Unit: "reqps", Width: 12, Stacked: true,
		Description: "Statuses of 500 and above, of the ten routes that have most.",
		Targets: []Target{{
			Expr:      top10(sumBy(metrics.LabelRoute, rate(shown(requests, serverError), interval))),
			Legend:    "{{http_route}}",
			EmptyWhen: noFailure,
		}},
	}
}

func unmatchedPanel() Panel {
	return Panel{
		Title: "Not found", Kind: TimeSeries, Unit: "reqps", Width: 12,
		Description: "Requests for paths without a route, and those that a view of a known route answered with 404. The first are scanners and dead links, the second objects that are gone.",
		Targets: []Target{
			{Expr: orZero(sum(rate(shown(requests, unmatched), interval))), Legend: "no route"},
			{Expr: orZero(sum(rate(shown(requests, matched, notFound), interval))), Legend: "404 of a route"},
		},
	}
}

func dispositionsPanel() Panel {
	return Panel{
		Title: "Failures by disposition", Kind: TimeSeries, Unit: "ops", Width: 12, Stacked: true,
		Description: "What became of failed requests, of all sites: captured as an event, counted only because the group has had its events, ignored by configuration, or lost.",
		Targets: []Target{{
			Expr:   sumBy("disposition", rate(errorsByDisposition, interval)),
			Legend: "{{disposition}}",
		}},
	}
}

func deliveriesPanel() Panel {
	return Panel{
		Title: "Deliveries", Kind: TimeSeries, Unit: "ops", Width: 12, Stacked: true,
		Description: "Events whose delivery came to an end: delivered, or set aside because the destination refused them.",
		Targets: []Target{{
			Expr:      sumBy("destination, result", rate(deliveryEvents, interval)),
			Legend:    "{{destination}} {{result}}",
			EmptyWhen: noDestination,
		}},
	}
}
