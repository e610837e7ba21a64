// Package buffer keeps slow clients off Django's workers.
package buffer

import (
	"errors"
	"fmt"
	"net/http"
	"os"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"

	"github.com/caddy-django/gateway/exchange"
	"github.com/caddy-django/gateway/spool"
)

func init() { caddy.RegisterModule((*Buffer)(nil)) }

// Buffer keeps slow clients off Django's workers. It receives the body of a
// request in whole before it calls the next handler, and takes a response as
// fast as the next handler writes it: in memory first, what exceeds that in
// temporary files without names.
//
// Not buffered are upgraded connections, and responses that are streamed: those
// without a Content-Length, and those with `X-Accel-Buffering: no` or
// `Incremental: ?1`. What exceeds the limits, or what a full disk does not take, is
// passed on as fast as it comes; but a request of unknown length, of which Django would
// read nothing, is refused with 413 or 507.
type Buffer struct {
	// MaxBody is how large the body of a request may be, in bytes. A larger one is
	// refused with 413, without being read if its Content-Length says so. Default:
	// 10000000; -1 is no limit.
	MaxBody int64 `json:"max_body,omitempty"`

	// Requests bounds what is kept of one request. Default: 32 KiB in memory and
	// 1 GiB on disk.
	Requests *Limits `json:"requests,omitempty"`

	// Responses bounds what is kept of one response. Default: 256 KiB in memory
	// and 1 GiB on disk.
	Responses *Limits `json:"responses,omitempty"`

	// Dir is where the temporary files are. May hold global placeholders. Default:
	// that of the system, which TMPDIR names.
	Dir string `json:"dir,omitempty"`

	maxBody int64
	spool   *spool.Spool
}

// Limits bound one body, in bytes. With both at 0 it is not buffered.
type Limits struct {
	Memory int64 `json:"memory"`
	Disk   int64 `json:"disk"`
}

// Defaults, in bytes. max_body is less than nginx's users are used to set, and
// more than its default of 1 MB; Django's own DATA_UPLOAD_MAX_MEMORY_SIZE is 2.5 MB
// and does not count files.
const (
	defaultMaxBody        = 10_000_000
	defaultRequestMemory  = 32 << 10
	defaultResponseMemory = 256 << 10
	defaultDisk           = 1 << 30
)

// Unlimited is the value of MaxBody for no limit, where 0 is the default.
const Unlimited = -1

// CaddyModule returns the Caddy module information.
func (*Buffer) CaddyModule() caddy.ModuleInfo {
	return caddy.ModuleInfo{
		ID:  "http.handlers.django_buffer",
		New: func() caddy.Module { return new(Buffer) },
	}
}

// Provision sets up b.
func (b *Buffer) Provision(caddy.Context) error {
	b.maxBody = b.MaxBody
	if b.maxBody == 0 {
		b.maxBody = defaultMaxBody
	}
	dir, err := caddy.NewReplacer().ReplaceOrErr(b.Dir, true, true)
	if err != nil {
		return fmt.Errorf("dir: %w", err)
	}
	if dir == "" {
		dir = os.TempDir()
	}
	b.spool = &spool.Spool{
		Dir:       dir,
		Requests:  limits(b.Requests, defaultRequestMemory),
		Responses: limits(b.Responses, defaultResponseMemory),
	}
	return nil
}

func limits(l *Limits, memory int64) spool.Limits {
	if l == nil {
		return spool.Limits{Memory: memory, Disk: defaultDisk}
	}
	return spool.Limits(*l)
}

// Validate refuses what makes no sense.
func (b *Buffer) Validate() error {
	if b.MaxBody < Unlimited {
		return fmt.Errorf("max_body %d is not a size: write bytes, or -1 for no limit", b.MaxBody)
	}
	for name, l := range map[string]*Limits{"requests": b.Requests, "responses": b.Responses} {
		if l != nil && (l.Memory < 0 || l.Disk < 0) {
			return fmt.Errorf("%s: %d and %d are not sizes: write bytes, 0 for none", name, l.Memory, l.Disk)
		}
	}
	info, err := os.Stat(b.spool.Dir)
	if err != nil {
		return fmt.Errorf("dir: %w: make it, and let Caddy write to it", err)
	}
	if !info.IsDir() {
		return fmt.Errorf("dir: %s is a file: name a directory", b.spool.Dir)
	}
	return nil
}

// ServeHTTP implements caddyhttp.MiddlewareHandler.
func (b *Buffer) ServeHTTP(w http.ResponseWriter, r *http.Request, next caddyhttp.Handler) error {
	hasBody := r.ContentLength != 0 // Caddy wraps the body, even http.NoBody
	err := b.serve(w, r, next)
	received := r.GetBody != nil // in whole, by the spool
	if err != nil && hasBody && !received && r.ProtoMajor == 1 {
		// The answer goes out at once: with a connection that is to be used again, net/http
		// would wait for the rest of the body, for a minute. And the body may be what is wrong:
		// nobody knows then where the next request begins. After a malformed trailer net/http
		// would look for it in what a proxy in front takes for the rest of the trailers.
		exchange.EndConnection(w)
	}
	return err
}

func (b *Buffer) serve(w http.ResponseWriter, r *http.Request, next caddyhttp.Handler) error {
	if b.maxBody != Unlimited && r.ContentLength != 0 && r.Body != nil {
		if r.ContentLength > b.maxBody {
			return caddyhttp.Error(http.StatusRequestEntityTooLarge,
				fmt.Errorf("a body of %d bytes; max_body is %d", r.ContentLength, b.maxBody))
		}
		r.Body = http.MaxBytesReader(w, r.Body, b.maxBody)
	}
	release, err := b.spool.Request(r)
	defer release()
	if err != nil {
		return caddyhttp.Error(statusOf(err), fmt.Errorf("reading the body: %w", err))
	}
	rw, finish := b.spool.Response(w, r)
	defer finish()
	return next.ServeHTTP(rw, r)
}

// statusOf names what is wrong with a body that cannot be read.
func statusOf(err error) int {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return http.StatusRequestEntityTooLarge
	}
	if errors.Is(err, spool.ErrFull) {
		return http.StatusRequestEntityTooLarge
	}
	if errors.Is(err, spool.ErrNoRoom) {
		return http.StatusInsufficientStorage
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return http.StatusRequestTimeout
	}
	return http.StatusBadRequest
}

var (
	_ caddy.Provisioner           = (*Buffer)(nil)
	_ caddy.Validator             = (*Buffer)(nil)
	_ caddyhttp.MiddlewareHandler = (*Buffer)(nil)
)
