package integration

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/caddy-django/gateway/probe"
	"github.com/caddy-django/gateway/probe/probetest"
)

// rawAnswer is what a server sends to who knows the secret.
type rawAnswer struct {
	page
	line   map[string]string // of the answer, as it stands there; nil: none came
	report *probe.Report     // nil: none came
}

var direct = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 256, DisableCompression: true}}

// askProbe asks a server as the gateway does, past the gateway.
func askProbe(t *testing.T, addr, path string) rawAnswer {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+addr+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	header, nonce := probetest.Header(probeSecret, req.Method, "pii")
	req.Header.Set(probe.RequestHeader, header)
	resp, err := direct.Do(req)
	if err != nil {
		t.Error(err)
		return rawAnswer{}
	}
	return readAnswer(t, readPage(t, resp), nonce)
}

// readAnswer takes the answer from a response apart.
func readAnswer(t *testing.T, p page, nonce string) rawAnswer {
	t.Helper()
	a := rawAnswer{page: p}
	lines := p.header[probe.AnswerHeader]
	if len(lines) == 0 {
		return a
	}
	if _, err := probe.ParseAnswer(lines[0], nonce); err != nil || len(lines) > 1 {
		t.Errorf("the answer is %q (%v)", lines, err)
	}
	a.line = make(map[string]string)
	for pair := range strings.FieldsSeq(lines[0]) {
		if name, value, ok := strings.Cut(pair, "="); ok {
			a.line[name], _ = url.PathUnescape(value)
		}
	}
	if report := p.header[probe.ReportHeader]; len(report) > 0 {
		var err error
		if a.report, err = probe.ReadReport(report); err != nil {
			t.Errorf("the report: %v", err)
		}
	}
	return a
}
