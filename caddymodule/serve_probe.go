package caddymodule

import (
	"path/filepath"

	"github.com/caddy-django/gateway/probe"
)

// useProbe has the server run with the probe, by a secret of this start. Without it the
// site is served all the same.
func (s *served) useProbe() {
	path, err := probe.Install(defaultProbeDir())
	if err != nil {
		s.probe = "none: " + err.Error()
		return
	}
	s.secret = probe.NewSecret()
	s.probePath = probePath(filepath.Dir(path))
	s.probe = "in Django, with a secret of this start; --no-probe leaves it out"
}
