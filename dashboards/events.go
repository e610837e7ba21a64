package dashboards

func events() []Panel {
	return []Panel{
		dispositionsPanel(),
		{
			Title: "Evidence lost", Kind: TimeSeries, Unit: "short", Width: 12, Stacked: true,
			Description: "Failures without the event they should have, and events without a place, in each interval. 0 on a healthy gateway.",
			Targets: []Target{
				{Expr: sumBy("disposition", increase(series(errorsByDisposition, lost), interval)), Legend: "{{disposition}}"},
				{Expr: sumBy("reason", increase(storeDropped, interval)), Legend: "event dropped: {{reason}}"},
				{Expr: sumBy("reason", increase(storeUncounted, interval)), Legend: "failure uncounted: {{reason}}"},
				{Expr: sumBy("reason", increase(outboxRemoved, interval)), Legend: "waiting event removed: {{reason}}"},
			},
		},
	}
}

func storePanels() []Panel {
	return []Panel{
		{
			Title: "Issues", Kind: TimeSeries, Unit: "short", Width: 6,
			Description: "Groups of failures in the database. A step up is something new that fails.",
			Targets:     []Target{{Expr: storeGroups, Legend: "{{instance}}"}},
		},
		{
			Title: "Size", Kind: TimeSeries, Unit: "bytes", Width: 6,
			Description: "Length of the database's files, which max_size limits.",
			Targets:     []Target{{Expr: storeSize, Legend: "{{instance}}"}},
		},
		{
			Title: "Store up", Kind: TimeSeries, Unit: "bool_on_off", Width: 6,
			Description: "Whether the last access to the database succeeded. While it is off, failures are counted in memory.",
			Targets:     []Target{{Expr: storeUp, Legend: "{{instance}}"}},
		},
		{
			Title: "Commits", Kind: TimeSeries, Unit: "ops", Width: 6,
			Description: "Transactions by result.",
			Targets:     []Target{{Expr: sumBy("result", rate(storeCommits, interval)), Legend: "{{result}}"}},
		},
		{
			Title: "Duration of commits", Kind: TimeSeries, Unit: "s", Width: 12,
			Description: "99th percentile. A sick disk shows here first.",
			Targets: []Target{{
				Expr:      quantile(0.99, "", rate(storeCommitTime+"_bucket", interval)),
				Legend:    "p99",
				EmptyWhen: "nothing failed, so nothing was committed",
			}},
		},
		{
			Title: "Events in memory", Kind: TimeSeries, Unit: "short", Width: 12,
			Description: "Events that are not committed yet. More than a few mean that the database is out of reach.",
			Targets:     []Target{{Expr: storePending, Legend: "{{instance}}"}},
		},
	}
}

func deliveryPanels() []Panel {
	const neverTried = noDestination + ", or it was sent nothing yet"
	return []Panel{
		{
			Title: "Outbox", Kind: TimeSeries, Unit: "short", Width: 12,
			Description: "Events that wait for their delivery, and those that the destination refused for good.",
			Targets: []Target{
				{Expr: sumBy("destination", outboxPending), Legend: "{{destination}} waiting", EmptyWhen: neverTried},
				{Expr: sumBy("destination", outboxSetAside), Legend: "{{destination}} set aside", EmptyWhen: neverTried},
			},
		},
		{
			Title: "Time since the last delivery", Kind: TimeSeries, Unit: "s", Width: 12,
			Description: "It grows while nothing fails as well; it is trouble only while events wait.",
			Targets: []Target{{
				Expr:      "time() - max by (destination) (" + deliverySuccess + ")",
				Legend:    "{{destination}}",
				EmptyWhen: neverTried,
			}},
		},
		deliveriesPanel(),
		{
			Title: "Attempts by answer", Kind: TimeSeries, Unit: "ops", Width: 12, Stacked: true,
			Description: "What the destination answers: a status, or network_error for none.",
			Targets: []Target{{
				Expr:      sumBy("destination, code", rate(deliveryAttempts, interval)),
				Legend:    "{{destination}} {{code}}",
				EmptyWhen: neverTried,
			}},
		},
		{
			Title: "Destination up", Kind: TimeSeries, Unit: "bool_on_off", Width: 12,
			Description: "Whether the destination takes events. It is off while it fails or asks to wait; events wait in the outbox, and none is lost.",
			Targets:     []Target{{Expr: "min by (destination) (" + deliveryUp + ")", Legend: "{{destination}}", EmptyWhen: noDestination}},
		},
		{
			Title: "Duration of attempts", Kind: TimeSeries, Unit: "s", Width: 12,
			Description: "95th percentile of the time an attempt takes.",
			Targets: []Target{{
				Expr:      quantile(0.95, "destination", rate(deliveryTime+"_bucket", interval)),
				Legend:    "{{destination}}",
				EmptyWhen: neverTried,
			}},
		},
	}
}
