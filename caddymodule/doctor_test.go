package caddymodule

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/caddyserver/caddy/v2/caddyconfig"

	"github.com/caddy-django/gateway/doctor"
)

func TestTheConfigurationSaysWhatToCheck(t *testing.T) {
	for name, c := range map[string]struct {
		caddyfile    string
		url, project string
		upstreams    string
		timeout      time.Duration
	}{
		"a domain": {"shop.example.com {\n\tdjango unix//run/shop/gunicorn.sock {\n\t\tmonitor {\n\t\t\troutes export /srv/shop {\n\t\t\t\tsettings shop.settings\n\t\t\t\ttimeout 10m\n\t\t\t}\n\t\t}\n\t}\n}\n",
			"https://shop.example.com/", "{/srv/shop shop.settings   600000000000}", "[unix//run/shop/gunicorn.sock]", time.Minute},
		"a port":               {"http://:8000 {\n\treverse_proxy 127.0.0.1:8001 127.0.0.1:8002\n}\n", "http://localhost:8000/", "{    0}", "[127.0.0.1:8001 127.0.0.1:8002]", 0},
		"a domain without TLS": {"http://shop.example.com {\n\treverse_proxy 127.0.0.1:8001 {\n\t\ttransport http {\n\t\t\tresponse_header_timeout 20s\n\t\t}\n\t}\n}\n", "http://shop.example.com/", "{    0}", "[127.0.0.1:8001]", 20 * time.Second},
		"two timeouts":         {"http://:8000 {\n\tdjango 127.0.0.1:1 {\n\t\ttimeout 90s\n\t}\n\thandle /api/* {\n\t\tdjango 127.0.0.1:2 {\n\t\t\ttimeout 20s\n\t\t}\n\t}\n}\n", "http://localhost:8000/", "{    0}", "", 20 * time.Second},
		"two ports":            {"http://a.example.com:8001 {\n\treverse_proxy 127.0.0.1:1\n}\nhttp://b.example.com:8002 {\n\treverse_proxy 127.0.0.1:2\n}\nhttp://c.example.com:8003 {\n\treverse_proxy 127.0.0.1:3\n}\n", "http://a.example.com:8001/", "{    0}", "[127.0.0.1:1 127.0.0.1:2 127.0.0.1:3]", 0},
		"a wildcard first":     {"*.example.com, shop.example.com {\n\ttls internal\n\treverse_proxy 127.0.0.1:8001\n}\n", "https://shop.example.com/", "{    0}", "[127.0.0.1:8001]", 0},
	} {
		t.Run(name, func(t *testing.T) {
			text, _, err := caddyconfig.GetAdapter("caddyfile").Adapt([]byte(c.caddyfile), nil)
			if err != nil {
				t.Fatal(err)
			}
			config, err := readConfig(text)
			if err != nil {
				t.Fatal(err)
			}
			if got := config.url(); got == nil || got.String() != c.url {
				t.Errorf("the site is %v", got)
			}
			if got := fmt.Sprint(config.export); got != c.project {
				t.Errorf("the project is %s", got)
			}
			if got := fmt.Sprint(config.upstreams); c.upstreams != "" && got != c.upstreams || config.timeout != c.timeout {
				t.Errorf("the upstreams are %s, for %s", got, config.timeout)
			}
		})
	}
}

func TestTheDoctorSaysWhatIsWrong(t *testing.T) {
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprint(w, "<h1>Bad Request (400)</h1>")
	}))
	defer site.Close()
	nobody := freeAddress(t)
	config := filepath.Join(t.TempDir(), "Caddyfile")
	if err := os.WriteFile(config, []byte("{\n\tadmin "+nobody+"\n}\nhttp://:8000 {\n\treverse_proxy 127.0.0.1:9\n}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	text, err := run(t, doctorCommand(), "--config", config, site.URL)
	if err == nil || !strings.Contains(err.Error(), "something is wrong") {
		t.Errorf("error %v", err)
	}
	for _, want := range []string{
		"caddy           warn     nobody answers at its admin API\n                         -> start Caddy",
		"upstream        FAILED   nobody listens on 127.0.0.1:9\n                         -> start gunicorn",
		"allowed_hosts   FAILED   ", "static_root     skipped  the project is not known",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("it lacks %q:\n%s", want, text)
		}
	}
	text, err = run(t, doctorCommand(), "--config", config, "--json", site.URL)
	var all []doctor.Check
	if json.Unmarshal([]byte(text), &all) != nil || err == nil || len(all) < 10 || all[1].Verdict != doctor.Fail || all[1].Fix == "" {
		t.Errorf("printed %s, error %v", text, err)
	}
}

func TestTheDoctorAsksTheRunningCaddy(t *testing.T) {
	r := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) }))
	defer r.Close()
	_, admin := startAdministered(t, strings.Replace(r.URL, "http://", "http://key@", 1)+"/1")
	text, err := run(t, doctorCommand(), "--address", admin)
	if err == nil || !strings.Contains(text, "caddy           ok       it runs") || !strings.Contains(text, "sentry          FAILED   "+r.URL+"/1 gets no events: answer: HTTP 403") {
		t.Errorf("printed %s, error %v", text, err)
	}
}

func TestTheDoctorRefuses(t *testing.T) {
	nobody := freeAddress(t)
	for name, c := range map[string]struct{ args, want string }{
		"a patient who is not there": {"--address " + nobody, "there is nothing to check: start Caddy"},
		"a URL that is none":         {"--address " + nobody + " shop.example.com", "is no URL of a site: write it like https://shop.example.com/"},
		"a file that is not there":   {"--address " + nobody + " --config /no/Caddyfile", "no such file"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := run(t, doctorCommand(), strings.Fields(c.args)...); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
	missing := filepath.Join(t.TempDir(), "none")
	text, err := run(t, doctorCommand(), "--address", nobody, "--project", missing)
	if err == nil || !strings.Contains(text, "project         FAILED   the project "+missing+" does not exist") {
		t.Errorf("printed %s, error %v", text, err)
	}
}
