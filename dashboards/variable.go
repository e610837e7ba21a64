package dashboards

import "github.com/caddy-django/gateway/metrics"

// Variable lets the reader choose values of a label.
type Variable struct {
	Name  string // of the variable and of the label
	Label string // shown
	Query string
	Multi bool // several values, or all of them
}

// sites chooses among the sites.
var sites = Variable{
	Name:  metrics.LabelSite,
	Label: "Site",
	Query: "label_values(" + metrics.Exchanges + ", " + metrics.LabelSite + ")",
	Multi: true,
}

// ofRoutes chooses one route of the sites.
var ofRoutes = Variable{
	Name:  metrics.LabelRoute,
	Label: "Route",
	Query: "label_values(" + shown(metrics.RequestDuration+"_count") + ", " + metrics.LabelRoute + ")",
}
