package doctor

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"strings"
	"syscall"
	"time"
)

// socketOf returns the path of a unix socket that an upstream is.
func socketOf(upstream string) (path string, is bool) {
	path, is = strings.CutPrefix(upstream, "unix/")
	return path, is
}

// checkUpstreams connects to Django's server, and sees whether Caddy could.
func checkUpstreams(ctx context.Context, s *Setup) Check {
	if len(s.Upstreams) == 0 {
		return skipped("the configuration is not known: name it with --config")
	}
	var unknown *Check
	for _, upstream := range s.Upstreams {
		switch found := s.upstream(ctx, upstream); found.Verdict {
		case Fail:
			return found
		case Skipped:
			unknown = &found
		}
	}
	if unknown != nil {
		return *unknown
	}
	return ok("Caddy can connect to " + strings.Join(s.Upstreams, ", "))
}

func (s *Setup) upstream(ctx context.Context, upstream string) Check {
	network, address := "tcp", upstream
	if path, is := socketOf(upstream); is {
		network, address = "unix", path
		if found := s.socket(path); found.Verdict != OK && !strings.HasPrefix(path, "@") { // which is no file
			return found
		}
	}
	conn, err := (&net.Dialer{Timeout: 3 * time.Second}).DialContext(ctx, network, address)
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return fail("nobody listens on "+address, "start gunicorn or uvicorn, with --bind "+bind(network, address))
	case errors.Is(err, fs.ErrPermission):
		return skipped(address + " is not open to you, but to Caddy as far as its rights tell: ask as root, or as Caddy's user")
	case err != nil:
		return fail(fmt.Sprintf("connecting to %s: %v", address, err), "see that gunicorn or uvicorn runs and listens there")
	}
	conn.Close()
	return ok("")
}

func bind(network, address string) string {
	if network == "unix" {
		return "unix:" + address
	}
	return address
}

// socket looks at the file alone.
func (s *Setup) socket(path string) Check {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fail(path+" is not there", "start gunicorn with --bind unix:"+path+", and see the check private_tmp")
	case errors.Is(err, fs.ErrPermission):
		return skipped(err.Error() + ": ask as root, or as Caddy's user")
	case err != nil:
		return fail(err.Error(), "start gunicorn with --bind unix:"+path)
	case info.Mode().Type() != fs.ModeSocket:
		return fail(path+" is no socket, but "+info.Mode().String(), "remove it, and start gunicorn with --bind unix:"+path)
	}
	who := s.caddyUser()
	if denied := who.denied(path); denied != "" {
		return fail(fmt.Sprintf("Caddy, which runs as %s, may not use %s: %s", who, path, denied),
			"run gunicorn with --umask 007 and in a group that Caddy's user is in, and keep the directory open to that group")
	}
	return ok("")
}
