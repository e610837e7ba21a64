package integration

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/caddy-django/gateway/capture"
	"github.com/caddy-django/gateway/integration/stack"
	"github.com/caddy-django/gateway/store"
)

// crashRoute is the one route of all crashes.
const crashRoute = "/crash/<slug:kind>/"

// failure is an issue that crashes must make.
type failure struct {
	title, kind string
	value       string // pattern of the exception's value in its events; empty: any
	status      int
	crashes     []string // by their names in integration/shop/crashes/kinds.py
	page        string   // part of the response's body; none when empty
	cut         bool     // there was more of it than an event keeps
}

// failures are the issues of all crashes of a shop that gunicorn serves at
// upstream, with a worker timeout.
func failures(t *testing.T, upstream string) []failure {
	t.Helper()
	all := []failure{
		{title: "Something went wrong", kind: "app_error", status: 500, page: "and it is our fault",
			crashes: []string{"value-error", "key-error", "chained", "suppressed", "template", "database", "recursion", "unicode"}},
		{title: "the payment provider is unavailable", kind: "app_error", status: 500, page: `"api_key":"[Filtered]"`,
			crashes: []string{"json"}},
		{title: "the shop is closed for stocktaking", kind: "app_error", status: 503, page: "the shop is closed for stocktaking\n",
			crashes: []string{"plain"}},
		{title: "The till is stuck", kind: "app_error", status: 500, page: "Somebody is on the way with a screwdriver",
			crashes: []string{"html", "gzip"}},
		{title: "the same line again and again, to fill three megabytes of it.", kind: "app_error", status: 500, cut: true,
			page:    strings.Repeat("the same line again and again, to fill three megabytes of it.\n\n", 1000),
			crashes: []string{"big"}},
		{title: "the cart is broken", kind: "app_error", status: 500, page: "the cart is broken\n",
			crashes: []string{"set-cookie"}},
		{title: "GET " + crashRoute + " was cut short", kind: "truncated", status: 200,
			value:   `^the response to GET /crash/<slug:kind>/ stopped after \d+(\.\d)? k?B, \d+ ms after the request$`,
			crashes: []string{"streaming", "exit-midway"}},
		{title: upstream + " closed the connection without answering on GET " + crashRoute, kind: "worker_killed", status: 502,
			value:   `^gunicorn (closed|reset) the connection after \d.* m?s without answering GET /crash/<slug:kind>/$`,
			crashes: []string{"kill"}},
	}
	if gunicornAnswersForTheDead(t) {
		return append(all, failure{title: "gunicorn's own error page on GET " + crashRoute, kind: "worker_timeout", status: 500,
			value: `^gunicorn answered GET /crash/<slug:kind>/ with its own error page after [23]\.\d s: its worker ran out of time, or `,
			page:  "<h1><p>Internal Server Error</p></h1>", crashes: []string{"hang"}})
	}
	killed := &all[len(all)-1]
	killed.crashes = append(killed.crashes, "hang")
	return all
}

// gunicornAnswersForTheDead reports whether a worker that exceeds its time says
// so to the client before it exits. Before version 22 it closes the connection.
func gunicornAnswersForTheDead(t *testing.T) bool {
	t.Helper()
	version, err := stack.GunicornVersion(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	major, _, _ := strings.Cut(version, ".")
	n, err := strconv.Atoi(major)
	if err != nil {
		t.Fatalf("gunicorn %s is no version", version)
	}
	return n >= 22
}

// secrets are in what the crashes are asked with and in what they answer.
var secrets = []string{"sessionid-of-jane", "csrftoken-of-jane", "bearer-of-jane", "reset-token-of-jane", // see crash
	"key-of-the-demo-7f3a9c", "q7d1v0mzl2n8x4r6"} // integration/shop/crashes/answers.py

// crash asks for a crash as a browser would that is signed in.
func crash(t *testing.T, client *http.Client, site, kind string) page {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, site+"/crash/"+kind+"/?token=reset-token-of-jane&page=2", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Cookie", "sessionid=sessionid-of-jane; csrftoken=csrftoken-of-jane")
	req.Header.Set("Authorization", "Bearer bearer-of-jane")
	req.Header.Set("Accept-Encoding", "gzip")
	resp, err := client.Do(req)
	if err != nil {
		t.Fatalf("%s: %v", kind, err)
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(resp.Body) // some are cut short
	return page{resp.StatusCode, resp.Header, string(body)}
}

func TestEveryCrashBecomesAnIssue(t *testing.T) {
	needs(t, "django")
	shop := preparedShop(t)
	shop.Timeout = 2
	upstream := onGunicorn(t, shop)
	g := newGateway(t, upstream)
	want := failures(t, upstream)
	client := newClient(t)
	crashed := 0
	for _, f := range want {
		for _, kind := range f.crashes {
			if p := crash(t, client, g.site, kind); p.status != f.status {
				t.Errorf("%s is answered with %d, not %d", kind, p.status, f.status)
			}
			crashed++
		}
	}
	for _, kind := range []string{"permission", "not-found"} {
		crash(t, client, g.site, kind) // which are no failures
	}
	g.committed(crashed)

	checkIssues(t, g, want)
	checkEvents(t, g, want)
	checkSecrets(t, g, secrets)
	checkCommand(t, g, want)
}

// checkIssues compares the issues with those that must be there, and no others.
func checkIssues(t *testing.T, g *gateway, want []failure) {
	t.Helper()
	var got, expected []string
	for _, i := range g.issues() {
		got = append(got, fmt.Sprintf("%d× %s %d %s %s %s: %s, %d events",
			i.Count, i.Kind, i.Status, i.Site, i.Method, i.Route, i.Title, i.Events))
	}
	for _, f := range want {
		const atOnce = 5 // events of one group, before the rest are only counted
		n := len(f.crashes)
		expected = append(expected, fmt.Sprintf("%d× %s %d 127.0.0.1 GET %s: %s, %d events",
			n, f.kind, f.status, crashRoute, f.title, min(n, atOnce)))
	}
	slices.Sort(got)
	slices.Sort(expected)
	if !slices.Equal(got, expected) {
		t.Errorf("the issues are\n%s\nnot\n%s", strings.Join(got, "\n"), strings.Join(expected, "\n"))
	}
}

// checkEvents looks for the failing page in every event.
func checkEvents(t *testing.T, g *gateway, want []failure) {
	t.Helper()
	for _, e := range g.events() {
		kind := path.Base(e.Request.URL)
		i := slices.IndexFunc(want, func(f failure) bool { return slices.Contains(f.crashes, kind) })
		if i < 0 {
			t.Errorf("there is an event of %s", e.Request.URL)
			continue
		}
		f, response := want[i], e.Contexts.Response
		if e.Transaction != crashRoute || e.Tags["kind"] != f.kind || e.Tags["http.status"] != strconv.Itoa(f.status) || e.State != store.KeptHere {
			t.Errorf("%s: transaction %q, tags %v, state %s", kind, e.Transaction, e.Tags, e.State)
		}
		if value := e.Exception.Values[0].Value; !regexp.MustCompile(f.value).MatchString(value) {
			t.Errorf("%s: the event says %q", kind, value)
		}
		switch {
		case f.page == "" && response.Data != "":
			t.Errorf("%s: there is a page: %q", kind, response.Data)
		case !strings.Contains(response.Data, f.page) || response.DataCut != f.cut:
			t.Errorf("%s: the page is %q (cut: %v)", kind, response.Data, response.DataCut)
		}
		if kind == "big" && (response.BodySize < 2_999_000 || len(response.Data) > capture.MaxBody) {
			t.Errorf("big: %d of %d bytes are kept", len(response.Data), response.BodySize)
		}
		if kind == "gzip" && response.Headers["Content-Encoding"] != "gzip" {
			t.Errorf("gzip: the page did not come compressed: %v", response.Headers)
		}
	}
}

// checkSecrets looks for secrets wherever events keep anything, and for what
// stands in their place.
func checkSecrets(t *testing.T, g *gateway, secrets []string) {
	t.Helper()
	for _, e := range g.events() {
		for _, secret := range secrets {
			if strings.Contains(string(e.Payload), secret) {
				t.Errorf("%s holds %q:\n%s", e.Request.URL, secret, e.Payload)
			}
		}
		headers := e.Request.Headers
		if headers["Cookie"] != "sessionid=[Filtered]; csrftoken=[Filtered]" || headers["Authorization"] != "[Filtered]" {
			t.Errorf("%s: the request's headers are %v", e.Request.URL, headers)
		}
		if e.Request.QueryString != "token=[Filtered]&page=2" {
			t.Errorf("%s: the query is %q", e.Request.URL, e.Request.QueryString)
		}
	}
}

// checkCommand runs `caddy django issues`.
func checkCommand(t *testing.T, g *gateway, want []failure) {
	t.Helper()
	run := func(args ...string) string {
		t.Helper()
		args = append([]string{"django", "issues", "--address", g.admin}, args...)
		out, err := exec.Command(stack.Caddy(), args...).CombinedOutput()
		if err != nil {
			t.Fatalf("caddy %s: %v\n%s", strings.Join(args, " "), err, out)
		}
		return string(out)
	}
	header, rows, _ := strings.Cut(run(), "\n")
	if !strings.HasPrefix(header, "ID") || !strings.HasSuffix(header, "WHAT") {
		t.Errorf("the table begins with %q", header)
	}
	lines := strings.Split(strings.TrimSuffix(rows, "\n"), "\n")
	if len(lines) != len(want) {
		t.Errorf("the table has %d rows, not %d:\n%s", len(lines), len(want), rows)
	}
	for _, f := range want {
		if !slices.ContainsFunc(lines, func(line string) bool { return strings.HasSuffix(line, crashRoute+"  "+f.title) }) {
			t.Errorf("the table does not list %q:\n%s", f.title, rows)
		}
	}
	if got, api := run("--json"), string(g.ask("/django/issues")); got != api {
		t.Errorf("--json prints\n%s\nwhere the API says\n%s", got, api)
	}
	var newest []store.Issue
	if err := json.Unmarshal([]byte(run("--json", "--limit", "1")), &newest); err != nil || len(newest) != 1 {
		t.Errorf("with a limit of 1 it prints %d issues (%v)", len(newest), err)
	}
	if newest[0].ID != slices.MaxFunc(g.issues(), func(a, b store.Issue) int {
		return cmp.Compare(a.LastSeen.UnixNano(), b.LastSeen.UnixNano())
	}).ID {
		t.Errorf("the first is %q, which was not seen last", newest[0].Title)
	}
}
