// Package maintenance closes a site for a while.
package maintenance

import (
	"fmt"
	"net/http"
	"net/netip"
	"path/filepath"
	"strconv"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"

	"github.com/caddy-django/gateway/caddymodule/clientip"
	"github.com/caddy-django/gateway/caddymodule/page"
)

func init() { caddy.RegisterModule((*Maintenance)(nil)) }

// Maintenance answers every request with 503 while its switch is on, and calls the
// next handler while it is off. The switch is a file: it is on while the file exists,
// so it stays on over a restart. `caddy django maintenance` and the admin API make
// and remove it, and so can a deployment.
type Maintenance struct {
	// File is the switch. May hold global placeholders. Default: django/maintenance in
	// Caddy's data directory, for all sites.
	File string `json:"file,omitempty"`

	// Page is a file with the page, a template of Go's html/template that may use
	// .Status, .Title and .Message. Default: a page of ours.
	Page string `json:"page,omitempty"`

	// RetryAfter is when clients are told to come back. Default: 5 minutes.
	RetryAfter caddy.Duration `json:"retry_after,omitempty"`

	// Allow are addresses, or ranges of them, whose requests pass all the same, as
	// Caddy's trusted_proxies tells the client, read from the right (trusted_proxies_strict).
	Allow []string `json:"allow,omitempty"`

	page   *page.Page
	allow  []netip.Prefix
	file   string
	toggle *toggle
}

const defaultRetryAfter = caddy.Duration(5 * time.Minute)

// CaddyModule returns the Caddy module information.
func (*Maintenance) CaddyModule() caddy.ModuleInfo {
	return caddy.ModuleInfo{
		ID:  "http.handlers.django_maintenance",
		New: func() caddy.Module { return new(Maintenance) },
	}
}

// Provision sets up m.
func (m *Maintenance) Provision(ctx caddy.Context) error {
	clientip.Strict(ctx)
	var err error
	if m.page, err = page.Load(m.Page); err != nil {
		return err
	}
	if m.RetryAfter == 0 {
		m.RetryAfter = defaultRetryAfter
	}
	for _, text := range m.Allow {
		prefix, err := prefixOf(text)
		if err != nil {
			return err
		}
		m.allow = append(m.allow, prefix)
	}
	m.file, err = caddy.NewReplacer().ReplaceOrErr(m.File, true, true)
	if err != nil {
		return fmt.Errorf("file: %w", err)
	}
	if m.file == "" {
		m.file = DefaultFile()
	}
	if m.file, err = filepath.Abs(m.file); err != nil {
		return err
	}
	m.toggle, err = acquire(m.file)
	return err
}

// DefaultFile is the switch of sites that name none.
func DefaultFile() string { return filepath.Join(caddy.AppDataDir(), "django", "maintenance") }

// Cleanup implements caddy.CleanerUpper.
func (m *Maintenance) Cleanup() error {
	if m.toggle == nil {
		return nil
	}
	return release(m.file)
}

// Validate refuses what makes no sense.
func (m *Maintenance) Validate() error {
	if m.RetryAfter < caddy.Duration(time.Second) {
		return fmt.Errorf("retry_after %v is less than a second", time.Duration(m.RetryAfter))
	}
	return nil
}

func prefixOf(text string) (netip.Prefix, error) {
	if address, err := netip.ParseAddr(text); err == nil {
		return netip.PrefixFrom(address, address.BitLen()), nil
	}
	prefix, err := netip.ParsePrefix(text)
	if err != nil {
		return prefix, fmt.Errorf("allow %q is no address and no range of them: write one such as 10.0.0.0/8", text)
	}
	return prefix.Masked(), nil
}

// ServeHTTP implements caddyhttp.MiddlewareHandler.
func (m *Maintenance) ServeHTTP(w http.ResponseWriter, r *http.Request, next caddyhttp.Handler) error {
	if !m.toggle.on.Load() || m.allows(r) {
		return next.ServeHTTP(w, r)
	}
	seconds := int(time.Duration(m.RetryAfter).Seconds())
	w.Header().Set("Retry-After", strconv.Itoa(seconds))
	page.HangUp(w, r)
	return m.page.Write(w, r, page.Content{
		Status:  http.StatusServiceUnavailable,
		Title:   "Down for maintenance",
		Message: "We are working on the site. Please come back in a few minutes.",
	})
}

func (m *Maintenance) allows(r *http.Request) bool {
	if len(m.allow) == 0 {
		return false
	}
	client, _ := caddyhttp.GetVar(r.Context(), caddyhttp.ClientIPVarKey).(string)
	address, err := netip.ParseAddr(client)
	if err != nil {
		return false
	}
	address = address.Unmap().WithZone("")
	for _, prefix := range m.allow {
		if prefix.Contains(address) {
			return true
		}
	}
	return false
}

var (
	_ caddy.Provisioner           = (*Maintenance)(nil)
	_ caddy.Validator             = (*Maintenance)(nil)
	_ caddy.CleanerUpper          = (*Maintenance)(nil)
	_ caddyhttp.MiddlewareHandler = (*Maintenance)(nil)
)
