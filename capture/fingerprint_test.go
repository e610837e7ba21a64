package capture

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/caddy-django/gateway/exchange"
)

// grouped returns the one occurrence of x at a site with these rules.
func grouped(t *testing.T, x *exchange.Exchange, rules ...GroupRule) (group, route string, fingerprint []string) {
	t.Helper()
	r := newRecording()
	r.Site(Options{Scrubber: newScrubber(t), Policy: newPolicy(t, Rules{Groups: rules})}).Observe(x)
	r.close(t)
	if len(r.all) != 1 || r.all[0].Event == nil {
		t.Fatalf("occurrences %+v", r.all)
	}
	var event struct{ Fingerprint []string }
	if err := json.Unmarshal(r.all[0].Event.Payload, &event); err != nil {
		t.Fatal(err)
	}
	g := r.all[0].Group
	return g.ID, g.Method + " " + g.Route, event.Fingerprint
}

func tenant(name string) *exchange.Exchange {
	return with(asText("shop.errors.TillStuck: boom"), func(x *exchange.Exchange) {
		x.Failure.Placeholders = map[string]string{"http.request.header.X-Tenant": name}
	})
}

func TestFingerprint(t *testing.T) {
	ours := []string{"app_error", "shop.example", "POST", "/orders/<int:pk>/", "500", "shop.errors.TillStuck: boom"}
	stuck := Conditions{Exceptions: []string{"TillStuck"}}
	for _, c := range []struct {
		name  string
		rules []GroupRule
		want  []string
		route string
	}{
		{"without rules", nil, ours, "POST /orders/<int:pk>/"},
		{"text", []GroupRule{{stuck, []string{"the till", "is stuck"}}}, []string{"the till", "is stuck"}, "* *"},
		{"our own grouping, divided", []GroupRule{{stuck, []string{"{default}", "{http.request.header.X-Tenant}"}}},
			append(ours[:len(ours):len(ours)], "acme"), "POST /orders/<int:pk>/"},
		{"placeholders within text", []GroupRule{{stuck, []string{"of {http.request.header.X-Tenant}: {django.exception}!"}}},
			[]string{"of acme: shop.errors.TillStuck!"}, "* *"},
		{"the route", []GroupRule{{stuck, []string{"{django.route}"}}}, []string{"/orders/<int:pk>/"}, "* /orders/<int:pk>/"},
		{"a placeholder without a value", []GroupRule{{stuck, []string{"a{http.request.header.X-None}"}}}, []string{"a"}, "* *"},
		{"the first rule whose conditions all hold", []GroupRule{
			{Conditions{Statuses: []string{"500"}, Exceptions: []string{"KeyError"}}, []string{"first"}},
			{Conditions{Statuses: []string{"500"}, Exceptions: []string{"TillStuck"}}, []string{"second"}},
			{Conditions{}, []string{"third"}},
		}, []string{"second"}, "* *"},
		{"a rule for every failure", []GroupRule{{Conditions{}, []string{"any"}}}, []string{"any"}, "* *"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, route, got := grouped(t, tenant("acme"), c.rules...)
			if !slices.Equal(got, c.want) || route != c.route {
				t.Errorf("fingerprint %q of %s, want %q of %s", got, route, c.want, c.route)
			}
		})
	}
}

func TestTheGroupFollowsTheFingerprint(t *testing.T) {
	byTenant := GroupRule{Fingerprint: []string{"{http.request.header.X-Tenant}"}}
	acme, _, _ := grouped(t, tenant("acme"), byTenant)
	for _, c := range []struct {
		name string
		x    *exchange.Exchange
		one  bool
	}{
		{"the same on another route", with(tenant("acme"), func(x *exchange.Exchange) { x.Route = "/" }), true},
		{"another", tenant("initech"), false},
		{"the same of another site", with(tenant("acme"), func(x *exchange.Exchange) { x.Site = "www.example" }), false},
	} {
		if other, _, _ := grouped(t, c.x, byTenant); (other == acme) != c.one {
			t.Errorf("%s: one group is %v, want %v", c.name, other == acme, c.one)
		}
	}
}

func TestAClientCannotPutASecretIntoAFingerprintNorMakeItLong(t *testing.T) {
	rule := GroupRule{Fingerprint: []string{"{http.request.header.X-Tenant}"}}
	if _, _, got := grouped(t, tenant("Bearer abcdefghijklmnopqrstuvwxyz"), rule); strings.Contains(got[0], "abcdef") {
		t.Errorf("fingerprint %q", got)
	}
	if _, _, got := grouped(t, tenant("{default}"+strings.Repeat("x", 10_000)), rule); len(got) != 1 || len(got[0]) > maxTitle {
		t.Errorf("fingerprint %q", got)
	}
}

func TestPlaceholdersAreThoseOfTheRequest(t *testing.T) {
	p := newPolicy(t, Rules{Groups: []GroupRule{
		{Fingerprint: []string{"{default}", "{http.request.host} {django.route}"}},
		{Fingerprint: []string{"{http.request.host}{http.request.header.X-Tenant}{django.exception}"}},
	}})
	if got := p.Placeholders(); !slices.Equal(got, []string{"http.request.header.X-Tenant", "http.request.host"}) {
		t.Errorf("placeholders %q", got)
	}
	if got := (*Policy)(nil).Placeholders(); got != nil {
		t.Errorf("without a policy %q", got)
	}
}

func TestFingerprintsThatAreNoneAreRefused(t *testing.T) {
	for text, want := range map[string]string{
		"a{b":              `fingerprint "a{b" has a { without its }`,
		"x {default}":      "write it on its own",
		"{django.view}":    "use {django.route} or {django.exception}",
		"{http.x} {django": "without its }",
	} {
		if err := (GroupRule{Fingerprint: []string{text}}).Validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want …%s…", text, err, want)
		}
	}
}
