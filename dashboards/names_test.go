package dashboards

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"github.com/caddy-django/gateway/capture"
	"github.com/caddy-django/gateway/delivery"
	"github.com/caddy-django/gateway/metrics"
	"github.com/caddy-django/gateway/store"
	"github.com/caddy-django/gateway/urlconf"
)

// ofCaddy are the metrics of Caddy's own.
var ofCaddy = map[string][]string{upstreamsHealthy: {"upstream"}}

// ofTarget are the labels that Prometheus adds to everything it scrapes.
var ofTarget = []string{"job", "instance"}

var description = regexp.MustCompile(`fqName: "([^"]*)".*variableLabels: \{([^}]*)\}`)

// registered returns the series that are to be had, with their labels.
func registered(t *testing.T) map[string][]string {
	t.Helper()
	all := slices.Concat(
		metrics.New().Collectors(),
		capture.New(capture.Config{}).Collectors(),
		store.New(store.Config{}).Collectors(),
		delivery.New(delivery.Config{}).Collectors(),
		urlconf.NewSources("", nil).Collectors(),
		[]prometheus.Collector{
			collectors.NewGoCollector(),
			collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		})
	known := make(map[string][]string)
	for _, c := range all {
		for _, desc := range describe(c) {
			m := description.FindStringSubmatch(desc.String())
			if m == nil {
				t.Fatalf("not understood: %v", desc)
			}
			name, labels := m[1], []string(nil)
			if m[2] != "" {
				labels = strings.Split(m[2], ",")
			}
			switch c.(type) {
			case *prometheus.HistogramVec, prometheus.Histogram:
				known[name+"_bucket"] = append(slices.Clone(labels), "le")
				known[name+"_sum"], known[name+"_count"] = labels, labels
			default:
				known[name] = labels
			}
		}
	}
	return known
}

func describe(c prometheus.Collector) []*prometheus.Desc {
	descriptions := make(chan *prometheus.Desc)
	go func() {
		c.Describe(descriptions)
		close(descriptions)
	}()
	var all []*prometheus.Desc
	for desc := range descriptions {
		all = append(all, desc)
	}
	return all
}

func TestEveryNameInAnExpressionExists(t *testing.T) {
	known := registered(t)
	for name, labels := range ofCaddy {
		known[name] = labels
	}
	for _, d := range All() {
		for _, q := range d.Queries() {
			checkNames(t, d.Title+", "+q.Panel, q.Expr, known)
		}
		for _, v := range d.Variables {
			inner := strings.TrimSuffix(strings.TrimPrefix(v.Query, "label_values("), ", "+v.Name+")")
			checkNames(t, d.Title+", "+v.Name, "count by ("+v.Name+") ("+inner+")", known)
		}
	}
	for _, g := range Groups() {
		for _, r := range g.Rules {
			checkNames(t, g.Name+", "+r.Record+r.Alert, r.Expr, known)
			if r.Record != "" {
				known[r.Record] = parse(r.Expr).groups
			}
		}
	}
}

var placeholder = regexp.MustCompile(`\{\{(\w+)\}\}`)

func TestLegendsNameLabelsOfTheAnswer(t *testing.T) {
	for _, d := range All() {
		for _, row := range d.Rows {
			for _, p := range row.Panels {
				for _, target := range p.Targets {
					groups := parse(target.Expr).groups
					for _, m := range placeholder.FindAllStringSubmatch(target.Legend, -1) {
						// An answer that is not grouped has the labels of its target at least.
						if !slices.Contains(groups, m[1]) && (len(groups) > 0 || !slices.Contains(append(ofTarget, "source"), m[1])) {
							t.Errorf("%s, %s: the answer has no label %s", d.Title, p.Title, m[1])
						}
					}
				}
			}
		}
	}
}

// checkNames also checks that what an expression groups by is a label of what it asks for.
func checkNames(t *testing.T, where, expr string, known map[string][]string) {
	t.Helper()
	names := parse(expr)
	if len(names.metrics) == 0 {
		t.Errorf("%s asks for nothing: %s", where, expr)
	}
	groupable := slices.Clone(ofTarget)
	for name, selected := range names.metrics {
		labels, ok := known[name]
		if !ok {
			t.Errorf("%s asks for %s, which does not exist", where, name)
		}
		for _, label := range selected {
			if !slices.Contains(labels, label) {
				t.Errorf("%s asks for %s by %s, a label that it does not have", where, name, label)
			}
		}
		groupable = append(groupable, labels...)
	}
	for _, label := range names.groups {
		if !slices.Contains(groupable, label) {
			t.Errorf("%s groups by %s, which nothing it asks for has", where, label)
		}
	}
}
