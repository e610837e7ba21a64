package delivery

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func TestParseDSN(t *testing.T) {
	const client = "gateway/1.0"
	tests := []struct {
		name, raw, destination, endpoint, auth string
	}{
		{
			"a plain one", "https://abc123@sentry.example/42",
			"https://sentry.example/42", "https://sentry.example/api/42/envelope/",
			"Sentry sentry_version=7, sentry_client=gateway/1.0, sentry_key=abc123",
		},
		{
			"with a secret, of old", "https://abc123:hush@sentry.example/42",
			"https://sentry.example/42", "https://sentry.example/api/42/envelope/",
			"Sentry sentry_version=7, sentry_client=gateway/1.0, sentry_key=abc123, sentry_secret=hush",
		},
		{
			"with port and path", "http://abc@127.0.0.1:8000/errors/here/7",
			"http://127.0.0.1:8000/errors/here/7", "http://127.0.0.1:8000/errors/here/api/7/envelope/",
			"Sentry sentry_version=7, sentry_client=gateway/1.0, sentry_key=abc",
		},
		{
			"with the default port", "https://abc@sentry.example:443/1",
			"https://sentry.example/1", "https://sentry.example/api/1/envelope/",
			"Sentry sentry_version=7, sentry_client=gateway/1.0, sentry_key=abc",
		},
		{
			"on IPv6", "http://abc@[::1]:9000/1",
			"http://[::1]:9000/1", "http://[::1]:9000/api/1/envelope/",
			"Sentry sentry_version=7, sentry_client=gateway/1.0, sentry_key=abc",
		},
		{
			"from a file that ends with a newline", "https://abc@sentry.example/1\n",
			"https://sentry.example/1", "https://sentry.example/api/1/envelope/",
			"Sentry sentry_version=7, sentry_client=gateway/1.0, sentry_key=abc",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, err := ParseDSN(tt.raw)
			if err != nil {
				t.Fatal(err)
			}
			if d.Name() != tt.destination || d.String() != tt.destination {
				t.Errorf("name %q, string %q, want %q", d.Name(), d, tt.destination)
			}
			if d.endpoint != tt.endpoint {
				t.Errorf("endpoint %q, want %q", d.endpoint, tt.endpoint)
			}
			if got := d.auth(client); got != tt.auth {
				t.Errorf("auth %q, want %q", got, tt.auth)
			}
		})
	}
}

func TestParseDSNSaysWhatIsWrong(t *testing.T) {
	tests := []struct{ name, raw, want string }{
		{"nothing", "", "is empty"},
		{"blanks", " \n", "is empty"},
		{"without a scheme", "s3cret@sentry.example/1", "does not begin with https:// or http://"},
		{"with a wrong scheme", "ftp://s3cret@sentry.example/1", "does not begin with https:// or http://"},
		{"whose scheme is the key", "s3cret:abc@sentry.example/1", "does not begin with https:// or http://"},
		{"without a key", "https://sentry.example/1", "has no key"},
		{"with a secret but no key", "https://:s3cret@sentry.example/1", "has no key"},
		{"without a host", "https://s3cret@/1", "has no host"},
		{"without a project", "https://s3cret@sentry.example", "has no project"},
		{"with a slash for a project", "https://s3cret@sentry.example/path/", "has no project"},
		{"that lost its @", "https://abc:s3cret/1", "is not a URL"},
		{"with a control character", "https://s3cret@sentry.example/1\x00", "is not a URL"},
		{"whose IPv6 zone is not text", "https://s3cret@[::%25\x88]/1", "is not a URL"},
		{"with port 0", "https://s3cret@sentry.example:0/1", "port"},
		{"with a port out of range", "https://s3cret@sentry.example:65536/1", "port"},
		{"whose key would break the header", "https://s3cret%0d%0a@sentry.example/1", "key with characters"},
		{"whose key would add to the header", "https://s3cret%2c@sentry.example/1", "key with characters"},
		{"whose secret would break the header", "https://k:s3cret%00@sentry.example/1", "key with characters"},
	}
	for _, tt := range tests {
		t.Run("a DSN "+tt.name, func(t *testing.T) {
			_, err := ParseDSN(tt.raw)
			if err == nil {
				t.Fatal("was accepted")
			}
			got := err.Error()
			if !strings.Contains(got, tt.want) || !strings.Contains(got, "https://<key>@<host>/<project>") {
				t.Errorf("error %q does not say %q and what a DSN looks like", got, tt.want)
			}
			if strings.ContainsAny(got, "\r\n") || strings.Contains(got, "s3cret") {
				t.Errorf("error %q is more than a line or shows the key", got)
			}
		})
	}
}

func FuzzParseDSN(f *testing.F) {
	for _, seed := range []string{
		"", "https://key@host/1", "http://key:secret@[::1]:1/a/b/2", "https://k@h:99999/1", "https://%0a@h/%2f?x#y", "https:k@h/1",
		"http://k@[fe80::1%25eth0]/1", "https://k@h/%zz", "http://0@[::%25\x88]/0",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		d, err := ParseDSN(raw)
		if err != nil {
			if strings.ContainsAny(err.Error(), "\r\n") {
				t.Errorf("error of more than a line: %q", err)
			}
			return
		}
		if u, err := url.Parse(d.Name()); err != nil || u.User != nil || u.Host == "" || u.RawQuery != "" {
			t.Errorf("name %q: %v, %v", d.Name(), u, err)
		}
		request, err := http.NewRequest(http.MethodPost, d.endpoint, nil)
		if err != nil {
			t.Fatalf("endpoint %q: %v", d.endpoint, err)
		}
		if !strings.HasSuffix(request.URL.Path, "/envelope/") {
			t.Errorf("endpoint %q does not take envelopes", d.endpoint)
		}
		for _, r := range d.auth("c/1") {
			if r < ' ' || r > '~' {
				t.Errorf("auth %q cannot be sent", d.auth("c/1"))
			}
		}
	})
}
