package dashboards

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/caddy-django/gateway/integration/stack"
)

// promtool runs Prometheus's own tool.
func promtool(t *testing.T, args ...string) {
	t.Helper()
	if reason, missing := stack.Missing("prometheus"); missing {
		t.Skipf("no promtool: %s", reason)
	}
	if _, err := exec.LookPath("promtool"); err != nil {
		t.Skip("no promtool on PATH: it comes with Prometheus, which make setup installs")
	}
	if out, err := exec.Command("promtool", args...).CombinedOutput(); err != nil {
		t.Errorf("promtool %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

func TestPrometheusTakesTheRules(t *testing.T) {
	promtool(t, "check", "rules", "--lint=all", "--lint-fatal", "prometheus/rules.yml")
}

func TestTheRulesDoWhatTheyShould(t *testing.T) {
	promtool(t, "test", "rules", "prometheus/rules_test.yml")
}

func TestPrometheusTakesTheExpressionsOfTheDashboards(t *testing.T) {
	variables := strings.NewReplacer("$__rate_interval", "4m", "$__range", "6h", "$server_address", ".+", "$http_route", "/<int:pk>/")
	group := ruleFileGroup{Name: "queries"}
	for _, d := range All() {
		for i, q := range d.Queries() {
			name := strings.ReplaceAll(d.UID, "-", "_") + ":" + strconv.Itoa(i)
			group.Rules = append(group.Rules, ruleFileRule{Record: name, Expr: variables.Replace(q.Expr)})
		}
	}
	text, err := yaml.Marshal(ruleFile{Groups: []ruleFileGroup{group}})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "queries.yml")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	promtool(t, "check", "rules", path)
}

// An alert that is never seen to fire may not, and one that is never seen to be
// silent may never be.
func TestEveryAlertIsTestedBothWays(t *testing.T) {
	text, err := os.ReadFile("prometheus/rules_test.yml")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Tests []struct {
			Alerts []struct {
				Name     string `yaml:"alertname"`
				Expected []any  `yaml:"exp_alerts"`
			} `yaml:"alert_rule_test"`
		}
	}
	if err := yaml.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	fires, silent := make(map[string]bool), make(map[string]bool)
	for _, test := range file.Tests {
		for _, alert := range test.Alerts {
			if len(alert.Expected) > 0 {
				fires[alert.Name] = true
			} else {
				silent[alert.Name] = true
			}
		}
	}
	for _, rule := range alerts() {
		if !fires[rule.Alert] || !silent[rule.Alert] {
			t.Errorf("%s: seen to fire %v, seen to be silent %v", rule.Alert, fires[rule.Alert], silent[rule.Alert])
		}
	}
}
