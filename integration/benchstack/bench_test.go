package main

import (
	"context"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/caddy-django/gateway/integration/measure"
	"github.com/caddy-django/gateway/integration/stack"
)

func TestTheRealStacksAreMeasured(t *testing.T) {
	if testing.Short() {
		t.Skip("it runs every stack")
	}
	for _, part := range []string{"django", "sentry-sdk", "nginx"} {
		if reason, missing := stack.Missing(part); missing {
			t.Skip(reason)
		}
	}
	if _, err := os.Stat(stack.Caddy()); err != nil {
		t.Fatal("bin/caddy is not there: run make build")
	}
	b := &bench{dir: t.TempDir(), options: options{caddy: stack.Caddy(), rounds: 1, duration: minDuration, workers: 2}}
	t.Cleanup(b.stop)
	if err := b.start(t.Context()); err != nil {
		t.Fatal(err)
	}
	r, err := b.measure(t.Context(), func(int) {})
	if err != nil {
		t.Fatal(err)
	}
	proxy := make(map[string]float64)
	for i, v := range r.Views {
		if want := map[bool]int{false: len(subjects), true: 2}[views[i].file]; len(v.Subjects) != want {
			t.Errorf("%s: %d subjects, want %d", v.Name, len(v.Subjects), want)
		}
		for _, s := range v.Subjects {
			// A proxy may have used less than a tick of the clock.
			if f := s.Median; f.CPU <= 0 || s.Proxy < 0 || s.Proxy > f.CPU || s.Load <= 0 || f.P50 <= 0 || f.P99 < f.P50 || f.Rate <= 0 {
				t.Errorf("%s, %s: %+v", v.Name, s.Name, s)
			}
			proxy[s.Name] += s.Proxy
		}
	}
	for name, used := range proxy {
		if used <= 0 {
			t.Errorf("the proxy of %s used no processor time in any view", name)
		}
	}
	// Without traces the SDK tells of sessions, once in a while.
	for _, i := range []int{tracesFifth, tracesAll} {
		if traces, others := b.sentries[i].Received(), b.sentries[errorsOnly].Received(); traces < others+10 {
			t.Errorf("Django, %s, has delivered %d times, without traces %d times", djangos[i].name, traces, others)
		}
	}
	if n := b.sentries[plain].Received(); n > 0 {
		t.Errorf("plain Django and the gateway have delivered %d times, with no error", n)
	}
}

func TestWhatCannotBeMeasuredIsRefused(t *testing.T) {
	for _, c := range []struct {
		name    string
		options options
	}{
		{"no rounds", options{duration: time.Second, workers: 1}},
		{"no time", options{rounds: 1, duration: time.Millisecond, workers: 1}},
		{"no workers", options{rounds: 1, duration: time.Second}},
	} {
		t.Run(c.name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			if err := run(ctx, c.options); err == nil || !strings.Contains(err.Error(), "measure nothing") {
				t.Errorf("error %v", err)
			}
		})
	}
}

// example has one round, in which every subject has made so many requests of each view.
func example(rates ...float64) report {
	results := make([][]measure.Series, len(views))
	shares := make([][][]share, len(views))
	for v := range views {
		results[v] = make([]measure.Series, len(subjects))
		shares[v] = make([][]share, len(subjects))
		for s := range subjects {
			if views[v].served(subjects[s]) {
				results[v][s] = measure.Series{{CPU: 1e6 / rates[s], P50: 1.234, P99: 5, Rate: rates[s]}}
				shares[v][s] = []share{{proxy: 123, load: 41}}
			}
		}
	}
	return newReport(results, shares)
}

func TestAReportIsPrintedAsMarkdown(t *testing.T) {
	var text strings.Builder
	example(1000, 500, 450, 300, 900, 880, 950).print(&text)
	for _, line := range []string{
		"| the gateway, plain Django                   |           1111 |             123 |          41 |   1.23 |   5.00 |        900 |\n\n",
		"| trivial view, throughput, gateway / nginx                                    |  0.900 | 0.900..0.900 | at least 0.85 |    met |\n",
		"| trivial view, throughput, gateway / bare Caddy                               |  0.947 | 0.947..0.947 | at least 0.97 | missed |\n",
	} {
		if !strings.Contains(text.String(), line) {
			t.Errorf("no line %q in\n%s", line, text.String())
		}
	}
}

func TestThePlotHasABarForEverySubject(t *testing.T) {
	svg := example(1000, 500, 450, 300, 900, 880, 950).svg()
	bars, ours := 0, 0
	for d := xml.NewDecoder(strings.NewReader(svg)); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if e, ok := token.(xml.StartElement); ok && e.Name.Local == "rect" {
			bars++
			for _, a := range e.Attr {
				if a.Name.Local == "fill" && a.Value == ourColour {
					ours++
				}
			}
		}
	}
	if want := (len(views)-1)*len(subjects) + 2; bars != want || ours != 2*len(views)-1 {
		t.Errorf("%d bars, %d of them ours, want %d and %d", bars, ours, want, 2*len(views)-1)
	}
	if !strings.Contains(svg, `width="438.0"`) || !strings.Contains(svg, `width="219.0"`) {
		t.Errorf("no bar of full and none of half the length in\n%s", svg)
	}
}

func TestAReportIsSavedAsJSON(t *testing.T) {
	name := filepath.Join(t.TempDir(), "stack.json")
	if err := measure.Save(name, example(1000, 500, 450, 300, 900, 880, 950)); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), `"load_cpu_us_per_request": 41`) {
		t.Errorf("%s", text)
	}
}
