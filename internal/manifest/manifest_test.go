package manifest

import (
	"slices"
	"testing"
)

func TestParseReadsTheList(t *testing.T) {
	m, err := Parse([]byte(`
# a comment with "github.com/not/this@v1.0.0"
caddy = "v2.11.9"
with = [
	"github.com/caddy-django/gateway=.", # this one
	'github.com/owner/plugin/pkg@v1.2.3',
	"example.com/hello=./plugins//hello/", "example.com/up=../up",
	"example.com/pinned@v0.1.0=./pinned",
	"example.com/forked=github.com/me/fork@v1.2.4-0.20260102030405-abcdefabcdef",
	"example.com/old@v3.0.0+incompatible",
]
`))
	if err != nil {
		t.Fatal(err)
	}
	if m.Caddy != "v2.11.9" || m.caddyLine != 3 {
		t.Errorf("Caddy %q on line %d, want v2.11.9 on line 3", m.Caddy, m.caddyLine)
	}
	want := []Plugin{
		{Path: "github.com/caddy-django/gateway", Replacement: ".", line: 5},
		{Path: "github.com/owner/plugin/pkg", Version: "v1.2.3", line: 6},
		{Path: "example.com/hello", Replacement: "./plugins/hello", line: 7},
		{Path: "example.com/up", Replacement: "../up", line: 7},
		{Path: "example.com/pinned", Version: "v0.1.0", Replacement: "./pinned", line: 8},
		{Path: "example.com/forked", Replacement: "github.com/me/fork@v1.2.4-0.20260102030405-abcdefabcdef", line: 9},
		{Path: "example.com/old", Version: "v3.0.0+incompatible", line: 10},
	}
	if !slices.Equal(m.Plugins, want) {
		t.Errorf("plugins\n%+v\nwant\n%+v", m.Plugins, want)
	}
}

func TestParseRefuses(t *testing.T) {
	const caddy = "caddy = \"v2.11.9\"\n"
	tests := []struct {
		name string
		text string
		want string
	}{
		{
			"an empty file",
			"",
			`xcaddy.toml: Caddy's version is missing: write caddy = "v2.11.9"`,
		},
		{
			"a Caddy version without its v",
			"\n\ncaddy = \"2.11.9\"\n",
			`xcaddy.toml:3: caddy = "2.11.9" is not a full version such as "v2.11.9"`,
		},
		{
			"a Caddy version that is a moving target",
			`caddy = "latest"`,
			`xcaddy.toml:1: caddy = "latest" is not a full version such as "v2.11.9"`,
		},
		{
			"a Caddy version that is a number",
			"caddy = 2",
			`xcaddy.toml:1: caddy is not a string: write caddy = "v2.11.9"`,
		},
		{
			"a key it does not know",
			caddy + "\nwiht = []\n",
			`xcaddy.toml:3: unknown key "wiht": the file has the keys "caddy" and "with" alone`,
		},
		{
			"a dotted key it does not know",
			caddy + "with.plugin = \"x\"\n",
			`xcaddy.toml:2: unknown key "with.plugin": the file has the keys "caddy" and "with" alone`,
		},
		{
			"a table",
			caddy + "[[with]]\nmodule = \"x\"\n",
			`xcaddy.toml:2: unknown table "with": the file has the keys "caddy" and "with" alone`,
		},
		{
			"a key that is there twice",
			caddy + caddy,
			`xcaddy.toml:2: key caddy is already defined`,
		},
		{
			"a string without an end",
			caddy + "with = [\n\t\"example.com/x@v1.0.0,\n]\n",
			`xcaddy.toml:3: basic strings cannot have new lines`,
		},
		{
			"one string in the place of a list",
			caddy + `with = "example.com/x@v1.0.0"`,
			`xcaddy.toml:2: with is not a list: write with = ["module@version", "module=./directory"]`,
		},
		{
			"a number in the list",
			caddy + "with = [\n\t1,\n]\n",
			`xcaddy.toml:3: with holds something else than strings: write with = ["module@version", "module=./directory"]`,
		},
		{
			"a list in the list",
			caddy + "with = [\n\t[\"example.com/x@v1.0.0\"],\n]\n",
			`xcaddy.toml:2: with holds something else than strings: write with = ["module@version", "module=./directory"]`,
		},
		{
			"a path whose first element is no domain",
			caddy + "with = [\n\t\"hello@v1.0.0\",\n]\n",
			`xcaddy.toml:3: malformed module path "hello": missing dot in first path element: write module[@version][=replacement]`,
		},
		{
			"an empty line",
			caddy + "with = [\n\t\"\",\n]\n",
			`xcaddy.toml:3: malformed module path "": empty string: write module[@version][=replacement]`,
		},
		{
			"a branch for a version",
			caddy + "with = [\n\n\t\"example.com/x@master\",\n]\n",
			`xcaddy.toml:4: example.com/x: "master" is not a full version such as v1.2.3`,
		},
		{
			"a version that leaves out its end",
			caddy + `with = ["example.com/x@v1.2"]`,
			`xcaddy.toml:2: example.com/x: "v1.2" is not a full version such as v1.2.3`,
		},
		{
			"a version that is empty",
			caddy + `with = ["example.com/x@=./x"]`,
			`xcaddy.toml:2: example.com/x: "" is not a full version such as v1.2.3`,
		},
		{
			"a plugin from nowhere",
			caddy + `with = ["example.com/x"]`,
			`xcaddy.toml:2: example.com/x has neither a version nor a replacement: write example.com/x@v1.2.3 or example.com/x=./directory`,
		},
		{
			"a directory that could be a module",
			caddy + `with = ["example.com/x=x"]`,
			`xcaddy.toml:2: example.com/x: replacement "x" is neither a directory such as ./hello nor a module such as github.com/me/fork@v1.2.3`,
		},
		{
			"a fork without its version",
			caddy + `with = ["example.com/x=github.com/me/x"]`,
			`xcaddy.toml:2: example.com/x: replacement "github.com/me/x" is neither a directory such as ./hello nor a module such as github.com/me/fork@v1.2.3`,
		},
		{
			"a plugin that is listed twice",
			caddy + "with = [\n\t\"example.com/x@v1.0.0\",\n\t\"example.com/y@v1.0.0\",\n\t\"example.com/x=./x\",\n]\n",
			`xcaddy.toml:5: example.com/x is listed twice, first on line 3: keep one`,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m, err := Parse([]byte(test.text))
			if err == nil {
				t.Fatalf("accepted as %+v", m)
			}
			if err.Error() != test.want {
				t.Errorf("error\n%v\nwant\n%s", err, test.want)
			}
		})
	}
}
