package route

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestLoadURLConfRefuses(t *testing.T) {
	node := func(n string) string { return `{"version": 1, "patterns": [{"kind": "path", "view": "v"}, ` + n + `]}` }
	for _, c := range []struct{ name, document, want string }{
		{"an empty file", "", "line 1, column 0: unexpected end of JSON input"},
		{"a truncated file", "{\"version\": 1,\n\"patterns\": [{", "line 2, column 14: unexpected end of JSON input"},
		{"what is no JSON", "{\n é?", "line 2, column 2: invalid character 'Ã' looking for beginning of object key string"},
		{"something after the end", `{"version": 1, "patterns": []} x`, "line 1, column 32: invalid character 'x' after top-level value"},
		{"bytes that are not UTF-8", "{\"version\": \"\xff\"}", "line 1, column 14: not UTF-8"},
		{"another version", `{"version": 2}`, "it has version 2, want 1: export it again with caddy django routes"},
		{"no version", `{}`, "it has version 0, want 1: export it again with caddy django routes"},
		{"no patterns", `{"version": 1}`, "it has no patterns"},
		{"a value of the wrong kind", "{\"version\": 1, \"patterns\":\n[{\"kind\": 7}]}", "line 2, column 11: patterns.kind is of the wrong kind: number"},
		{"a pattern that is null", node("null"), "patterns[1]: null is no pattern"},
		{"an unknown kind", node(`{"kind": "new"}`), `patterns[1]: unknown kind "new": want path, re_path, locale_prefix or opaque`},
		{"an unknown kind within", node(`{"kind": "path", "children": [{}]}`), `patterns[1].children[0]: unknown kind "": want path, re_path, locale_prefix or opaque`},
		{"an endpoint without a view", node(`{"kind": "path", "endpoint": true}`), "patterns[1]: an endpoint has no view"},
		{"a view and children", node(`{"kind": "path", "view": "v", "children": []}`), "patterns[1]: it has both a view and children"},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "routes.json")
			if err := os.WriteFile(file, []byte(c.document), 0o600); err != nil {
				t.Fatal(err)
			}
			want := "reading the routes in " + file + ": " + c.want
			if _, err := LoadURLConf(file); err == nil || err.Error() != want {
				t.Errorf("got  %v\nwant %s", err, want)
			}
		})
	}
}

func TestLoadURLConfRefusesAFileThatIsTooLargeOrMissing(t *testing.T) {
	file := filepath.Join(t.TempDir(), "routes.json")
	if _, err := LoadURLConf(file); err == nil || !strings.Contains(err.Error(), file) {
		t.Errorf("missing: %v", err)
	}
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(file, MaxURLConfBytes+1); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadURLConf(file); err == nil || !strings.Contains(err.Error(), "larger than 64 MB") {
		t.Errorf("too large: %v", err)
	}
}

func TestNewResolverRefusesAnExpressionThatNoEngineTakes(t *testing.T) {
	for _, c := range []struct{ name, regex, want string }{
		{"an open group", "^a(", `patterns[0].children[0]: regex "^a(": at character 3: missing )`},
		{"an unknown escape", `\q`, `patterns[0].children[0]: regex "\\q": at character 2: unknown escape \q`},
	} {
		conf := &URLConf{Patterns: []*URLNode{{Kind: kindPath, Children: []*URLNode{{Kind: kindRegex, Regex: c.regex, View: "v"}}}}}
		if _, err := NewResolver(conf); err == nil || err.Error() != c.want {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
}

func FuzzReadURLConf(f *testing.F) {
	f.Add(shop)
	f.Add(large(3))
	f.Add(`{"version": 1, "use_i18n": true, "locale_middleware": true, "language_code": "en", "languages": ["en", "pt-br"], "patterns":
		[{"kind": "locale_prefix", "children": [{"kind": "re_path", "regex": "^(?!x)\\w+$", "view": "v", "translations": {"en": {"regex": "("}}}]}]}`)
	f.Fuzz(func(t *testing.T, document string) {
		conf, err := ReadURLConf(strings.NewReader(document))
		if err != nil {
			return
		}
		resolver, err := NewResolver(conf)
		if err != nil {
			return
		}
		for _, path := range []string{"/", "/en/x/", "/users/7/", "/\xff", document} {
			resolver.Explain(path)
		}
	})
}
