package integration

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/caddy-django/gateway/delivery"
	"github.com/caddy-django/gateway/integration/stack"
	"github.com/caddy-django/gateway/store"
)

func TestBugsinkReceivesEveryEvent(t *testing.T) {
	needs(t, "django", "bugsink")
	upstream := onGunicorn(t, preparedShop(t))
	server, process, receiver := newBugsink(t)
	g := newGateway(t, upstream, delivering(receiver.dsn)...)
	client := newClient(t)
	failures := 0
	crashAll := func(kinds ...string) {
		t.Helper()
		for _, kind := range kinds {
			crash(t, client, g.site, kind)
			failures++
		}
		g.committed(failures)
	}

	crashAll("value-error", "key-error", "json", "json", "plain", "html", "gzip", "big", "set-cookie", "streaming", "kill")
	delivered(t, g, failures)
	receiver.holdsWhatIsStored(g)

	process.Stop()
	crashAll("json", "plain", "plain", "html", "streaming", "kill")
	eventually(t, func() error {
		if up := g.counts("django_delivery_up")[""]; up != 0 {
			return fmt.Errorf("the destination is away, but django_delivery_up is %v", up)
		}
		return same(g.counts("django_outbox_pending"), map[string]float64{"": 6})
	})
	p, err := server.Start(t.Context())
	started(t, p, err)
	delivered(t, g, failures)
	receiver.holdsWhatIsStored(g)
	attempts := g.counts("django_delivery_attempts_total", "code")
	if attempts["network_error"] == 0 || attempts["200"] != float64(failures) {
		t.Errorf("the attempts are %v", attempts)
	}
}

// delivered waits until the metrics and the states of the events say that so many
// were delivered and nothing is left.
func delivered(t *testing.T, g *gateway, events int) {
	t.Helper()
	eventually(t, func() error {
		if err := same(g.counts("django_delivery_events_total", "result"),
			map[string]float64{"delivered": float64(events), "dropped": 0, "set_aside": 0}); err != nil {
			return err
		}
		if pending := g.counts("django_outbox_pending")[""]; pending != 0 {
			return fmt.Errorf("%v events are pending", pending)
		}
		for _, e := range g.events() {
			if e.State != store.Delivered {
				return fmt.Errorf("event %s is %s, not delivered: %s", e.ID, e.State, e.Reason)
			}
		}
		return nil
	})
	if up := g.counts("django_delivery_up")[""]; up != 1 {
		t.Errorf("django_delivery_up is %v", up)
	}
}

// What Django's debug pages tell arrives as tracebacks, which Bugsink checks
// against Sentry's schema.
func TestBugsinkTakesTheTracebacksOfDebugPages(t *testing.T) {
	needs(t, "django", "bugsink")
	upstream := onGunicorn(t, preparedShop(t, "SHOP_DEBUG=1"))
	_, _, receiver := newBugsink(t)
	g := newGateway(t, upstream, delivering(receiver.dsn)...)
	client := newClient(t)
	kinds := []string{"value-error", "key-error", "chained", "suppressed", "template", "database", "recursion", "unicode"}
	for _, kind := range kinds {
		crash(t, client, g.site, kind)
	}
	g.committed(len(kinds))
	delivered(t, g, len(kinds))
	receiver.holdsWhatIsStored(g)

	frames := make(map[string]int) // of the exception that made the request fail, by its type
	for _, stored := range g.events() {
		var payload struct {
			Platform  string
			Exception struct {
				Values []struct {
					Type       string
					Stacktrace struct{ Frames []struct{ Filename string } }
				}
			}
		}
		if err := json.Unmarshal(stored.Payload, &payload); err != nil {
			t.Fatal(err)
		}
		last := payload.Exception.Values[len(payload.Exception.Values)-1]
		frames[last.Type] += len(last.Stacktrace.Frames)
		if payload.Platform != "python" {
			t.Errorf("%s is an event of the platform %s", last.Type, payload.Platform)
		}
	}
	for _, kind := range []string{"ValueError", "KeyError", "RuntimeError", "LookupError", "InvalidOperation", "OperationalError", "RecursionError"} {
		if frames[kind] < 3 {
			t.Errorf("%s has %d frames", kind, frames[kind])
		}
	}
}

// bugsink reads back what a Bugsink has.
type bugsink struct {
	t      *testing.T
	client *http.Client
	url    string
	token  string
	dsn    string
}

func newBugsink(t *testing.T) (stack.Bugsink, *stack.Process, bugsink) {
	t.Helper()
	server := stack.Bugsink{Dir: t.TempDir(), Addr: freeAddr(t)}
	project, err := server.Prepare(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	p, err := server.Start(t.Context())
	process := started(t, p, err)
	return server, process, bugsink{t, newClient(t), "http://" + server.Addr, project.Token, project.DSN}
}

func (b bugsink) read(path string, into any) {
	b.t.Helper()
	req, err := http.NewRequestWithContext(b.t.Context(), http.MethodGet, b.url+"/api/canonical/0"+path, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+b.token)
	resp, err := b.client.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	p := readPage(b.t, resp)
	if err := json.Unmarshal([]byte(p.body), into); err != nil || p.status != http.StatusOK {
		b.t.Fatalf("Bugsink answers %d to %s: %s (%v)", p.status, path, p.body, err)
	}
}

// holdsWhatIsStored compares Bugsink with the gateway's store: the same issues
// with the same events, each once and unchanged.
func (b bugsink) holdsWhatIsStored(g *gateway) {
	b.t.Helper()
	received := make(map[string][]string) // event ids by those of the gateway's issue
	var page struct {
		Results []struct {
			ID          string
			Transaction string
			Events      int `json:"digested_event_count"`
		}
	}
	b.read("/issues/?project=1", &page)
	for _, issue := range page.Results {
		ids := b.events(g, issue.ID)
		slices.Sort(ids)
		group := g.event(ids[0]).IssueID
		received[group] = append(received[group], ids...)
		if issue.Transaction != crashRoute || issue.Events != len(ids) {
			b.t.Errorf("Bugsink counts %d events on %s where it has %v", issue.Events, issue.Transaction, ids)
		}
	}
	issues := g.issues()
	if len(page.Results) != len(issues) {
		b.t.Errorf("Bugsink has %d issues, the store %d", len(page.Results), len(issues))
	}
	for _, issue := range issues {
		stored := g.eventIDs(issue.ID)
		slices.Sort(stored)
		if !slices.Equal(received[issue.ID], stored) {
			b.t.Errorf("%q has the events %v, in Bugsink %v", issue.Title, stored, received[issue.ID])
		}
	}
}

// events returns the ids of an issue's events as the gateway has given them, and
// compares what the events hold.
func (b bugsink) events(g *gateway, issue string) []string {
	b.t.Helper()
	var page struct{ Results []struct{ ID string } }
	b.read("/events/?issue="+issue, &page)
	var ids []string
	for _, result := range page.Results {
		var answer struct {
			EventID string `json:"event_id"`
			Data    event
		}
		b.read("/events/"+result.ID+"/", &answer)
		id := strings.ReplaceAll(answer.EventID, "-", "")
		ids = append(ids, id)
		stored := g.event(id)
		stored.StoredEvent, answer.Data.StoredEvent = store.StoredEvent{}, store.StoredEvent{}
		if got, want := fmt.Sprintf("%+v", answer.Data), fmt.Sprintf("%+v", stored); got != want {
			b.t.Errorf("Bugsink has\n%s\nnot\n%s", got, want)
		}
	}
	return ids
}

func TestBugsinkTakesATestEvent(t *testing.T) {
	needs(t, "bugsink")
	_, _, receiver := newBugsink(t)
	destination, err := delivery.ParseDSN(receiver.dsn)
	if err != nil {
		t.Fatal(err)
	}
	trial := delivery.New(delivery.Config{}).Try(t.Context(), destination)
	if !trial.Arrived {
		t.Fatalf("it did not arrive: %+v", trial.Steps)
	}
	var page struct {
		Results []struct {
			CalculatedValue string `json:"calculated_value"`
		}
	}
	receiver.read("/issues/?project=1", &page)
	if len(page.Results) != 1 || page.Results[0].CalculatedValue != delivery.TestEventTitle {
		t.Errorf("Bugsink has the issues %+v", page.Results)
	}
}
