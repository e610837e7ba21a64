package capture

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/caddy-django/gateway/exchange"
)

func TestEveryEventIsALineInTheErrorLog(t *testing.T) {
	failed := func() *exchange.Exchange {
		return with(asText("no order password=hunter2"), func(x *exchange.Exchange) {
			x.Site, x.Route, x.Method, x.Status = "shop.example", "/orders/<int:id>/", "GET", 500
			x.Duration = 1500 * time.Millisecond
			x.Failure.Upstream, x.Failure.RequestID, x.Failure.ErrorID = "127.0.0.1:8001", "r-1", "e-1"
		})
	}
	for name, test := range map[string]struct {
		ecs  bool
		want string
	}{
		"plain": {false, `{"level":"ERROR","msg":"no order password=[Filtered]","event_id":"EVENT","issue_id":"ISSUE","kind":"app_error",
			"site":"shop.example","method":"GET","route":"/orders/<int:id>/","status":500,"duration":1.5,"upstream":"127.0.0.1:8001",
			"request_id":"r-1","error_id":"e-1"}`},
		"ECS": {true, `{"level":"ERROR","msg":"no order password=[Filtered]","event.id":"EVENT","event.dataset":"django.errors",
			"event.duration":1500000000,"error.id":"ISSUE","error.type":"app_error","error.message":"no order password=[Filtered]",
			"url.domain":"shop.example","http.request.method":"GET","http.request.id":"r-1","http.response.status_code":500,
			"server.address":"127.0.0.1:8001","labels":{"route":"/orders/<int:id>/","error_id":"e-1"}}`},
	} {
		t.Run(name, func(t *testing.T) {
			var log bytes.Buffer
			r := newRecording()
			site := r.Site(Options{Scrubber: newScrubber(t), ErrorLog: ErrorLog{slog.New(slog.NewJSONHandler(&log, nil)), test.ecs}})
			for range 9 {
				site.Observe(failed())
			}
			r.close(t)
			lines := strings.Split(strings.TrimSpace(log.String()), "\n")
			if len(lines) != 5 {
				t.Errorf("%d lines, want one for each of the group's 5 events", len(lines))
			}
			var got, want map[string]any
			if err := json.Unmarshal([]byte(lines[0]), &got); err != nil {
				t.Fatal(err)
			}
			ids := strings.NewReplacer("EVENT", r.all[0].Event.ID, "ISSUE", r.all[0].Group.ID)
			if err := json.Unmarshal([]byte(ids.Replace(test.want)), &want); err != nil {
				t.Fatal(err)
			}
			delete(got, "time")
			if !reflect.DeepEqual(got, want) {
				t.Errorf("got  %v\nwant %v", got, want)
			}
		})
	}
}
