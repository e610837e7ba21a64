package maintenance

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sort"

	"github.com/caddyserver/caddy/v2"
)

func init() { caddy.RegisterModule(Admin{}) }

// Admin shows and turns the switches of maintenance by Caddy's admin API.
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
	return []caddy.AdminRoute{{Pattern: "/django/maintenance", Handler: caddy.AdminHandlerFunc(serveAdmin)}}
}

// Switch is one of those that the configuration names.
type Switch struct {
	File string `json:"file"`
	On   bool   `json:"on"`
}

// serveAdmin answers GET with all switches. POST turns them all on and DELETE off,
// or the one that the query names as file.
func serveAdmin(w http.ResponseWriter, r *http.Request) error {
	switch r.Method {
	case http.MethodGet:
	case http.MethodPost, http.MethodDelete:
		if err := turn(r.FormValue("file"), r.Method == http.MethodPost); err != nil {
			return err
		}
	default:
		return caddy.APIError{HTTPStatus: http.StatusMethodNotAllowed, Err: errors.New("write GET, POST or DELETE")}
	}
	all := []Switch{}
	toggles.Range(func(_, value any) bool {
		t := value.(*toggle)
		all = append(all, Switch{t.file, t.on.Load()})
		return true
	})
	sort.Slice(all, func(i, j int) bool { return all[i].File < all[j].File })
	w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(w).Encode(all)
}

func turn(file string, on bool) (err error) {
	found := false
	toggles.Range(func(_, value any) bool {
		if t := value.(*toggle); file == "" || t.file == file {
			found = true
			err = errors.Join(err, t.turn(on))
		}
		return true
	})
	if !found {
		return caddy.APIError{HTTPStatus: http.StatusNotFound, Err: fmt.Errorf("no site has a switch %q: the configuration names it by maintenance", file)}
	}
	return err
}

var _ caddy.AdminRouter = Admin{}
