package caddymodule

import (
	"strings"
	"testing"
)

func TestTheProbeRunsBehindAnAgentThatWouldShadowIt(t *testing.T) {
	for line, want := range map[string]string{
		"opentelemetry-instrument gunicorn shop.wsgi":                              "opentelemetry-instrument AGAIN -- gunicorn shop.wsgi",
		"/venv/bin/opentelemetry-instrument --traces_exporter console uvicorn x:a": "/venv/bin/opentelemetry-instrument --traces_exporter console AGAIN -- uvicorn x:a",
		"opentelemetry-instrument --metrics_exporter=none gunicorn --bind x":       "opentelemetry-instrument --metrics_exporter=none AGAIN -- gunicorn --bind x",
		"elasticapm-run --config a=b --config=c=d gunicorn -w 2":                   "elasticapm-run --config a=b --config=c=d AGAIN -- gunicorn -w 2",
		"elasticapm-run --version":                                                 "elasticapm-run --version",
		"elasticapm-run":                                                           "elasticapm-run",
		"ddtrace-run gunicorn shop.wsgi":                                           "ddtrace-run gunicorn shop.wsgi",
		"gunicorn opentelemetry-instrument":                                        "gunicorn opentelemetry-instrument",
	} {
		if got := strings.Join(probeBehindAgent(strings.Fields(line), "AGAIN", "--"), " "); got != want {
			t.Errorf("%s: got %s, want %s", line, got, want)
		}
	}
}
