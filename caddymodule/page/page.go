// Package page answers what Django does not.
package page

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"os"
	"strconv"
	"strings"

	"github.com/caddyserver/caddy/v2"

	"github.com/caddy-django/gateway/exchange"
)

//go:embed page.html
var standard string

// Page is what a client gets instead of Django's response: HTML or, if that is
// what it wants, JSON.
type Page struct{ html *template.Template }

// Content is what a page says. It is also what a template of html/template has at
// hand.
type Content struct {
	Status  int
	Title   string // such as "Bad Gateway"
	Message string // what a visitor can do
	ID      string // leads to the error event; may be empty
}

// HangUp ends the connection with the response, if the request has a body that nobody
// reads: net/http would wait for it, for a minute.
func HangUp(w http.ResponseWriter, r *http.Request) {
	if r.ContentLength != 0 && r.ProtoMajor == 1 {
		exchange.EndConnection(w)
	}
}

// Load reads a template, or takes the standard page if file is empty. The name of the
// file may hold global placeholders.
func Load(file string) (*Page, error) {
	file, err := caddy.NewReplacer().ReplaceOrErr(file, true, true)
	if err != nil {
		return nil, fmt.Errorf("page: %w", err)
	}
	text := standard
	if file != "" {
		content, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("page: %w", err)
		}
		text = string(content)
	}
	html, err := template.New("page").Parse(text)
	if err != nil {
		return nil, fmt.Errorf("page %s: %w", file, err)
	}
	if err := html.Execute(discard{}, Content{}); err != nil {
		return nil, fmt.Errorf("page %s: %w", file, err)
	}
	return &Page{html}, nil
}

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }

// Write answers r. Headers that are set on w stay.
func (p *Page) Write(w http.ResponseWriter, r *http.Request, c Content) error {
	var body []byte
	h := w.Header()
	if wantsJSON(r) {
		h.Set("Content-Type", "application/json")
		body, _ = json.Marshal(struct { // strings always marshal
			Detail string `json:"detail"`
			ID     string `json:"error_id,omitempty"`
		}{c.Title, c.ID})
	} else {
		h.Set("Content-Type", "text/html; charset=utf-8")
		var text strings.Builder
		if err := p.html.Execute(&text, c); err != nil {
			return err
		}
		body = []byte(text.String())
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(c.Status)
	if r.Method == http.MethodHead {
		return nil
	}
	_, err := w.Write(body)
	return err
}

// wantsJSON goes by what the client names first: browsers name HTML.
func wantsJSON(r *http.Request) bool {
	accept := r.Header.Get("Accept")
	json := strings.Index(accept, "json")
	html := strings.Index(accept, "html")
	return json >= 0 && (html < 0 || json < html)
}
