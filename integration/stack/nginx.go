package stack

import (
	"context"
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"text/template"
)

// Nginx is nginx as gunicorn's documentation sets it up in front of a project:
// https://docs.gunicorn.org/en/latest/deploy.html.
type Nginx struct {
	Dir      string // of its configuration, log and temporary files
	Addr     string // host:port it listens on
	Host     string // that it serves; a request for another is not answered
	Upstream string // where gunicorn listens, as nginx writes it: host:port, or unix: and a path
	Keep     int    // idle connections to gunicorn; default none, as documented

	Public    string // directory of files at the root, with 500.html
	Static    string // directory of /static/
	Media     string // directory of /media/
	Protected string // directory of /protected/, for X-Accel-Redirect
}

//go:embed nginx.conf
var nginxConf string

// Start serves until the process is stopped. It runs as whoever calls it.
func (n Nginx) Start(ctx context.Context) (*Process, error) {
	var conf strings.Builder
	root := os.Geteuid() == 0 // its workers would run as nobody, who may not read the files of a test
	data := struct {
		Nginx
		Root bool
	}{n, root}
	if err := template.Must(template.New("nginx.conf").Parse(nginxConf)).Execute(&conf, data); err != nil {
		return nil, err
	}
	path := filepath.Join(n.Dir, "nginx.conf")
	if err := os.WriteFile(path, []byte(conf.String()), 0o644); err != nil {
		return nil, err
	}
	return Start(ctx, Spec{
		Name: "nginx",
		Args: []string{nginx(), "-p", n.Dir, "-c", path, "-e", "stderr"},
		Dir:  n.Dir,
		Addr: n.Addr,
	})
}

// NginxVersion returns the version of nginx that is installed, such as "1.22.1".
func NginxVersion(ctx context.Context) (string, error) {
	out, err := exec.CommandContext(ctx, nginx(), "-v").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("asking for nginx's version: %w", err)
	}
	_, version, _ := strings.Cut(strings.TrimSpace(string(out)), "nginx/")
	return version, nil
}

// nginx is on PATH, or where Debian keeps servers, which is not on everybody's.
func nginx() string {
	if path, err := exec.LookPath("nginx"); err == nil {
		return path
	}
	return "/usr/sbin/nginx"
}
