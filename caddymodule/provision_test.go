package caddymodule

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/caddyserver/caddy/v2"
)

// JSON is the configuration proper: what the Caddyfile refuses, it refuses, too,
// and what only shows when placeholders are filled in.
func TestProvisionRefuses(t *testing.T) {
	t.Setenv("GATEWAY_TEST_BLANK", " \n")
	for _, c := range []struct{ name, monitor, app, want string }{
		{"a negative capture_body", `"capture_body": -2`, ``, "capture_body -2 is no size"},
		{"a capture_body over the limit", `"capture_body": 99999999`, ``, "write 384KiB or less"},
		{"a negative capture_request_body", `"capture_request_body": -1`, ``, "capture_request_body -1 is not between"},
		{"a capture_request_body over the limit", `"capture_request_body": 65537`, ``, "write 64KiB or less"},
		{"a slow without a unit", `"slow": 5`, ``, "slow 5ns is too short: write 1ms or more"},
		{"a negative slow", `"slow": "-5s"`, ``, "slow -5s is too short"},
		{"a site with a space", `"site": "the shop"`, ``, `invalid site "the shop": use a name without spaces`},
		{"a site with a line break", `"site": "shop\n"`, ``, `invalid site "shop\n"`},
		{"a site without an end", `"site": "` + strings.Repeat("s", 256) + `"`, ``, "invalid site"},
		{"a malformed route", `"routes": ["/<int:pk/"]`, ``, "has a < without its >"},
		{"a user without a name", `"user": {"source": "cookie"}`, ``, "user cookie has no name"},
		{"a user from nowhere", `"user": {"name": "sessionid"}`, ``, `user "" is no source`},
		{"a session cookie with its value", `"session_cookie": "sessionid=abc"`, ``, `session_cookie "sessionid=abc" is no name of a cookie`},
		{"a status that is none", `"ignore": {"statuses": ["-1"]}`, ``, `ignore: status "-1" is not an HTTP status`},
		{"a percentage for a rate", `"sample_rate": 20`, ``, "sample_rate 20 is not a fraction between 0 and 1: for 20 % write 0.2"},
		{"a rule for a rate without conditions", `"samples": [{"rate": 0.1}]`, ``, "sample 0.1 has no conditions"},
		{"a rule for groups without a fingerprint", `"groups": [{"bots": true}]`, ``, "fingerprint is missing"},
		{"a condition nobody knows", `"samples": [{"rate": 0.1, "path": ["/"]}]`, ``, `unknown field "path"`},
		{"traces of no project", `"propagate_traces": true`, ``, "propagate_traces has no project"},
		{"a percentage for a rate of traces", `"sentry": "https://key@sentry.example/1", "traces_sample_rate": 20`, ``, "traces_sample_rate 20 is not a fraction between 0 and 1: for 20 % write 0.2"},
		{"traces that are sampled by status", `"sentry": "https://key@sentry.example/1", "traces_samplers": [{"rate": 1, "statuses": ["200"]}]`, ``, "traces_sampler 1 asks for the status"},
		{"traces that go nowhere", `"traces_sample_rate": 0.1`, ``, "have nowhere to send to: add sentry <dsn>"},
		{"noise of an unknown fate", `"noise": "off"`, ``, `noise "off" is unknown: use keep, send or drop`},
		{"noise that goes nowhere", `"noise": "send"`, ``, "noise send has nowhere to send to: add sentry <dsn>, or use keep"},
		{"duplicates of an unknown fate", `"sdk_duplicates": "hide"`, ``, `sdk_duplicates "hide" is unknown: use mark or drop`},
		{"duplicates in no common trace", `"sentry": "https://key@sentry.example/1", "sdk_duplicates": "drop"`, ``, "sdk_duplicates drop has no trace in common with the SDK in Django: add propagate_traces"},
		{"a path for a module", `"in_app": {"exclude": ["shop/vendored"]}`, ``, `in_app exclude "shop/vendored" is no dotted name of a module: write one such as shop.payments`},
		{"an empty scrub term", `"scrub": [" "]`, ``, "would hide everything"},
		{"a DSN without a project", `"sentry": "https://key@sentry.example"`, ``, `sentry "https://***@sentry.example": the DSN has no project`},
		{"a DSN whose host comes to nothing", `"sentry": "https://key@{env.GATEWAY_TEST_UNSET}/1"`, ``, `sentry "https://***@{env.GATEWAY_TEST_UNSET}/1"`},
		{"a key that is no DSN", `"sentry": "0123key@"`, ``, `sentry "***@"`},
		{"a key alone", `"sentry": "0123key"`, ``, `sentry "***"`},
		{"a DSN that comes to nothing", `"sentry": "{env.GATEWAY_TEST_UNSET}"`, ``, `sentry "{env.GATEWAY_TEST_UNSET}"`},
		{"a proxy without a scheme", `"sentry": "https://key@sentry.example/1", "sentry_transport": {"proxy": "proxy.example:3128"}`, ``, `proxy "proxy.example:3128": it is no URL of a proxy: write one such as http://proxy.example.com:3128`},
		{"a proxy with a password", `"sentry": "https://key@sentry.example/1", "sentry_transport": {"proxy": "ftp://key@proxy.example"}`, ``, `proxy "ftp://***@proxy.example"`},
		{"a proxy whose host comes to nothing", `"sentry": "https://key@sentry.example/1", "sentry_transport": {"proxy": "http://key@{env.GATEWAY_TEST_UNSET}"}`, ``, `proxy "http://***@{env.GATEWAY_TEST_UNSET}"`},
		{"a ca_file that is not there", `"sentry": "https://key@sentry.example/1", "sentry_transport": {"ca_file": "/no/such.pem"}`, ``, `ca_file "/no/such.pem": open /no/such.pem: no such file`},
		{"a ca_file that comes to nothing", `"sentry": "https://key@sentry.example/1", "sentry_transport": {"ca_file": "{env.GATEWAY_TEST_UNSET}"}`, ``, `ca_file "{env.GATEWAY_TEST_UNSET}"`},
		{"a transport to nowhere", `"sentry_transport": {"proxy": "http://proxy.example:3128"}`, ``, "sentry_transport has no sentry"},
		{"a release that comes to nothing", `"release": "{env.GATEWAY_TEST_UNSET}"`, ``, `release "{env.GATEWAY_TEST_UNSET}"`},
		{"a release that is blank", `"release": "{env.GATEWAY_TEST_BLANK}"`, ``, "{env.GATEWAY_TEST_BLANK} is empty in the environment of Caddy: set"},
		{"a release in a file that is not there", `"release": "{file./nowhere/REVISION}"`, ``, "stat /nowhere/REVISION: no such file or directory: set"},
		{"a DSN that is not set", `"sentry": "{env.GATEWAY_TEST_UNSET}"`, ``, "{env.GATEWAY_TEST_UNSET} is empty in the environment of Caddy: set"},
		{"a release with a part that is not set", `"release": "shop@{env.GATEWAY_TEST_UNSET}"`, ``, "placeholder {env.GATEWAY_TEST_UNSET} is empty: set"},
		{"an environment with an unknown placeholder", `"environment": "{no.such}"`, ``, `environment "{no.such}"`},
		{"an unknown field", `"capture_bodies": 1`, ``, "capture_bodies"},
		{"a store age that is too short", ``, `"max_age": 1000`, "max_age 1µs is too short"},
		{"a store size that is too small", ``, `"max_size": 10`, "max_size 10 is too small"},
		{"a store that is no database", ``, `"path": "/srv/shop/settings.py"`, `store "/srv/shop/settings.py" is not named like a database`},
		{"a store path that comes to nothing", ``, `"path": "{env.GATEWAY_TEST_UNSET}"`, "store path"},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := caddy.Validate(config(t, c.monitor, c.app))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error with %q", err, c.want)
			}
			if err != nil && (strings.Contains(err.Error(), "key@") || strings.Contains(err.Error(), "0123key")) {
				t.Errorf("the error shows the key: %v", err)
			}
			if _, held := shared.References(instrumentsKey); held {
				t.Error("a refused configuration still holds shared state")
			}
		})
	}
}

func TestProvisionFillsInPlaceholders(t *testing.T) {
	t.Setenv("GATEWAY_TEST_DSN", "https://key@sentry.example/42")
	if err := caddy.Validate(config(t, `"sentry": "{env.GATEWAY_TEST_DSN}", "release": "{env.GATEWAY_TEST_DSN}"`, ``)); err != nil {
		t.Error(err)
	}
}

func TestValidatingTouchesNoFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sub", "errors.db")
	if err := caddy.Validate(config(t, ``, fmt.Sprintf(`"path": %q`, path))); err != nil {
		t.Fatal(err)
	}
	if found, _ := filepath.Glob(filepath.Join(filepath.Dir(path), "*")); len(found) != 0 {
		t.Errorf("validating made %v", found)
	}
}

// config is a configuration with one monitored site.
func config(t *testing.T, monitor, store string) *caddy.Config {
	t.Helper()
	if monitor != "" {
		monitor = ", " + monitor
	}
	return parseConfig(t, fmt.Sprintf(`{
		"admin": {"disabled": true},
		"logging": {"logs": {"default": {"writer": {"output": "discard"}}}},
		"apps": {
			"django": {"store": {%s}},
			"http": {"servers": {"srv0": {"listen": ["127.0.0.1:0"], "routes": [{"handle": [{"handler": "django_monitor"%s}]}]}}}
		}
	}`, store, monitor))
}

func parseConfig(t *testing.T, text string) *caddy.Config {
	t.Helper()
	config := new(caddy.Config)
	if err := json.Unmarshal([]byte(text), config); err != nil {
		t.Fatal(err)
	}
	return config
}
