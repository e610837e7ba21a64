package shutdown

import (
	"testing"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
)

func TestWhatWebSocketsTakeIsTakenFromTheGracePeriod(t *testing.T) {
	const farewells = 30 * time.Millisecond
	for _, c := range []struct {
		name       string
		set, total time.Duration
		least      time.Duration
	}{
		{"of Caddy's default, which is without end", 0, GracePeriod, time.Nanosecond},
		{"of one that is set", time.Minute, time.Minute, time.Nanosecond},
		{"of one that is shorter, of which something is left", time.Millisecond, time.Millisecond, time.Nanosecond},
	} {
		t.Run(c.name, func(t *testing.T) {
			app := &caddyhttp.App{GracePeriod: caddy.Duration(c.set)}
			within(app, func(total time.Duration) {
				if total != c.total {
					t.Errorf("the whole is %s, want %s", total, c.total)
				}
				time.Sleep(farewells)
			})
			if got := time.Duration(app.GracePeriod); got < c.least || got > max(c.total-farewells, c.least) {
				t.Errorf("%s of %s are left after %s", got, c.total, farewells)
			}
		})
	}
}
