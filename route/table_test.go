package route

import (
	"net/http"
	"testing"
)

func newLearner(t testing.TB, max int) *Learner {
	t.Helper()
	l, err := NewLearner(max)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestLabel(t *testing.T) {
	table := NewTable([]*Pattern{
		mustParse(t, "/users/me/"),
		mustParse(t, "/users/<str:name>/"),
		mustParse(t, "/users/<int:pk>/"),
	}, nil, newLearner(t, 2), StyleDjango)
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
		{"a 500 teaches", "/basket/", 500, "/basket/"},
		{"past the cap is other", "/checkout/", 200, Other},
		{"past the cap, what was not found is unmatched", "/wp-login.php", 404, Unmatched},
	} {
		if got := table.Label(c.path, c.status); got != c.want {
			t.Errorf("%s: Label(%q, %d) = %q, want %q", c.name, c.path, c.status, got, c.want)
		}
	}
}

func TestWhatAnyPathIsAnsweredWithTeachesNothing(t *testing.T) {
	for status, want := range map[int]string{
		http.StatusOK: "/basket/", http.StatusFound: "/basket/", http.StatusForbidden: "/basket/",
		http.StatusMethodNotAllowed: "/basket/", http.StatusInternalServerError: "/basket/",
		http.StatusNotFound: Unmatched, http.StatusBadRequest: Unmatched, http.StatusTooManyRequests: Unmatched,
		http.StatusBadGateway: Unmatched, http.StatusServiceUnavailable: Unmatched, http.StatusGatewayTimeout: Unmatched,
	} {
		if got := NewTable(nil, nil, newLearner(t, 1), StyleDjango).Label("/basket/", status); got != want {
			t.Errorf("%d: %q, want %q", status, got, want)
		}
	}
}
