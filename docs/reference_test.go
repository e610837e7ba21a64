package docs_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/caddyserver/caddy/v2"
	dto "github.com/prometheus/client_model/go"

	"github.com/caddy-django/gateway/exchange"
	"github.com/caddy-django/gateway/internal/secretname"
	"github.com/caddy-django/gateway/probe"
)

// The pages and a gateway that has seen every kind of failure say the same.
func TestReference(t *testing.T) {
	g := startGateway(t)
	g.fail()
	g.spoilRoutes()
	var families map[string]*dto.MetricFamily
	eventually(t, "the receiver has taken one event and refused another", func() bool {
		families = g.metrics()
		return families["django_delivery_last_success_timestamp_seconds"] != nil && families["django_outbox_set_aside"] != nil
	})
	families = g.metrics() // the last ones came while it was reading
	t.Run("metrics have the documented types and labels", func(t *testing.T) { checkMetrics(t, families) })
	t.Run("metrics named on any page are served", func(t *testing.T) { checkMetricNames(t, families) })
	t.Run("events have the documented fields", func(t *testing.T) {
		var events []any
		for _, id := range g.sampleEvents() {
			var stored struct{ Payload any }
			g.get("/django/events/"+id, &stored)
			events = append(events, stored.Payload)
		}
		same(t, "events.md", names(readPage(t, "events.md").column("field")), paths(events...))
	})
	t.Run("transactions have the documented fields", func(t *testing.T) {
		eventually(t, "every request is a transaction", func() bool { return len(g.transactions.received()) >= 5 })
		same(t, "events.md", names(readPage(t, "events.md").column("field of a transaction")), paths(g.transactions.received()...))
	})
	t.Run("the admin API answers with the documented fields", func(t *testing.T) { g.checkAnswers() })
}

// sampleEvents returns the id of an event of each issue.
func (g *gateway) sampleEvents() []string {
	var issues []struct{ ID string }
	eventually(g.t, "every failure is an issue", func() bool {
		g.get("/django/issues", &issues)
		return len(issues) == 8
	})
	ids := make([]string, len(issues))
	for i, issue := range issues {
		var detail struct {
			SampleEvents []struct{ ID string } `json:"sample_events"`
		}
		g.get("/django/issues/"+issue.ID, &detail)
		ids[i] = detail.SampleEvents[0].ID
	}
	return ids
}

func (g *gateway) checkAnswers() {
	event := g.sampleEvents()[0]
	var stored struct {
		IssueID string `json:"issue_id"`
	}
	g.get("/django/events/"+event, &stored)
	eventually(g.t, "the outbox holds nothing but what was refused", func() bool {
		var queues []struct{ Waiting int }
		g.get("/django/outbox", &queues)
		return queues[0].Waiting == 0
	})
	resources := map[string]struct{ method, path string }{
		"json issues":      {http.MethodGet, "/django/issues"},
		"json issue":       {http.MethodGet, "/django/issues/" + stored.IssueID},
		"json event":       {http.MethodGet, "/django/events/" + event},
		"json routes":      {http.MethodGet, "/django/routes"},
		"json outbox":      {http.MethodGet, "/django/outbox"},
		"json maintenance": {http.MethodGet, "/django/maintenance"},
		"json trials":      {http.MethodPost, "/django/test-event"},
	}
	for _, b := range readPage(g.t, "admin-api.md").blocks {
		resource, ok := resources[b.info]
		if !ok {
			continue
		}
		var example, answer any
		if err := json.Unmarshal([]byte(b.text), &example); err != nil {
			g.t.Fatalf("%s: %v", b.where, err)
		}
		g.ask(resource.method, resource.path, &answer)
		// What only some events have is told elsewhere.
		elsewhere := func(path string) bool {
			return strings.HasPrefix(path, "payload.") || path == "destination" || path == "reason" || path == "[].steps[].advice"
		}
		same(g.t, b.where, slices.DeleteFunc(paths(example), elsewhere), slices.DeleteFunc(paths(answer), elsewhere))
		delete(resources, b.info)
	}
	for info := range resources {
		g.t.Errorf("admin-api.md has no block %q", info)
	}
}

func checkMetrics(t *testing.T, families map[string]*dto.MetricFamily) {
	documented := readPage(t, "metrics.md").column("metric")
	same(t, "metrics.md", names(documented), slices.Sorted(maps.Keys(families)))
	for name, family := range families {
		r, ok := documented[name]
		if !ok {
			continue
		}
		if kind := strings.ToLower(family.GetType().String()); r.cells[1] != kind {
			t.Errorf("%s: %s is a %s", r.where, name, kind)
		}
		labels := make(map[string]bool)
		for _, m := range family.GetMetric() {
			for _, label := range m.GetLabel() {
				labels[label.GetName()] = true
			}
		}
		want := slices.Sorted(slices.Values(code(r.cells[2])))
		if got := slices.Sorted(maps.Keys(labels)); !slices.Equal(got, want) {
			t.Errorf("%s: %s has the labels %v", r.where, name, got)
		}
	}
}

var (
	metricName = regexp.MustCompile(`\b(?:django|http_server)_[a-z_]+[a-z]\b`)
	ofSeries   = regexp.MustCompile(`_(?:bucket|sum|count)$`)
)

func checkMetricNames(t *testing.T, families map[string]*dto.MetricFamily) {
	for _, p := range pages(t) {
		for _, name := range metricName.FindAllString(p.text, -1) {
			if _, err := caddy.GetModule("http.handlers." + name); err == nil || families[name] != nil || name == probe.PackageName {
				continue
			}
			family := families[ofSeries.ReplaceAllString(name, "")]
			if family.GetType() != dto.MetricType_HISTOGRAM {
				t.Errorf("%s: there is no metric %s", p.path, name)
			}
		}
	}
}

// The names in these files have no other list than the source.
func TestListsAreThoseOfTheSource(t *testing.T) {
	var outcomes []string
	for _, outcome := range exchange.Outcomes() {
		outcomes = append(outcomes, outcome.String())
	}
	page := readPage(t, "outcomes.md")
	same(t, "outcomes", names(page.column("outcome")), outcomes)
	same(t, "causes", names(page.column("cause")), literals(t, "../exchange/cause.go", `\sCause = "(\w+)"`))
	same(t, "kinds", names(page.column("kind")), literals(t, "../capture/kind.go", `\sKind\s+= "(\w+)"`))
	same(t, "dispositions", names(readPage(t, "metrics.md").column("disposition")), literals(t, "../capture/disposition.go", `Disposition = "(\w+)"`))

	same(t, "parts of the probe", names(readPage(t, "probe.md").column("word")), withoutInProbe(t))

	var hidden []string
	for _, b := range readPage(t, "events.md").blocks {
		if b.info == "" {
			hidden = append(hidden, strings.Fields(b.text)...)
		}
	}
	var terms []string
	for _, kind := range []string{"word", "compound", "inside", "suffix"} {
		terms = append(terms, secretname.Terms(kind)...)
	}
	same(t, "hidden terms", hidden, terms)
}

// withoutInProbe returns the parts that the probe's modules look for in DJANGO_PROBE_WITHOUT.
func withoutInProbe(t *testing.T) (parts []string) {
	t.Helper()
	modules, err := filepath.Glob("../probe/django_probe/*.py")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range modules {
		parts = append(parts, literals(t, path, `"(\w+)"(?: not)? in WITHOUT`)...)
	}
	return parts
}

// literals returns what the first group of a pattern matches in a source file.
func literals(t *testing.T, path, pattern string) []string {
	t.Helper()
	source, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, m := range regexp.MustCompile(pattern).FindAllStringSubmatch(string(source), -1) {
		found = append(found, m[1])
	}
	return found
}

// paths lists the fields of JSON documents: a.b, a[].b. Headers and variables are
// whatever there was, so they are one field.
func paths(documents ...any) []string {
	found := make(map[string]bool)
	var walk func(path string, v any)
	walk = func(path string, v any) {
		switch v := v.(type) {
		case map[string]any:
			if strings.HasSuffix(path, ".headers") || strings.HasSuffix(path, ".vars") {
				found[path] = true
				return
			}
			for key, value := range v {
				walk(strings.TrimPrefix(path+"."+key, "."), value)
			}
		case []any:
			if len(v) == 0 {
				found[path] = true
			}
			for _, value := range v {
				if _, ok := value.(map[string]any); ok {
					walk(path+"[]", value)
				} else {
					found[path] = true
				}
			}
		default:
			found[path] = true
		}
	}
	for _, document := range documents {
		walk("", document)
	}
	return slices.Sorted(maps.Keys(found))
}

func names(rows map[string]row) []string { return slices.Sorted(maps.Keys(rows)) }

// same compares two sets, and names what only one of them has.
func same(t *testing.T, what string, documented, real []string) {
	t.Helper()
	for _, name := range documented {
		if !slices.Contains(real, name) {
			t.Errorf("%s: documented and not there: %s", what, name)
		}
	}
	for _, name := range real {
		if !slices.Contains(documented, name) {
			t.Errorf("%s: there and not documented: %s", what, name)
		}
	}
}
