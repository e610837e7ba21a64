package caddymodule

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	caddycmd "github.com/caddyserver/caddy/v2/cmd"
	"github.com/spf13/cobra"

	"github.com/caddy-django/gateway/route"
)

func resolveCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "resolve --routes <file> [<path>... | -]",
		Short: "Tells which Django route a path belongs to",
		Long: `
Tells which Django route each path belongs to, by a file that 'caddy django routes'
has written: one line of JSON for a path.

Paths are as they are on the wire, percent-encoded. With - they are read from
standard input, one a line.

The label is that of the metrics, one for all languages; it is ` + route.Unmatched + ` where Django would
answer 404, and ` + route.Other + ` where that takes too long to find out.`,
		Args: cobra.MinimumNArgs(1),
	}
	cmd.Flags().String("routes", "", "File of 'caddy django routes'")
	if err := cmd.MarkFlagRequired("routes"); err != nil {
		panic(err) // there is no such flag
	}
	cmd.RunE = runs(cmdResolve)
	return cmd
}

func cmdResolve(flags caddycmd.Flags) error {
	resolver, err := loadResolver(flags.String("routes"))
	if err != nil {
		return err
	}
	out := bufio.NewWriter(os.Stdout)
	for _, arg := range flags.Args() {
		if arg == "-" {
			err = resolveLines(out, os.Stdin, resolver)
		} else {
			err = printResolved(out, resolver, arg)
		}
		if err != nil {
			return fmt.Errorf("resolving paths: %w", err)
		}
	}
	return out.Flush()
}

func loadResolver(file string) (*route.Resolver, error) {
	conf, err := route.LoadURLConf(file)
	if err != nil {
		return nil, err
	}
	resolver, err := route.NewResolver(conf)
	if err != nil {
		return nil, fmt.Errorf("compiling the routes in %s: %w", file, err)
	}
	return resolver, nil
}

// maxPathLine bounds a path on standard input, in bytes: no server takes more.
const maxPathLine = 1 << 20

func resolveLines(out *bufio.Writer, in io.Reader, resolver *route.Resolver) error {
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, maxPathLine)
	for lines.Scan() {
		if err := printResolved(out, resolver, lines.Text()); err != nil {
			return err
		}
	}
	return lines.Err()
}

// resolved is what is printed for a path. All but the first two are null where
// there is no route.
type resolved struct {
	Path   string            `json:"path"`
	Label  string            `json:"label"`
	Route  *string           `json:"route"`
	View   *string           `json:"view"`
	Name   *string           `json:"name"`
	Kwargs map[string]string `json:"kwargs"`
}

func printResolved(out *bufio.Writer, resolver *route.Resolver, path string) error {
	line := resolved{Path: path, Label: route.Unmatched}
	found, kwargs, err := resolver.Explain(route.DecodePath(path))
	switch {
	case errors.Is(err, route.ErrGaveUp):
		line.Label = route.Other
	case err != nil:
		return err
	case found != nil:
		line.Label, line.Route, line.View, line.Kwargs = found.Endpoint().Label, &found.Route, &found.View, kwargs
		if found.Name != "" {
			line.Name = &found.Name
		}
	}
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false) // a label has < and >
	return encoder.Encode(line)
}
