package route

import "testing"

func TestSimplify(t *testing.T) {
	for _, c := range []struct{ name, regex, want string }{
		{"a named group", `^posts/(?P<slug>[\w-]+)/$`, "posts/<slug>/"},
		{"a group without a name", `^posts/(\d+)/\Z`, "posts/<var>/"},
		{"a group in a group", `^(?P<a>x(?P<b>y))/`, "<a>/"},
		{"an escaped dot", `^api\.json$`, "api.json"},
		{"an optional slash", `^feed/?$`, "feed/"},
		{"an optional part", `^feed(?:\.(?P<format>[a-z]+))?/$`, "feed.<format>/"},
		{"a class without a group", `^x/[0-9]+\w/$`, "x/<var>/"},
		{"alternatives", `^a/$|^b/$`, "<var>"},
		{"alternatives within", `^(?:a|b)/c`, "<var>/c"},
		{"what looks ahead", `^(?!admin)x`, "x"},
		{"a reference", `^(?P<a>x)-(?P=a)`, "<a>-<var>"},
		{"flags and a comment", `(?i)^x(?#note)y\b`, "xy"},
		{"nothing", ``, ""},
	} {
		e, err := parsePython(c.regex, "")
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
		} else if got := simplify(e); got != c.want {
			t.Errorf("%s: %q is %q, want %q", c.name, c.regex, got, c.want)
		}
	}
}
