package doctor

import (
	"context"
	"os"
	"path/filepath"
	"strings"

	"github.com/caddy-django/gateway/appserver"
)

// checkPrivateTmp finds sockets where systemd's PrivateTmp gives each unit a directory of
// its own: Caddy's is not gunicorn's. Debian's caddy.service has it.
func checkPrivateTmp(_ context.Context, s *Setup) Check {
	if len(s.Upstreams) == 0 {
		return skipped("the configuration is not known: name it with --config")
	}
	const fix = "move it to /run: RuntimeDirectory=shop in gunicorn's unit, and --bind unix:/run/shop/gunicorn.sock"
	for _, upstream := range s.Upstreams {
		path, is := socketOf(upstream)
		if !is || !strings.HasPrefix(path, "/tmp/") && !strings.HasPrefix(path, "/var/tmp/") {
			continue
		}
		if strings.HasPrefix(filepath.Base(filepath.Dir(path)), appserver.SocketPrefix) {
			continue // caddy django serve is one unit with its server
		}
		if namespaces := s.namespacesOf(path); len(namespaces) > 0 {
			return fail(path+" is in a private /tmp of another unit, where Caddy does not see it", fix)
		}
		return warn(path+" is below a /tmp that systemd may keep private to each unit (PrivateTmp)", fix)
	}
	return ok("no socket is in a /tmp that units may not share")
}

// namespacesOf finds processes that see a file which is not there for Caddy.
func (s *Setup) namespacesOf(path string) (pids []string) {
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	roots, _ := filepath.Glob(filepath.Join(s.proc, "[0-9]*", "root"))
	for _, root := range roots {
		if _, err := os.Stat(root + path); err == nil {
			pids = append(pids, filepath.Base(filepath.Dir(root)))
		}
	}
	return pids
}
