package dashboards

import "path/filepath"

// Files returns what is generated: the dashboards for Grafana and the rules for
// Prometheus, by their path in this directory.
func Files() (map[string][]byte, error) {
	files := make(map[string][]byte)
	for _, d := range All() {
		text, err := d.JSON()
		if err != nil {
			return nil, err
		}
		files[filepath.Join("grafana", d.UID+".json")] = text
	}
	rules, err := RulesYAML()
	if err != nil {
		return nil, err
	}
	files[filepath.Join("prometheus", "rules.yml")] = rules
	return files, nil
}
