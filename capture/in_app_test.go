package capture

import (
	"testing"

	"github.com/caddy-django/gateway/evidence"
	"github.com/caddy-django/gateway/exchange"
)

func TestInAppHoldsForEveryEvidence(t *testing.T) {
	const traceback = "Traceback (most recent call last):\n" +
		"  File \"/srv/.venv/lib/python3.12/site-packages/django/core/handlers/exception.py\", line 55, in inner\n    response = get_response(request)\n" +
		"  File \"/srv/shop/shop/views.py\", line 12, in checkout\n    pay(order)\nKeyError: 'sku'\n"
	logged := report(t, `"handled": false`, `"handled": true`)
	for _, c := range []struct {
		name     string
		exchange *exchange.Exchange
		project  string // the module to exclude
		place    string // in_app of the two outermost frames without a rule
		ruled    string // and with one
	}{
		{"Django's debug page", failed("text/html", fixture(t, "debug.html")), "render", "true true", "false false"},
		{"Django's debug page as text", failed("text/plain", fixture(t, "debug.txt")), "render", "true true", "false false"},
		{"a traceback", failed("text/plain", traceback), "shop.views", "false true", "true false"},
		{"the report of the probe", testified(exchange.AppError, report(t)), "shop.views", "false true", "true false"},
		{"its report of what was logged", testified(exchange.OK, logged), "shop.views", "false true", "true false"},
	} {
		t.Run(c.name, func(t *testing.T) {
			marks := func(rules evidence.InApp) string {
				_, event := capturedWith(t, Options{InApp: rules}, c.exchange)
				const frames = "exception.values.-1.stacktrace.frames."
				return jsonAt(event, frames+"0.in_app") + " " + jsonAt(event, frames+"1.in_app")
			}
			if got := marks(evidence.InApp{}); got != c.place {
				t.Errorf("without a rule in_app is %s, want %s", got, c.place)
			}
			if got := marks(evidence.InApp{Include: []string{"django.core"}, Exclude: []string{c.project}}); got != c.ruled {
				t.Errorf("with rules in_app is %s, want %s", got, c.ruled)
			}
		})
	}
}
