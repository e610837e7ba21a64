package route

import (
	"testing"
)

func newLearner(t testing.TB, max int) *Learner {
	t.Helper()
	return newLearners(t, max, nil).Site("shop.example.com")
}

func newLearners(t testing.TB, max int, evicted func(string, *Route)) *Learners {
	t.Helper()
	all, err := NewLearners(max, evicted)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestLabel(t *testing.T) {
	table := NewTable([]*Pattern{
		mustParse(t, "/users/me/"),
		mustParse(t, "/users/<str:name>/"),
		mustParse(t, "/users/<int:pk>/"),
	}, nil, newLearner(t, 2), Naming{})
	for _, c := range []struct {
		name, path string
		status     int
		want       string
	}{
		{"a pattern", "/users/ada/", 200, "/users/<str:name>/"},
		{"the first pattern that matches counts", "/users/me/", 200, "/users/me/"},
		{"a later pattern is hidden by an earlier one", "/users/7/", 200, "/users/<str:name>/"},
		{"a pattern labels a 404, too", "/users/nobody/", 404, "/users/<str:name>/"},
		{"a path that was not found teaches nothing", "/orders/7/", 404, Unmatched},
		{"a path that was found is learned", "/orders/7/", 200, "/orders/<var>/"},
		{"what was learned labels a 404, too", "/orders/8/", 404, "/orders/<var>/"},
		{"a failure takes free room", "/basket/", 500, "/basket/"},
		{"which success takes away", "/checkout/", 200, "/checkout/"},
		{"past the cap is other", "/search/", 200, Other},
		{"past the cap, a failure is other, too", "/basket/", 500, Other},
		{"past the cap, what was not found is unmatched", "/wp-login.php", 404, Unmatched},
	} {
		if got := table.Label(c.path, Answer{Status: c.status}); got != c.want {
			t.Errorf("%s: Label(%q, %d) = %q, want %q", c.name, c.path, c.status, got, c.want)
		}
	}
}

func TestWhatAnyPathIsAnsweredWithTeachesNothing(t *testing.T) {
	for _, c := range []struct {
		name    string
		answer  Answer
		teaches bool
	}{
		{"success", Answer{Status: 200}, true},
		{"an upload", Answer{Status: 201, Method: "POST"}, true},
		{"a WebSocket", Answer{Status: 101}, true},
		{"a WebSocket over HTTP/2", Answer{Status: 200, Method: "CONNECT"}, true},
		{"a failure of Django's", Answer{Status: 500}, true},
		{"a file", Answer{Status: 200, File: true}, false},
		{"OPTIONS", Answer{Status: 200, Method: "OPTIONS"}, false},
		{"an unknown method", Answer{Status: 200, Method: "BREW"}, false},
		{"a moved page", Answer{Status: 301}, false},
		{"a redirect", Answer{Status: 302}, false},
		{"what has not changed", Answer{Status: 304}, false},
		{"a permanent redirect", Answer{Status: 308}, false},
		{"a bad request", Answer{Status: 400}, false},
		{"an unknown client", Answer{Status: 401}, false},
		{"a refusal", Answer{Status: 403}, false},
		{"nothing there", Answer{Status: 404}, false},
		{"a refused method", Answer{Status: 405}, false},
		{"too many requests", Answer{Status: 429}, false},
		{"a client that left", Answer{Status: 499}, false},
		{"no gateway", Answer{Status: 502}, false},
		{"no service", Answer{Status: 503}, false},
		{"no answer in time", Answer{Status: 504}, false},
		{"no status", Answer{}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			want := Unmatched
			if c.teaches {
				want = "/basket/"
			}
			if got := NewTable(nil, nil, newLearner(t, 1), Naming{}).Label("/basket/", c.answer); got != want {
				t.Errorf("%q, want %q", got, want)
			}
		})
	}
}
