package caddymodule

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/caddyserver/caddy/v2"

	"github.com/caddy-django/gateway/store"
)

// adminAPI serves what the gateway knows on Caddy's admin endpoint:
//
//	GET /django/issues         the error groups, last seen first, as a JSON array;
//	                           filtered by ?site=, ?route=, ?kind=, ?limit=
//	GET /django/issues/<id>    one group with its sample events
//	GET /django/events/<id>    one event with all its evidence
//	GET /django/events         the same, by the code of its error page: ?error_id=,
//	                           or by the id of its request: ?request_id=
//	GET /django/routes         the URLconfs that sites take their routes from
//	GET /django/outbox         what waits for its delivery or was set aside, by
//	                           destination; filtered by ?destination=, ?state=, ?limit=
//	POST /django/outbox/retry  tries it again now: ?id=… or ?destination=, ?state=
//	POST /django/outbox/drop   gives it up: ?id=… or ?state=, ?destination=
//	POST /django/test-event    sends a test event to every destination
type adminAPI struct{}

// CaddyModule returns the Caddy module information.
func (adminAPI) CaddyModule() caddy.ModuleInfo {
	return caddy.ModuleInfo{
		ID:  "admin.api.django",
		New: func() caddy.Module { return new(adminAPI) },
	}
}

// Routes implements caddy.AdminRouter.
func (a adminAPI) Routes() []caddy.AdminRoute {
	const get, post = http.MethodGet, http.MethodPost
	return []caddy.AdminRoute{
		{Pattern: "/django/issues", Handler: answers(get, a.issues)},
		{Pattern: "/django/issues/", Handler: answers(get, a.issue)},
		{Pattern: "/django/events", Handler: answers(get, a.eventBy)},
		{Pattern: "/django/events/", Handler: answers(get, a.event)},
		{Pattern: "/django/routes", Handler: answers(get, a.routes)},
		{Pattern: "/django/outbox", Handler: answers(get, a.outbox)},
		{Pattern: "/django/outbox/retry", Handler: answers(post, a.retry)},
		{Pattern: "/django/outbox/drop", Handler: answers(post, a.drop)},
		{Pattern: "/django/test-event", Handler: answers(post, a.testEvent)},
	}
}

func (adminAPI) issues(app *App, r *http.Request) (any, error) {
	query := r.URL.Query()
	if err := onlyKnown(query, "kind", "limit", "route", "site"); err != nil {
		return nil, err
	}
	filter := store.IssueFilter{Site: query.Get("site"), Route: query.Get("route"), Kind: query.Get("kind")}
	var err error
	if filter.Limit, err = limitOf(query); err != nil {
		return nil, err
	}
	return app.pipeline.store.Issues(r.Context(), filter)
}

// onlyKnown refuses a parameter that would select nothing: a misspelt one would pass for
// one that every issue fits.
func onlyKnown(query url.Values, known ...string) error {
	for _, name := range slices.Sorted(maps.Keys(query)) {
		if !slices.Contains(known, name) {
			return badRequest("unknown parameter %q: the parameters are %s", name, strings.Join(known, ", "))
		}
	}
	return nil
}

// limitOf returns 0 where no limit is given.
func limitOf(query url.Values) (int, error) {
	limit := query.Get("limit")
	if limit == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(limit)
	if err != nil || n < 1 {
		return 0, badRequest("limit %q is no number above 0", limit)
	}
	return n, nil
}

func badRequest(format string, args ...any) error {
	return caddy.APIError{HTTPStatus: http.StatusBadRequest, Err: fmt.Errorf(format, args...)}
}

func (adminAPI) issue(app *App, r *http.Request) (any, error) {
	issue, events, err := app.pipeline.store.Issue(r.Context(), lastSegment(r))
	return struct {
		store.Issue
		SampleEvents []store.EventRef `json:"sample_events"`
	}{issue, events}, err
}

func (adminAPI) event(app *App, r *http.Request) (any, error) {
	return app.pipeline.store.Event(r.Context(), lastSegment(r))
}

func (adminAPI) eventBy(app *App, r *http.Request) (any, error) {
	query := r.URL.Query()
	if err := onlyKnown(query, "error_id", "request_id"); err != nil {
		return nil, err
	}
	code, request := query.Get("error_id"), query.Get("request_id")
	switch {
	case (code == "") == (request == ""):
		return nil, badRequest("which event? name it by error_id or request_id, or use /django/events/<id>")
	case code != "":
		return app.pipeline.store.EventByErrorID(r.Context(), code)
	default:
		return app.pipeline.store.EventByRequestID(r.Context(), request)
	}
}

func (adminAPI) routes(app *App, _ *http.Request) (any, error) {
	return app.instruments.sources.Status(), nil
}

func lastSegment(r *http.Request) string {
	return r.URL.Path[strings.LastIndexByte(r.URL.Path, '/')+1:]
}

// answers responds to requests of a method with what f returns, as JSON.
func answers(method string, f func(*App, *http.Request) (any, error)) caddy.AdminHandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) error {
		if r.Method != method {
			return caddy.APIError{
				HTTPStatus: http.StatusMethodNotAllowed,
				Err:        fmt.Errorf("method %s not allowed: use %s", r.Method, method),
			}
		}
		app, err := caddy.ActiveContext().AppIfConfigured("django")
		if err != nil {
			return caddy.APIError{
				HTTPStatus: http.StatusServiceUnavailable,
				Err:        errors.New("no site of the running configuration uses django_monitor"),
			}
		}
		answer, err := f(app.(*App), r)
		if errors.Is(err, store.ErrNotFound) {
			return writeNotFound(w, err)
		}
		if err != nil {
			return apiError(err)
		}
		w.Header().Set("Content-Type", "application/json")
		enc := json.NewEncoder(w)
		enc.SetEscapeHTML(false) // routes are to be read: /users/<int:pk>/
		return enc.Encode(answer)
	}
}

// writeNotFound responds as Caddy does to an error. Caddy would also log it as an error of its own:
// but a lookup that finds nothing is none, and one for an id of unknown kind looks several times.
func writeNotFound(w http.ResponseWriter, err error) error {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusNotFound)
	return json.NewEncoder(w).Encode(caddy.APIError{Message: err.Error()})
}

func apiError(err error) error {
	status := http.StatusInternalServerError
	if errors.Is(err, store.ErrUnavailable) {
		status = http.StatusServiceUnavailable
	}
	if apiErr, ok := errors.AsType[caddy.APIError](err); ok {
		return apiErr
	}
	return caddy.APIError{HTTPStatus: status, Err: err}
}

// Interface guards
var _ caddy.AdminRouter = (*adminAPI)(nil)
