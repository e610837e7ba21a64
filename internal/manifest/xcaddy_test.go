package manifest

import "testing"

func TestXcaddyCommand(t *testing.T) {
	tests := []struct {
		name    string
		plugins []string
		want    string
	}{
		{"this plugin alone", nil, "xcaddy build v2.11.9 --with example.com/gateway=. --output bin/caddy"},
		{"releases and directories", []string{"example.com/b@v1.2.0", "example.com/a=../a"}, "xcaddy build v2.11.9 --with example.com/gateway=. --with example.com/b@v1.2.0 --with example.com/a=../a --output bin/caddy"},
		{"a directory the shell would split", []string{"example.com/a=./it's $mine"}, `xcaddy build v2.11.9 --with example.com/gateway=. --with 'example.com/a=./it'\''s $mine' --output bin/caddy`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m, err := Parse([]byte(list(test.plugins...)))
			if err != nil {
				t.Fatal(err)
			}
			if got := m.XcaddyCommand(); got != test.want {
				t.Errorf("%s\nwant\n%s", got, test.want)
			}
		})
	}
}
