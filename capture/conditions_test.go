package capture

import (
	"strings"
	"testing"

	"github.com/caddy-django/gateway/exchange"
)

func TestConditions(t *testing.T) {
	for _, c := range []struct {
		name       string
		conditions Conditions
		want       bool
	}{
		{"an exact path", Conditions{Paths: []string{"/orders/7/"}}, true},
		{"an exact path in another case", Conditions{Paths: []string{"/Orders/7/"}}, true},
		{"a part of a path is not the path", Conditions{Paths: []string{"/orders"}}, false},
		{"one path of several", Conditions{Paths: []string{"/health/", "/orders/*"}}, true},
		{"every path", Conditions{Paths: []string{"*"}}, true},
		{"another path", Conditions{Paths: []string{"/health", "/static/*", "*.ico", "*admin*"}}, false},
		{"the route", Conditions{Routes: []string{"/orders/<int:pk>/"}}, true},
		{"the beginning of the route", Conditions{Routes: []string{"/orders/*"}}, true},
		{"the path is not the route", Conditions{Routes: []string{"/orders/7/"}}, false},
		{"a status", Conditions{Statuses: []string{"502", "500"}}, true},
		{"another status", Conditions{Statuses: []string{"501"}}, false},
		{"a class of statuses", Conditions{Statuses: []string{"5xx"}}, true},
		{"another class", Conditions{Statuses: []string{"4xx"}}, false},
		{"an exception", Conditions{Exceptions: []string{"shop.errors.TillStuck"}}, true},
		{"an exception without its module", Conditions{Exceptions: []string{"TillStuck"}}, true},
		{"the exceptions of a module", Conditions{Exceptions: []string{"shop.*"}}, true},
		{"a part of an exception's name", Conditions{Exceptions: []string{"Stuck"}}, false},
		{"a message", Conditions{Messages: []string{"drawer 4"}}, true},
		{"a part of a message, in any case", Conditions{Messages: []string{"DRAWER*"}}, true},
		{"the exception is no part of the message", Conditions{Messages: []string{"*TillStuck*"}}, false},
		{"a part of a user agent, in any case", Conditions{UserAgents: []string{"googleBOT"}}, true},
		{"another user agent", Conditions{UserAgents: []string{"bing"}}, false},
		{"the network of the client", Conditions{Networks: []string{"10.0.0.0/8", "192.0.2.0/24"}}, true},
		{"a network that is written with an address in it", Conditions{Networks: []string{"192.0.2.7/24"}}, true},
		{"the address of the client", Conditions{Networks: []string{"192.0.2.1"}}, true},
		{"another address", Conditions{Networks: []string{"192.0.2.10", "2001:db8::/32"}}, false},
		{"a bot", Conditions{Bots: true}, true},
		{"all kinds", Conditions{Paths: []string{"/orders/*"}, Statuses: []string{"500"}, Exceptions: []string{"TillStuck"}, Bots: true}, true},
		{"all kinds but one", Conditions{Paths: []string{"/orders/*"}, Statuses: []string{"501"}, Exceptions: []string{"TillStuck"}}, false},
		{"all kinds but one that the worker knows", Conditions{Statuses: []string{"500"}, Messages: []string{"x"}, Bots: true}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, err := c.conditions.compile()
			if err != nil {
				t.Fatal(err)
			}
			e := &facts{x: failed("", ""), userAgent: "Mozilla/5.0 (Googlebot/2.1)", exception: "shop.errors.TillStuck", message: "Drawer 4", bot: true}
			if got := m.all(e); got != c.want {
				t.Errorf("they hold: %v, want %v", got, c.want)
			}
		})
	}
}

func TestConditionsBearAFailureOfWhichNothingIsKnown(t *testing.T) {
	for name, c := range map[string]Conditions{
		"status":     {Statuses: []string{"5xx"}},
		"user agent": {UserAgents: []string{"bot"}},
		"network":    {Networks: []string{"::/0"}},
		"exception":  {Exceptions: []string{"KeyError"}},
		"bots":       {Bots: true},
	} {
		m, err := c.compile()
		if err != nil {
			t.Fatal(err)
		}
		if m.all(&facts{x: new(exchange.Exchange)}) {
			t.Errorf("the condition on its %s holds", name)
		}
	}
}

func TestConditionsTakeEveryFormOfAnAddress(t *testing.T) {
	m, err := Conditions{Networks: []string{"192.0.2.0/24", "fe80::/10"}}.compile()
	if err != nil {
		t.Fatal(err)
	}
	for _, client := range []string{"192.0.2.1", "::ffff:192.0.2.1", "fe80::1%eth0"} {
		x := failed("", "")
		x.Failure.ClientIP = client
		if !m.all(&facts{x: x}) {
			t.Errorf("%s is not in its network", client)
		}
	}
}

func TestConditionsThatHoldForNoneOrForAllAreRefused(t *testing.T) {
	for _, c := range []struct {
		conditions Conditions
		want       string
	}{
		{Conditions{Paths: []string{"health"}}, `write "/health"`},
		{Conditions{Paths: []string{""}}, `write "/"`},
		{Conditions{Routes: []string{""}}, "write one such as /users/<int:pk>/"},
		{Conditions{Statuses: []string{"6xx"}}, "write three digits"},
		{Conditions{Statuses: []string{"50x"}}, "write three digits"},
		{Conditions{Statuses: []string{"5XX"}}, "write three digits"},
		{Conditions{Statuses: []string{"+500"}}, "write three digits"},
		{Conditions{Statuses: []string{"0500"}}, "write three digits"},
		{Conditions{Statuses: []string{"600"}}, "write three digits"},
		{Conditions{Statuses: []string{""}}, "write three digits"},
		{Conditions{Exceptions: []string{""}}, "write a type"},
		{Conditions{Messages: []string{""}}, "write a pattern"},
		{Conditions{UserAgents: []string{""}}, "would match every failure"},
		{Conditions{Networks: []string{"10.0.0.0/33"}}, "write one such as 10.0.0.0/8"},
		{Conditions{Networks: []string{"office"}}, "write one such as 10.0.0.0/8"},
		{Conditions{Networks: []string{"fe80::1%eth0"}}, "write one such as 10.0.0.0/8"},
	} {
		if err := c.conditions.Validate(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v, want …%s…", c.conditions, err, c.want)
		}
	}
}
