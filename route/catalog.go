package route

// Catalog lists the routes of a URLconf under their labels. Two are equal if they
// always list the same.
type Catalog struct {
	urlconf *Live
	naming  Naming
}

// Entry is a route under its label.
type Entry struct {
	Label string
	*Route
}

// Empty reports whether it has no URLconf to list the routes of, ever.
func (c Catalog) Empty() bool { return c.urlconf == nil }

// Entries returns the routes of the URLconf that is in force, in its order. Of
// those that share a label, as they may in some styles, it has the first.
func (c Catalog) Entries() []Entry {
	resolver := c.urlconf.Resolver()
	if resolver == nil {
		return nil
	}
	seen := make(map[string]bool)
	var all []Entry
	routes := resolver.endpoints
	if c.naming.SplitLanguages {
		routes = resolver.routes
	}
	for _, route := range routes {
		if label := route.LabelAs(c.naming); !seen[label] {
			seen[label] = true
			all = append(all, Entry{label, route})
		}
	}
	return all
}
