package maintenance

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strings"

	"github.com/caddyserver/caddy/v2"
)

func init() { caddy.RegisterModule(Admin{}) }

// Admin shows and turns the switches of maintenance on Caddy's admin endpoint:
//
//	GET /django/maintenance       all of them, as a JSON array
//	POST /django/maintenance/on   turns them on
//	POST /django/maintenance/off  turns them off
//
// ?file= selects the one with this file.
type Admin struct{}

// CaddyModule returns the Caddy module information.
func (Admin) CaddyModule() caddy.ModuleInfo {
	return caddy.ModuleInfo{
		ID:  "admin.api.django_maintenance",
		New: func() caddy.Module { return new(Admin) },
	}
}

// Routes implements caddy.AdminRouter.
func (Admin) Routes() []caddy.AdminRoute {
	return []caddy.AdminRoute{
		{Pattern: "/django/maintenance", Handler: answers(http.MethodGet, func(*toggle) error { return nil })},
		{Pattern: "/django/maintenance/on", Handler: answers(http.MethodPost, func(t *toggle) error { return t.turn(true) })},
		{Pattern: "/django/maintenance/off", Handler: answers(http.MethodPost, func(t *toggle) error { return t.turn(false) })},
	}
}

// Switch is one of those that the configuration names.
type Switch struct {
	File string `json:"file"`
	On   bool   `json:"on"`
}

// answers does something to the switches that the query selects, and responds with
// how they are then.
func answers(method string, do func(*toggle) error) caddy.AdminHandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) error {
		if r.Method != method {
			return caddy.APIError{HTTPStatus: http.StatusMethodNotAllowed, Err: fmt.Errorf("method %s not allowed: use %s", r.Method, method)}
		}
		selected, err := find(r.URL.Query().Get("file"))
		if err != nil {
			return caddy.APIError{HTTPStatus: http.StatusNotFound, Err: err}
		}
		all := make([]Switch, len(selected))
		for i, t := range selected {
			if err := do(t); err != nil {
				return fmt.Errorf("turning the switch: %w: let Caddy write to %s, or make and remove the file yourself", err, filepath.Dir(t.file))
			}
			all[i] = Switch{t.file, t.on.Load()}
		}
		w.Header().Set("Content-Type", "application/json")
		return json.NewEncoder(w).Encode(all)
	}
}

// find returns the toggle of a file, or all of them, sorted, if file is empty.
func find(file string) ([]*toggle, error) {
	var found []*toggle
	toggles.Range(func(_, value any) bool {
		if t := value.(*toggle); file == "" || t.file == file {
			found = append(found, t)
		}
		return true
	})
	if len(found) == 0 {
		if file == "" {
			return nil, errors.New("no site of the running configuration uses the directive django")
		}
		return nil, fmt.Errorf("no site has the maintenance file %q: use a path that the option maintenance of a site names, or leave the file out for all sites", file)
	}
	slices.SortFunc(found, func(a, b *toggle) int { return strings.Compare(a.file, b.file) })
	return found, nil
}

var _ caddy.AdminRouter = Admin{}
