package main

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/caddy-django/gateway/route"
)

// manyRoutes is the size of a large project: an admin, an API and 60 apps.
const manyRoutes = 1000

// writeRoutes writes a URLconf of n routes: those of paths but the last, which is
// to be learned, in the middle of the others, of which one in ten is a re_path.
func writeRoutes(file string, n int) error {
	ours := []*route.URLNode{
		endpoint(""),
		endpoint("articles/<int:year>/<slug:title>/"),
		endpoint("users/<int:pk>/"),
		endpoint("api/orders/<uuid:order>/"),
	}
	var nodes []*route.URLNode
	for i := range n - len(ours) {
		if i == n/2 {
			nodes = append(nodes, ours...)
		}
		nodes = append(nodes, filler(i))
	}
	document, err := json.Marshal(route.URLConf{Version: route.URLConfVersion, AppendSlash: true, Patterns: nodes})
	if err != nil {
		return err
	}
	return os.WriteFile(file, document, 0o600)
}

func filler(i int) *route.URLNode {
	if i%10 == 0 {
		regex := fmt.Sprintf(`^resource%d/(?P<slug>[\w-]+)/$`, i)
		return &route.URLNode{Kind: "re_path", Route: regex, Regex: regex, Endpoint: true, View: fmt.Sprintf("views.resource%d", i)}
	}
	return endpoint(fmt.Sprintf("resource%d/<int:pk>/", i))
}

// endpoint is a path() with Django's own converters.
func endpoint(pattern string) *route.URLNode {
	return &route.URLNode{Kind: "path", Route: pattern, Endpoint: true, View: "views.view", Converters: map[string]route.URLConverter{
		"pk":    {Class: "django.urls.converters.IntConverter"},
		"year":  {Class: "django.urls.converters.IntConverter"},
		"title": {Class: "django.urls.converters.SlugConverter"},
		"order": {Class: "django.urls.converters.UUIDConverter"},
	}}
}
