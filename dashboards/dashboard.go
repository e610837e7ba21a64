// Package dashboards defines what to look at in Grafana and what Prometheus
// should compute and alert on. It shares the names of the metrics with the code
// that counts, so that neither can be renamed without the other.
//
// The files that Grafana and Prometheus read are written by go run
// ./dashboards/generate.
package dashboards

// Dashboard is one Grafana dashboard.
type Dashboard struct {
	UID         string // stable: links and bookmarks hold it
	Title       string
	Description string
	Variables   []Variable // after the data source, which every dashboard has
	Rows        []Row
}

// Row is a titled section of a dashboard.
type Row struct {
	Title  string
	Panels []Panel
}

// Query is one expression of a dashboard, as Grafana sends it when it has put in
// the variables: $__rate_interval, $__range, and those of the dashboard.
type Query struct {
	Panel      string // the title
	Expr       string
	Instant    bool   // asked once, for the end of the range
	MayBeEmpty bool   // a healthy system may have no answer
	EmptyWhen  string // why MayBeEmpty
}

// All returns every dashboard.
func All() []Dashboard {
	return []Dashboard{overview(), routes(), oneRoute(), upstream(), failures()}
}

// Queries returns the expressions of all panels.
func (d Dashboard) Queries() []Query {
	var all []Query
	for _, row := range d.Rows {
		for _, p := range row.Panels {
			for _, t := range p.Targets {
				all = append(all, Query{
					Panel:      p.Title,
					Expr:       t.Expr,
					Instant:    p.instant(t),
					MayBeEmpty: t.EmptyWhen != "",
					EmptyWhen:  t.EmptyWhen,
				})
			}
		}
	}
	return all
}
