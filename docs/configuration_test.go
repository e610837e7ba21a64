package docs_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig"
	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"
	_ "github.com/caddyserver/caddy/v2/modules/standard"

	_ "github.com/caddy-django/gateway/caddymodule"
)

func adapt(text string) ([]byte, error) {
	config, _, err := caddyconfig.GetAdapter("caddyfile").Adapt([]byte(text), map[string]any{"filename": "Caddyfile"})
	return config, err
}

// load adapts a Caddyfile and provisions what comes out, as caddy validate does.
func load(text string) error {
	config, err := adapt(text)
	if err != nil {
		return err
	}
	return validate(config)
}

func validate(config []byte) error {
	var c *caddy.Config
	if err := caddy.StrictUnmarshalJSON(config, &c); err != nil {
		return err
	}
	c.Admin = &caddy.AdminConfig{Disabled: true}
	c.Logging = &caddy.Logging{Logs: map[string]*caddy.CustomLog{
		"default": {BaseLog: caddy.BaseLog{WriterRaw: json.RawMessage(`{"output": "discard"}`)}},
	}}
	return caddy.Validate(c)
}

// wrap makes a whole Caddyfile of a part of one.
func wrap(part, text string) string {
	switch part {
	case "":
		return text
	case "global":
		return "{\n" + text + "}\n:8080\n"
	case "site":
		return ":8080 {\n" + text + "}\n"
	case "django_monitor":
		return wrap("site", "django_monitor {\n"+text+"\n}\n")
	case "ignore":
		return wrap("django_monitor", "ignore {\n"+text+"\n}")
	case "in_app":
		return wrap("django_monitor", "in_app {\n"+text+"\n}")
	case "sentry":
		return wrap("django_monitor", "sentry https://key@sentry.example.com/42 {\n"+text+"\n}")
	case "probe":
		return wrap("django_monitor", "probe {env.DJANGO_PROBE_SECRET} {\n"+text+"\n}")
	case "sample":
		return wrap("django_monitor", "sample 0.1 {\n"+text+"\n}")
	case "traces_sampler":
		return wrap("django_monitor", "traces_sampler 0.1 {\n"+text+"\n}")
	case "group":
		return wrap("django_monitor", "group {\n"+text+"\n}")
	case "routes export":
		return wrap("django_monitor", "routes export /srv/shop {\n"+text+"\n}")
	case "django 127.0.0.1:8000":
		return wrap("site", part+" {\n"+text+"\n}\n")
	case "maintenance":
		return wrap("django 127.0.0.1:8000", "maintenance {\n"+text+"\n}")
	case "django":
		return wrap("global", "django {\n"+text+"\n}\n")
	case "store":
		return wrap("django", "store {\n"+text+"\n}")
	}
	panic("no such part of a Caddyfile: " + part)
}

func TestCaddyfilesAdaptAndAreFormatted(t *testing.T) {
	for _, p := range pages(t) {
		for _, b := range p.blocks {
			part, ok := strings.CutPrefix(b.info, "caddyfile")
			if !ok {
				continue
			}
			if _, err := adapt(wrap(strings.TrimSpace(part), b.text)); err != nil {
				t.Errorf("%s: %v", b.where, err)
			}
			if formatted := string(caddyfile.Format([]byte(b.text))); formatted != b.text {
				t.Errorf("%s: not as caddy fmt writes it:\n%s", b.where, formatted)
			}
		}
	}
}

func TestCaddyfileExampleIsReadyForProduction(t *testing.T) {
	text, err := os.ReadFile("../Caddyfile.example")
	if err != nil {
		t.Fatal(err)
	}
	if formatted := caddyfile.Format(text); string(formatted) != string(text) {
		t.Error("it is not as caddy fmt writes it")
	}
	if _, err := adapt(string(text)); err != nil {
		t.Fatal(err)
	}

	dir := t.TempDir()
	release, routes, secret := filepath.Join(dir, "REVISION"), filepath.Join(dir, "routes.json"), filepath.Join(dir, "probe-secret")
	deployed := strings.NewReplacer("/srv/shop/static", dir, "/srv/shop/REVISION", release, "/srv/shop/routes.json", routes,
		"/var/lib/shop/probe-secret", secret).Replace(string(text))
	t.Setenv("SENTRY_DSN", "https://key@sentry.example.com/42")
	if err := load(deployed); err == nil || !strings.Contains(err.Error(), "REVISION: no such file") {
		t.Errorf("without a REVISION: got %v, want a refusal", err)
	}
	if err := os.WriteFile(release, []byte("shop@1.4.2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := load(deployed); err == nil || !strings.Contains(err.Error(), "caddy django run --secret-file") {
		t.Errorf("without the probe's secret: got %v, want a refusal", err)
	}
	if err := os.WriteFile(secret, []byte(strings.Repeat("0f", 32)+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := load(deployed); err == nil || !strings.Contains(err.Error(), "caddy django routes") {
		t.Errorf("without routes: got %v, want a refusal", err)
	}
	writeRoutes(t, routes)
	if err := load(deployed); err != nil {
		t.Error(err)
	}
}

// A block of JSON says in its second word what it is: "config" is a whole
// configuration, "adapted" what the Caddyfile above it becomes a part of.
func TestJSONIsWhatCaddyTakesAndMakes(t *testing.T) {
	for _, p := range pages(t) {
		var above []byte
		for _, b := range p.blocks {
			if part, ok := strings.CutPrefix(b.info, "caddyfile"); ok {
				above, _ = adapt(wrap(strings.TrimSpace(part), b.text))
			}
			if !strings.HasPrefix(b.info, "json") {
				continue
			}
			var want, got any
			if err := json.Unmarshal([]byte(b.text), &want); err != nil {
				t.Errorf("%s: %v", b.where, err)
			}
			switch b.info {
			case "json config":
				if err := validate([]byte(b.text)); err != nil {
					t.Errorf("%s: %v", b.where, err)
				}
			case "json adapted":
				if err := json.Unmarshal(above, &got); err != nil || !contains(got, want) {
					t.Errorf("%s: the Caddyfile above it becomes\n%s", b.where, above)
				}
			}
		}
	}
}

// contains reports whether part is somewhere in a JSON document.
func contains(document, part any) bool {
	if reflect.DeepEqual(document, part) {
		return true
	}
	inside := func(v any) bool { return contains(v, part) }
	switch v := document.(type) {
	case map[string]any:
		for _, value := range v {
			if inside(value) {
				return true
			}
		}
	case []any:
		return slices.ContainsFunc(v, inside)
	}
	return false
}

// Tables headed "In `part`" list what is refused there, and with what words.
func TestWhatIsSaidToBeRefusedIsRefusedInTheseWords(t *testing.T) {
	checked := 0
	for _, p := range pages(t) {
		for _, table := range p.tables {
			part, ok := strings.CutPrefix(table.header[0], "In `")
			if !ok {
				continue
			}
			for _, r := range table.rows {
				wrong, words := strings.Trim(r.cells[0], "`"), strings.Trim(r.cells[1], "`")
				err := load(wrap(strings.TrimSuffix(part, "`"), wrong))
				if err == nil || !strings.Contains(err.Error(), words) {
					t.Errorf("%s: %q is refused with %v, not with %q", r.where, wrong, err, words)
				}
				checked++
			}
		}
	}
	if checked == 0 {
		t.Error("no table of refusals was found")
	}
}

var optionList = regexp.MustCompile(`the options are (\S+(?:, \S+)*?)(?:, at |$)`)

func TestEveryOptionIsDocumented(t *testing.T) {
	for _, c := range []struct{ part, page string }{
		{"django_monitor", "directive.md"},
		{"ignore", "directive.md"},
		{"in_app", "directive.md"},
		{"sample", "directive.md"},
		{"group", "directive.md"},
		{"traces_sampler", "directive.md"},
		{"routes export", "directive.md"},
		{"sentry", "directive.md"},
		{"probe", "directive.md"},
		{"django 127.0.0.1:8000", "django.md"},
		{"maintenance", "django.md"},
		{"django", "global-option.md"},
		{"store", "global-option.md"},
	} {
		t.Run("in "+c.part, func(t *testing.T) {
			_, err := adapt(wrap(c.part, "no_such_option"))
			if err == nil {
				t.Fatal("an unknown option is accepted")
			}
			m := optionList.FindStringSubmatch(err.Error())
			if m == nil {
				t.Fatalf("no list of the options in %v", err)
			}
			p := readPage(t, c.page)
			listed := p.column("option")
			for _, option := range strings.Split(m[1], ", ") {
				_, inTable := listed[option]
				if !inTable && !strings.Contains(p.text, "\n### `"+option+"`\n") {
					t.Errorf("%s says nothing of %s", c.page, option)
				}
			}
		})
	}
}
