package page

import (
	"net/http"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
)

func init() { caddy.RegisterModule((*Error)(nil)) }

// Error answers a request that the routes it stands in the `errors` of could not
// answer: Django is not there, did not answer in time, or the request is not one that
// is let through. The page has the code by which the error event is found.
type Error struct {
	// Page is a file with the page, a template of Go's html/template that may use
	// .Status, .Title, .Message and .ID. Default: a page of ours.
	Page string `json:"page,omitempty"`

	page *Page
}

// CaddyModule returns the Caddy module information.
func (*Error) CaddyModule() caddy.ModuleInfo {
	return caddy.ModuleInfo{
		ID:  "http.handlers.django_error_page",
		New: func() caddy.Module { return new(Error) },
	}
}

// Provision sets up e.
func (e *Error) Provision(caddy.Context) (err error) {
	e.page, err = Load(e.Page)
	return err
}

// ServeHTTP implements caddyhttp.MiddlewareHandler.
func (e *Error) ServeHTTP(w http.ResponseWriter, r *http.Request, next caddyhttp.Handler) error {
	err, ok := r.Context().Value(caddyhttp.ErrorCtxKey).(error)
	if !ok {
		return next.ServeHTTP(w, r)
	}
	c := Content{Status: http.StatusInternalServerError}
	if e, ok := err.(caddyhttp.HandlerError); ok && e.StatusCode != 0 {
		c.Status = e.StatusCode
		c.ID = e.ID
	}
	c.Title, c.Message = words(c.Status)
	if c.Status < http.StatusInternalServerError {
		c.ID = "" // makes no event
	}
	return e.page.Write(w, r, c)
}

// words say what a visitor makes of a status.
func words(status int) (title, message string) {
	switch status {
	case http.StatusBadGateway, http.StatusServiceUnavailable:
		return "The site is not available", "Please try again in a moment."
	case http.StatusGatewayTimeout:
		return "The site takes too long to answer", "Please try again in a moment."
	case http.StatusRequestEntityTooLarge:
		return "That is too large", "The site does not take uploads of this size."
	case http.StatusNotFound:
		return "Not found", "There is nothing at this address."
	case http.StatusInternalServerError:
		return "Something went wrong", "It is not your fault, and it has been noted."
	}
	title = http.StatusText(status)
	if title == "" {
		title = "Error"
	}
	return title, "The request could not be answered."
}

var (
	_ caddy.Provisioner           = (*Error)(nil)
	_ caddyhttp.MiddlewareHandler = (*Error)(nil)
)
