package shutdown

import (
	"sync/atomic"

	"github.com/caddyserver/caddy/v2"
)

// leaving is set by commands that run Caddy inside a process of their own: caddy.Exiting tells of Caddy's own exit alone,
// after a signal that `caddy run` has caught.
var leaving atomic.Bool

// Leave says that the process ends with the next stop of Caddy, as a signal to `caddy run` does.
func Leave() { leaving.Store(true) }

// Exiting reports whether Caddy stops because its process ends, and not for another configuration.
func Exiting() bool { return leaving.Load() || caddy.Exiting() }
