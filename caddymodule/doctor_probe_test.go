package caddymodule

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/caddyserver/caddy/v2/caddyconfig"
)

func TestTheConfigurationSaysWhichProbesAreAsked(t *testing.T) {
	file := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(file, []byte(knownSecret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	const shop = "django 127.0.0.1:1 {\n\t\tmonitor {\n\t\t\tprobe {env.SHOP}\n\t\t}\n\t}\n"
	const watched = "django_monitor {\n\t\tprobe " + knownSecret + "\n\t}\n"
	for name, c := range map[string]struct {
		caddyfile, want string
		probed          bool
	}{
		"none":                        {"http://:8000 {\n\tdjango 127.0.0.1:1\n}\n", "[]", false},
		"a variable":                  {"http://:8000 {\n\t" + shop + "}\n", "[{127.0.0.1:1  SHOP }]", true},
		"a file":                      {"http://:8000 {\n\tdjango unix//run/x.sock {\n\t\tmonitor {\n\t\t\tprobe {file." + file + "}\n\t\t}\n\t}\n}\n", "[{unix//run/x.sock " + knownSecret + "  }]", true},
		"a file that is not there":    {"http://:8000 {\n\tdjango 127.0.0.1:1 {\n\t\tmonitor {\n\t\t\tprobe {file./none/secret}\n\t\t}\n\t}\n}\n", "[{127.0.0.1:1   ask as root, or as Caddy's user, for the file that it is in}]", true},
		"a proxy with the transport":  {"http://:8000 {\n\t" + watched + "\treverse_proxy 127.0.0.1:2 {\n\t\ttransport django\n\t}\n}\n", "[{127.0.0.1:2 " + knownSecret + "  }]", true},
		"a proxy without it":          {"http://:8000 {\n\t" + watched + "\treverse_proxy 127.0.0.1:2\n}\n", "[]", true},
		"who is asked for permission": {"http://:8000 {\n\tforward_auth 127.0.0.1:9 {\n\t\turi /x\n\t}\n\t" + shop + "}\n", "[{127.0.0.1:1  SHOP }]", true},
		"a proxy in a handle":         {"http://:8000 {\n\t" + watched + "\thandle /x* {\n\t\treverse_proxy 127.0.0.1:2 {\n\t\t\ttransport django\n\t\t}\n\t}\n}\n", "[{127.0.0.1:2 " + knownSecret + "  }]", true},
		"a monitor in a route":        {"http://:8000 {\n\troute {\n\t\t" + watched + "\t}\n\treverse_proxy 127.0.0.1:2 {\n\t\ttransport django\n\t}\n}\n", "[{127.0.0.1:2 " + knownSecret + "  }]", true},
		"a handle beside it":          {"http://:8000 {\n\thandle /x* {\n\t\t" + shop + "\t}\n\thandle {\n\t\treverse_proxy 127.0.0.1:2 {\n\t\t\ttransport django\n\t\t}\n\t}\n}\n", "[{127.0.0.1:1  SHOP }]", true},
		"another site":                {"http://a.example.com {\n\t" + shop + "}\nhttp://b.example.com {\n\tdjango 127.0.0.1:2 {\n\t\tmonitor\n\t}\n}\n", "[{127.0.0.1:1  SHOP }]", true},
		"another port":                {"http://:8000 {\n\t" + shop + "}\nhttp://:8001 {\n\tdjango 127.0.0.1:2 {\n\t\tmonitor\n\t}\n}\n", "[{127.0.0.1:1  SHOP }]", true},
		"two sites":                   {"http://a.example.com {\n\t" + shop + "}\nhttp://b.example.com {\n\tdjango 127.0.0.1:2 {\n\t\tmonitor {\n\t\t\tprobe {env.OTHER}\n\t\t}\n\t}\n}\n", "[{127.0.0.1:1  SHOP } {127.0.0.1:2  OTHER }]", true},
	} {
		t.Run(name, func(t *testing.T) {
			text, _, err := caddyconfig.GetAdapter("caddyfile").Adapt([]byte(c.caddyfile), nil)
			if err != nil {
				t.Fatal(err)
			}
			config, err := readConfig(text)
			if err != nil {
				t.Fatal(err)
			}
			if got := fmt.Sprint(config.asked); got != c.want || config.probed != c.probed {
				t.Errorf("got %s, %v; want %s", got, config.probed, c.want)
			}
		})
	}
}
