package route

import "net/http"

// Answer is what a table needs to know of the response to a request.
type Answer struct {
	Status int
	Method string // of the request; empty is GET
	File   bool   // the response is a file, which no view has made
}

// lesson is what a response teaches about the route of its path.
type lesson uint8

const (
	nothing lesson = iota
	failure        // there may be such a route: it gets a label if there is room, which is worth nothing
	success        // there is one, and it is in use
)

// teaches returns what a answers about its path. Only success tells that there is a route: redirects and
// refusals (3xx, 4xx) are what middleware answers to any path, as are 502, 503 and 504 while Django is
// down. So are the answers to OPTIONS, which django-cors-headers gives for every path, and to unknown methods.
func (a Answer) teaches() lesson {
	switch a.Method {
	case "", http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete,
		http.MethodConnect: // a WebSocket over HTTP/2
	default:
		return nothing
	}
	switch {
	case a.File:
		return nothing
	case succeeded(a.Status), a.Status == http.StatusSwitchingProtocols:
		return success
	case a.Status == http.StatusInternalServerError:
		return failure
	default:
		return nothing
	}
}

func succeeded(status int) bool { return status >= 200 && status < 300 }
