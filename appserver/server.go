package appserver

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
)

// Server is how a project is served.
type Server struct {
	Name    string // gunicorn or uvicorn
	Version string
	Socket  string // path
	Workers string // how many, in words if it is the project that says so

	args, env []string
	dir       string

	endsOnHangup bool // SIGHUP kills it, with the requests that it serves
}

// maxWorkers is what gunicorn calls enough for thousands of requests per second.
const maxWorkers = 12

// Serve decides how a project is served on a unix socket. With workers at 0 it is what
// WEB_CONCURRENCY or the project's gunicorn.conf.py says, or else 2 for each processor and one
// more, and at most 12. The error is one line and says what to do.
func (p *Project) Serve(socket string, workers int) (*Server, error) {
	if p.App == "" {
		return nil, fmt.Errorf("the settings %s name no application: name it with --app, such as --app shop.wsgi", cmp.Or(p.Settings, "of manage.py"))
	}
	s := &Server{Socket: socket, dir: p.Dir, env: environment(p)}
	switch {
	case !p.ASGI && p.Gunicorn != "":
		s.gunicorn(p)
	case p.ASGI && p.Uvicorn != "":
		s.uvicorn(p)
	case p.ASGI:
		return nil, fmt.Errorf("%s is an ASGI application, and %s has no uvicorn: %[2]s -m pip install uvicorn", p.App, p.Python)
	case p.Uvicorn != "":
		return nil, fmt.Errorf("%s is a WSGI application, and %s has uvicorn alone: %[2]s -m pip install gunicorn, or name an ASGI application with --app", p.App, p.Python)
	default:
		return nil, fmt.Errorf("%s has neither gunicorn nor uvicorn: %[1]s -m pip install gunicorn", p.Python)
	}
	s.concurrency(workers)
	s.endsOnHangup = s.Name == "uvicorn" && s.Workers == "1" // which has nobody above the worker
	return s, nil
}

// Same reports whether two servers run the same command with the same environment: then
// one takes the other's place by loading the project again.
func (s *Server) Same(other *Server) bool {
	return s.dir == other.dir && slices.Equal(s.args, other.args) && slices.Equal(s.env, other.env)
}

// Setenv adds a variable to the environment of the server.
func (s *Server) Setenv(name, value string) { s.env = append(s.env, name+"="+value) }

func (s *Server) gunicorn(p *Project) {
	s.Name, s.Version = "gunicorn", p.Gunicorn
	s.args = append(module(p, "gunicorn"), "--bind", "unix:"+s.Socket)
	if p.ControlSocket {
		s.args = append(s.args, "--no-control-socket") // it would be in the user's home, one for all
	}
	s.args = append(s.args, p.App)
}

// uvicorn trusts whoever can reach its socket: that is the gateway alone.
func (s *Server) uvicorn(p *Project) {
	s.Name, s.Version = "uvicorn", p.Uvicorn
	s.args = append(module(p, "uvicorn"), "--uds", s.Socket, "--app-dir", p.Dir,
		"--proxy-headers", "--forwarded-allow-ips", "*", "--no-access-log", p.App)
}

// concurrency leaves the last word to the user, then to the project. Both servers read
// WEB_CONCURRENCY, and gunicorn gives its configuration file precedence over it.
func (s *Server) concurrency(workers int) {
	if workers > 0 {
		s.Workers = strconv.Itoa(workers)
		s.args = append(s.args, "--workers", s.Workers)
		return
	}
	if s.Workers = os.Getenv("WEB_CONCURRENCY"); s.Workers == "" {
		s.Workers = strconv.Itoa(min(2*runtime.NumCPU()+1, maxWorkers))
		s.env = append(s.env, "WEB_CONCURRENCY="+s.Workers)
	}
	if _, err := os.Stat(filepath.Join(s.dir, "gunicorn.conf.py")); err == nil && s.Name == "gunicorn" {
		s.Workers += ", or what gunicorn.conf.py says"
	}
}
