package caddymodule

import (
	"cmp"
	"fmt"
	"io"
	"mime"
	"os"
	"path/filepath"
	"strings"

	caddycmd "github.com/caddyserver/caddy/v2/cmd"
	"github.com/spf13/cobra"
)

func scrubCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "scrub [--explain] [--content-type <type>] [--config <path> [--adapter <name>] [--site <host>]] <file> | -",
		Short: "Shows what an error event would keep of a response's body",
		Long: `
Prints what an error event would keep of a response's body, which is in a file or,
with -, on standard input: as much as is captured, scrubbed by the very code that
scrubs events. Nothing is stored or sent.

With --explain it says on standard error what was taken out, where in the text that
is printed, and why, but never what it was; and the title, the exceptions and the frames
of the event.

With --config it goes by the options of a site: scrub, send_default_pii and
capture_body.`,
		Args: cobra.ExactArgs(1),
	}
	cmd.Flags().Bool("explain", false, "Say what was taken out, and why")
	cmd.Flags().String("content-type", "", "Content-Type of the response (default by the name of the file, else by what is in it)")
	cmd.Flags().StringP("config", "c", "", "Configuration file with the site's options")
	cmd.Flags().StringP("adapter", "a", "", "Name of config adapter to apply (if --config is used)")
	cmd.Flags().String("site", "", "Host of the site (if --config has several)")
	cmd.RunE = runs(cmdScrub)
	return cmd
}

func cmdScrub(flags caddycmd.Flags) error {
	monitor, err := configuredMonitor(flags.String("config"), flags.String("adapter"), flags.String("site"))
	if err != nil {
		return err
	}
	scrubber, err := monitor.scrubber()
	if err != nil {
		return err
	}
	name := flags.Arg(0)
	limit := monitor.captured()
	body, cut, err := readBody(name, limit)
	if err != nil {
		return fmt.Errorf("reading the body: %w", err)
	}
	explanation := scrubber.Explain(cmp.Or(flags.String("content-type"), guessType(name)), body, cut)
	if flags.Bool("explain") {
		err = printExplanation(os.Stderr, explanation, limit, cut)
	}
	if err == nil && explanation.Text != "" {
		_, err = fmt.Println(escapeLines(strings.TrimSuffix(explanation.Text, "\n")))
	}
	return err
}

// escapeLines escapes what a terminal would obey in each line of a text, but not tabs.
func escapeLines(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		columns := strings.Split(strings.TrimSuffix(line, "\r"), "\t")
		for j, column := range columns {
			columns[j] = escapeControls(column)
		}
		lines[i] = strings.Join(columns, "\t")
	}
	return strings.Join(lines, "\n")
}

// readBody returns at most limit bytes, and whether there are more.
func readBody(name string, limit int) (body []byte, cut bool, err error) {
	in := os.Stdin
	if name != "-" {
		if in, err = os.Open(name); err != nil {
			return nil, false, err
		}
		defer in.Close()
	}
	body, err = io.ReadAll(io.LimitReader(in, int64(limit)+1))
	if len(body) > limit {
		return body[:limit], true, err
	}
	return body, false, err
}

// guessType goes by the name of a file where that names a kind of text, and
// otherwise leaves it to what is in it.
func guessType(name string) string {
	guess := mime.TypeByExtension(filepath.Ext(name))
	for _, text := range []string{"text/", "application/json", "application/xml"} {
		if strings.HasPrefix(guess, text) {
			return guess
		}
	}
	return ""
}
