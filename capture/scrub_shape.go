package capture

import (
	"regexp"
	"strings"
)

// shapes are secrets that can be told without a name. hint is part of all that
// the pattern matches, in lower or upper case as written: looking for it first
// is what makes a page without any cheap.
var shapes = []struct {
	hint    string
	pattern *regexp.Regexp
	hidden  string
}{
	// RFC 7468. One that was cut reaches to the end.
	{"-----BEGIN", regexp.MustCompile(`-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?s:.*?)(?:-----END [A-Z0-9 ]*-----|$)`), filtered},
	// RFC 7519: a JSON Web Token begins with {" in Base64.
	{"eyJ", regexp.MustCompile(`eyJ[\w-]{8,}[\w.-]*`), filtered},
	// RFC 6750 2.1.
	{"earer ", regexp.MustCompile(`([Bb]earer )[\w.~+/=-]{6,}`), "${1}" + filtered},
}

func hideShapes(plain string) string {
	for _, shape := range shapes {
		if strings.Contains(plain, shape.hint) {
			plain = shape.pattern.ReplaceAllString(plain, shape.hidden)
		}
	}
	return hideUserinfo(plain)
}

var (
	afterScheme = regexp.MustCompile(`://[^\s"'<>]+`)
	hostPort    = regexp.MustCompile(`^(?:\[[^\]]*\]|[^:]*)(?::\d*)?\W*$`)
)

// hideUserinfo hides the user and the password of the addresses in plain, such
// as postgres://shop:hunter2@db/shop. What stands in the place of a port and is
// no number must be a password: one that holds a slash, or whose @ was cut off.
func hideUserinfo(plain string) string {
	if !strings.Contains(plain, "://") {
		return plain
	}
	return afterScheme.ReplaceAllStringFunc(plain, func(found string) string {
		found = found[len("://"):]
		authority, _, _ := strings.Cut(found, "/")
		if at := strings.LastIndex(authority, "@"); at >= 0 {
			return "://" + filtered + found[at:]
		}
		if hostPort.MatchString(authority) {
			return "://" + found
		}
		_, rest, _ := strings.Cut(found, "@")
		return "://" + filtered + "@" + rest
	})
}
