package caddymodule

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/caddyserver/caddy/v2"
)

// logged runs a gateway whose django.errors go to a file, lets it fail once and
// returns the lines of the file.
func logged(t *testing.T, monitor, format string) (lines []string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "errors.jsonl")
	g := startGateway(t, monitor, "respond no 500")
	g.caddyfile = strings.Replace(g.caddyfile, "	log {\n", "	log django_errors {\n\t\tinclude django.errors\n\t\toutput file "+file+"\n\t\tformat json "+format+"\n\t}\n	log {\n", 1)
	for _, environment := range []string{"test", "staging"} { // a reload goes on with the same file
		g.load(strings.Replace(g.caddyfile, "environment test", "environment "+environment, 1))
		eventually(t, "an answer", func() bool { // Caddy may reset a connection while its listener changes hands
			resp, err := http.Get("http://" + g.monitored)
			if err == nil {
				resp.Body.Close()
			}
			return err == nil
		})
	}
	http.DefaultClient.CloseIdleConnections()
	if err := caddy.Stop(); err != nil {
		t.Error(err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		lines = append(lines, line)
	}
	return lines
}

func TestErrorsAreLoggedToAFileOfTheirOwn(t *testing.T) {
	for _, c := range []struct{ name, monitor, format, field, want string }{
		{"plain, which is the default", "{\n\t\tenvironment test\n\t}", "", "kind", "app_error"},
		{"ecs", "{\n\t\tenvironment test\n\t\terror_log ecs\n\t}", "{\n\t\t\tmessage_key message\n\t\t}", "error.type", "app_error"},
	} {
		t.Run(c.name, func(t *testing.T) {
			lines := logged(t, c.monitor, c.format)
			if len(lines) != 2 {
				t.Fatalf("%d lines, want 2: %v", len(lines), lines)
			}
			for _, line := range lines {
				var fields map[string]any
				if err := json.Unmarshal([]byte(line), &fields); err != nil {
					t.Fatal(err)
				}
				if fields[c.field] != c.want || fields["logger"] != "django.errors" || fields["level"] != "error" {
					t.Errorf("line %s", line)
				}
			}
		})
	}
	if lines := logged(t, "{\n\t\tenvironment test\n\t\terror_log off\n\t}", ""); len(lines) != 0 {
		t.Errorf("lines %q of a log that is off", lines)
	}
}
