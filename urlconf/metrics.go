package urlconf

import "github.com/prometheus/client_golang/prometheus"

var (
	routesDesc  = describe("django_routes", "Routes of the project's URLconf that is in force; 0 before there is one.")
	successDesc = describe("django_routes_last_load_successful", "Whether the project's URLconf could be loaded the last time: 1 or 0.")
	loadedDesc  = describe("django_routes_last_load_success_timestamp_seconds", "When the project's URLconf was last loaded; 0 for never since the start.")
	gaveUpDesc  = describe("django_routes_gave_up_total", "Requests whose path took too long to resolve; they are counted as the route _other.")
)

func describe(name, help string) *prometheus.Desc {
	return prometheus.NewDesc(name, help, []string{"source"}, nil)
}

// collector reads the sources when it is scraped.
type collector struct{ sources *Sources }

// Describe implements prometheus.Collector.
func (c collector) Describe(to chan<- *prometheus.Desc) {
	for _, desc := range []*prometheus.Desc{routesDesc, successDesc, loadedDesc, gaveUpDesc} {
		to <- desc
	}
}

// Collect implements prometheus.Collector.
func (c collector) Collect(to chan<- prometheus.Metric) {
	for _, status := range c.sources.Status() {
		var successful, loaded float64
		if !status.Loaded.IsZero() {
			loaded = float64(status.Loaded.UnixMilli()) / 1000
			if status.Error == "" {
				successful = 1
			}
		}
		gauge := func(desc *prometheus.Desc, value float64) {
			to <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, value, status.Source)
		}
		gauge(routesDesc, float64(status.Routes))
		gauge(successDesc, successful)
		gauge(loadedDesc, loaded)
		to <- prometheus.MustNewConstMetric(gaveUpDesc, prometheus.CounterValue, float64(status.GaveUp), status.Source)
	}
}
