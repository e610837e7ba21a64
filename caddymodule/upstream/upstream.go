// Package upstream is the last step before Django.
package upstream

import (
	"context"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"go.uber.org/zap"
)

func init() { caddy.RegisterModule((*Upstream)(nil)) }

// Upstream looks, when the configuration loads, whether anybody listens at the
// addresses that reverse_proxy sends requests to, and warns in the log if not: a
// wrong path of a socket shows at once, and not with the first visitor. It says as
// well when somebody does.
//
// It sets X-Request-Start to the time, in milliseconds, at which the request reached
// Django's queue, as Scout, Judoscale and New Relic read it, and calls the next handler.
type Upstream struct {
	// Addresses are those of Django's servers, such as "unix//run/shop/gunicorn.sock" or
	// "127.0.0.1:8000". What holds a placeholder is not looked at.
	Addresses []string `json:"addresses,omitempty"`
}

const (
	lookInterval = time.Second // while nobody listens
	dialTimeout  = 2 * time.Second
)

// CaddyModule returns the Caddy module information.
func (*Upstream) CaddyModule() caddy.ModuleInfo {
	return caddy.ModuleInfo{
		ID:  "http.handlers.django_upstream",
		New: func() caddy.Module { return new(Upstream) },
	}
}

// Provision begins to look, in the background.
func (u *Upstream) Provision(ctx caddy.Context) error {
	for _, text := range u.Addresses {
		if strings.Contains(text, "{") {
			continue
		}
		address, err := caddy.ParseNetworkAddress(text)
		if err != nil {
			return err
		}
		go await(ctx, ctx.Logger().With(zap.String("upstream", text)), address)
	}
	return nil
}

// await returns when somebody listens.
func await(ctx context.Context, log *zap.Logger, address caddy.NetworkAddress) {
	err := dial(ctx, address)
	if err == nil || ctx.Err() != nil {
		return
	}
	log.Warn("nobody listens where Django should be: visitors get a 502 until gunicorn or uvicorn does", zap.Error(err))
	ticker := time.NewTicker(lookInterval)
	defer ticker.Stop()
	for dial(ctx, address) != nil {
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
	}
	log.Info("somebody listens where Django should be")
}

func dial(ctx context.Context, address caddy.NetworkAddress) error {
	ctx, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	conn, err := new(net.Dialer).DialContext(ctx, address.Network, address.JoinHostPort(0))
	if err != nil {
		return err
	}
	return conn.Close()
}

// ServeHTTP implements caddyhttp.MiddlewareHandler.
func (*Upstream) ServeHTTP(w http.ResponseWriter, r *http.Request, next caddyhttp.Handler) error {
	// With header_up, reverse_proxy would copy all headers once more.
	r.Header["X-Request-Start"] = []string{"t=" + strconv.FormatInt(time.Now().UnixMilli(), 10)}
	return next.ServeHTTP(w, r)
}

var (
	_ caddy.Provisioner           = (*Upstream)(nil)
	_ caddyhttp.MiddlewareHandler = (*Upstream)(nil)
)
