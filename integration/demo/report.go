package main

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"os"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

// commitTime is more than the store takes to commit what it was given.
const commitTime = 300 * time.Millisecond

// report prints what the gateway has seen, and where to look on.
func (d demo) report(ctx context.Context) error {
	time.Sleep(commitTime)
	routes, err := d.slowest(ctx)
	if err != nil {
		return err
	}
	fmt.Println("\nThe routes that took most of the time, from /metrics:")
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "ROUTE\tREQUESTS\tMEAN\tTOTAL")
	for _, r := range routes[:min(len(routes), 8)] {
		fmt.Fprintf(table, "%s\t%d\t%.1f ms\t%.0f ms\n", r.name, r.count, 1000*r.seconds/float64(r.count), 1000*r.seconds)
	}
	table.Flush()
	fmt.Println("\nWhat failed, from caddy django issues:")
	if err := d.issues(ctx); err != nil {
		return err
	}
	issues := "bin/caddy django issues"
	if d.admin != defaultAdmin {
		issues += " --address " + d.admin
	}
	// Caddy's admin API refuses browsers, so these are commands.
	fmt.Printf(`
Ready. Open

    http://%[1]s/                    the shop
    http://%[1]s/crash/              views that fail, each in its own way
    http://%[1]s/admin/              Django's admin (admin, admin)

or run, in another terminal:

    %[3]s
    curl http://%[2]s/metrics        # latency per route
    curl http://%[2]s/django/issues  # what failed, as JSON

The logs are in %[4]s. Ctrl-C stops everything.
`, d.site, d.admin, issues, d.dir)
	return nil
}

type routeTime struct {
	name    string
	count   uint64
	seconds float64
}

// slowest reads the time consumed by each route, most first.
func (d demo) slowest(ctx context.Context) ([]routeTime, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+d.admin+"/metrics", nil)
	if err != nil {
		return nil, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(resp.Body)
	if err != nil {
		return nil, fmt.Errorf("reading /metrics: %w", err)
	}
	times := make(map[string]*routeTime)
	for _, m := range families["http_server_request_duration_seconds"].GetMetric() {
		for _, label := range m.GetLabel() {
			if label.GetName() != "http_route" {
				continue
			}
			r := times[label.GetValue()]
			if r == nil {
				r = &routeTime{name: label.GetValue()}
				times[r.name] = r
			}
			r.count += m.GetHistogram().GetSampleCount()
			r.seconds += m.GetHistogram().GetSampleSum()
		}
	}
	var all []routeTime
	for _, r := range times {
		all = append(all, *r)
	}
	slices.SortFunc(all, func(a, b routeTime) int { return cmp.Compare(b.seconds, a.seconds) })
	return all, nil
}
