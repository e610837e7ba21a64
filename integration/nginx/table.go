package nginx

import (
	"fmt"
	"slices"
	"strings"
)

// Table writes the documentation of differences, and names what it cannot: a
// difference without a reason, and a reason without a difference.
func Table(found []Difference) (table string, faults []string) {
	met := make([]bool, len(Differences))
	for _, d := range found {
		i := slices.IndexFunc(Differences, func(e Expected) bool { return e.explains(d) })
		if i < 0 {
			faults = append(faults, fmt.Sprintf("%s: %s: nginx %.200q, here %.200q", d.Case, d.Aspect, d.Nginx, d.Ours))
			continue
		}
		met[i] = true
	}
	var b strings.Builder
	b.WriteString("| what differs | nginx | here | why |\n|---|---|---|---|\n")
	for i, e := range Differences {
		if !met[i] {
			faults = append(faults, fmt.Sprintf("%s: there is no such difference any more", e.What))
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", e.What, said(e.Nginx), said(e.Ours), e.Why)
	}
	return b.String(), faults
}

// Marks of the section in docs/nginx.md that is written by the test.
const (
	Begin = "<!-- written by go test ./integration -run Nginx -record -->\n"
	End   = "<!-- end -->\n"
)

// Section is what stands between the marks.
func Section(cases int, table string) string {
	return fmt.Sprintf("\n%d cases were sent to nginx and to the gateway, byte for byte. "+
		"All that was not the same:\n\n%s\n", cases, table)
}

// said is a pattern in words.
func said(pattern string) string {
	switch pattern {
	case "*":
		return "…"
	case "":
		return "none"
	case "hangs up", "nothing", "no status line", "nginx's or gunicorn's", "the gateway's or Django's", "open", "closed":
		return pattern
	}
	return "`" + strings.ReplaceAll(strings.ReplaceAll(pattern, `\*`, "*"), "*", "…") + "`"
}
