package main

import (
	"cmp"
	"context"
	_ "embed"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"text/template"

	"github.com/caddy-django/gateway/integration/measure"
	"github.com/caddy-django/gateway/integration/stack"
	"github.com/caddy-django/gateway/internal/freeport"
	"github.com/caddy-django/gateway/probe"
)

// bench is all the servers. They stay for the whole time, so that what is compared is
// measured close together; those whose turn it is not, rest.
type bench struct {
	options
	dir string

	gunicorns []*stack.Process // of djangos
	sentries  []*measure.Sentry
	proxies   []*stack.Process // of subjects
	questions []measure.Question
	stops     []func()
}

const settings = "bench.settings"

func (b *bench) shop(i int) stack.Shop {
	d := djangos[i]
	dir := filepath.Join(b.dir, d.name)
	shop := stack.Shop{
		Dir:     dir,
		Workers: b.workers,
		Socket:  filepath.Join(dir, "gunicorn.sock"),
		Env:     append(projectEnv(), "SHOP_HOSTS="+measure.Host, "SHOP_DATA="+b.data()),
	}
	if d.probe {
		shop.Env = append(shop.Env, "DJANGO_PROBE_SECRET="+probeSecret, "PYTHONPATH="+b.library()+":"+project)
	}
	if d.instrumented {
		shop.Python = stack.Root(".build", "sentry-sdk", "bin", "python")
		shop.Env = append(shop.Env, "SENTRY_DSN="+b.sentries[i].DSN())
		if d.sampleRate != "" {
			shop.Env = append(shop.Env, "BENCH_TRACES="+d.sampleRate)
		}
	}
	return shop
}

// data is the directory of the database and the static files, the same for all.
func (b *bench) data() string { return filepath.Join(b.dir, "data") }

// library is the directory of the probe.
func (b *bench) library() string { return filepath.Join(b.dir, "probe") }

// probeSecret is what the probe and the gateway share.
const probeSecret = "the-secret-of-the-probe-and-the-gateway"

var project = stack.Root("integration", "benchstack", "project")

// projectEnv adds the views to the shop.
func projectEnv() []string {
	return []string{"DJANGO_SETTINGS_MODULE=" + settings, "PYTHONPATH=" + project}
}

func (b *bench) start(ctx context.Context) error {
	if err := b.shop(plain).Prepare(ctx); err != nil {
		return fmt.Errorf("preparing Django: %w", err)
	}
	if _, err := probe.Install(b.library()); err != nil {
		return fmt.Errorf("installing the probe: %w", err)
	}
	for i := range djangos {
		sentry, err := measure.StartSentry()
		if err != nil {
			return err
		}
		b.sentries = append(b.sentries, sentry)
		shop := b.shop(i)
		if err := os.MkdirAll(shop.Dir, 0o755); err != nil {
			return err
		}
		p, err := startGunicorn(ctx, shop)
		if err != nil {
			return err
		}
		b.gunicorns = append(b.gunicorns, p)
		b.stops = append(b.stops, p.Stop)
	}
	for _, v := range views {
		q, err := v.question(ctx, over(b.shop(plain).Socket), filepath.Join(b.data(), "static"))
		if err != nil {
			return err
		}
		b.questions = append(b.questions, q)
	}
	for i, s := range subjects {
		p, err := b.startProxy(ctx, filepath.Join(b.dir, fmt.Sprint("proxy", i)), s)
		if err != nil {
			return fmt.Errorf("starting %s: %w", s.name, err)
		}
		b.proxies = append(b.proxies, p)
		b.stops = append(b.stops, p.Stop)
	}
	return nil
}

// startGunicorn has it listen on its socket alone: with a second one, its workers ask
// the kernel about both before every request.
func startGunicorn(ctx context.Context, s stack.Shop) (*stack.Process, error) {
	client := over(s.Socket)
	python := cmp.Or(s.Python, stack.Root(".build", "venv", "bin", "python"))
	return stack.Start(ctx, stack.Spec{
		Name: "gunicorn",
		Args: []string{python, "-m", "gunicorn", "-c", stack.Root("integration", "shop", "gunicorn.conf.py")},
		Env:  append(s.Env, "SHOP_BIND=unix:"+s.Socket, "SHOP_WORKERS="+strconv.Itoa(s.Workers)),
		Dir:  s.Dir,
		Ready: func(ctx context.Context) error {
			_, err := views[trivial].ask(ctx, client)
			return err
		},
	})
}

// over returns a client of the server that listens on a socket.
func over(socket string) *http.Client {
	return &http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "unix", socket)
		},
	}}
}

// stop ends the proxies before what they stand in front of.
func (b *bench) stop() {
	for len(b.stops) > 0 {
		last := len(b.stops) - 1
		b.stops[last]()
		b.stops = b.stops[:last]
	}
}

func (b *bench) startProxy(ctx context.Context, dir string, s subject) (*stack.Process, error) {
	if err := os.MkdirAll(filepath.Join(dir, "public"), 0o755); err != nil {
		return nil, err
	}
	address, err := freeport.Address()
	if err != nil {
		return nil, err
	}
	shop := b.shop(s.django)
	if s.proxy == nginxProxy {
		return stack.Nginx{
			Dir:       dir,
			Addr:      address,
			Host:      measure.Host,
			Upstream:  "unix:" + shop.Socket,
			Keep:      connections,
			Public:    filepath.Join(dir, "public"),
			Static:    filepath.Join(b.data(), "static"),
			Media:     filepath.Join(b.data(), "media"),
			Protected: filepath.Join(dir, "public"),
		}.Start(ctx)
	}
	return b.startCaddy(ctx, dir, address, shop, s)
}

//go:embed Caddyfile
var caddyfile string

func (b *bench) startCaddy(ctx context.Context, dir, address string, shop stack.Shop, s subject) (*stack.Process, error) {
	gateway, secret := s.proxy == theGateway, ""
	if djangos[s.django].probe {
		secret = probeSecret
	}
	admin, err := freeport.Address()
	if err != nil {
		return nil, err
	}
	_, port, _ := strings.Cut(address, ":")
	var text strings.Builder
	if err := template.Must(template.New("Caddyfile").Parse(caddyfile)).Execute(&text, map[string]any{
		"Gateway":  gateway,
		"Probe":    secret,
		"Admin":    admin,
		"Site":     measure.Host + ":" + port,
		"Upstream": "unix/" + shop.Socket,
		"Static":   filepath.Join(b.data(), "static"),
		"Project":  stack.Root("integration", "shop"),
		"Settings": settings,
		"Python":   stack.Root(".build", "venv", "bin", "python"),
		"Database": filepath.Join(dir, "errors.db"),
		"DSN":      b.sentries[plain].DSN(),
	}); err != nil {
		return nil, err
	}
	config := filepath.Join(dir, "Caddyfile")
	if err := os.WriteFile(config, []byte(text.String()), 0o600); err != nil {
		return nil, err
	}
	p, err := stack.Start(ctx, stack.Spec{
		Name: "caddy",
		Args: []string{b.caddy, "run", "--config", config, "--adapter", "caddyfile"},
		Env:  append(shop.Env, "HOME="+dir, "XDG_DATA_HOME="+dir, "XDG_CONFIG_HOME="+dir),
		Dir:  dir,
		Addr: address,
	})
	if err != nil || !gateway {
		return p, err
	}
	if err := stack.AwaitRoutes(ctx, admin); err != nil {
		p.Stop()
		return nil, err
	}
	return p, nil
}
