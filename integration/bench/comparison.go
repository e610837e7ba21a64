package main

import "github.com/caddy-django/gateway/integration/measure"

var comparisons = []measure.Comparison{
	{Name: "CPU per request, Caddy with its `metrics` / Caddy", Of: withMetrics, Against: bare, Figure: measure.CPUOf},
	{Name: "CPU per request, gateway / Caddy", Of: gateway, Against: bare, Figure: measure.CPUOf, Target: measure.Target{AtMost: 1.05}},
	{Name: "throughput, gateway / Caddy", Of: gateway, Against: bare, Figure: measure.RateOf},
	{Name: "p99, gateway / Caddy", Of: gateway, Against: bare, Figure: measure.P99Of},
	{Name: "throughput, only failures / only successes", Of: failingGateway, Against: gateway, Figure: measure.RateOf, Target: measure.Target{AtLeast: 0.85}},
	{Name: "CPU per request, only failures / only successes", Of: failingGateway, Against: gateway, Figure: measure.CPUOf},
}
