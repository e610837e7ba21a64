package caddymodule

import (
	"bufio"
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestResolvedPathsArePrintedALineEach(t *testing.T) {
	file := filepath.Join(t.TempDir(), "routes.json")
	document := `{"version": 1, "patterns": [{"kind": "re_path", "regex": "^posts/(?P<slug>\\w+)/$", "route": "^posts/(?P<slug>\\w+)/$",
		"endpoint": true, "view": "blog.post", "name": "post"}, {"kind": "path", "route": "", "endpoint": true, "view": "blog.home"},
		{"kind": "re_path", "regex": "^(x+x+)+(?!y)y", "route": "", "endpoint": true, "view": "blog.slow"}]}`
	if err := os.WriteFile(file, []byte(document), 0o600); err != nil {
		t.Fatal(err)
	}
	resolver, err := loadResolver(file)
	if err != nil {
		t.Fatal(err)
	}
	slow := "/" + strings.Repeat("x", 100)
	var printed bytes.Buffer
	out := bufio.NewWriter(&printed)
	if err := resolveLines(out, strings.NewReader("/posts/%C3%A9/\n/\n/nowhere\n"+slow), resolver); err != nil {
		t.Fatal(err)
	}
	out.Flush()
	want := `{"path":"/posts/%C3%A9/","label":"/posts/<slug>/","route":"^posts/(?P<slug>\\w+)/$","view":"blog.post","name":"post","kwargs":{"slug":"é"}}
{"path":"/","label":"/","route":"","view":"blog.home","name":null,"kwargs":{}}
{"path":"/nowhere","label":"_unmatched","route":null,"view":null,"name":null,"kwargs":null}
{"path":"` + slow + `","label":"_other","route":null,"view":null,"name":null,"kwargs":null}
`
	if printed.String() != want {
		t.Errorf("got  %s\nwant %s", &printed, want)
	}
}

func TestResolvingByABadFileNamesIt(t *testing.T) {
	file := filepath.Join(t.TempDir(), "routes.json")
	document := `{"version": 1, "patterns": [{"kind": "re_path", "regex": "(", "view": "v"}]}`
	if err := os.WriteFile(file, []byte(document), 0o600); err != nil {
		t.Fatal(err)
	}
	want := "compiling the routes in " + file + `: patterns[0]: regex "(": at character 1: missing )`
	if _, err := loadResolver(file); err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}
