package caddymodule

import (
	"fmt"
	"io"
	"strings"

	"github.com/caddyserver/caddy/v2"
	caddycmd "github.com/caddyserver/caddy/v2/cmd"
	"github.com/spf13/cobra"
)

// djangoCommand is the group `caddy django`.
var djangoCommand = caddycmd.Command{
	Name:  "django",
	Usage: "<command>",
	Short: "Looks at the Django sites behind this gateway",
	Long: `
Looks at the Django sites behind this gateway.

What asks a running Caddy asks its admin API, at '` + caddy.DefaultAdminListen + `' unless
--address or --config says otherwise.`,
	CobraFunc: func(cmd *cobra.Command) {
		refuseUnknown(cmd)
		cmd.AddCommand(issuesCommand())
		cmd.AddCommand(outboxCommand())
		cmd.AddCommand(testEventCommand())
		cmd.AddCommand(maintenanceCommand())
		cmd.AddCommand(routesCommand())
		cmd.AddCommand(resolveCommand())
		cmd.AddCommand(scrubCommand())
		cmd.AddCommand(serveCommand())
		cmd.AddCommand(runCommand())
		cmd.AddCommand(probeCommand())
		cmd.AddCommand(doctorCommand())
	},
}

// refuseUnknown makes a command that has only others below it fail for what is none of them,
// where cobra shows the help and succeeds: a script would take the site for closed.
func refuseUnknown(cmd *cobra.Command) {
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return cmd.Help()
		}
		var names []string
		for _, sub := range cmd.Commands() {
			names = append(names, sub.Name())
		}
		return fmt.Errorf("%s %s is unknown: write one of %s", cmd.CommandPath(), args[0], strings.Join(names, ", "))
	}
	cmd.Args = cobra.ArbitraryArgs // for RunE to see
	cmd.FParseErrWhitelist.UnknownFlags = true
}

// runs makes the RunE of what a command does. An error is left to cobra, which writes a line
// for people: Caddy's own wrapper logs it, as JSON where stderr is no terminal.
func runs(do func(caddycmd.Flags) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, _ []string) error { return do(caddycmd.Flags{FlagSet: cmd.Flags()}) }
}

// addAdminFlags adds what askAdmin reads.
func addAdminFlags(cmd *cobra.Command) {
	cmd.Flags().String("address", "", "Address of the admin API (if --config is not used; default CADDY_ADMIN, or else localhost:2019)")
	cmd.Flags().StringP("config", "c", "", "Configuration file that names the admin API (if --address is not used)")
	cmd.Flags().StringP("adapter", "a", "", "Name of config adapter to apply (if --config is used)")
}

// askAdmin returns what the running Caddy's admin API answers.
func askAdmin(flags caddycmd.Flags, method, uri string) ([]byte, error) {
	address, err := caddycmd.DetermineAdminAPIAddress(flags.String("address"), nil, flags.String("config"), flags.String("adapter"))
	if err != nil {
		return nil, fmt.Errorf("finding the admin API: %w", err)
	}
	resp, err := caddycmd.AdminAPIRequest(address, method, uri, nil, nil)
	if refused := readAdminError(err); refused != nil {
		return nil, refused
	}
	if err != nil {
		return nil, fmt.Errorf("cannot reach Caddy's admin API at %s: is Caddy running? Set --address or --config if it listens elsewhere: %w", address, err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, fmt.Errorf("reading the answer of the admin API: %w", err)
	}
	return body, nil
}
