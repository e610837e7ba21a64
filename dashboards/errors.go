package dashboards

import "github.com/caddy-django/gateway/metrics"

func failures() Dashboard {
	return Dashboard{
		UID:         "django-gateway-errors",
		Title:       "Django gateway / Errors",
		Description: "What failed, what became of it as error events, and whether they arrive.",
		Variables:   []Variable{sites},
		Rows: []Row{
			{Title: "Failed requests", Panels: failedRequests()},
			{Title: "Error events", Panels: events()},
			{Title: "Store", Panels: storePanels()},
			{Title: "Delivery", Panels: deliveryPanels()},
		},
	}
}

func failedRequests() []Panel {
	return []Panel{
		{
			Title: "Failures", Kind: Stat, Unit: "short", Width: 12, Alarm: 1,
			Description: "Failed requests in the range that the dashboard shows, by outcome.",
			Targets: []Target{{
				Expr:   "round(" + sumBy(metrics.LabelOutcome, increase(shown(metrics.Exchanges, failed), span)) + ")",
				Legend: "{{outcome}}",
			}},
		},
		{
			Title: "Not failed", Kind: Stat, Unit: "short", Width: 12,
			Description: "The other requests in the range that the dashboard shows, by outcome. Canceled: the client left first; many of them mean that it was tired of waiting.",
			Targets: []Target{{
				Expr:   "round(" + sumBy(metrics.LabelOutcome, increase(shown(metrics.Exchanges, notFailed), span)) + ")",
				Legend: "{{outcome}}",
			}},
		},
		{
			Title: "Failures by outcome", Kind: TimeSeries, Unit: "reqps", Width: 12, Stacked: true,
			Description: "Failed requests per second by outcome.",
			Targets: []Target{{
				Expr:   sumBy(metrics.LabelOutcome, rate(shown(metrics.Exchanges, failed), interval)),
				Legend: "{{outcome}}",
			}},
		},
		{
			Title: "Error ratio by site", Kind: TimeSeries, Unit: "percentunit", Width: 12,
			Description: "Share of the requests of each site that failed.",
			Targets:     []Target{{Expr: failedShare(metrics.LabelSite, interval), Legend: "{{server_address}}"}},
		},
		{
			Title: "Canceled", Kind: TimeSeries, Unit: "percentunit", Width: 12,
			Description: "Share of the requests whose client left first. It rises when Django is slow.",
			Targets: []Target{{
				Expr: ratio(sumBy(metrics.LabelSite, rate(shown(metrics.Exchanges, canceled), interval)),
					sumBy(metrics.LabelSite, rate(shown(metrics.Exchanges), interval))),
				Legend: "{{server_address}}",
			}},
		},
		serverErrorsPanel(),
	}
}
