package capture

import (
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/caddy-django/gateway/exchange"
	"github.com/caddy-django/gateway/probe"
	"github.com/caddy-django/gateway/store"
)

// report returns the lines of the probe's report, changed by the replacements.
func report(t testing.TB, replacements ...string) []string {
	t.Helper()
	text, err := os.ReadFile("../probe/testdata/report.json")
	if err != nil {
		t.Fatal(err)
	}
	return packedReport(strings.NewReplacer(replacements...).Replace(string(text)))
}

func packedReport(text string) (lines []string) {
	var b bytes.Buffer
	zw := zlib.NewWriter(&b)
	zw.Write([]byte(text))
	zw.Close()
	const most = 8000
	packed := base64.StdEncoding.EncodeToString(b.Bytes())
	total := (len(packed) + most - 1) / most
	for i := range total {
		lines = append(lines, fmt.Sprintf("%d/%d %s", i+1, total, packed[i*most:min(len(packed), (i+1)*most)]))
	}
	return lines
}

// loggedReport is one of an error that was logged.
func loggedReport(value string) []string {
	return packedReport(`{"errors": [{"handled": true, "logger": "shop.mail", "level": "critical", "message": "receipt 7 was not sent", "format": "receipt %d was not sent", "chain": [{"type": "ConnectionRefusedError", "module": "builtins", "value": "` + value + `"}]}]}`)
}

// testified is what Django answered with a failure, or without, and the probe with a report.
func testified(outcome exchange.Outcome, lines []string) *exchange.Exchange {
	return with(failed("text/html", "<h1>Server Error (500)</h1>"), func(x *exchange.Exchange) {
		x.Outcome = outcome
		x.TimeToHeaders = 20 * time.Millisecond
		if outcome == exchange.OK {
			x.Status, x.Logged, x.Failure.Body = 200, true, nil
		}
		x.Probe = exchange.Probe{Result: exchange.ProbeOK, Upstream: "app:8000", Report: lines, Answer: probe.Answer{
			Resolved: true, View: "shop.views.checkout", Name: "shop:checkout", HasQueries: true, Queries: 12, QueryTime: 5 * time.Millisecond,
			Total: 20 * time.Millisecond, ViewTime: 15 * time.Millisecond, PID: 4711, Age: time.Minute, RSS: 1 << 20, Served: 9, Busy: 1,
			Python: "3.12.1", Django: "5.2.1",
		}}
	})
}

// capturedWith returns what becomes of an exchange, and its event.
func capturedWith(t testing.TB, opts Options, x *exchange.Exchange) (store.Occurrence, map[string]any) {
	t.Helper()
	if opts.Scrubber == nil {
		opts.Scrubber = newScrubber(t)
	}
	r := newRecording()
	o, became := r.occurrence(r.Site(opts).copy(x, 0))
	if became != Captured {
		t.Fatalf("it is %s: %s", became, &r.log)
	}
	var event map[string]any
	if err := json.Unmarshal(o.Event.Payload, &event); err != nil {
		t.Fatal(err)
	}
	return o, event
}

// jsonAt returns what is at a place of an event, as JSON.
func jsonAt(event any, path string) string {
	for _, name := range strings.Split(path, ".") {
		switch v := event.(type) {
		case map[string]any:
			event = v[name]
		case []any:
			var i int
			fmt.Sscan(name, &i)
			if i < 0 {
				i += len(v)
			}
			if i >= len(v) {
				return "null"
			}
			event = v[i]
		default:
			return "null"
		}
	}
	text, _ := json.Marshal(event)
	return string(text)
}

func TestAFailureThatTheProbeReports(t *testing.T) {
	o, event := capturedWith(t, Options{}, testified(exchange.AppError, report(t)))
	if o.Group.Kind != "app_error" || o.Group.Title != "CheckoutFailed: order 4711 could not be paid" {
		t.Errorf("%+v", o.Group)
	}
	for path, want := range map[string]string{
		"platform":                                        `"python"`,
		"level":                                           `"error"`,
		"fingerprint":                                     `["{{ default }}"]`,
		"tags.evidence":                                   `"probe"`,
		"tags.view":                                       `"shop.views.checkout"`,
		"exception.values.3.type":                         `"CheckoutFailed"`,
		"exception.values.3.module":                       `"shop.errors"`,
		"exception.values.3.value":                        `"order 4711 could not be paid\nthe till is stuck"`,
		"exception.values.3.mechanism":                    `{"exception_id":0,"handled":false,"type":"django"}`,
		"exception.values.2.mechanism":                    `{"exception_id":1,"handled":false,"is_exception_group":true,"parent_id":0,"source":"__cause__","type":"chained"}`,
		"exception.values.1.mechanism":                    `{"exception_id":2,"handled":false,"parent_id":1,"source":"exceptions[0]","type":"chained"}`,
		"exception.values.0.mechanism":                    `{"exception_id":3,"handled":false,"parent_id":1,"source":"exceptions[1]","type":"chained"}`,
		"exception.values.3.stacktrace.frames.0.in_app":   `false`,
		"exception.values.3.stacktrace.frames.1.in_app":   `true`,
		"exception.values.3.stacktrace.frames.1.module":   `"shop.views"`,
		"exception.values.3.stacktrace.frames.1.vars":     `{"api_key":"[Filtered]","order":"\u003cshop.Order pk=4711\u003e"}`,
		"exception.values.3.stacktrace.frames.2.filename": `"shop/order.html"`,
		"modules":                       `{"django":"5.2.1","gunicorn":"23.0.0"}`,
		"contexts.runtime":              `{"build":"3.12.1 (main)","name":"CPython","type":"runtime","version":"3.12.1"}`,
		"contexts.django.queries":       `12`,
		"contexts.django.query_ms":      `5`,
		"contexts.django.view_ms":       `15`,
		"contexts.django.cut":           `["vars"]`,
		"contexts.django.pid":           `4711`,
		"breadcrumbs.values.0.message":  `"SELECT * FROM shop_order WHERE id = ?"`,
		"breadcrumbs.values.0.category": `"query"`,
		"breadcrumbs.values.0.data":     `{"alias":"default","duration_ms":1.2}`,
		"breadcrumbs.values.1.level":    `"warning"`,
		"user.username":                 `null`,
		"user.email":                    `null`,
	} {
		if got := jsonAt(event, path); got != want {
			t.Errorf("%s is %s, want %s", path, got, want)
		}
	}
	if id := jsonAt(event, "user.id"); id == "null" || id == `"7"` {
		t.Errorf("the user is %s, not a pseudonym", id)
	}
	at, err := time.Parse(time.RFC3339Nano, strings.Trim(jsonAt(event, "breadcrumbs.values.0.timestamp"), `"`))
	if want := start.Add(20*time.Millisecond - 12345*time.Microsecond); err != nil || !at.Equal(want) {
		t.Errorf("the statement ran at %s, want %s", at, want)
	}
}

func TestTheUserThatDjangoKnows(t *testing.T) {
	_, event := capturedWith(t, Options{SendDefaultPII: true, Scrubber: newScrubber(t).KeepEmails()}, testified(exchange.AppError, report(t)))
	if got := jsonAt(event, "user"); !strings.Contains(got, `"email":"ada@example.com"`) || !strings.Contains(got, `"id":"7"`) || !strings.Contains(got, `"username":"ada"`) {
		t.Errorf("the user is %s", got)
	}
	x := testified(exchange.AppError, report(t))
	x.Request.Header.Set("X-User", "bob")
	_, event = capturedWith(t, Options{SendDefaultPII: true, User: User{Source: "header", Name: "X-User"}}, x)
	if got := jsonAt(event, "user.id"); got != `"bob"` {
		t.Errorf("the user is %s, and not who the site says it is", got)
	}
}

func TestAnErrorThatWasLogged(t *testing.T) {
	o, event := capturedWith(t, Options{}, testified(exchange.OK, loggedReport("[Errno 111] Connection refused")))
	if o.Group.Kind != "logged_error" || o.Group.Title != "ConnectionRefusedError: [Errno 111] Connection refused" || o.Group.Status != 200 {
		t.Errorf("%+v", o.Group)
	}
	for path, want := range map[string]string{
		"level":                        `"fatal"`,
		"logger":                       `"shop.mail"`,
		"logentry":                     `{"formatted":"receipt 7 was not sent","message":"receipt %d was not sent"}`,
		"tags.kind":                    `"logged_error"`,
		"tags.evidence":                `"probe"`,
		"exception.values.0.type":      `"ConnectionRefusedError"`,
		"exception.values.0.mechanism": `{"exception_id":0,"handled":true,"type":"logging"}`,
		"contexts.gateway.outcome":     `"ok"`,
	} {
		if got := jsonAt(event, path); got != want {
			t.Errorf("%s is %s, want %s", path, got, want)
		}
	}
}

// loggedMessage is a report of what was logged without an exception.
func loggedMessage(logger, level, message, format string) []string {
	return packedReport(fmt.Sprintf(`{"errors": [{"handled": true, "logger": %q, "level": %q, "message": %q, "format": %q, "chain": []}]}`, logger, level, message, format))
}

func TestAnErrorThatWasLoggedWithoutAnException(t *testing.T) {
	o, event := capturedWith(t, Options{}, testified(exchange.OK, loggedMessage("shop.mail", "critical", "receipt 7 was not sent", "receipt %d was not sent")))
	if g := o.Group; g.Kind != "logged_error" || g.Title != "receipt 7 was not sent" || g.Status != 200 || g.Method != Any || g.Route != Any {
		t.Errorf("%+v", g)
	}
	for path, want := range map[string]string{
		"level":                    `"fatal"`,
		"logger":                   `"shop.mail"`,
		"platform":                 `"python"`,
		"logentry":                 `{"formatted":"receipt 7 was not sent","message":"receipt %d was not sent"}`,
		"tags.kind":                `"logged_error"`,
		"tags.evidence":            `"probe"`,
		"fingerprint":              `["{{ default }}"]`,
		"exception":                `null`,
		"contexts.gateway.outcome": `"ok"`,
		"contexts.runtime.version": `"3.12.1"`,
	} {
		if got := jsonAt(event, path); got != want {
			t.Errorf("%s is %s, want %s", path, got, want)
		}
	}
}

func TestLogMessagesAreGroupedByTheirFormat(t *testing.T) {
	group := func(logger, message, format string) string {
		o, _ := capturedWith(t, Options{}, testified(exchange.OK, loggedMessage(logger, "error", message, format)))
		return o.Group.ID
	}
	one := group("shop.mail", "no receipt for ada", "no receipt for %s")
	for _, c := range []struct {
		name                    string
		logger, message, format string
		same                    bool
	}{
		{"with other arguments they are one group", "shop.mail", "no receipt for bob", "no receipt for %s", true},
		{"of another logger they are not", "shop.sms", "no receipt for ada", "no receipt for %s", false},
		{"with another format they are not", "shop.mail", "no receipt for ada", "no receipt for ada", false},
	} {
		if got := group(c.logger, c.message, c.format); (got == one) != c.same {
			t.Errorf("%s: %s and %s", c.name, got, one)
		}
	}
	if group("shop", "order 17 failed", "order 17 failed") != group("shop", "order 18 failed", "order 18 failed") {
		t.Error("formats that differ in a number alone are two groups")
	}
}

func TestAPageTellsMoreOfAFailureThanWhatWasLogged(t *testing.T) {
	o, event := capturedWith(t, Options{}, testified(exchange.AppError, loggedMessage("shop", "error", "the till is stuck", "the till is stuck")))
	if o.Group.Kind != "app_error" || o.Group.Title != "Server Error (500)" || jsonAt(event, "logentry") != "null" || jsonAt(event, "exception.values.0.type") == "null" {
		t.Errorf("%+v, %s", o.Group, jsonAt(event, "exception"))
	}
	if got := jsonAt(event, "contexts.django.queries"); got != "12" {
		t.Errorf("what else the probe tells is not there: %s", got)
	}
}

func TestALoggedErrorIsAnError(t *testing.T) {
	var log bytes.Buffer
	r := newRecording()
	site := r.Site(Options{Scrubber: newScrubber(t), ErrorLog: ErrorLog{Logger: slog.New(slog.NewJSONHandler(&log, nil))}})
	site.Observe(testified(exchange.OK, packedReport(`{"errors": [{"handled": true, "chain": [{"type": "ValueError"}]}]}`)))
	r.close(t)
	if !strings.Contains(log.String(), `"level":"ERROR"`) {
		t.Errorf("the log says %s", &log)
	}
	if payload := string(r.all[0].Event.Payload); !strings.Contains(payload, `"level":"error"`) {
		t.Errorf("the event is %s", payload)
	}
}

// What was logged before a response was cut short is not what cut it short.
func TestAReportIsNoEvidenceOfWhatDjangoDidNotReport(t *testing.T) {
	_, event := capturedWith(t, Options{}, testified(exchange.Truncated, report(t)))
	if got := jsonAt(event, "exception.values.0.type"); got != `"Django did not finish its response"` {
		t.Errorf("the exception is %s", got)
	}
}

func TestAReportCountsForTheSizeOfTheQueue(t *testing.T) {
	if size := sizeOf(testified(exchange.OK, []string{strings.Repeat("A", 1<<20)})); size < 1<<20 {
		t.Errorf("it is %d bytes", size)
	}
}

func TestWhatAReportListsIsBounded(t *testing.T) {
	var data, packages []string
	for i := range 2 * maxModules {
		packages = append(packages, fmt.Sprintf(`"p%d": "1"`, i))
	}
	for i := range 2 * maxCrumbData {
		data = append(data, fmt.Sprintf(`"d%d": "1"`, i))
	}
	_, event := capturedWith(t, Options{}, testified(exchange.AppError, packedReport(`{"errors": [{"chain": [{"type": "E"}]}],
		"breadcrumbs": [{"ago": 86400000, "data": {`+strings.Join(data, ",")+`}}, {"ago": -86400000}], "versions": {"packages": {`+strings.Join(packages, ",")+`}}}`)))
	for path, want := range map[string]int{"modules": maxModules, "breadcrumbs.values.0.data": maxCrumbData} {
		if got := strings.Count(jsonAt(event, path), ":"); got != want {
			t.Errorf("%s has %d values, want %d", path, got, want)
		}
	}
	for path, want := range map[string]time.Time{"breadcrumbs.values.0.timestamp": start, "breadcrumbs.values.1.timestamp": start.Add(20 * time.Millisecond)} {
		if at, err := time.Parse(time.RFC3339Nano, strings.Trim(jsonAt(event, path), `"`)); err != nil || !at.Equal(want) {
			t.Errorf("%s is %s, want %s: within the request", path, at, want)
		}
	}
}

func TestAReportThatCannotBeReadCostsNoEvent(t *testing.T) {
	for _, c := range []struct {
		name    string
		outcome exchange.Outcome
		title   string
	}{
		{"of a failure the page tells", exchange.AppError, "Server Error (500)"},
		{"of a logged error nothing tells", exchange.OK, "an error was logged"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRecording()
			r.Start()
			site := r.Site(Options{Scrubber: newScrubber(t)})
			site.Observe(testified(c.outcome, []string{"1/1 garbage"}))
			site.Observe(testified(c.outcome, []string{"1/1 garbage"}))
			r.close(t)
			if len(r.all) != 2 || r.all[0].Event == nil || r.all[0].Group.Title != c.title {
				t.Errorf("%+v", r.all)
			}
			if payload := string(r.all[0].Event.Payload); !strings.Contains(payload, `"level":"error"`) {
				t.Errorf("the event is %s", payload)
			}
			if n := strings.Count(r.log.String(), "cannot be read"); n != 1 {
				t.Errorf("it is said %d times", n)
			}
		})
	}
}

func TestStatementsThatRepeatMakeAnEvent(t *testing.T) {
	x := with(testified(exchange.OK, nil), func(x *exchange.Exchange) {
		x.Logged, x.Repeating = false, true
		x.Probe.Answer.Repeated, x.Probe.Answer.Statement = 1234, "SELECT name FROM shop_author WHERE id = ?"
	})
	o, event := capturedWith(t, Options{}, x)
	if o.Group.Kind != "n_plus_one" || o.Group.Title != "N+1: SELECT name FROM shop_author WHERE id = ?" {
		t.Errorf("%+v", o.Group)
	}
	for path, want := range map[string]string{
		"level":                        `"warning"`,
		"tags.evidence":                `"probe"`,
		"exception.values.0.type":      `"N+1 queries"`,
		"exception.values.0.value":     `"one statement ran 1,234 times for POST /orders/\u003cint:pk\u003e/: SELECT name FROM shop_author WHERE id = ?"`,
		"exception.values.0.mechanism": `{"exception_id":0,"handled":true,"type":"caddy"}`,
		"contexts.django.repeated":     `1234`,
	} {
		if got := jsonAt(event, path); got != want {
			t.Errorf("%s is %s, want %s", path, got, want)
		}
	}
	x.Probe.Answer.Repeated = 99
	if again, _ := capturedWith(t, Options{}, x); again.Group.ID != o.Group.ID {
		t.Error("how often makes another group")
	}
	x.Probe.Answer.Statement = "SELECT name FROM shop_publisher WHERE id = ?"
	if other, _ := capturedWith(t, Options{}, x); other.Group.ID == o.Group.ID {
		t.Error("another statement makes no other group")
	}
}

func TestWhatTheProbeFindsIsCountedApartFromFailures(t *testing.T) {
	r := newRecording()
	policy, err := NewPolicy(Rules{Ignore: Conditions{Exceptions: []string{"BrokenPipeError"}}})
	if err != nil {
		t.Fatal(err)
	}
	site := r.Site(Options{Scrubber: newScrubber(t), Policy: policy})
	for range eventBurst + 2 {
		site.Observe(testified(exchange.OK, loggedReport("refused")))
	}
	site.Observe(testified(exchange.OK, packedReport(`{"errors": [{"handled": true, "chain": [{"type": "BrokenPipeError"}]}]}`)))
	site.Observe(with(testified(exchange.OK, nil), func(x *exchange.Exchange) { x.Logged, x.Repeating = false, true }))
	r.close(t)
	r.want(t, map[Disposition]int{})
	r.counters = r.loggedCounters
	r.want(t, map[Disposition]int{Captured: eventBurst, RateLimited: 2, Ignored: 1})
	r.counters = r.nPlusOneCounters
	r.want(t, map[Disposition]int{Captured: 1})
}

func TestWhatTheProbeReportsTheSDKHasReported(t *testing.T) {
	for name, x := range map[string]*exchange.Exchange{
		"an exception behind a page of the project's own": with(testified(exchange.AppError, report(t)), func(x *exchange.Exchange) { x.Failure.Body = []byte("<h1>sorry</h1>") }),
		"an error that was logged":                        testified(exchange.OK, loggedReport("refused")),
	} {
		r := newRecording()
		if _, became := r.occurrence(r.Site(Options{Scrubber: newScrubber(t), SDKDuplicates: DropDuplicates}).copy(x, 0)); became != SDKDuplicate {
			t.Errorf("%s is %s", name, became)
		}
		if _, event := capturedWith(t, Options{SDKDuplicates: MarkDuplicates}, x); jsonAt(event, "tags.sdk_duplicate") != `"yes"` {
			t.Errorf("%s is not marked", name)
		}
	}
}

// Whatever the probe has left in passes the scrubber, wherever it is.
func TestNoSecretOfAReportIsKept(t *testing.T) {
	const text = `{"errors": [{"handled": true, "logger": "token=s3cr3t-1", "message": "login with password=s3cr3t-2", "format": "token=s3cr3t-23", "chain": [{"type": "E", "value": "password: s3cr3t-3",
		"notes": ["api_key=s3cr3t-4"], "frames": [{"file": "/a.py", "function": "f", "context": "token = 's3cr3t-5'", "pre": ["password = 's3cr3t-6'"], "post": ["secret = 's3cr3t-7'"],
		"vars": {"password": "s3cr3t-8", "settings": "{'SECRET_KEY': 's3cr3t-9'}"}}]}], "template": {"file": "a.html", "context": "<input name=\"csrfmiddlewaretoken\" value=\"s3cr3t-10\">"}}],
		"user": {"id": "token=s3cr3t-11", "name": "token=s3cr3t-12", "email": "token=s3cr3t-13"},
		"breadcrumbs": [{"ago": 1, "category": "token=s3cr3t-14", "message": "password=s3cr3t-15", "data": {"password": "s3cr3t-16", "url": "/?token=s3cr3t-17", "deep": {"a": "s3cr3t-18"}}}],
		"versions": {"python": "3", "build": "token=s3cr3t-24", "packages": {"a": "token=s3cr3t-19"}}, "cut": ["token=s3cr3t-20"]}`
	for _, pii := range []bool{false, true} {
		x := testified(exchange.OK, packedReport(text))
		x.Probe.Answer.Server, x.Probe.Answer.Statement = "token=s3cr3t-21", "SELECT password='s3cr3t-22'"
		x.Repeating = true
		o, _ := capturedWith(t, Options{SendDefaultPII: pii}, x)
		for _, said := range []string{string(o.Event.Payload), o.Group.Title} {
			if at := strings.Index(said, planted); at >= 0 {
				t.Errorf("kept is …%s…", said[max(0, at-80):min(len(said), at+30)])
			}
		}
	}
}

func TestAnEventWithAHugeReportIsNotTooLarge(t *testing.T) {
	crumb := `{"ago": 1, "message": "` + strings.Repeat(`\u0001`, 1000) + `"}` // takes six bytes in JSON
	packages := make([]string, 1200)
	for i := range packages {
		packages[i] = fmt.Sprintf(`"%0200d": "%s"`, i, strings.Repeat(`\u0001`, 200))
	}
	frame := `{"file": "/a.py", "function": "f", "vars": {"v": "` + strings.Repeat("<", 1000) + `"}}`
	lines := packedReport(`{"errors": [{"chain": [{"type": "E", "frames": [` + strings.Repeat(frame+",", 240) + frame + `]}]}], "breadcrumbs": [` + strings.Repeat(crumb+",", 99) + crumb + `],
		"versions": {"packages": {` + strings.Join(packages, ",") + `}}}`)
	o, event := capturedWith(t, Options{}, testified(exchange.AppError, lines))
	if n := len(o.Event.Payload); n > maxEvent {
		t.Errorf("%d bytes", n)
	}
	if got := jsonAt(event, "tags.evidence"); got != `"probe"` {
		t.Errorf("the evidence is %s", got)
	}
}
