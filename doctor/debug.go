package doctor

import (
	"context"
	"net/http"
	"strings"
)

// nowhere is a path that no project has.
const nowhere = "/caddy-django-doctor-asks-for-what-is-not-there"

// checkDebug finds DEBUG on where visitors are.
func checkDebug(ctx context.Context, s *Setup) Check {
	debug := s.Project != nil && s.Project.Debug
	if s.URL == nil {
		switch {
		case s.Project == nil:
			return skipped(needsURL)
		case debug:
			return warn("DEBUG is on in the settings", "turn it off where visitors are")
		}
		return ok("DEBUG is off in the settings")
	}
	// What runs may have other settings than those that were read.
	_, why := s.django(ctx)
	if why == "" {
		to := *s.URL
		to.Path, to.RawQuery = nowhere, ""
		a, err := s.ask(ctx, http.MethodGet, &to, nil)
		switch {
		case err != nil:
			why = to.String() + " does not answer"
		case strings.Contains(a.body, "DEBUG = True"):
			debug = true
		case debug && a.status == http.StatusNotFound:
			return warn("DEBUG is on in the settings as they are read here, but the site does not show it", "turn it off in the settings"+otherSettings)
		}
	}
	switch {
	case debug && public(s.URL):
		return fail("DEBUG is on, and "+s.URL.Hostname()+" is a public name: visitors see settings and source code", "set DEBUG = False in the settings")
	case debug:
		return warn("DEBUG is on", "turn it off before others reach the site")
	case why != "":
		return skipped(why)
	}
	return ok("DEBUG is off")
}
