package manifest

import "testing"

const zero = "v0.0.0-00010101000000-000000000000"

func TestGoModAgrees(t *testing.T) {
	tests := []struct {
		name   string
		plugin string
		goMod  string
	}{
		{"on a version", "example.com/x@v1.2.0", "require example.com/x v1.2.0"},
		{"on the version of an indirect requirement", "example.com/x@v1.2.0", "require example.com/x v1.2.0 // indirect"},
		{"on a package of a module", "example.com/x/pkg@v1.2.0", "require example.com/x v1.2.0"},
		{"on a module inside another", "example.com/x/caddy@v0.3.0", "require (\n\texample.com/x/caddy v0.3.0\n\texample.com/x v1.2.0\n)"},
		{"on a directory", "example.com/x=./x", "require example.com/x " + zero + "\nreplace example.com/x => ./x"},
		{"on a directory for one version", "example.com/x=./x", "require example.com/x v1.2.0\nreplace (\n\texample.com/x v1.2.0 => ./x\n\texample.com/x => ../x\n)"},
		{"on a directory behind a version", "example.com/x@v1.2.0=./x", "require example.com/x v1.2.0\nreplace example.com/x => ./x"},
		{"on a fork", "example.com/x=example.com/fork@v1.2.1", "require example.com/x v1.2.0\nreplace example.com/x => example.com/fork v1.2.1"},
		{"where a replacement is for another version", "example.com/x@v1.2.0", "require example.com/x v1.2.0\nreplace example.com/x v1.1.0 => ./x"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			missing, err := compareWith(t, list(test.plugin), goMod+test.goMod)
			if err != nil || len(missing) > 0 {
				t.Errorf("missing %v, error %v; want agreement", missing, err)
			}
		})
	}
}

func TestGoModLacksAPluginWhoseNameBeginsLikeAnother(t *testing.T) {
	missing, err := compareWith(t, list("example.com/xy@v0.3.0"), goMod+"require example.com/x v1.2.0\n")
	if err != nil || join(missing) != "example.com/xy@v0.3.0" {
		t.Errorf("missing %v, error %v; want example.com/xy@v0.3.0 missing", missing, err)
	}
}

func TestGoModContradicts(t *testing.T) {
	const v1, requireV1 = "example.com/x@v1.2.0", goMod + "require example.com/x v1.2.0\n"
	tests := []struct {
		name     string
		manifest string
		goMod    string
		want     string
	}{
		{
			"by another version",
			list("example.com/x@v1.1.0"), requireV1,
			`xcaddy.toml:4: the manifest says example.com/x@v1.1.0, go.mod has example.com/x@v1.2.0: write "example.com/x@v1.2.0" here, or run go get example.com/x@v1.1.0`,
		},
		{
			"by another version of a package's module",
			list("example.com/x/pkg@v1.1.0"), requireV1,
			`xcaddy.toml:4: the manifest says example.com/x/pkg@v1.1.0, go.mod has example.com/x/pkg@v1.2.0: write "example.com/x/pkg@v1.2.0" here, or run go get example.com/x/pkg@v1.1.0`,
		},
		{
			"by a directory where the manifest has a version",
			list(v1), requireV1 + "replace example.com/x v1.2.0 => ./x\n",
			`xcaddy.toml:4: the manifest says example.com/x@v1.2.0, go.mod has example.com/x@v1.2.0=./x: write "example.com/x@v1.2.0=./x" here, or run go mod edit -dropreplace=example.com/x@v1.2.0 && go get example.com/x@v1.2.0`,
		},
		{
			"by a version where the manifest has a directory",
			list("example.com/x=./x"), requireV1,
			`xcaddy.toml:4: the manifest says example.com/x=./x, go.mod has example.com/x@v1.2.0: write "example.com/x@v1.2.0" here, or run go mod edit -require=example.com/x@` + zero + ` -replace=example.com/x=./x && go get example.com/x@` + zero,
		},
		{
			"by another directory",
			list("example.com/x=./x"), goMod + "require example.com/x " + zero + "\nreplace example.com/x => ../x/\n",
			`xcaddy.toml:4: the manifest says example.com/x=./x, go.mod has example.com/x=../x: write "example.com/x=../x" here, or run go mod edit -require=example.com/x@` + zero + ` -replace=example.com/x=./x && go get example.com/x@` + zero,
		},
		{
			"by another version behind the directory",
			list("example.com/x@v1.1.0=./x"), requireV1 + "replace example.com/x => ./x\n",
			`xcaddy.toml:4: the manifest says example.com/x@v1.1.0=./x, go.mod has example.com/x@v1.2.0=./x: write "example.com/x@v1.2.0=./x" here, or run go mod edit -require=example.com/x@v1.1.0 -replace=example.com/x=./x && go get example.com/x@v1.1.0`,
		},
		{
			"by another Caddy",
			"\ncaddy = \"v2.11.8\"\nwith = [\"" + own + "\"]\n", goMod,
			`xcaddy.toml:2: the manifest says Caddy v2.11.8, go.mod has v2.11.9: write caddy = "v2.11.9" here, or run go get github.com/caddyserver/caddy/v2@v2.11.8`,
		},
		{
			"by a Caddy of its own",
			list(), goMod + "replace github.com/caddyserver/caddy/v2 => ../caddy\n",
			`xcaddy.toml:1: the manifest says Caddy v2.11.9, go.mod replaces Caddy by ../caddy: run go mod edit -dropreplace=github.com/caddyserver/caddy/v2 && go get github.com/caddyserver/caddy/v2@v2.11.9`,
		},
		{
			"by having no Caddy",
			list(), "module example.com/gateway\n",
			`xcaddy.toml:1: the manifest says Caddy v2.11.9, go.mod has no Caddy: run go get github.com/caddyserver/caddy/v2@v2.11.9`,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			missing, err := compareWith(t, test.manifest, test.goMod)
			if err == nil {
				t.Fatalf("accepted, with %v missing", missing)
			}
			if err.Error() != test.want {
				t.Errorf("error\n%v\nwant\n%s", err, test.want)
			}
		})
	}
}

func compareWith(t *testing.T, manifest, goMod string) ([]Plugin, error) {
	t.Helper()
	return open(t, plant(t, manifest, files{
		"go.mod":   goMod,
		"x/go.mod": "module example.com/x\n",
	})).compare()
}
