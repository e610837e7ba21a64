package dashboards

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
)

// What Grafana reads of a dashboard, as far as there are rules about it. Most are
// those of Grafana's dashboard-linter.
type grafanaDashboard struct {
	UID           string
	Title         string
	SchemaVersion int
	Editable      *bool
	Refresh       any
	ID            any
	Links         []struct{ Type string }
	Templating    struct {
		List []struct {
			Name, Type string
			Datasource grafanaSource
		}
	}
	Panels []grafanaPanel
}

type grafanaPanel struct {
	ID                       int
	Type, Title, Description string
	Datasource               grafanaSource
	GridPos                  struct{ X, Y, W, H int }
	FieldConfig              struct{ Defaults struct{ Unit string } }
	Targets                  []struct {
		RefID, Expr, LegendFormat string
		Instant                   bool
		Datasource                grafanaSource
	}
}

type grafanaSource struct{ Type, UID string }

var chosenSource = grafanaSource{"prometheus", "${datasource}"}

func decode(t *testing.T, d Dashboard) grafanaDashboard {
	t.Helper()
	text, err := d.JSON()
	if err != nil {
		t.Fatal(err)
	}
	var g grafanaDashboard
	if err := json.Unmarshal(text, &g); err != nil {
		t.Fatal(err)
	}
	return g
}

func TestDashboards(t *testing.T) {
	seen := make(map[string]bool)
	for _, d := range All() {
		t.Run(d.UID, func(t *testing.T) {
			g := decode(t, d)
			if seen[g.UID] || seen[g.Title] || g.UID == "" || g.Title == "" {
				t.Error("the uid or the title is missing, or another dashboard's")
			}
			seen[g.UID], seen[g.Title] = true, true
			if len(g.UID) > 40 {
				t.Error("Grafana takes no uid of more than 40 characters")
			}
			if g.SchemaVersion != 39 || g.Editable == nil || *g.Editable || g.Refresh != nil || g.ID != nil {
				t.Error("it is editable, refreshes by itself, or has an id or another schema")
			}
			if len(g.Links) != 1 || g.Links[0].Type != "dashboards" {
				t.Error("it does not link to the others")
			}
			for i, v := range g.Templating.List {
				if i == 0 && (v.Name != "datasource" || v.Type != "datasource") {
					t.Error("the first variable is not the data source")
				}
				if i > 0 && v.Datasource != chosenSource {
					t.Errorf("variable %s does not ask the chosen data source", v.Name)
				}
			}
			lintPanels(t, g)
		})
	}
}

func lintPanels(t *testing.T, g grafanaDashboard) {
	titles := make(map[string]bool)
	var taken [1000][columns]string
	for i, p := range g.Panels {
		if titles[p.Title] || p.Title == "" {
			t.Errorf("two panels, or none, are called %q", p.Title)
		}
		titles[p.Title] = true
		if p.ID != i+1 {
			t.Errorf("%s: the id is %d", p.Title, p.ID)
		}
		for y := p.GridPos.Y; y < p.GridPos.Y+p.GridPos.H; y++ {
			for x := p.GridPos.X; x < p.GridPos.X+p.GridPos.W; x++ {
				if x >= columns || taken[y][x] != "" {
					t.Fatalf("%s lies on %q, or outside", p.Title, taken[y][min(x, columns-1)])
				}
				taken[y][x] = p.Title
			}
		}
		if p.Type == "row" {
			continue
		}
		if p.Description == "" || p.FieldConfig.Defaults.Unit == "" || p.Datasource != chosenSource || len(p.Targets) == 0 {
			t.Errorf("%s lacks a description, a unit, the data source or a query", p.Title)
		}
		for _, target := range p.Targets {
			if target.Datasource != chosenSource {
				t.Errorf("%s: %s does not ask the chosen data source", p.Title, target.RefID)
			}
			if target.LegendFormat == "" && p.Type != string(Table) {
				t.Errorf("%s: %s has no legend", p.Title, target.RefID)
			}
			for _, complaint := range lint(target.Expr, target.Instant) {
				t.Errorf("%s: %s\n\t%s", p.Title, complaint, target.Expr)
			}
		}
	}
}

var (
	window   = regexp.MustCompile(`\[([^\]]*)\]`)
	counter  = regexp.MustCompile(`[a-z_]+_(?:total|count|sum|bucket)\b`)
	rated    = regexp.MustCompile(`(?:rate|increase)\([a-z_]+(?:\{[^}]*\})?\[[^\]]*\](?: offset \w+)?\)`)
	joined   = regexp.MustCompile(`(?:and|unless) on \([^)]*\) [a-z_]+`) // asks for existence only
	of       = regexp.MustCompile(`histogram_quantile\([0-9.]+, (\w+) by \(([^)]*)\)`)
	literals = regexp.MustCompile(`"[^"]*"`)
)

// lint says what is wrong with an expression of a panel.
func lint(expr string, instant bool) (complaints []string) {
	want := "$__rate_interval"
	if instant {
		want = "$__range"
	}
	for _, m := range window.FindAllStringSubmatch(expr, -1) {
		if m[1] != want {
			complaints = append(complaints, fmt.Sprintf("the window %s is not %s", m[1], want))
		}
	}
	rest := joined.ReplaceAllString(rated.ReplaceAllString(expr, ""), "")
	if raw := counter.FindString(literals.ReplaceAllString(rest, "")); raw != "" {
		complaints = append(complaints, raw+" is a counter, and shown without its rate")
	}
	for range strings.Count(expr, "histogram_quantile") {
		m := of.FindStringSubmatch(expr)
		if m == nil || m[1] != "sum" || !strings.Contains(", "+m[2]+",", ", le,") {
			complaints = append(complaints, "a quantile is not of a sum by le")
		}
	}
	return complaints
}

func TestLint(t *testing.T) {
	for _, c := range []struct {
		name, expr string
		instant    bool
		complaints int
	}{
		{"a rate", `sum(rate(a_total{b="c"}[$__rate_interval]))`, false, 0},
		{"a rate of long ago", `rate(a_total[$__rate_interval] offset 1d)`, false, 0},
		{"a rate over a fixed time", `rate(a_total[5m])`, false, 1},
		{"a rate over the whole range, for each point of a graph", `rate(a_total[$__range])`, false, 1},
		{"a rate over the whole range, in a table", `rate(a_total[$__range])`, true, 0},
		{"a counter", `sum(a_total)`, false, 1},
		{"a counter beside a rate", `rate(a_sum[$__rate_interval]) / a_count`, false, 1},
		{"a counter that is asked for existence", `a and on (job) b_total{c="d"}`, false, 0},
		{"a quantile", `histogram_quantile(0.5, sum by (a, le) (rate(b_bucket[$__rate_interval])))`, false, 0},
		{"a quantile without le", `histogram_quantile(0.5, sum by (a) (rate(b_bucket[$__rate_interval])))`, false, 1},
	} {
		if got := lint(c.expr, c.instant); len(got) != c.complaints {
			t.Errorf("%s: %q", c.name, got)
		}
	}
}
