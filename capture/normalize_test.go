package capture

import "testing"

func TestNormalize(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"an integer", "order 4711 is gone", "order * is gone"},
		{"a negative number", "balance -5", "balance *"},
		{"a float", "ratio 0.25 and 1e-05 and 2.5e10", "ratio * and * and *"},
		{"a date and a time", "on 2026-03-04T05:06:07.123Z at 05:06", "on * at *"},
		{"a duration", "after 30s and 250ms", "after * and *"},
		{"a UUID", "task 6F9619FF-8b86-d011-b42d-00cf4fc964ff failed", "task * failed"},
		{"a memory address", "<Order object at 0x7f3a2b1c>", "<Order object at *>"},
		{"a digest", "commit 9fceb02d0ae598e95dc970b74767f19372d61af8", "commit *"},
		{"a short digest", "commit a1b2c3d4", "commit *"},
		{"an e-mail address", "no user ada.l@example.co.uk", "no user *"},
		{"a URL", "GET https://api.example/v1?x=y failed", "GET * failed"},
		{"a path with an identifier", "no file /srv/media/7/a.png", "no file *"},
		{"quoted values", `KeyError: 'price' in "basket"`, "KeyError: * in *"},
		{"words of the letters of a digest stay", "defaced facade, feedface", "defaced facade, feedface"},
		{"an apostrophe quotes nothing", "can't find the user's profile, isn't it", "can't find the user's profile, isn't it"},
		{"digits within a word stay", "utf8 sha256sum oauth2", "utf8 sha256sum oauth2"},
		{"an HTTP status stays", "upstream said HTTP 503 twice", "upstream said HTTP 503 twice"},
		{"an HTTP version stays", "bad HTTP/1.1 line", "bad HTTP/1.1 line"},
		{"the words around a version number stay", "needs Django 4.2.1 or later", "needs Django * or later"},
		{"a slash between words stays", "read/write and/or2", "read/write and/or2"},
		{"a path without a number stays", "no template /shop/cart.html", "no template /shop/cart.html"},
		{"plain words stay", "Server Error", "Server Error"},
		{"nothing", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := normalize(c.in); got != c.want {
				t.Errorf("normalize(%q) = %q, want %q", c.in, got, c.want)
			}
		})
	}
}
