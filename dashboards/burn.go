package dashboards

import (
	"fmt"
	"time"

	"github.com/caddy-django/gateway/metrics"
)

// errorBudget is the share of requests that may fail: the objective is 99.9 %.
const errorBudget = 0.001

// minFailures must have happened within the long window before a burn rate means
// anything: one failure of three requests at night would be a rate of 333.
const minFailures = 10

// burn is a rate at which the error budget is used up, 1 being the one that uses
// it up in exactly 30 days. The long window tells a trend from a blip, the short
// one ends the alert soon after the failures have ended (Google: The Site
// Reliability Workbook, chapter 5).
type burn struct {
	rate        float64
	short, long string
	severity    string
	spent       string // share of the budget that is gone when it fires
}

var burns = []burn{
	{14.4, "5m", "1h", critical, "2 %"},
	{6, "30m", "6h", critical, "5 %"},
	{1, "6h", "3d", warning, "10 %"},
}

func burnAlerts() []Rule {
	rules := make([]Rule, len(burns))
	for i, b := range burns {
		limit := fmt.Sprintf(" > %g * %g", b.rate, errorBudget)
		failures := sumBy(metrics.LabelSite, increase(series(metrics.Exchanges, failed), b.long))
		rules[i] = Rule{
			Alert:  "DjangoErrorBudgetBurns",
			Expr:   siteErrorRatio(b.long) + limit + " and " + siteErrorRatio(b.short) + limit + " and " + failures + fmt.Sprintf(" >= %d", minFailures),
			For:    2 * time.Minute,
			Labels: map[string]string{"severity": b.severity, "window": b.long},
			Annotations: says("{{ $labels.server_address }} fails too many requests",
				fmt.Sprintf("{{ $value | humanizePercentage }} of the requests of the last %s failed. That alone uses up %s of the error budget of 30 days, or more.", b.long, b.spent)),
		}
	}
	return rules
}
