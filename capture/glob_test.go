package capture

import "testing"

func TestGlob(t *testing.T) {
	for _, c := range []struct {
		name, pattern, text string
		want                bool
	}{
		{"the text itself", "/orders/", "/orders/", true},
		{"the text in another case", "/Orders/", "/oRders/", true},
		{"a part of the text", "/orders", "/orders/", false},
		{"its beginning", "/orders/*", "/orders/7/", true},
		{"its end", "*.ico", "/favicon.ico", true},
		{"its middle", "*ders/*", "/orders/7/", true},
		{"both its ends", "/api/*/export", "/api/v2/orders/export", true},
		{"parts in order", "*lock*timeout*", "Lock wait timeout exceeded", true},
		{"parts in the wrong order", "*timeout*lock*", "Lock wait timeout exceeded", false},
		{"one part that is there once, asked for twice", "*lock*lock*", "Lock wait", false},
		{"a part that would overlap the end", "*ab*b", "ab", false},
		{"ends that would overlap", "aba*ba", "aba", false},
		{"anything", "*", "", true},
		{"what looks like a regular expression", "a.c", "abc", false},
		{"nothing", "", "", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := newGlob(c.pattern).matches(c.text); got != c.want {
				t.Errorf("%q matches %q: %v, want %v", c.pattern, c.text, got, c.want)
			}
		})
	}
}
