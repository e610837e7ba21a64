package sentrytrace

import (
	"net/url"
	"regexp"
	"strings"
)

// memberShapes are the members that describe a trace, and what each may look like. A
// client chooses them, and they are stored and sent on: what else it writes is dropped.
//
// Sentry: develop-docs/sdk/foundations/trace-propagation/dynamic-sampling-context.
var memberShapes = map[string]*regexp.Regexp{
	"trace_id":    regexp.MustCompile(`^[0-9a-f]{32}$`),
	"public_key":  regexp.MustCompile(`^[0-9A-Za-z]{1,64}$`),
	"org_id":      regexp.MustCompile(`^[0-9]{1,20}$`),
	"sample_rate": fraction,
	"sample_rand": fraction,
	"sampled":     regexp.MustCompile(`^(?:true|false)$`),
	"replay_id":   regexp.MustCompile(`^[0-9a-f]{32}$`),
	"release":     printable,
	"environment": regexp.MustCompile(`^[^/\s]{1,64}$`), // as Relay has it
	"transaction": printable,
}

var (
	fraction  = regexp.MustCompile(`^(?:0(?:\.[0-9]{1,20})?|1(?:\.0{1,20})?|[0-9](?:\.[0-9]{1,20})?e-[0-9]{1,3})$`)
	printable = regexp.MustCompile(`^[\p{L}\p{M}\p{N}\p{P}\p{S} ]{1,200}$`)
)

// FreeMembers are those that may hold any text, and so a secret.
var FreeMembers = []string{"release", "environment", "transaction"}

// Members returns what Sentry's members of a baggage say, by their names without
// the prefix. What is unknown, or not of the shape that it should have, is left out.
// Of members of one name the last counts.
func Members(members string) map[string]string {
	all := make(map[string]string)
	for member := range strings.SplitSeq(members[:min(len(members), maxBaggage)], ",") {
		member, _, _ = strings.Cut(member, ";") // its properties
		name, value, _ := strings.Cut(member, "=")
		name, ours := strings.CutPrefix(strings.TrimSpace(name), "sentry-")
		value, err := url.PathUnescape(strings.TrimSpace(value))
		if shape := memberShapes[name]; ours && err == nil && shape != nil && shape.MatchString(value) {
			all[name] = value
		}
	}
	return all
}
