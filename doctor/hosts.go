package doctor

import (
	"context"
	"fmt"
	"net/http"
	"strings"
)

// checkAllowedHosts finds the 400 that Django gives to names it does not know.
func checkAllowedHosts(ctx context.Context, s *Setup) Check {
	if s.URL == nil {
		return skipped(needsURL)
	}
	host := s.URL.Hostname()
	fix := fmt.Sprintf("add %q to ALLOWED_HOSTS in the settings", host)
	if s.Project != nil && !s.Project.Allows(host) {
		return fail(fmt.Sprintf("%s is not in ALLOWED_HOSTS %q: Django refuses its requests with 400", host, s.Project.AllowedHosts), fix)
	}
	a, why := s.django(ctx)
	if why != "" {
		return skipped(why)
	}
	if a.status == http.StatusBadRequest && (strings.Contains(a.body, "DisallowedHost") || strings.Contains(a.body, "Bad Request (400)")) {
		return fail(s.URL.String()+" is refused with 400, as if the host were not in ALLOWED_HOSTS", fix+", and start Django again")
	}
	return ok(host + " is let in")
}
