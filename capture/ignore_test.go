package capture

import (
	"strings"
	"testing"

	"github.com/caddy-django/gateway/exchange"
)

func TestIgnore(t *testing.T) {
	for _, c := range []struct {
		name   string
		ignore Ignore
		want   bool
	}{
		{"no rule ignores nothing", Ignore{}, false},
		{"an exact path", Ignore{Paths: []string{"/orders/7/"}}, true},
		{"an exact path in another case", Ignore{Paths: []string{"/Orders/7/"}}, true},
		{"a part of a path is not the path", Ignore{Paths: []string{"/orders"}}, false},
		{"the beginning of a path", Ignore{Paths: []string{"/orders/*"}}, true},
		{"the end of a path", Ignore{Paths: []string{"*/7/"}}, true},
		{"the middle of a path", Ignore{Paths: []string{"*ders/*"}}, true},
		{"every path", Ignore{Paths: []string{"*"}}, true},
		{"another path", Ignore{Paths: []string{"/health", "/static/*", "*.ico", "*admin*"}}, false},
		{"a status", Ignore{Statuses: []string{"502", "500"}}, true},
		{"another status", Ignore{Statuses: []string{"501"}}, false},
		{"a class of statuses", Ignore{Statuses: []string{"5xx"}}, true},
		{"another class", Ignore{Statuses: []string{"4xx"}}, false},
		{"a part of a user agent, in any case", Ignore{UserAgents: []string{"googleBOT"}}, true},
		{"another user agent", Ignore{UserAgents: []string{"bing"}}, false},
		{"one list of several is enough", Ignore{Paths: []string{"/x"}, Statuses: []string{"501"}, UserAgents: []string{"bot/2"}}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			if err := c.ignore.Validate(); err != nil {
				t.Fatal(err)
			}
			x := failed("", "")
			x.Request.Header.Set("User-Agent", "Mozilla/5.0 (Googlebot/2.1)")
			if got := c.ignore.matches(x); got != c.want {
				t.Errorf("matches = %v, want %v", got, c.want)
			}
		})
	}
}

func TestIgnoreTakesAFailureWithoutAUserAgentOrAStatus(t *testing.T) {
	ignore := Ignore{Statuses: []string{"5xx"}, UserAgents: []string{"bot"}}
	if ignore.matches(&exchange.Exchange{Request: failed("", "").Request}) {
		t.Error("it is ignored")
	}
}

func TestIgnoreRefusesRulesThatCouldNeverApply(t *testing.T) {
	for _, c := range []struct {
		ignore Ignore
		want   string
	}{
		{Ignore{Paths: []string{"health"}}, `write "/health"`},
		{Ignore{Paths: []string{""}}, `write "/"`},
		{Ignore{Statuses: []string{"6xx"}}, "write three digits"},
		{Ignore{Statuses: []string{"50x"}}, "write three digits"},
		{Ignore{Statuses: []string{"5XX"}}, "write three digits"},
		{Ignore{Statuses: []string{"+500"}}, "write three digits"},
		{Ignore{Statuses: []string{"0500"}}, "write three digits"},
		{Ignore{Statuses: []string{"600"}}, "write three digits"},
		{Ignore{Statuses: []string{""}}, "write three digits"},
		{Ignore{UserAgents: []string{""}}, "would ignore every failure"},
	} {
		if err := c.ignore.Validate(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v, want …%s…", c.ignore, err, c.want)
		}
	}
}
