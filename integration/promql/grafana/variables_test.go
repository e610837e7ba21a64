package grafana

import (
	"testing"
	"time"
)

func TestVariables(t *testing.T) {
	v := Variables{RateInterval: 20 * time.Second, Range: time.Minute, Site: "shop.example.com", Route: "/a/<int:pk>/"}
	for _, c := range []struct{ name, expr, want string }{
		{"windows are durations", `rate(x[$__rate_interval]) / rate(x[$__range])`, `rate(x[20s]) / rate(x[1m0s])`},
		{"choices are put into matchers", `x{a=~"$server_address", b="$http_route"}`, `x{a=~"shop.example.com", b="/a/<int:pk>/"}`},
		{"the rest is left alone", `sum(x) > 0`, `sum(x) > 0`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := v.In(c.expr); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestLegendNamesTheSeries(t *testing.T) {
	got := Legend("{{destination}} {{result}}", map[string]string{"destination": "https://sentry.example.com/42", "result": "delivered"})
	if want := "https://sentry.example.com/42 delivered"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
