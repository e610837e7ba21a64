package dashboards

import (
	"fmt"
	"strings"

	"github.com/caddy-django/gateway/capture"
	"github.com/caddy-django/gateway/exchange"
	"github.com/caddy-django/gateway/metrics"
	"github.com/caddy-django/gateway/route"
)

// Windows that Grafana fills in.
const (
	interval = "$__rate_interval" // as short as the scrapes allow
	span     = "$__range"         // all that the dashboard shows
)

// Series of the histograms.
const (
	requests       = metrics.RequestDuration + "_count"
	requestSeconds = metrics.RequestDuration + "_sum"
	requestBuckets = metrics.RequestDuration + "_bucket"
	headersCount   = metrics.TimeToHeaders + "_count"
	headersSeconds = metrics.TimeToHeaders + "_sum"
	headersBuckets = metrics.TimeToHeaders + "_bucket"
)

// Matchers.
var (
	failed       = metrics.LabelOutcome + `=~"` + strings.Join(failedOutcomes(), "|") + `"`
	notFailed    = metrics.LabelOutcome + `!~"` + strings.Join(failedOutcomes(), "|") + `"`
	gatewayError = metrics.LabelOutcome + `="` + exchange.GatewayError.String() + `"`
	canceled     = metrics.LabelOutcome + `="` + exchange.Canceled.String() + `"`
	incomplete   = fmt.Sprintf(`%s=~"%s|%s|%s"`, metrics.LabelOutcome, exchange.GatewayError, exchange.Truncated, exchange.Panicked)
	unmatched    = metrics.LabelRoute + `="` + route.Unmatched + `"`
	matched      = metrics.LabelRoute + `!="` + route.Unmatched + `"`
)

const (
	notFound    = metrics.LabelStatus + `="404"`
	serverError = metrics.LabelStatus + `=~"5.."`
	lost        = `disposition=~"` + string(capture.QueueOverflow) + "|" + string(capture.Broken) + `"`
)

func failedOutcomes() []string {
	var names []string
	for _, outcome := range exchange.Outcomes() {
		if outcome.Failed() {
			names = append(names, outcome.String())
		}
	}
	return names
}

// series selects those of a metric that have the labels.
func series(metric string, matchers ...string) string {
	if len(matchers) == 0 {
		return metric
	}
	return metric + "{" + strings.Join(matchers, ", ") + "}"
}

// shown selects the series of the sites that the reader chose.
func shown(metric string, matchers ...string) string {
	return series(metric, append([]string{metrics.LabelSite + `=~"$` + metrics.LabelSite + `"`}, matchers...)...)
}

func rate(series, window string) string { return "rate(" + series + "[" + window + "])" }

func increase(series, window string) string { return "increase(" + series + "[" + window + "])" }

func sum(expr string) string { return "sum(" + expr + ")" }

func sumBy(labels, expr string) string { return "sum by (" + labels + ") (" + expr + ")" }

func top10(expr string) string { return "topk(10, " + expr + ")" }

// orZero answers 0 where nothing was ever counted.
func orZero(expr string) string { return expr + " or vector(0)" }

// ratio divides two sums over the same labels. Where there was nothing to divide
// by there is no answer, rather than one that is not a number.
func ratio(part, whole string) string { return part + " / (" + whole + " > 0)" }

// shareOfAll divides a sum over labels by the sum of everything.
func shareOfAll(part, whole string) string {
	return part + " / on () group_left () (" + whole + " > 0)"
}

// quantile estimates from the rates of classic buckets. The comparison drops
// what had no observation in the window, whose quantile is not a number.
func quantile(q float64, labels, rates string) string {
	by := "le"
	if labels != "" {
		by = labels + ", le"
	}
	return fmt.Sprintf("histogram_quantile(%g, %s) >= 0", q, sumBy(by, rates))
}
