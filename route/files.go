package route

import "strings"

// files are what lies below STATIC_URL or MEDIA_URL. They have no route when a
// middleware such as WhiteNoise serves them, or another handler of the gateway.
type files struct {
	prefix string
	route  *Route
}

// newFiles takes the URLs that are paths; others are of another server.
func newFiles(urls ...string) []*files {
	var all []*files
	for _, url := range urls {
		if len(url) > 1 && strings.HasPrefix(url, "/") && !strings.HasPrefix(url, "//") {
			prefix := strings.TrimSuffix(url, "/") + "/"
			all = append(all, &files{prefix, newRoute(prefix + "<path>")})
		}
	}
	return all
}

// file returns the route that stands for a file below STATIC_URL or MEDIA_URL,
// or nil.
func (r *Resolver) file(path string) *Route {
	for _, files := range r.files {
		if strings.HasPrefix(path, files.prefix) {
			return files.route
		}
	}
	return nil
}
