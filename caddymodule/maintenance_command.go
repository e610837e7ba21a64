package caddymodule

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"

	caddycmd "github.com/caddyserver/caddy/v2/cmd"
	"github.com/spf13/cobra"

	"github.com/caddy-django/gateway/caddymodule/maintenance"
)

func maintenanceCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "maintenance {on|off|status} [--file <file>] [--json]",
		Short: "Closes the sites for a while, and opens them again",
		Long: `
Closes the sites for a while, and opens them again: all that use the directive
django, or those whose option maintenance names --file. Visitors get a page with
503 and Retry-After.

It stays so over a reload and a restart of Caddy.`,
	}
	refuseUnknown(cmd)
	for _, c := range []struct{ use, short, method, path string }{
		{"on", "Closes the sites", http.MethodPost, "/django/maintenance/on"},
		{"off", "Opens the sites again", http.MethodPost, "/django/maintenance/off"},
		{"status", "Tells which sites are closed", http.MethodGet, "/django/maintenance"},
	} {
		sub := &cobra.Command{Use: c.use + " [--file <file>] [--json]", Short: c.short, Args: cobra.NoArgs}
		sub.Flags().String("file", "", "Only the sites whose option maintenance names this file")
		sub.Flags().Bool("json", false, "Print JSON")
		addAdminFlags(sub)
		sub.RunE = runs(func(flags caddycmd.Flags) error {
			return cmdMaintenance(flags, c.method, c.path)
		})
		cmd.AddCommand(sub)
	}
	return cmd
}

func cmdMaintenance(flags caddycmd.Flags, method, path string) error {
	if file := flags.String("file"); file != "" {
		file, err := filepath.Abs(file)
		if err != nil {
			return err
		}
		path += "?file=" + url.QueryEscape(file)
	}
	body, err := askAdmin(flags, method, path)
	if err != nil {
		return err
	}
	if flags.Bool("json") {
		_, err := os.Stdout.Write(body)
		return err
	}
	var switches []maintenance.Switch
	if err := json.Unmarshal(body, &switches); err != nil {
		return fmt.Errorf("reading the answer of the admin API: %w", err)
	}
	return printSwitches(os.Stdout, switches)
}

func printSwitches(w io.Writer, switches []maintenance.Switch) error {
	for _, s := range switches {
		state := "open"
		if s.On {
			state = "closed"
		}
		name := s.File
		if name == maintenance.DefaultFile() {
			name = "sites without a file of their own"
		}
		if _, err := fmt.Fprintf(w, "%-6s  %s\n", state, name); err != nil {
			return err
		}
	}
	return nil
}
