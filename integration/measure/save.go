package measure

import (
	"encoding/json"
	"fmt"
	"os"
)

// Save writes a report to a file, as JSON.
func Save(name string, report any) error {
	text, err := json.MarshalIndent(report, "", "  ")
	if err != nil {
		return fmt.Errorf("encoding the report: %w", err)
	}
	if err := os.WriteFile(name, append(text, '\n'), 0o644); err != nil {
		return fmt.Errorf("saving the report: %w", err)
	}
	return nil
}
