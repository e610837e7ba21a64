package capture

import (
	"encoding/json"
	"testing"

	"github.com/caddy-django/gateway/exchange"
	"github.com/caddy-django/gateway/store"
)

const sdkID = "0123456789abcdef0123456789abcdef"

func TestWhatTheSDKHasReported(t *testing.T) {
	answered := func(change func(*exchange.Exchange)) *exchange.Exchange {
		return with(failed("text/html", "<h1>sorry</h1>"), change)
	}
	header := func(name, value string) *exchange.Exchange {
		return answered(func(x *exchange.Exchange) { x.Failure.ResponseHeader.Set(name, value) })
	}
	for _, c := range []struct {
		name string
		x    *exchange.Exchange
		want bool
		id   string
	}{
		{"Django's page of an exception", asHTML(fixture(t, "production.html")), true, ""},
		{"Django's debug page", asHTML(fixture(t, "debug.html")), true, ""},
		{"an id in a header", header("X-Sentry-ID", sdkID), true, sdkID},
		{"an id in the other header", header("Sentry-Event-Id", sdkID), true, sdkID},
		{"an id in the page", asHTML(`<script>Sentry.showReportDialog({ title: "Oh", eventId: "` + sdkID + `" })</script>`), true, sdkID},
		{"an id in the page as JSON", asHTML(`<script>Sentry.showReportDialog({"eventId":'` + sdkID + `'})</script>`), true, sdkID},
		{"a page of the project's own", answered(func(*exchange.Exchange) {}), false, ""},
		{"a header that holds no id", header("X-Sentry-ID", "none"), false, ""},
		{"a page whose dialog has no id", asHTML(`<script>Sentry.showReportDialog({ eventId: "" })</script>`), false, ""},
		{"an answer of a view", asJSON(`{"detail": "the till is stuck"}`), false, ""},
		{"Django's page of another status", with(asHTML(fixture(t, "production.html")), func(x *exchange.Exchange) { x.Status = 503 }), false, ""},
		{"gunicorn's own page", asHTML("<html>\n  <head>\n    <title>Internal Server Error</title>\n  </head>\n  <body>\n    <h1><p>Internal Server Error</p></h1>\n    \n  </body>\n</html>\n"), false, ""},
		{"no answer", unreachable(exchange.CauseRefused, "app:8000"), false, ""},
		{"an answer cut short", with(header("X-Sentry-ID", sdkID), func(x *exchange.Exchange) { x.Outcome = exchange.Truncated }), false, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			for fate, became := range map[SDKDuplicates]Disposition{KeepDuplicates: Captured, MarkDuplicates: Captured, DropDuplicates: SDKDuplicate} {
				if !c.want {
					became = Captured
				}
				rec := New(Config{Record: func(store.Occurrence) {}})
				site := rec.Site(Options{Scrubber: newScrubber(t), SDKDuplicates: fate})
				o, got := rec.occurrence(site.copy(c.x, 0))
				if got != became || o.Group.ID == "" || (o.Event == nil) != (became == SDKDuplicate) {
					t.Errorf("%q: %s of the group %q", fate, got, o.Group.ID)
				}
				if o.Event == nil {
					continue
				}
				var event map[string]any
				if err := json.Unmarshal(o.Event.Payload, &event); err != nil {
					t.Fatal(err)
				}
				marked := c.want && fate == MarkDuplicates
				if got := at(t, event, "tags", "sdk_duplicate"); (got == "yes") != marked {
					t.Errorf("%q: the tag is %v", fate, got)
				}
				if got := at(t, event, "contexts", "sdk_event"); (got != nil) != (marked && c.id != "") || got != nil && at(t, got, "event_id") != c.id {
					t.Errorf("%q: the SDK's event is %v", fate, got)
				}
			}
		})
	}
}
