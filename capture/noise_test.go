package capture

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"

	"github.com/caddy-django/gateway/evidence"
	"github.com/caddy-django/gateway/exchange"
)

// raisedReport is a report of an exception with frames in these modules, the innermost
// the last.
func raisedReport(handled bool, user, module, name, value string, modules ...string) []string {
	var frames []string
	for i, m := range modules {
		file := "/srv/" + strings.ReplaceAll(m, ".", "/") + ".py"
		if !strings.HasPrefix(m, "shop") {
			file = "/usr/lib/python3/site-packages/" + strings.ReplaceAll(m, ".", "/") + ".py"
		}
		frames = append(frames, fmt.Sprintf(`{"file": %q, "module": %q, "function": "f%d", "line": %d}`, file, m, i, i+1))
	}
	return packedReport(fmt.Sprintf(`{"errors": [{"handled": %v, "logger": "django.security", "level": "error", "message": %q, "chain": [{"type": %q, "module": %q, "value": %q, "frames": [%s]}]}], "user": {"id": %q}}`,
		handled, value, name, module, value, strings.Join(frames, ","), user))
}

const (
	djangoExceptions = "django.core.exceptions"
	evilHost         = "Invalid HTTP_HOST header: 'evil.example'. You may need to add 'evil.example' to ALLOWED_HOSTS."
)

func TestWhatIsNoise(t *testing.T) {
	for _, c := range []struct {
		name   string
		report []string
		change func(x *exchange.Exchange)
		want   noiseReason
	}{
		{"a host that a scanner asks for", raisedReport(true, "", djangoExceptions, "DisallowedHost", evilHost, "django.http.request"), nil, noiseHost},
		{"by a user, too", raisedReport(true, "7", djangoExceptions, "DisallowedHost", evilHost), nil, noiseHost},
		{"the site's own host, which ALLOWED_HOSTS has forgotten", raisedReport(true, "", djangoExceptions, "DisallowedHost", strings.ReplaceAll(evilHost, "evil", "shop")), nil, ""},
		{"the site's own host with a port", raisedReport(true, "", djangoExceptions, "DisallowedHost", strings.ReplaceAll(evilHost, "evil.example'", "shop.example:8443'")), nil, ""},
		{"any host of a site that is for all", raisedReport(true, "", djangoExceptions, "DisallowedHost", strings.ReplaceAll(evilHost, "evil", "shop")),
			func(x *exchange.Exchange) { x.Site = "_other" }, noiseHost},
		{"a path out of a directory", raisedReport(true, "", djangoExceptions, "SuspiciousFileOperation", "The joined path is outside"), nil, noiseSuspicious},
		{"such a path for a user at work", raisedReport(true, "7", djangoExceptions, "SuspiciousFileOperation", "The joined path is outside"), nil, ""},
		{"such a path for a user who asks for it", raisedReport(true, "7", djangoExceptions, "SuspiciousFileOperation", "The joined path is outside"),
			func(x *exchange.Exchange) { x.Failure.URL = "/media/?file=..%252f..%252fetc%252fpasswd" }, noiseSuspicious},
		{"such a path for a bot with a session", raisedReport(true, "7", djangoExceptions, "SuspiciousFileOperation", "The joined path is outside"),
			func(x *exchange.Exchange) { x.Request.Header.Set("User-Agent", "sqlmap/1.8") }, noiseSuspicious},
		{"a redirect to another scheme", raisedReport(true, "", djangoExceptions, "DisallowedRedirect", "Unsafe redirect"), nil, noiseSuspicious},
		{"a body that is too large", raisedReport(true, "7", djangoExceptions, "RequestDataTooBig", "Request body exceeded"), nil, noiseTooLarge},
		{"too many fields", raisedReport(true, "", djangoExceptions, "TooManyFieldsSent", "The number of GET/POST parameters exceeded"), nil, noiseTooLarge},
		{"too many files", raisedReport(true, "", djangoExceptions, "TooManyFilesSent", "The number of files exceeded"), nil, noiseTooLarge},
		{"a form that did not come to its end", raisedReport(false, "7", "django.http.request", "UnreadablePostError", "", "shop.views", "django.http.request"), nil, noiseClientGone},
		{"a request that was given up", raisedReport(true, "", djangoExceptions, "RequestAborted", ""), nil, noiseClientGone},
		{"a connection that breaks while the body is read", raisedReport(false, "", "builtins", "ConnectionResetError", "", "shop.views", "django.http.request", "gunicorn.http.unreader"), nil, noiseClientGone},
		{"a connection that breaks in the transport of a server", raisedReport(true, "", "builtins", "BrokenPipeError", "", "uvicorn.protocols.http.h11_impl", "asyncio.selector_events"), nil, noiseClientGone},
		{"a broken pipe of which no more is known", raisedReport(true, "", "builtins", "BrokenPipeError", "[Errno 32] Broken pipe"), nil, noiseClientGone},
		{"the connection to a cache", raisedReport(false, "", "builtins", "ConnectionResetError", "", "shop.views", "redis.connection", "socket"), nil, ""},
		{"the connection of the project's own", raisedReport(false, "", "builtins", "BrokenPipeError", "", "django.core.handlers.base", "shop.printer"), nil, ""},
		{"a broken connection when the client had left", raisedReport(true, "", "builtins", "BrokenPipeError", "", "shop.printer"),
			func(x *exchange.Exchange) { x.Outcome = exchange.Canceled }, noiseClientGone},
		{"a connection that is refused", raisedReport(false, "", "builtins", "ConnectionRefusedError", "", "gunicorn.http.unreader"), nil, ""},
		{"a page that is not there, logged", raisedReport(true, "", "django.http.response", "Http404", "no product"), nil, noiseNotFound},
		{"an exception of the project with the name of Django's", raisedReport(true, "", "shop.errors", "DisallowedHost", evilHost), nil, ""},
		{"any other exception", raisedReport(false, "", "builtins", "KeyError", "'price'", "shop.views"), nil, ""},
	} {
		outcome := exchange.OK
		if strings.Contains(c.name, "the body is read") || strings.Contains(c.name, "its end") || strings.HasPrefix(c.name, "the connection") {
			outcome = exchange.AppError
		}
		x := testified(outcome, c.report)
		if c.change != nil {
			c.change(x)
		}
		o, event := capturedWith(t, Options{Destination: "sentry"}, x)
		kind, level, destination := jsonAt(event, "tags.kind"), jsonAt(event, "level"), o.Event.Destination
		if c.want == "" {
			if jsonAt(event, "tags.noise") != "null" || kind == `"noise"` || level != `"error"` || destination != "sentry" {
				t.Errorf("%s: noise %s, kind %s, level %s, to %q", c.name, jsonAt(event, "tags.noise"), kind, level, destination)
			}
			continue
		}
		if jsonAt(event, "tags.noise") != fmt.Sprintf("%q", c.want) || kind != `"noise"` || level != `"warning"` || destination != "" {
			t.Errorf("%s: noise %s, kind %s, level %s, to %q, want %s", c.name, jsonAt(event, "tags.noise"), kind, level, destination, c.want)
		}
		if g := o.Group; g.Kind != "noise" || g.Method != Any || g.Route != Any || g.Title != noiseTitles[c.want] {
			t.Errorf("%s: %+v", c.name, g)
		}
	}
}

func TestNoiseIsOneGroupForEachReason(t *testing.T) {
	r := newRecording()
	var log bytes.Buffer
	site := r.Site(Options{Scrubber: newScrubber(t), Destination: "sentry", AttachBody: true, ErrorLog: ErrorLog{Logger: slog.New(slog.NewJSONHandler(&log, nil))}})
	for i := range 3 {
		for _, name := range []string{"DisallowedHost", "TooManyFieldsSent"} {
			x := testified(exchange.OK, raisedReport(true, "", djangoExceptions, name, fmt.Sprintf("no %d: 'h%d'", i, i)))
			x.Route, x.Method, x.Status = fmt.Sprintf("/r%d/", i), []string{"GET", "POST", "PUT"}[i], 400
			site.Observe(x)
		}
	}
	r.close(t)
	groups := make(map[string]int)
	for _, o := range r.all {
		groups[o.Group.ID]++
		if o.Event.Destination != "" || o.Event.Attachment != nil {
			t.Errorf("an event goes to %q", o.Event.Destination)
		}
	}
	if len(groups) != 2 || len(r.all) != 6 {
		t.Errorf("%d occurrences in %d groups, want 6 in 2", len(r.all), len(groups))
	}
	for _, reason := range []noiseReason{noiseHost, noiseTooLarge} {
		if got := countOf(r.noise.WithLabelValues(string(reason))); got != 3 {
			t.Errorf("%s is counted %v times", reason, got)
		}
	}
	if strings.Contains(log.String(), "ERROR") || strings.Count(log.String(), "WARN") != 6 {
		t.Errorf("the log says %s", &log)
	}
}

func countOf(c prometheus.Counter) float64 {
	var m dto.Metric
	if err := c.Write(&m); err != nil {
		panic(err)
	}
	return m.Counter.GetValue()
}

func TestNoiseOnDemand(t *testing.T) {
	x := func() *exchange.Exchange {
		return testified(exchange.OK, raisedReport(true, "", djangoExceptions, "DisallowedHost", evilHost))
	}
	o, event := capturedWith(t, Options{Destination: "sentry", Noise: SendNoise}, x())
	if o.Event.Destination != "sentry" || jsonAt(event, "level") != `"warning"` || jsonAt(event, "fingerprint") != `["noise","shop.example","disallowed_host"]` {
		t.Errorf("sent to %q: %s, %s", o.Event.Destination, jsonAt(event, "level"), jsonAt(event, "fingerprint"))
	}
	r := newRecording()
	o, became := r.occurrence(r.Site(Options{Scrubber: newScrubber(t), Noise: DropNoise}).copy(x(), 0))
	if became != Ignored || o.Group.ID != "" || countOf(r.noise.WithLabelValues("disallowed_host")) != 1 {
		t.Errorf("dropped, it is %s: %+v", became, o)
	}
	policy, err := NewPolicy(Rules{Groups: []GroupRule{{Conditions: Conditions{Exceptions: []string{"DisallowedHost"}}, Fingerprint: []string{"{default}", "{django.route}"}}}})
	if err != nil {
		t.Fatal(err)
	}
	if _, event := capturedWith(t, Options{Policy: policy}, x()); jsonAt(event, "fingerprint") != `["noise","shop.example","disallowed_host","/orders/\u003cint:pk\u003e/"]` {
		t.Errorf("a rule of the site makes it %s", jsonAt(event, "fingerprint"))
	}
	for value, ok := range map[Noise]bool{"": true, "keep": true, "send": true, "drop": true, "on": false, "SEND": false} {
		if err := value.Validate(); (err == nil) != ok {
			t.Errorf("%q: %v", value, err)
		}
	}
}

// A page shows no frames of some exceptions, and says nothing of whose connection it was.
func TestABrokenPipeOfAPageIsNoNoise(t *testing.T) {
	_, event := capturedWith(t, Options{}, asText("BrokenPipeError at /\n[Errno 32] Broken pipe"))
	if got := jsonAt(event, "tags.noise"); got != "null" {
		t.Error(got)
	}
	f := new(failure)
	for source, want := range map[evidence.Source]noiseReason{evidence.Probe: noiseClientGone, "": ""} {
		said := &evidence.Evidence{Source: source, Exceptions: []evidence.Exception{{Type: "BrokenPipeError"}}}
		if got := noiseOf(f, said); got != want {
			t.Errorf("by %q: %q, want %q", source, got, want)
		}
	}
}

func TestAPageThatWasCutIsNotReadAsAWholeOne(t *testing.T) {
	r := newPageReader()
	site := New(Config{}).Site(Options{Scrubber: newScrubber(t)})
	for _, cut := range []bool{false, true, false} {
		f := site.copy(with(asText("KeyError: 7"), func(x *exchange.Exchange) { x.Failure.BodyCut = cut }), 0)
		if p := r.read(f); p.cut != cut {
			t.Errorf("cut %v, want %v", p.cut, cut)
		}
	}
}
