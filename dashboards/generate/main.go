// Command generate writes the dashboards and the rules to where they are kept:
// go run ./dashboards/generate, in the root of the module.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/caddy-django/gateway/dashboards"
)

func main() {
	if err := generate("dashboards"); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

func generate(directory string) error {
	files, err := dashboards.Files()
	if err != nil {
		return err
	}
	for name, text := range files {
		path := filepath.Join(directory, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, text, 0o644); err != nil {
			return err
		}
	}
	return nil
}
