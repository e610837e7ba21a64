package route

// Route is an endpoint of a URLconf, or what stands for one.
type Route struct {
	Label string // for metrics: the pattern with its leading slash and without regular expressions

	// The rest is what Django knows about it; empty where a path was not resolved.
	Route     string // Django's ResolverMatch.route
	View      string // dotted path of the view
	Name      string // of the pattern, without namespaces; empty for none
	Namespace string // instance namespaces, joined by colons
	App       string // application namespaces, joined by colons

	openAPI string
}

func newRoute(label string) *Route { return &Route{Label: label, openAPI: openAPI(label)} }

// Routes that stand for none.
var (
	unmatched = newRoute(Unmatched)
	other     = newRoute(Other)
)

// LabelIn returns the label in a style. A route without a view is named by its
// pattern.
func (r *Route) LabelIn(style Style) string {
	switch {
	case style == StyleOpenAPI:
		return r.openAPI
	case style == StyleView && r.View != "":
		return r.View
	default:
		return r.Label
	}
}
