package integration

import (
	"net/http"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/caddy-django/gateway/integration/stack"
)

var (
	printedURL  = regexp.MustCompile(`(curl )?(https?://[^\s;,)]+)`)
	printedLine = regexp.MustCompile(`(?m)^ +(?:bin/)?(caddy django [^#\n]+)`)
)

// checkPrinted does with each URL that a program has printed what a person would: a plain one is
// opened in a browser, one behind curl is run as a command. So is each command of ours.
func checkPrinted(t *testing.T, text string) {
	t.Helper()
	var opened, run []string
	for _, m := range printedURL.FindAllStringSubmatch(text, -1) {
		if m[1] == "" {
			opened = append(opened, m[2])
		} else {
			run = append(run, m[2])
		}
	}
	if len(opened) == 0 || len(run) < 2 {
		t.Errorf("to open there is %q, to run %q, in\n%s", opened, run, text)
	}
	slices.Sort(opened)
	for _, url := range slices.Compact(opened) {
		if status := browse(t, url); status >= http.StatusBadRequest {
			t.Errorf("a browser that opens %s gets %d", url, status)
		}
	}
	curl, err := exec.LookPath("curl")
	if err != nil {
		t.Skip("there is no curl here")
	}
	slices.Sort(run)
	for _, url := range slices.Compact(run) {
		if out, err := exec.CommandContext(t.Context(), curl, "-fsS", url).CombinedOutput(); err != nil || len(out) == 0 {
			t.Errorf("curl %s: %v\n%s", url, err, out)
		}
	}
	for _, m := range printedLine.FindAllStringSubmatch(text, -1) {
		args := strings.Fields(m[1])[1:]
		if out, err := exec.CommandContext(t.Context(), stack.Caddy(), args...).CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", m[1], err, out)
		}
	}
}

// browse requests a URL as a browser does that a person has typed it into, and returns the
// status of the last response.
func browse(t *testing.T, url string) int {
	t.Helper()
	client := newClient(t)
	client.CheckRedirect = nil
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]string{
		"User-Agent":                "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
		"Accept":                    "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
		"Upgrade-Insecure-Requests": "1",
		"Sec-Fetch-Dest":            "document",
		"Sec-Fetch-Mode":            "navigate",
		"Sec-Fetch-Site":            "none",
		"Sec-Fetch-User":            "?1",
	} {
		req.Header.Set(name, value)
	}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	return resp.StatusCode
}
