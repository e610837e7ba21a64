package dashboards

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

func TestDocumentation(t *testing.T) {
	text, err := os.ReadFile("../docs/dashboards.md")
	if err != nil {
		t.Fatal(err)
	}
	page := string(text)
	for _, d := range All() {
		_, name, _ := strings.Cut(d.Title, " / ")
		if !strings.Contains(page, "\n| "+name+" | ") {
			t.Errorf("docs/dashboards.md does not tell of the dashboard %s", name)
		}
	}
	for _, rule := range slices.Concat(siteRules(), routeRules()) {
		if !listed(page, rule.Record) {
			t.Errorf("docs/dashboards.md does not list %s", rule.Record)
		}
	}
	for _, b := range burns {
		if row := fmt.Sprintf("\n| %g | %s | %s | %s | %s |\n", b.rate, b.long, b.short, b.severity, b.spent); !strings.Contains(page, row) {
			t.Errorf("docs/dashboards.md has no row%s", row)
		}
	}
	if !strings.Contains(page, fmt.Sprintf("At least %d requests", minFailures)) {
		t.Errorf("docs/dashboards.md does not say that %d requests must have failed", minFailures)
	}
	for _, rule := range alerts() {
		if !strings.Contains(page, "\n### "+rule.Alert+"\n") {
			t.Errorf("docs/dashboards.md has no section %s, to which the alert leads", rule.Alert)
		}
	}
}

// listed looks for a row about a recorded series. Of those that differ in their
// ends only, the row names the first in full.
func listed(page, record string) bool {
	family := record[:strings.LastIndex(record, ":")+1]
	end := strings.TrimPrefix(strings.TrimPrefix(record, family), "ratio_rate")
	for line := range strings.Lines(page) {
		if strings.HasPrefix(line, "| `"+family) && strings.Contains(line, end+"`") {
			return true
		}
	}
	return false
}
