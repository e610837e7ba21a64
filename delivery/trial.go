package delivery

import (
	"cmp"
	"context"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptrace"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/caddy-django/gateway/store"
)

// Trial is what became of a test event.
type Trial struct {
	Destination string `json:"destination"`
	EventID     string `json:"event_id"`
	Arrived     bool   `json:"arrived"` // the receiver has taken it
	Steps       []Step `json:"steps"`   // on the way there, up to the first that failed
}

// Step is one on the way to a receiver.
type Step struct {
	Name   string `json:"name"` // "dsn", "proxy", "resolve", "connect", "tls", "answer" or "limits"
	OK     bool   `json:"ok"`
	Detail string `json:"detail"`           // what happened
	Advice string `json:"advice,omitempty"` // what to do about it
}

// TryAll sends a test event to every destination in use, in the order of their names.
func (s *Sender) TryAll(ctx context.Context) []Trial {
	s.mu.Lock()
	var destinations []*Destination
	for _, w := range s.workers {
		if len(w.users) > 0 {
			destinations = append(destinations, w.current.Load())
		}
	}
	s.mu.Unlock()
	slices.SortFunc(destinations, func(a, b *Destination) int { return cmp.Compare(a.name, b.name) })

	trials := make([]Trial, len(destinations))
	var running sync.WaitGroup
	for i, d := range destinations {
		running.Go(func() { trials[i] = s.Try(ctx, d) })
	}
	running.Wait()
	return trials
}

// Try sends a test event to a destination the way its events go, but past the outbox, over a connection of its own and
// whatever limits are in force. It needs no Start.
func (s *Sender) Try(ctx context.Context, to *Destination) (trial Trial) {
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	event := newTestEvent(s.sdk, time.Now())
	trial = Trial{Destination: to.name, EventID: event.EventID}
	way := new(trip)
	defer func() { trial.Steps = way.end() }()
	way.pass("dsn", "events go to "+to.endpoint)
	request, err := s.request(httptrace.WithClientTrace(ctx, way.trace()), to, eventItem(event), nil)
	if err != nil {
		way.add(Step{Name: "dsn", Detail: err.Error()})
		return trial
	}
	transport := s.clientFor(to).Transport
	if shared, ok := transport.(*http.Transport); ok {
		own := shared.Clone() // which has no connection yet
		defer own.CloseIdleConnections()
		transport = own
		if proxy, err := own.Proxy(request); err == nil && proxy != nil {
			way.pass("proxy", "through "+proxy.Scheme+"://"+proxy.Host)
		}
	}
	response, err := newClient(transport).Do(request)
	if err != nil {
		way.failed(err, request.URL.Scheme == "https")
		return trial
	}
	defer response.Body.Close()
	body, _ := io.ReadAll(io.LimitReader(response.Body, maxAnswerBytes))
	trial.Arrived = way.answered(response, body)
	return trial
}

// testEvent is an event in Sentry's schema that nobody takes for a failure.
type testEvent struct {
	EventID    string            `json:"event_id"`
	Timestamp  time.Time         `json:"timestamp"`
	Platform   string            `json:"platform"`
	Level      string            `json:"level"`
	Logger     string            `json:"logger"`
	ServerName string            `json:"server_name,omitempty"`
	LogEntry   map[string]string `json:"logentry"`
	Tags       map[string]string `json:"tags"`
	SDK        sdk               `json:"sdk"`
}

// TestEventTitle is what a test event says of itself, to be looked for at the receiver.
const TestEventTitle = "Test event of the gateway: delivery works"

func newTestEvent(by sdk, now time.Time) store.Delivery {
	id := uuid.New()
	host, _ := os.Hostname() // an event without it is still an event
	e := testEvent{
		EventID:    hex.EncodeToString(id[:]),
		Timestamp:  now.UTC(),
		Platform:   "other",
		Level:      "info",
		Logger:     "caddy.django",
		ServerName: host,
		LogEntry:   map[string]string{"formatted": TestEventTitle},
		Tags:       map[string]string{"kind": "test_event"},
		SDK:        by,
	}
	payload, err := json.Marshal(e)
	if err != nil {
		panic(err) // there is nothing in it that JSON does not know
	}
	return store.Delivery{EventID: e.EventID, Payload: payload, Time: now}
}
