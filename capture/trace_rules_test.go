package capture

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/caddy-django/gateway/route"
)

func TestTheFirstRuleThatHoldsDecidesOnTraces(t *testing.T) {
	s, err := NewTraceSampler(TraceRules{
		TracesSampleRate: new(0.5),
		TracesSamplers: []SampleRule{
			{Rate: 0, Conditions: Conditions{Bots: true}},
			{Rate: 0.1, Conditions: Conditions{Paths: []string{"/health/"}, Networks: []string{"10.0.0.0/8"}}},
			{Rate: 1, Conditions: Conditions{Routes: []string{"/users/<int:pk>/"}}},
			{Rate: 0.2, Conditions: Conditions{UserAgents: []string{"curl"}}},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	pattern, err := route.ParsePattern("/users/<int:pk>/")
	if err != nil {
		t.Fatal(err)
	}
	learners, err := route.NewLearners(10, nil)
	if err != nil {
		t.Fatal(err)
	}
	routes := route.NewTable([]*route.Pattern{pattern}, nil, learners.Site("shop.example.com"), route.Naming{})
	for _, c := range []struct {
		name, path, userAgent, client string
		want                          float64
	}{
		{"none", "/", "Firefox", "10.1.2.3", 0.5},
		{"a bot", "/users/7/", "Googlebot", "10.1.2.3", 0},
		{"path and network", "/health/", "kube-probe", "10.1.2.3", 0.1},
		{"the path without the network", "/health/", "kube-probe", "192.0.2.1", 0.5},
		{"the route", "/users/7/", "curl/8", "192.0.2.1", 1},
		{"the user agent", "/users/ada/", "curl/8", "192.0.2.1", 0.2},
	} {
		r := httptest.NewRequest("GET", c.path, nil)
		r.Header.Set("User-Agent", c.userAgent)
		if got := s.Rate(Arrival{Request: r, ClientIP: c.client, Routes: routes}); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
	if label := routes.Label("/users/ada/", route.Answer{Status: 404}); label != route.Unmatched {
		t.Errorf("asking for the route has taught it: %s", label)
	}
}

func TestTraceRulesThatMakeNoSense(t *testing.T) {
	for _, c := range []struct {
		name  string
		rules TraceRules
		want  string
	}{
		{"a percentage", TraceRules{TracesSampleRate: new(20.0)}, "traces_sample_rate 20 is not a fraction between 0 and 1: for 20 % write 0.2"},
		{"a negative rate", TraceRules{TracesSampleRate: new(-1.0)}, "traces_sample_rate -1 is not a fraction between 0 and 1"},
		{"a percentage in a rule", TraceRules{TracesSamplers: []SampleRule{{Rate: 20, Conditions: Conditions{Bots: true}}}}, "traces_sampler 20 is not a fraction"},
		{"no conditions", TraceRules{TracesSamplers: []SampleRule{{Rate: 0.2}}}, "traces_sampler 0.2 has no conditions: for all requests write traces_sample_rate 0.2"},
		{"a status", TraceRules{TracesSamplers: []SampleRule{{Rate: 0.2, Conditions: Conditions{Statuses: []string{"200"}}}}}, "traces_sampler 0.2 asks for the status, which nobody knows when a request comes in"},
		{"an exception", TraceRules{TracesSamplers: []SampleRule{{Rate: 0.2, Conditions: Conditions{Exceptions: []string{"A"}}}}}, "asks for the exception"},
		{"a message", TraceRules{TracesSamplers: []SampleRule{{Rate: 0.2, Conditions: Conditions{Messages: []string{"A"}}}}}, "asks for the message"},
		{"a path that is none", TraceRules{TracesSamplers: []SampleRule{{Rate: 0.2, Conditions: Conditions{Paths: []string{"a"}}}}}, `traces_sampler 0.2: path "a" starts neither`},
	} {
		if _, err := NewTraceSampler(c.rules); err == nil || !strings.HasPrefix(err.Error(), c.want) && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
	if s, err := NewTraceSampler(TraceRules{}); s != nil || err != nil {
		t.Errorf("without rules: %v, %v", s, err)
	}
}
