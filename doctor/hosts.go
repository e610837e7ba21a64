package doctor

import (
	"context"
	"fmt"
	"net/http"
	"strings"
)

// otherSettings is what else may explain that Django and its settings do not agree.
const otherSettings = ", unless it is only the environment of Django that the doctor lacks: run it with that"

// checkAllowedHosts finds the 400 that Django gives to names it does not know.
func checkAllowedHosts(ctx context.Context, s *Setup) Check {
	if s.URL == nil {
		return skipped(needsURL)
	}
	host := s.URL.Hostname()
	if strings.Contains(host, ":") {
		host = "[" + host + "]" // as Django writes an address of IPv6
	}
	fix := fmt.Sprintf("add %q to ALLOWED_HOSTS in the settings", host)
	unlisted := ""
	if s.Project != nil && !s.Project.Allows(host) {
		unlisted = fmt.Sprintf("%s is not in ALLOWED_HOSTS %q", host, s.Project.AllowedHosts)
	}
	a, why := s.django(ctx)
	switch {
	case why != "" && unlisted != "":
		return fail(unlisted+": Django refuses its requests with 400", fix)
	case why != "":
		return skipped(why)
	case a.status == http.StatusBadRequest && (unlisted != "" || strings.Contains(a.body, "DisallowedHost") || strings.Contains(a.body, "Bad Request (400)")):
		return fail(s.URL.String()+" is refused with 400, as if the host were not in ALLOWED_HOSTS", fix+", and start Django again")
	case unlisted != "":
		return warn(unlisted+", but Django lets it in: what runs has other settings than those read here", fix+otherSettings)
	}
	return ok(host + " is let in")
}
