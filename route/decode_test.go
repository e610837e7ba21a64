package route

import "testing"

func TestDecodePath(t *testing.T) {
	for _, c := range []struct{ name, wire, want string }{
		{"nothing to do", "/a/b", "/a/b"},
		{"a slash", "/a%2Fb%2fc", "/a/b/c"},
		{"UTF-8", "/%C3%A9", "/é"},
		{"UTF-8 that is not escaped", "/é", "/é"},
		{"what is no escape", "/100%/%zz/%4", "/100%/%zz/%4"},
		{"an escape only once", "/%2541", "/%41"},
		{"a byte that is not UTF-8", "/%ff", "/%FF"},
		{"a byte that is not UTF-8 and not escaped", "/\xfe", "/%FE"},
		{"a character that is cut short", "/%e2%82/", "/%E2%82/"},
		{"a surrogate", "/%ed%a0%80", "/%ED%A0%80"},
		{"a query", "/a?b=%2F", "/a"},
	} {
		if got := DecodePath(c.wire); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
