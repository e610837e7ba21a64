package caddymodule

import (
	"fmt"
	"testing"
)

func TestInAppIsAsTheConfigurationSays(t *testing.T) {
	const traceback = "Traceback (most recent call last):\n" +
		"  File \"/srv/.venv/lib/python3.12/site-packages/acme/orders.py\", line 55, in place\n    pay(order)\n" +
		"  File \"/srv/shop/shop/vendored/money.py\", line 12, in pay\n    raise Broke\nKeyError: 'sku'\n"
	for _, c := range []struct{ name, options, want string }{
		{"a site without the option goes by the place of files", "", "false true"},
		{"one with it by the names of modules", "in_app {\ninclude acme\nexclude shop.vendored\n}", "true false"},
	} {
		t.Run(c.name, func(t *testing.T) {
			address := backend(t, says("HTTP/1.1 500 Internal Server Error\nContent-Type: text/plain\nConnection: close\n\n"+traceback))
			g := startSite(t, "django "+address+" {\nmonitor {\n"+c.options+"\n}\n}")
			g.roundTrip(g.monitored, getRoot)
			frames := g.events(1)[0].Exception.Values[0].Stacktrace.Frames
			if len(frames) != 2 || fmt.Sprint(frames[0].InApp, " ", frames[1].InApp) != c.want {
				t.Errorf("frames %+v, want %s", frames, c.want)
			}
		})
	}
}
