package integration

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"github.com/caddy-django/gateway/store"
)

// ask returns what the admin API answers.
func (g *gateway) ask(path string) []byte {
	g.t.Helper()
	resp, err := http.Get("http://" + g.admin + path)
	if err != nil {
		g.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		g.t.Fatalf("the admin API answers %s to %s: %s (%v)", resp.Status, path, body, err)
	}
	return body
}

func (g *gateway) read(path string, into any) {
	g.t.Helper()
	if err := json.Unmarshal(g.ask(path), into); err != nil {
		g.t.Fatalf("reading %s: %v", path, err)
	}
}

// everyIssue is a limit that no test reaches.
const everyIssue = "/django/issues?limit=100000"

func (g *gateway) issues() []store.Issue {
	g.t.Helper()
	var issues []store.Issue
	g.read(everyIssue, &issues)
	return issues
}

// eventIDs are the sample events of an issue.
func (g *gateway) eventIDs(issue string) []string {
	g.t.Helper()
	var answer struct {
		SampleEvents []store.EventRef `json:"sample_events"`
	}
	g.read("/django/issues/"+issue, &answer)
	ids := make([]string, len(answer.SampleEvents))
	for i, ref := range answer.SampleEvents {
		ids[i] = ref.ID
	}
	return ids
}

// event is a stored event, and what a test looks at in its payload.
type event struct {
	store.StoredEvent
	Transaction string `json:"transaction"`
	Exception   struct {
		Values []struct {
			Value string `json:"value"`
		} `json:"values"`
	} `json:"exception"`
	Request struct {
		URL         string            `json:"url"`
		QueryString string            `json:"query_string"`
		Headers     map[string]string `json:"headers"`
	} `json:"request"`
	Tags     map[string]string `json:"tags"`
	Contexts struct {
		Response struct {
			StatusCode int               `json:"status_code"`
			BodySize   int64             `json:"body_size"`
			Headers    map[string]string `json:"headers"`
			Data       string            `json:"data"`
			DataCut    bool              `json:"data_cut"`
		} `json:"response"`
	} `json:"contexts"`
}

func (g *gateway) event(id string) event {
	g.t.Helper()
	var e event
	g.read("/django/events/"+id, &e.StoredEvent)
	if err := json.Unmarshal(e.Payload, &e); err != nil {
		g.t.Fatalf("reading event %s: %v", id, err)
	}
	return e
}

// events are the sample events of all issues.
func (g *gateway) events() []event {
	g.t.Helper()
	var all []event
	for _, issue := range g.issues() {
		for _, id := range g.eventIDs(issue.ID) {
			all = append(all, g.event(id))
		}
	}
	return all
}

// counts reads a metric from /metrics: the values of counters and gauges, the
// sample counts of histograms, added up by the values of labels, which a space
// joins.
func (g *gateway) counts(name string, labels ...string) map[string]float64 {
	g.t.Helper()
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(strings.NewReader(string(g.ask("/metrics"))))
	if err != nil {
		g.t.Fatalf("reading /metrics: %v", err)
	}
	counts := make(map[string]float64)
	for _, m := range families[name].GetMetric() {
		values := make([]string, len(labels))
		for i, label := range labels {
			for _, pair := range m.GetLabel() {
				if pair.GetName() == label {
					values[i] = pair.GetValue()
				}
			}
		}
		counts[strings.Join(values, " ")] += m.GetCounter().GetValue() + m.GetGauge().GetValue() +
			float64(m.GetHistogram().GetSampleCount())
	}
	return counts
}

// outcomes are the numbers of exchanges by how they ended, without zeros.
func (g *gateway) outcomes() map[string]float64 {
	g.t.Helper()
	return withoutZeros(g.counts("django_exchanges_total", "outcome"))
}

func withoutZeros(counts map[string]float64) map[string]float64 {
	for name, count := range counts {
		if count == 0 {
			delete(counts, name)
		}
	}
	return counts
}

// committed waits until the store counts as many failures as were sent.
func (g *gateway) committed(failures int) {
	g.t.Helper()
	eventually(g.t, func() error {
		if got := total(g.issues()); got != int64(failures) {
			return fmt.Errorf("the store counts %d failures, not %d", got, failures)
		}
		return nil
	})
}

func total(issues []store.Issue) (count int64) {
	for _, issue := range issues {
		count += issue.Count
	}
	return count
}
