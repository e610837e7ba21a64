package integration

import (
	"encoding/json"
	"maps"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/caddy-django/gateway/integration/stack"
	"github.com/caddy-django/gateway/probe"
)

// fake is what the view /fake/ answers, which plays the probe.
type fake struct {
	Status  int         `json:"status"`
	Headers [][2]string `json:"headers"`
	Times   int         `json:"times,omitempty"` // that values are repeated
}

// faking is a Django that answers so.
func faking(t *testing.T, s served, answer fake) *stack.Process {
	t.Helper()
	if s.dir == "" {
		s.dir = t.TempDir()
	}
	answer.write(t, s.dir)
	return s.start(t)
}

func (f fake) write(t *testing.T, dir string) {
	t.Helper()
	text, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(dir, "fake.json"), string(text))
}

// recorded are the headers with which a probe has reported an exception to somebody else.
func recorded(t *testing.T) (headers [][2]string) {
	t.Helper()
	a := askProbe(t, served{args: gunicorn()}.start(t).Addr, "/fail/10/?as=7")
	for name, values := range a.header {
		if strings.HasPrefix(name, probe.AnswerHeader) {
			for _, value := range values {
				headers = append(headers, [2]string{name, value})
			}
		}
	}
	if len(headers) < 2 {
		t.Fatalf("nothing was recorded but %v", headers)
	}
	return headers
}

func TestAViewThatPlaysTheProbeCostsACounter(t *testing.T) {
	needs(t, "servers")
	foreign := recorded(t)
	nonce := func(line string) [][2]string { return [][2]string{{probe.AnswerHeader, line}} }
	cases := []struct {
		name    string
		headers [][2]string
		times   int
		result  string // without a probe
	}{
		{"garbage", nonce("no such thing \t%00 {}"), 1, "invalid"},
		{"bytes above ASCII", nonce("2 abc route=\u00ff\u00fe"), 1, "invalid"},
		{"a number that never ends", nonce("9"), 5000, "invalid"},
		{"another's answer", foreign, 1, "foreign"},
		{"another's report alone", [][2]string{{probe.ReportHeader, foreign[len(foreign)-1][1]}}, 1, "invalid"},
		{"another version", nonce("0 abc speaks=99"), 1, "foreign"},
		{"a report of half a megabyte", [][2]string{{"X-Django-PROBE-Report", "1/1 eJyr"}}, 64 << 10, "invalid"},
		{"an answer of ten megabytes", nonce("2 abc route=x "), 10_000_000 / 14, "invalid"},
		{"a header of the future", [][2]string{{"X-Django-Probe-Later", "x"}}, 1, "none"},
	}
	for _, loaded := range []bool{true, false} {
		name, path := "with a probe", []string(nil)
		if !loaded {
			name, path = "without a probe", []string{}
		}
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			p := faking(t, served{args: gunicorn(), path: path, dir: dir}, fake{Status: 200})
			for _, c := range cases {
				t.Run(c.name, func(t *testing.T) {
					result := c.result
					if loaded {
						result = "ok"
					}
					g := newProbing(t, p.Addr)
					client := newClient(t)
					for _, status := range []int{http.StatusOK, http.StatusInternalServerError} {
						fake{status, c.headers, c.times}.write(t, dir)
						got := get(t, client, g.site+"/fake/")
						if got.status != status || got.body != "faked\n" {
							t.Errorf("the client gets %d %.100q, not %d", got.status, got.body, status)
						}
						for name := range got.header {
							if strings.HasPrefix(strings.ToLower(name), "x-django-probe") {
								t.Errorf("the client gets %s", name)
							}
						}
					}
					g.committed(1)
					if answers := withoutZeros(g.counts("django_probe_answers_total", "result")); !maps.Equal(answers, map[string]float64{result: 2}) {
						t.Errorf("the answers are %v, not twice %s", answers, result)
					}
					for _, e := range g.probedEvents() {
						if e.Platform == "python" || e.User.ID != "" || len(e.Exception.Values[0].Stacktrace.Frames) > 0 {
							t.Errorf("the event is made of what the view says: %+v", e)
						}
					}
				})
			}
		})
	}
}
