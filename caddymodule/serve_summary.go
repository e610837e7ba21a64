package caddymodule

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"path"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/caddyserver/caddy/v2"

	"github.com/caddy-django/gateway/urlconf"
)

// exportPatience is how long the summary waits for the routes, which takes a second or two.
const exportPatience = 8 * time.Second

// summarize says what is served, how, and what of.
func (s *served) summarize(ctx context.Context, out io.Writer) error {
	app, err := caddy.ActiveContext().App("django")
	if err != nil {
		return fmt.Errorf("asking for the monitor: %w", err)
	}
	a := app.(*App)
	routes := awaitRoutes(ctx, a.instruments.sources)
	if ctx.Err() != nil {
		return nil
	}
	fmt.Fprintf(out, "Serving %s (Django %s, settings %s)\n\n", path.Base(s.project.Dir), s.project.Django, s.project.Settings)
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, row := range [][2]string{
		{"url", strings.Join(s.urls(), ", ")},
		{"app", s.project.App},
		{"server", fmt.Sprintf("%s %s, workers: %s", s.server.Name, s.server.Version, s.server.Workers)},
		{"socket", s.server.Socket},
		{"static", s.staticInWords()},
		{"media", s.mediaInWords()},
		{"routes", routes},
		{"probe", s.probe},
		{"store", a.Store.Path},
		{"issues", "below; caddy django issues" + s.addressFlag() + "; curl " + adminURL(s.admin) + "/django/issues"},
		{"metrics", "curl " + adminURL(s.admin) + "/metrics"},
	} {
		fmt.Fprintf(table, "  %s\t%s\n", row[0], row[1])
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for _, warning := range s.warnings() {
		fmt.Fprintf(out, "\nwarning: %s\n", warning)
	}
	_, err = fmt.Fprintf(out, "\nCtrl-C stops it. kill -HUP %d loads changed code.\n", os.Getpid())
	return err
}

// adminURL is for curl: Caddy's admin API refuses browsers. An address without a host, or of all
// interfaces, is reached by this machine's own name.
func adminURL(address string) string {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return "http://" + address
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, port)
}

// addressFlag is what a command needs in another terminal, where CADDY_ADMIN may not be set.
func (s *served) addressFlag() string {
	if s.admin == "localhost:2019" {
		return ""
	}
	return " --address " + s.admin
}

func (s *served) urls() (urls []string) {
	for _, domain := range s.domains {
		urls = append(urls, "https://"+domain+"/")
	}
	if len(urls) == 0 {
		_, port, _ := net.SplitHostPort(s.listen)
		urls = append(urls, "http://"+net.JoinHostPort(s.host(), port)+"/")
	}
	return urls
}

// host is a name of this machine to ask for the site by, where it has no domain.
func (s *served) host() string {
	host, _, _ := net.SplitHostPort(s.listen)
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		return "localhost"
	} else if ip != nil && ip.IsLoopback() && !s.project.Allows(host) && s.project.Allows("localhost") {
		return "localhost" // Django refuses the address
	}
	return host
}

// leftToDjango is not what runserver does, under any server and with DEBUG on as well.
const leftToDjango = "left to Django, so the admin has no styles unless it has WhiteNoise: "

func (s *served) staticInWords() string {
	switch of := s.static(); {
	case of != nil:
		return of.URL + " from " + of.Dir
	case strings.Contains(s.project.StaticURL, "//"):
		return "elsewhere: " + s.project.StaticURL
	case s.project.StaticRoot == "":
		return leftToDjango + "set STATIC_ROOT and run manage.py collectstatic"
	default:
		return leftToDjango + "run manage.py collectstatic, for " + s.project.StaticRoot + " is not there"
	}
}

func (s *served) mediaInWords() string {
	switch of := s.media(); {
	case of != nil:
		return of.URL + " from " + of.Dir
	case strings.Contains(s.project.MediaURL, "//"):
		return "elsewhere: " + s.project.MediaURL
	default:
		return "none: MEDIA_ROOT or MEDIA_URL is not set"
	}
}

// warnings are about settings that keep visitors out, or let them see too much. Without
// SECURE_PROXY_SSL_HEADER the server tells Django of HTTPS: it trusts its socket.
func (s *served) warnings() (all []string) {
	p := s.project
	if len(p.AllowedHosts) == 0 && !p.Debug {
		all = append(all, "ALLOWED_HOSTS is empty, so every request is refused with 400: write the names of the site there")
	}
	for _, domain := range s.domains {
		if !p.Allows(domain) && (p.Debug || len(p.AllowedHosts) > 0) {
			all = append(all, fmt.Sprintf("%s is not in ALLOWED_HOSTS, so its requests are refused with 400: add it", domain))
		}
	}
	if host := s.host(); s.private() && len(p.AllowedHosts) > 0 && !p.Allows(host) {
		all = append(all, fmt.Sprintf("%s is not in ALLOWED_HOSTS, so what you ask there is refused with 400: add it", host))
	}
	if p.Debug && !s.private() {
		all = append(all, "DEBUG is on, and others can reach the site: they see settings and source code; turn it off")
	}
	return all
}

// private reports whether only this machine reaches the site.
func (s *served) private() bool {
	host, _, _ := net.SplitHostPort(s.listen)
	ip := net.ParseIP(host)
	return len(s.domains) == 0 && (host == "localhost" || ip != nil && ip.IsLoopback())
}

// awaitRoutes says how many routes there are, once that is known.
func awaitRoutes(ctx context.Context, sources *urlconf.Sources) string {
	deadline := time.After(exportPatience)
	for {
		for _, status := range sources.Status() {
			if status.Error != "" {
				reason, _, _ := strings.Cut(status.Error, "\n")
				return "none: " + reason
			}
			if !status.Loaded.IsZero() {
				return fmt.Sprint(status.Routes)
			}
		}
		select {
		case <-ctx.Done():
			return ""
		case <-deadline:
			return "not yet exported"
		case <-time.After(20 * time.Millisecond):
		}
	}
}
