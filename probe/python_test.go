package probe

import (
	"strings"
	"testing"
)

func TestTheOptionThatKeepsTheProbeOutIsFound(t *testing.T) {
	for line, want := range map[string]string{
		"python3 /venv/bin/gunicorn shop.wsgi":                "",
		"/usr/bin/python3.12 -I /venv/bin/gunicorn shop.wsgi": "-I",
		"python -sE /usr/bin/gunicorn":                        "-E",
		"pypy3 -u -S -m gunicorn":                             "-S",
		"python -W ignore -I x.py":                            "-I",
		"python -Wignore::ImportWarning x.py":                 "",
		"python -X importtime -E x.py":                        "-E",
		"python --check-hash-based-pycs always -E x.py":       "-E",
		"python -m gunicorn -E shop.wsgi":                     "",
		"python -mgunicorn -I":                                "",
		"python x.py -I":                                      "",
		"python -c import -I":                                 "",
		"gunicorn -I":                                         "",
		"python":                                              "",
	} {
		if got := IgnoredBy(strings.Fields(line)); got != want {
			t.Errorf("%s: %q, want %q", line, got, want)
		}
	}
	if IgnoredBy(nil) != "" {
		t.Error("of nothing")
	}
}
