// Package grafana does to a dashboard's expressions what Grafana does to them
// before it asks Prometheus.
package grafana

import (
	"strings"
	"time"
)

// Variables are what a reader of a dashboard has chosen.
type Variables struct {
	RateInterval time.Duration // $__rate_interval
	Range        time.Duration // $__range
	Site         string        // $server_address
	Route        string        // $http_route
}

// In returns an expression with the variables put in.
func (v Variables) In(expr string) string {
	return strings.NewReplacer(
		"$__rate_interval", v.RateInterval.String(),
		"$__range", v.Range.String(),
		"$server_address", v.Site,
		"$http_route", v.Route,
	).Replace(expr)
}

// Legend puts the labels of a series into a legend such as "{{http_route}}".
func Legend(legend string, labels map[string]string) string {
	for name, value := range labels {
		legend = strings.ReplaceAll(legend, "{{"+name+"}}", value)
	}
	return legend
}
