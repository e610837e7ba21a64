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

	openAPI  string
	endpoint *Route // the route that stands for this one in all languages; nil if it is itself
}

func newRoute(label string) *Route { return &Route{Label: label, openAPI: openAPI(label)} }

// Routes that stand for none.
var (
	unmatched = newRoute(Unmatched)
	other     = newRoute(Other)
)

// Endpoint returns the route that stands for r in all languages. Its label has <language> where
// i18n_patterns has a language, and translated patterns as they are in the project's own language.
func (r *Route) Endpoint() *Route {
	if r.endpoint != nil {
		return r.endpoint
	}
	return r
}

// LabelAs returns the label in a naming. A route without a view is named by its pattern.
func (r *Route) LabelAs(n Naming) string {
	if !n.SplitLanguages {
		r = r.Endpoint()
	}
	switch {
	case n.Style == StyleOpenAPI:
		return r.openAPI
	case n.Style == StyleView && r.View != "":
		return r.View
	default:
		return r.Label
	}
}
