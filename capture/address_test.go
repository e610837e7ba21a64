package capture

import "testing"

func TestHideAddress(t *testing.T) {
	for _, c := range []struct{ name, client, value, want string }{
		{"an address", "192.0.2.1", "192.0.2.1", filtered},
		{"an address with its port", "192.0.2.1", "192.0.2.1:4711", filtered},
		{"an address among others", "2001:db8::7", "198.51.100.1, 2001:db8::7", filtered},
		{"another address", "192.0.2.1", "192.0.2.2", "192.0.2.2"},
		{"a loopback address", "127.0.0.1", "http://127.0.0.1:8000/", "http://127.0.0.1:8000/"},
		{"nobody's address", "", "*/*", "*/*"},
		{"what is no address", "e", "text/html", "text/html"},
	} {
		t.Run(c.name, func(t *testing.T) {
			headers := map[string]string{"X-Edge": c.value, "Accept": "*/*"}
			hideAddress(headers, c.client)
			if headers["X-Edge"] != c.want || headers["Accept"] != "*/*" {
				t.Errorf("%v, want %s", headers, c.want)
			}
		})
	}
}
