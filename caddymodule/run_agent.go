package caddymodule

import (
	"path/filepath"
	"slices"
	"strings"
)

// shadowingAgents are commands that start a server with an agent whose sitecustomize.py comes first and does not run the
// next one. Each of their options takes a value.
var shadowingAgents = []string{"opentelemetry-instrument", "elasticapm-run"}

// probeBehindAgent returns the command line by which such an agent starts again, with the probe, what it was going to
// start: the probe then comes first, and runs the agent. Other command lines stay as they are.
func probeBehindAgent(args []string, again ...string) []string {
	if !slices.Contains(shadowingAgents, filepath.Base(args[0])) {
		return args
	}
	i := 1
	for i < len(args) && strings.HasPrefix(args[i], "-") {
		if strings.HasPrefix(args[i], "--") && !strings.Contains(args[i], "=") {
			i++ // its value is a word of its own
		}
		i++
	}
	if i >= len(args) { // --help, or a mistake that the agent reports
		return args
	}
	return slices.Insert(slices.Clone(args), i, again...)
}
