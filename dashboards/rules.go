package dashboards

import (
	"time"

	"github.com/caddy-django/gateway/metrics"
)

// Group is a group of rules, which Prometheus evaluates one after the other.
type Group struct {
	Name  string
	Rules []Rule
}

// Rule records the answers to an expression under a name, or alerts about them;
// one of Record and Alert is set.
type Rule struct {
	Record      string
	Alert       string
	Expr        string
	For         time.Duration
	Labels      map[string]string
	Annotations map[string]string
}

// Groups returns every rule.
func Groups() []Group {
	return []Group{
		{Name: "django_gateway_sites", Rules: siteRules()},
		{Name: "django_gateway_routes", Rules: routeRules()},
		{Name: "django_gateway_alerts", Rules: alerts()},
	}
}

const recorded = "5m" // the window of what is recorded for graphs

func siteRules() []Rule {
	const site = metrics.LabelSite
	rules := []Rule{
		{Record: siteRequests(recorded), Expr: sumBy(site, rate(metrics.Exchanges, recorded))},
		{Record: site + ":request_duration_seconds:mean5m", Expr: ratio(sumBy(site, rate(requestSeconds, recorded)), sumBy(site, rate(requests, recorded)))},
	}
	rules = append(rules, recordQuantiles(site, site)...)
	for _, window := range []string{"5m", "30m", "1h", "6h", "3d"} {
		rules = append(rules, Rule{
			Record: siteErrorRatio(window),
			Expr:   ratio(sumBy(site, rate(series(metrics.Exchanges, failed), window)), sumBy(site, rate(metrics.Exchanges, window))),
		})
	}
	return rules
}

func routeRules() []Rule {
	const level = metrics.LabelSite + "_" + metrics.LabelRoute
	seconds, all := sumBy(bySiteAndRoute, rate(requestSeconds, recorded)), sumBy(bySiteAndRoute, rate(requests, recorded))
	errors := sumBy(bySiteAndRoute, rate(series(requests, serverError), recorded))
	rules := []Rule{
		{Record: level + ":requests:rate5m", Expr: all},
		{Record: level + ":request_errors:ratio_rate5m", Expr: ratio("("+errors+" or 0 * "+all+")", all)},
		{Record: level + ":request_duration_seconds:rate5m", Expr: seconds},
		{Record: level + ":request_duration_seconds:mean5m", Expr: ratio(seconds, all)},
	}
	return append(rules, recordQuantiles(level, bySiteAndRoute)...)
}

func recordQuantiles(level, labels string) []Rule {
	buckets := rate(requestBuckets, recorded)
	return []Rule{
		{Record: level + ":request_duration_seconds:p50_5m", Expr: quantile(0.5, labels, buckets)},
		{Record: level + ":request_duration_seconds:p95_5m", Expr: quantile(0.95, labels, buckets)},
		{Record: level + ":request_duration_seconds:p99_5m", Expr: quantile(0.99, labels, buckets)},
	}
}

func siteRequests(window string) string { return metrics.LabelSite + ":requests:rate" + window }

func siteErrorRatio(window string) string {
	return metrics.LabelSite + ":request_errors:ratio_rate" + window
}
